# Dates, times, deltas, zones, formatting and parsing.
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

day = date(2024, 2, 29)
print(day, day.isoformat(), day.weekday(), tuple(day.isocalendar()), day.toordinal(), day.replace(year=2028), day + timedelta(days=366), day.strftime("%A %d %B %Y %j %U %%"), repr(day), day.timetuple())
moment = datetime(2026, 11, 21, 22, 30, 5, 123456)
print(moment, moment.isoformat("T", "milliseconds"), moment.date(), moment.time(), moment - datetime(2026, 1, 1), f"{moment:%d/%m/%y %H.%M}", repr(moment), moment.ctime())
for text in "2026-11-21", "2026-11-21T22:30", "20261121T223005", "2026-W47-6", "2026-11-21 22:30:05.123456+02:00", "2026-11-21T22:30:05Z", "bad", "2026-13-01":
    try:
        print(repr(datetime.fromisoformat(text)))
    except ValueError:
        print("not a date:", text)
delta = timedelta(days=1, hours=-3, microseconds=5)
print(delta, repr(delta), delta.total_seconds(), -delta, abs(-delta), delta * 2.5, delta / 2, delta // timedelta(hours=1), delta % timedelta(hours=1), divmod(delta, timedelta(hours=5)), timedelta.max, delta > timedelta(0))
east = timezone(timedelta(hours=5, minutes=30), "IST")
aware = moment.replace(tzinfo=east)
print(aware, aware.utcoffset(), aware.astimezone(UTC), aware.tzname(), aware.timestamp(), datetime.fromtimestamp(0, UTC), timezone(timedelta(hours=-8)), aware == aware.astimezone(UTC))
for attempt in (lambda: aware - moment, lambda: aware < moment, lambda: date(2023, 2, 29), lambda: time(25), lambda: day + 5, lambda: datetime.max + timedelta(1), lambda: datetime.strptime("x", "%Y")):
    try:
        print(attempt())
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__)
print(datetime.strptime("21 Nov 2026 10:05 PM +0100", "%d %b %Y %I:%M %p %z"), time.fromisoformat("04:23:01.5"), time(1, 2, 3).replace(hour=5), datetime.combine(day, time(12, tzinfo=UTC)), aware == moment)
print(sorted([date(2025, 1, 1), day, date.min]), hash(day) == hash(date(2024, 2, 29)), date.fromisocalendar(2026, 1, 1), datetime.min, day.__format__(""), date.strptime("2026/11/21", "%Y/%m/%d"))


class Two(tzinfo):
    def utcoffset(self, when):
        return timedelta(hours=2)

    def dst(self, when):
        return timedelta(hours=1)

    def tzname(self, when):
        return "TWO"


zone = Two()
two = moment.replace(tzinfo=zone)
print(two, two.dst(), two.tzname(), two.astimezone(UTC), zone.fromutc(datetime(2026, 1, 1, tzinfo=zone)).hour)
