# calendar: months and years as text and as data, weekdays, leap years, and wrong months.
import calendar as c
import datetime

t = c.TextCalendar(c.SUNDAY)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""c.monthrange(2024, 2), c.monthrange(2023, 2), c.monthcalendar(2024, 2), c.weekday(2024, 2, 29), c.isleap(1900), c.isleap(2000), c.leapdays(1900, 2001), c.timegm((2024, 1, 1, 0, 0, 0)), c.timegm((1970, 1, 1, 0, 0, -5))
print(c.month(2024, 2)) or c.month(2024, 2, w=3, l=2)
print(t.formatmonth(2024, 9), end="")
print(t.formatyear(2024, w=2, l=1, c=2, m=4), end="")
t.formatweekheader(2), t.formatweek([(0, 6), (1, 0), (2, 1)], 3), t.formatweekday(0, 5), t.formatday(5, 1, 3), t.formatmonthname(2024, 2, 20), t.formatmonthname(2024, 2, 20, withyear=False)
list(c.Calendar().itermonthdays(2024, 2))[:6], list(c.Calendar(3).itermonthdays2(2024, 2))[:3], list(c.Calendar().itermonthdates(2024, 2))[0], list(c.Calendar().itermonthdays3(2024, 2))[-1], list(c.Calendar().itermonthdays4(2024, 2))[0], list(c.Calendar(6).iterweekdays())
c.Calendar().monthdatescalendar(2024, 2)[0][0], c.Calendar().monthdays2calendar(2024, 2)[0], len(c.Calendar().yeardatescalendar(2024)), len(c.Calendar().yeardayscalendar(2024, 4)[0])
c.HTMLCalendar().formatmonth(2024, 2).splitlines()[:4], c.HTMLCalendar().formatweekday(0), c.HTMLCalendar().formatday(0, 0), len(c.HTMLCalendar().formatyear(2024)), c.HTMLCalendar().formatyearpage(2024)[:40]
c.MONDAY, c.Day.SUNDAY, c.Month.JANUARY, c.JANUARY, int(c.FEBRUARY), list(c.day_abbr), list(c.month_name), c.month_abbr[1:3], len(c.day_name), c.day_name[-1]
c.monthrange(2024, 13)
c.monthrange(2024, 0)
c.setfirstweekday(7)
c.setfirstweekday(c.SUNDAY) or c.firstweekday(), c.monthcalendar(2024, 2)[0], c.setfirstweekday(0)
c.Calendar(9).firstweekday, c.Calendar(-1).getfirstweekday()
c.weekday(2024, 2, 30)
c.weekday(0, 1, 1), c.weekday(10000, 1, 1)
c.month_name[13]
c.IllegalMonthError(13), str(c.IllegalMonthError(13)), str(c.IllegalWeekdayError(8)), c.IllegalMonthError.__mro__[1:4]
[datetime.date(2024, 12, 30).isocalendar()[:], datetime.date(2021, 1, 3).isocalendar().week, datetime.date.fromisocalendar(2020, 53, 7)]""".splitlines():
    attempt(text)
