# heapq and bisect with keys, merged streams, max-heaps, insertion points, and objects that cannot be compared.
import bisect as b
import heapq as h

rows = [("a", 1), ("b", 3), ("c", 5)]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""(lambda x: (h.heapify(x), x, h.heappush(x, 0), h.heappop(x), h.heappushpop(x, -1), h.heapreplace(x, 9), x))([5, 3, 8, 1])
(lambda x: (h.heapify_max(x), x[0], h.heappush_max(x, 10), h.heappop_max(x), h.heappushpop_max(x, 3), h.heapreplace_max(x, 0), x))([5, 3, 8, 1])
h.nlargest(2, [3, 1, 2]), h.nsmallest(2, "hello"), h.nlargest(2, rows, key=lambda r: r[1]), h.nsmallest(0, [1]), h.nlargest(9, [1, 2]), h.nsmallest(1, [3, 1], key=lambda x: -x), h.nlargest(1, [], key=len), h.nsmallest(-1, [1])
list(h.merge([1, 4], [2, 3], [])), list(h.merge([4, 1], [3, 2], reverse=True)), list(h.merge(["bb", "a"], ["ccc"], key=len)), list(h.merge()), next(h.merge(iter([1]), (x for x in [0])))
h.heappop([])
h.heapreplace([], 1)
h.heappush((1,), 2)
h.heappush([1], "x")
h.heapify([1, "x"])
list(h.merge([1], ["x"]))
h.nlargest("x", [1])
h.nlargest(2, [1, "x"])
[b.bisect([1, 2, 2, 3], x) for x in (0, 1, 2, 3, 4)], [b.bisect_left([1, 2, 2, 3], x) for x in (0, 1, 2, 3, 4)], b.bisect([1, 2, 3], 2, 2), b.bisect([1, 2, 3], 2, 0, 1), b.bisect_left(rows, 3, key=lambda r: r[1]), b.bisect_right(rows, 3, key=lambda r: r[1]), b.bisect("abc", "b"), b.bisect(range(10**20), 5 * 10**18), b.bisect([], 1)
(lambda x: (b.insort(x, 2), b.insort_left(x, 2.0), b.insort_right(x, 0), x))([1, 3]), (lambda x: (b.insort(x, ("z", 2), key=lambda r: r[1]), x))(list(rows)), b.insort is b.insort_right
b.bisect([1], "x")
b.bisect([1], 1, -1)
b.bisect([1], 1, 0, 5)
b.bisect(5, 1)
b.insort((1,), 2)
b.bisect([1, 2], 1, key=5)
b.bisect([3, 1, 2], 2), b.bisect([None], 1, 0, 0)""".splitlines():
    attempt(text)
