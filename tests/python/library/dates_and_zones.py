# datetime and zoneinfo: arithmetic at the limits, texts in and out, folds and gaps, comparisons, and what is refused.
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

d, t = datetime(2024, 2, 29, 12, 30, 45, 123456), timedelta(days=1, hours=2, microseconds=3)
east = timezone(timedelta(hours=5, minutes=30), "EAST")


class Fold(tzinfo):
    def utcoffset(self, when):
        return timedelta(hours=2 - when.fold) if when else None

    def dst(self, when):
        return timedelta(0)

    def tzname(self, when):
        return f"F{when.fold}"


aware = datetime(2024, 1, 1, 12, tzinfo=east)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""str(d), repr(d), d.isoformat("T", "milliseconds"), d.isoformat(timespec="hours"), d.ctime(), d.strftime("%Y-%m-%d %H:%M:%S.%f %j %U %w %a %b %p %I %y %%"), f"{d:%d/%m}", f"{d}", d.date(), d.time(), d.timetuple()[:], d.weekday(), d.isoweekday(), d.isocalendar()[:], d.toordinal(), d.replace(year=2020, microsecond=0), d.timestamp.__name__
d + t, d - t, d - datetime(2024, 1, 1), -t, abs(-t), t * 2, t / 2, t // 2, t * 0.5, t // timedelta(hours=1), t % timedelta(hours=5), divmod(t, timedelta(hours=5)), t / timedelta(days=1), t.total_seconds(), str(t), repr(t), str(-t), bool(timedelta()), timedelta(weeks=1, milliseconds=1, minutes=-1), timedelta(0.5), timedelta(seconds=1.0000005)
timedelta(days=float("nan"))
date(2023, 2, 29)
date(0, 1, 1)
date(10000, 1, 1)
date(2024, 13, 1)
datetime(2024, 1, 1, 24)
datetime(2024, 1, 1, 1, 60)
time(1, 2, 3, 10**6)
date("x")
d == aware, d == date(2024, 2, 29), date(2024, 1, 1) == datetime(2024, 1, 1), hash(aware) == hash(aware.astimezone(UTC)), aware == aware.astimezone(UTC), date(2024, 1, 1) < date(2024, 1, 2), max(d, d + t) == d + t, time(1) < time(2), time(1, tzinfo=UTC) == time(1)
aware, aware.utcoffset(), aware.tzname(), aware.dst(), aware.astimezone(UTC), aware.isoformat(), aware.strftime("%z %Z %:z"), aware.replace(tzinfo=None), aware.utctimetuple()[:6], aware.timestamp(), datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(1.5, east), aware.timetz(), datetime.combine(date(2024, 1, 1), time(1, tzinfo=UTC))
east, repr(UTC), str(UTC), timezone(timedelta(hours=-3)), str(timezone(timedelta(seconds=-3661))), timezone.utc is UTC, timezone(timedelta(0)) == UTC, timezone.min, hash(UTC) == hash(timezone(timedelta(0))), east.fromutc(datetime(2024, 1, 1, tzinfo=east)), UTC.utcoffset(None)
timezone(timedelta(hours=24))
(lambda f: (f.utcoffset(), f.replace(fold=1).utcoffset(), f == f.replace(fold=1), f.replace(fold=1).tzname(), hash(f) == hash(f.replace(fold=1)), f.replace(fold=1) - f))(datetime(2024, 1, 1, tzinfo=Fold()))
[str(datetime.fromisoformat(x)) for x in ("2024-02-29", "2024-02-29T12", "20240229T123045", "2024-02-29 12:30:45.123", "2024-02-29T12:30:45,5Z", "2024-02-29T12:30+05:30", "2024-W09-4", "2024W094T01", "2024-02-29T12:30:45.123456789-00:00:01", "2024-01-01T24:00")], str(date.fromisoformat("20240229")), str(time.fromisoformat("T12:30")), str(time.fromisoformat("12:30:45.5+01:00")), date.fromisocalendar(2024, 9, 4), date.fromordinal(1)
datetime.fromisoformat("2024-2-29")
datetime.fromisoformat("2024-02-30")
datetime.fromisoformat("nope")
date.fromisoformat("2024-02-29T00")
datetime.fromisoformat(5)
date.fromisocalendar(2024, 54, 1)
[str(datetime.strptime(*x)) for x in (("2024-02-29 13:45", "%Y-%m-%d %H:%M"), ("29 Feb 24", "%d %b %y"), ("Thu 60 2024", "%a %j %Y"), ("1:02 PM", "%I:%M %p"), ("2024 09 4", "%G %V %u"), ("12:30:45.5 +0530", "%H:%M:%S.%f %z"), ("70", "%y"), ("x% y", "x%% y"))], str(date.strptime("2024-01-02", "%Y-%m-%d")), str(time.strptime("10:11", "%H:%M"))
datetime.strptime("x", "%Y")
datetime.strptime("2024 x", "%Y")
datetime.strptime("2024", "%Q")
datetime.strptime("2023-02-29", "%Y-%m-%d")
datetime.strptime("2024", "%")
datetime.strptime("10", "%G")
d.__reduce__()[1], __import__("copy").copy(aware) == aware, __import__("pickle").loads(__import__("pickle").dumps(t)) == t, date.min, date.max, date.resolution, datetime.max, time.min, time(12, 30).isoformat("seconds"), bool(time(0)), time(1).replace(minute=2), str(time(1, 2, tzinfo=east)), repr(time(1, 2, 3, 4, UTC)), date(2024, 1, 31).strftime("%A, %B %-d"), __import__("copy").replace(d, day=1)""".splitlines():
    attempt(text)
