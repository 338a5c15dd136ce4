"""How tuples are ordered: by the first items that differ, whatever they are, then by length."""
import heapq
import operator

nan = float("nan")


class Odd:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return "equal" if getattr(other, "n", None) == self.n else ""

    def __lt__(self, other):
        return f"{self.n} lt"

    def __repr__(self):
        return f"Odd({self.n})"


class Sub(tuple):
    def __lt__(self, other):
        return "sub lt"

    def __gt__(self, other):
        return "sub gt"


tuples = [
    (), (1,), (2,), (1, 2), (1, 2, 3), (1.0, 2), (1.5, 2), (True, 2), (0.0,), (-0.0,), (0,), (nan,), (nan, 1), (float("inf"),), ("a",), ("a", "b"),
    ("ab",), ("\u00e9",), ("\ud800",), ("\uffff",), ("\U00010000",), (None,), ((1, 2), 3), ((1, 3), 2), ([1],), (b"a",), (2**70,), (2**63,), (-1,),
    (1, "a"), (1, "b"), ("a", 1), ("a", 2.5), (Odd(1), 2), (Odd(2), 1), Sub((1, 2)),
]
for op in (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge):
    row = []
    for a in tuples:
        for b in tuples:
            try:
                result = op(a, b)
                row.append({True: "t", False: "f"}.get(result, str(result)) if isinstance(result, bool) else f"[{result}]")
            except TypeError as error:
                row.append("!")
    print(op.__name__, "".join(row))
for a, b in (((1, "a"), (1, 2)), ((None,), (1,)), ((1, None), (1, 3)), (((),), (1,)), ((1,), [1])):
    try:
        a < b
    except TypeError as error:
        print(error)


def queue(n):
    heap, state, out = [], 7, 0
    for i in range(n):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        heapq.heappush(heap, (state % 50, "k%d" % (state % 7), i))
        if i % 3 == 2:
            priority, key, number = heapq.heappop(heap)
            out = (out * 31 + priority * 7 + len(key) + number) % 1000003
    return out, len(heap), heap[0], sorted(heap)[:2], sorted(heap, reverse=True)[0], max(heap), min(heap)


def compared(n):
    count = 0
    for i in range(n):
        a, b = (i % 3, i % 5, "x"), (1, i % 4, "y" if i & 1 else "x")
        count += (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a > b)
        if i == n - 2:
            count += (a + (nan,)) < (a + (nan,))
    return count


print(queue(3000))
print(compared(3000))
print(sorted([(2, "b"), (1, "z"), (2, "a"), (1,), (), (1.5, 0)]), sorted([(nan, 1), (nan, 0), (1.0, 2)])[2])
mixed = [(1, "a"), (1, 2)]
try:
    sorted(mixed)
except TypeError as error:
    print(error)
