import os, time

os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
time.tzset()
print(time.timezone, time.altzone, time.daylight, time.tzname)
for at in 0, 1_000_000_000, 1_700_000_000, -86_400:
    local = time.localtime(at)
    print(tuple(local), local.tm_zone, local.tm_gmtoff, time.mktime(local))
    print(time.strftime("%Y-%m-%d %H:%M:%S %Z %z %a %b %j %%", local), "|", time.asctime(local), "|", time.ctime(at))
print(repr(time.strftime("")), repr(time.strftime("%H\0%M", time.gmtime(3660))))
print(time.strptime("Sat Nov 21 19:51:17 2026"))
print(time.mktime((2024, 2, 30, 25, 61, 0, 0, 0, -1)))
print(time.asctime((2000, 0, 0, 0, 0, 0, 0, 0, 0)))

for call in [
    lambda: time.asctime(1),
    lambda: time.asctime((1, 2)),
    lambda: time.strftime("", (1, 2)),
    lambda: time.mktime("x"),
    lambda: time.strftime("%d", (2000, 13, 1, 0, 0, 0, 0, 1, 0)),
    lambda: time.strftime("%d", (2000, 1, 32, 0, 0, 0, 0, 1, 0)),
    lambda: time.strftime("%d", (2000, 1, 1, 24, 0, 0, 0, 1, 0)),
    lambda: time.strftime("%d", (2000, 1, 1, 0, 0, 62, 0, 1, 0)),
    lambda: time.strftime("%d", (2000, 1, 1, 0, 0, 0, 0, 367, 0)),
    lambda: time.strftime(b"%d"),
    lambda: time.localtime("now"),
    lambda: time.localtime(float("nan")),
    lambda: time.mktime((10**12, 1, 1, 0, 0, 0, 0, 1, 0)),
]:
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
