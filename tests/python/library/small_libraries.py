# heapq, bisect, graphlib, sched, calendar, ipaddress, uuid, secrets, cmd-like dispatch, keyword, colorsys, numbers.
import bisect
import calendar
import colorsys
import graphlib
import heapq
import ipaddress
import keyword
import locale
import numbers
import sched
import secrets
import uuid

heap = [5, 1, 8, 3]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(3)], heapq.nlargest(2, "hello"), heapq.nsmallest(2, [3, 1, 2], key=lambda n: -n), list(heapq.merge([1, 4], [2, 3], reverse=False)), heapq.heappushpop(heap, 9), heapq.heapreplace(heap, 2), heap)
ordered = [1, 3, 3, 5]
print(bisect.bisect_left(ordered, 3), bisect.bisect(ordered, 3), bisect.bisect_left([(1, "a"), (2, "b")], 2, key=lambda p: p[0]))
bisect.insort(ordered, 4)
print(ordered)
sorter = graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}})
sorter.prepare()
while sorter.is_active():
    ready = sorted(sorter.get_ready())
    print(ready)
    sorter.done(*ready)
try:
    list(graphlib.TopologicalSorter({1: [2], 2: [1]}).static_order())
except graphlib.CycleError as error:
    print(error.args[0])
clock = [0]
scheduler = sched.scheduler(lambda: clock[0], lambda delay: clock.__setitem__(0, clock[0] + delay))
for delay, priority, name in (5, 1, "late"), (1, 2, "second"), (1, 1, "first"):
    scheduler.enter(delay, priority, print, (name,))
scheduler.run()
print(clock, scheduler.empty())
print(calendar.month(2026, 11), calendar.isleap(2100), calendar.monthrange(2024, 2), calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.Calendar(6).monthdayscalendar(2026, 2)[0], calendar.day_name[0])
network = ipaddress.ip_network("192.168.0.0/28")
print(network.num_addresses, list(network.hosts())[:2], ipaddress.ip_address("192.168.0.5") in network, network.broadcast_address, ipaddress.ip_address("::1").is_loopback, ipaddress.IPv6Address("2001:db8::1").exploded, list(network.subnets(new_prefix=30))[1], ipaddress.ip_interface("10.0.0.1/8").network, int(ipaddress.IPv4Address("0.0.1.0")))
for wrong in "256.1.1.1", "1.2.3", "::g", "10.0.0.1/33":
    try:
        ipaddress.ip_network(wrong)
    except ValueError as error:
        print(error)
print(uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), uuid.UUID("{12345678-1234-5678-1234-567812345678}").hex, uuid.uuid4().version, uuid.UUID(int=5), len(secrets.token_hex(8)), secrets.compare_digest("a", "a"))
print(keyword.iskeyword("match"), keyword.issoftkeyword("match"), len(keyword.kwlist), [round(x, 3) for x in colorsys.rgb_to_hsv(0.2, 0.4, 0.6)], isinstance(3, numbers.Rational), isinstance(1j, numbers.Real), locale.getlocale(locale.LC_COLLATE)[0], locale.localeconv()["decimal_point"])
