# zoneinfo built from data in memory, and time's structures.
import io
import struct
import time
import zoneinfo
from datetime import datetime, timedelta


def zone_file(transitions, kinds, names, rule):
    """A TZif file of version 2: transitions (time, kind), kinds (offset, is_dst, index of name)."""

    def block(code):
        head = b"TZif2" + b"\0" * 15 + struct.pack(">6l", 0, 0, 0, len(transitions), len(kinds), len(names))
        return head + struct.pack(f">{len(transitions)}{code}", *(t for t, _ in transitions)) + bytes(k for _, k in transitions) + b"".join(struct.pack(">lbB", *k) for k in kinds) + names

    return io.BytesIO(block("l") + block("q") + b"\n" + rule + b"\n")


data = [(1_700_000_000, 1), (1_710_000_000, 0)], [(3600, 0, 0), (7200, 1, 4)], b"STD\0DST\0", b"STD-1DST,M3.5.0,M10.5.0/3"
z = zoneinfo.ZoneInfo.from_file(zone_file(*data), key="Test/Zone")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""str(z), z.key, [datetime.fromtimestamp(s, z).isoformat() for s in (0, 1_699_999_999, 1_700_000_000, 1_710_000_000, 1_720_000_000, 1_730_000_000, 2_000_000_000)]
[(x.utcoffset(), x.dst(), x.tzname()) for x in (datetime(2025, 1, 1, tzinfo=z), datetime(2025, 7, 1, tzinfo=z), datetime(2023, 12, 1, tzinfo=z))]
[(datetime(2025, 3, 30, h, 30, tzinfo=z).utcoffset(), datetime(2025, 3, 30, h, 30, fold=1, tzinfo=z).utcoffset()) for h in (1, 2, 3)], [(datetime(2025, 10, 26, h, 30, tzinfo=z).utcoffset(), datetime(2025, 10, 26, h, 30, fold=1, tzinfo=z).utcoffset()) for h in (1, 2, 3)]
str(datetime(2025, 3, 30, 1, tzinfo=z) + timedelta(hours=2)), datetime(2025, 7, 1, 12, tzinfo=z).astimezone(zoneinfo.ZoneInfo.from_file(zone_file([], [(0, 0, 0)], b"UTC\0", b"UTC0"))).isoformat(), z.utcoffset(None), z.fromutc(datetime(2025, 7, 1, tzinfo=z)).isoformat()
zoneinfo.ZoneInfo.from_file(io.BytesIO(b"nope"))
zoneinfo.ZoneInfo("No/Such_Zone")
zoneinfo.ZoneInfo("../x")
zoneinfo.ZoneInfo("/etc/x")
z.utcoffset(5)
time.struct_time((1, 2))
time.struct_time(5)
time.strftime("%Y %j %a", time.gmtime(0)), time.asctime(time.gmtime(0)), time.strptime("2024-02-29", "%Y-%m-%d")[:8], time.strftime("%d", (2024, 2, 9, 0, 0, 0, 0, 0, 0)), time.strftime("")
time.strftime("%d", (2024, 13, 1, 0, 0, 0, 0, 0, 0))
time.strftime("%d", (1, 2))
time.asctime("x")
time.gmtime("x")
time.sleep("x")
time.sleep(-1)
time.monotonic() <= time.monotonic(), time.perf_counter_ns() > 0, time.get_clock_info("monotonic").monotonic, time.time_ns() > 10**18, isinstance(time.process_time(), float), time.thread_time() >= 0, time.clock_gettime(time.CLOCK_MONOTONIC) > 0
time.get_clock_info("nope")""".splitlines():
    attempt(text)
