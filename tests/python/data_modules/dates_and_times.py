# datetime: arithmetic, comparison, text both ways, zones, pickling; and the words of its errors.
import copy
import pickle
from datetime import *


def show(text, function):
    try:
        print(text, repr(function()))
    except Exception as error:
        print(text, type(error).__name__, error)


for text, function in [
    ("year", lambda: date(0, 1, 1)), ("month", lambda: date(1, 13, 1)), ("day", lambda: date(2023, 2, 29)), ("type", lambda: date("a", 1, 1)),
    ("float", lambda: date(1.5, 1, 1)), ("huge", lambda: date(10**20, 1, 1)), ("state", lambda: date(b"\x07\xe6\x01\x01")),
    ("hour", lambda: time(24)), ("minute", lambda: time(1, 60)), ("second", lambda: time(1, 1, 60)), ("micro", lambda: time(1, 1, 1, 1000000)),
    ("zone", lambda: time(tzinfo=1)), ("fold", lambda: time(fold=2)), ("delta", lambda: timedelta("a")), ("delta", lambda: timedelta(10**10)),
    ("delta", lambda: timedelta(10**9)), ("nan", lambda: timedelta(float("nan"))), ("inf", lambda: timedelta(float("inf"))),
    ("by zero", lambda: timedelta(1) / 0), ("by zero", lambda: timedelta(1) // timedelta(0)), ("times", lambda: timedelta(1) * 1.5),
    ("max", lambda: timedelta.max + timedelta.resolution), ("compare", lambda: timedelta(1) < 1), ("add", lambda: timedelta(1) + 1),
    ("max", lambda: date.max + timedelta(1)), ("max", lambda: datetime.max + timedelta(1)), ("ordinal", lambda: date.fromordinal(0)),
    ("iso", lambda: date.fromisoformat("x")), ("iso", lambda: date.fromisoformat(1)), ("week", lambda: date.fromisocalendar(2020, 54, 1)),
    ("day", lambda: date.fromisocalendar(2020, 1, 8)), ("compare", lambda: date(1, 1, 1) < datetime(1, 1, 1)), ("minus", lambda: date(1, 1, 1) - 1),
    ("equal", lambda: date(1, 1, 1) == datetime(1, 1, 1)), ("naive", lambda: datetime(1, 1, 1) - datetime(1, 1, 1, tzinfo=UTC)),
    ("naive", lambda: datetime(1, 1, 1) < datetime(1, 1, 1, tzinfo=UTC)), ("naive", lambda: time(1) < time(1, tzinfo=UTC)),
    ("combine", lambda: datetime.combine(1, 2)), ("zone", lambda: datetime.now(1)), ("timespec", lambda: datetime(1, 1, 1).isoformat(timespec="x")),
    ("separator", lambda: datetime(1, 1, 1).isoformat("ab")), ("zone", lambda: timezone(1)), ("zone", lambda: timezone(timedelta(1))),
    ("zone", lambda: timezone(timedelta(0), 1)), ("zone", lambda: UTC.utcoffset(1)), ("zone", lambda: UTC.fromutc(datetime(1, 1, 1))),
    ("abstract", lambda: tzinfo().utcoffset(None)), ("abstract", lambda: tzinfo().fromutc(1)), ("replace", lambda: date(1, 1, 1).replace(year=0)),
    ("format", lambda: format(date(1, 1, 1), 1)), ("strftime", lambda: date(1, 1, 1).strftime(1)), ("strptime", lambda: datetime.strptime("a", "%Y")),
    ("attribute", lambda: date.today().foo), ("timestamp", lambda: datetime.fromtimestamp(float("nan"), UTC)),
]:
    show(text, function)

for text in ["2020-01-02", "20200102", "2020-W01-3", "2020W013", "2020-W01", "2020W01", "2020-1-2", "2020-13-01", "0000-01-01", "2020-0102", ""]:
    show(f"date {text}", lambda: date.fromisoformat(text))
for text in ["01", "0102", "01:02", "01:02:03", "010203", "01:02:03.4", "01:02:03,456789123", "T01:02", "01:02Z", "01:02+03", "01:02-03:04:05.678",
             "24:00", "24:01", "25:00", "01:60", "1", "01:", "01:0203", "01:02+24:00", "01:02+00:00", "01:02z", "010203.", "x"]:
    show(f"time {text}", lambda: time.fromisoformat(text))
for text in ["2020-01-02T03:04:05.006007+08:09", "2020-01-02", "20200102T030405", "2020-W01-3 01", "2020W01301:00", "2020-01-02\u20ac03:04", "9999-12-31T24:00",
             "2020-12-31T24:00", "2020-01-02T", "zz", "2020-13-01T01", "2020-01-02T03:04:05Z"]:
    show(f"datetime {ascii(text)}", lambda: datetime.fromisoformat(text))

a, b = datetime(2024, 2, 28, 23, 59, 59, 999999), datetime(1999, 12, 31, 12, 30)
east = timezone(timedelta(hours=5, minutes=30), "East")
print(a - b, a + timedelta(microseconds=1), b - timedelta(weeks=3, hours=-5), a > b, a == b, max(a, b), a.weekday(), b.isoweekday())
print(a.replace(tzinfo=east), a.replace(tzinfo=east).astimezone(UTC), a.replace(tzinfo=east) == a.replace(tzinfo=UTC), a.timetuple(), a.ctime())
print(a.isocalendar(), a.isocalendar().week, tuple(date(2021, 1, 3).isocalendar()), a.date(), a.time(), a.timetz(), a.toordinal())
for timespec in ["auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"]:
    print(a.isoformat(timespec=timespec), b.isoformat(" ", timespec), time(1, 2, 3, 4, east).isoformat(timespec))
print(a.replace(tzinfo=east).strftime("%Y-%m-%d %H:%M:%S.%f %z %Z %:z %j %U %a %b %p %I %y %%"), f"{b:%d/%m/%y}", f"{b}", date(5, 6, 7).strftime("%Y %G %C %F"))
print(datetime.strptime("2024-02-29 13:14:15.000016 +0130", "%Y-%m-%d %H:%M:%S.%f %z"), date.strptime("1/2/2003", "%d/%m/%Y"), time.strptime("4:05", "%H:%M"))
print(datetime.fromtimestamp(1e9 + 0.1234565, UTC), datetime.fromtimestamp(-1, east), datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC).timestamp())
print(UTC, repr(UTC), east, repr(east), timezone(timedelta(hours=-1, seconds=5, microseconds=3)), timezone(timedelta(0)) is UTC, timezone.min, timezone.max)

for delta in [timedelta(-1, 5, 7), timedelta(days=1.5), timedelta(seconds=0.0000005), timedelta(milliseconds=2.5, hours=-3), timedelta(weeks=1), timedelta()]:
    print(delta, repr(delta), delta.total_seconds(), -delta, abs(delta), bool(delta), delta * 3, delta / 7, delta // 7, delta * 0.1, delta / 2.5)
    print(delta // timedelta(minutes=7), delta % timedelta(minutes=7), divmod(delta, timedelta(minutes=-7)), delta / timedelta(minutes=7), hash(delta) == hash(delta + timedelta()))


class Rule(tzinfo):
    """Two hours ahead, one more in July; the clock goes back at three on the first of August."""

    def utcoffset(self, when):
        return timedelta(hours=2) + self.dst(when)

    def dst(self, when):
        if when is None:
            return timedelta(0)
        is_july = when.month == 7
        if (when.month, when.day, when.hour) == (8, 1, 2):
            is_july = not when.fold
        return timedelta(hours=1) if is_july else timedelta(0)

    def tzname(self, when):
        return "July" if self.dst(when) else "Rule"


rule = Rule()
for when in [datetime(2020, 6, 1, 12, tzinfo=rule), datetime(2020, 7, 1, 12, tzinfo=rule), datetime(2020, 8, 1, 2, 30, tzinfo=rule),
             datetime(2020, 8, 1, 2, 30, fold=1, tzinfo=rule)]:
    print(when, when.tzname(), when.dst(), when.utctimetuple()[:6], when.timetuple().tm_isdst, when.astimezone(UTC), when == when.astimezone(UTC),
          hash(when) == hash(when.replace(fold=1)), UTC.fromutc(when.astimezone(UTC)).astimezone(rule) == when)


class Day(date):
    def __new__(cls, *args, **keywords):
        made = super().__new__(cls, *args, **keywords)
        made.note = "day"
        return made


class Moment(datetime):
    pass


class Span(timedelta):
    pass


print(repr(Day(2020, 1, 2) + timedelta(1)), type(Day.today()), Day.fromordinal(5).note, Day(2020, 1, 2).replace(day=5), Day.fromisoformat("2020-02-02"))
print(repr(Moment(2020, 1, 2) + timedelta(1)), repr(Moment.combine(date(1, 2, 3), time(4))), repr(Moment(2020, 1, 2, tzinfo=UTC).astimezone(east)))
print(repr(Span(1) + Span(2)), repr(Span(1)), Moment(2020, 1, 2) == datetime(2020, 1, 2), Day(2020, 1, 2) == date(2020, 1, 2))

for value in [date(2020, 1, 2), time(1, 2, 3, 4, fold=1), time(1, tzinfo=UTC), a, datetime(2020, 1, 2, 3, 4, 5, 6, east, fold=1), timedelta(1, 2, 3), UTC, east, Day(1, 2, 3),
              Moment(1, 2, 3), Span(5), rule.utcoffset(None), a.isocalendar()]:
    for protocol in range(2, 6):
        loaded = pickle.loads(pickle.dumps(value, protocol))
        assert loaded == value and type(loaded) in (type(value), tuple), value
    print(repr(value.__reduce_ex__(4))[:120], copy.copy(value) == value, copy.deepcopy(value) == value)
print(copy.replace(date(2020, 1, 2), month=3), copy.replace(time(1), fold=1), copy.replace(a, hour=0))

ordinal = 1
while ordinal < date.max.toordinal():
    day = date.fromordinal(ordinal)
    assert day.toordinal() == ordinal and day == date.fromisocalendar(*day.isocalendar()) == date.fromisoformat(day.isoformat())
    ordinal += 997
print("ordinals", {date(2000, 1, 1): 1}[date(2000, 1, 1)], len({datetime(2000, 1, day % 9 + 1) for day in range(100)}))
match date(2020, 1, 2):
    case date(year=2020, month=month):
        print("match", month)
