# _heapq and _bisect.
import _bisect
import _heapq


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


seed = 12345
data = []
for i in range(200):
    seed = (seed * 1103515245 + 12345) % 2**31
    data.append(seed % 100)
h = data[:]
_heapq.heapify(h)
print(h)
print([_heapq.heappop(h) for _ in range(len(h))] == sorted(data))
h = []
for x in data:
    _heapq.heappush(h, x)
print(h[:20], _heapq.heapreplace(h, 50), _heapq.heappushpop(h, -1), _heapq.heappushpop(h, 70))
m = data[:]
_heapq.heapify_max(m)
_heapq.heappush_max(m, 1000)
print(m[:10], _heapq.heapreplace_max(m, 5), _heapq.heappushpop_max(m, 2000), _heapq.heappop_max(m))
print([_heapq.heappop_max(m) for _ in range(len(m))][:20])
s = [(x, str(i)) for i, x in enumerate("qwertyuiop")]
_heapq.heapify(s)
print(s)
show(lambda: _heapq.heappop([]))
show(lambda: _heapq.heapreplace([], 1))
show(lambda: _heapq.heappush((), 1))
show(lambda: _heapq.heappush([1], "x"))


class Evil:
    def __lt__(self, other):
        h.clear()
        return False


h = [Evil(), Evil(), Evil()]
show(lambda: _heapq.heapify(h))
a = sorted(data)
for x in (-1, 0, 5, 50, 99, 1000):
    print(_bisect.bisect_left(a, x), _bisect.bisect_right(a, x), _bisect.bisect_right(a, x, 10, 20))
b = []
for x in data:
    _bisect.insort_right(b, x)
print(b == a)
b = []
for x in data:
    _bisect.insort_left(b, x, key=lambda v: -v)
print(b == a[::-1], _bisect.bisect_left(b, -50, key=lambda v: -v), _bisect.bisect_right("abc", "b"))
show(lambda: _bisect.bisect_right([1], 2, -1))
show(lambda: _bisect.bisect_right(5, 2))
show(lambda: _bisect.bisect_right([1, 2], "x"))
