# Sorting: stability, keys, reverse, errors, changes while it is under way.
def numbers(count, limit):
    state = 12345
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        yield state // 65536 % limit

class Item:
    compared = 0
    def __init__(self, key, tag):
        self.key, self.tag = key, tag
    def __lt__(self, other):
        Item.compared += 1
        return self.key < other.key

for count in (0, 1, 2, 3, 10, 63, 64, 65, 100, 500):
    for limit in (3, 1000):
        plain = list(numbers(count, limit))
        assert sorted(plain) == sorted(map(float, plain))
        items = [Item(key, tag) for tag, key in enumerate(plain)]
        items.sort()
        pairs = [(i.key, i.tag) for i in items]
        assert pairs == sorted(zip(plain, range(count))), count
        items.sort(reverse=True)
        pairs = [(-i.key, i.tag) for i in items]
        assert pairs == sorted(pairs)
        assert [i.tag for i in sorted(items, key=lambda i: i.tag)] == list(range(count))
        print(count, limit, plain[:5], sorted(plain)[:5], sorted(plain, reverse=True)[:5])

print(sorted(["b", "a", "", "abc", "B"]), sorted([2.5, -1.0, 0.0, 1e300]))
print(sorted([True, 0, 2.5, -1, 10 ** 30, -10 ** 30]))
print(sorted([(2, "a"), (1, "b"), (1, "a")]), sorted([[2], [1, 2], [1]], reverse=True))
print(sorted([3, 1, 2], key=lambda x: -x), sorted([3, 1, 2], key=None, reverse=1))
nan = float("nan")
print([x for x in sorted([3.0, nan, 1.0, nan, 2.0])][:1])

def error(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)

error(lambda: [1, "a"].sort())
error(lambda: [1].sort(1))
error(lambda: [1].sort(k=1))
error(lambda: [1, 2].sort(key=1))
error(lambda: [1j, 2j].sort())
error(lambda: sorted(1))

# A key function sees an empty list, and may not change it.
l = [3, 1, 2]
seen = []
l.sort(key=lambda x: seen.append(list(l)) or x)
print(l, seen)
l = [3, 1, 2]
error(lambda: l.sort(key=lambda x: l.append(9) or x))
print(l)
l = [3, 1, 2]
error(lambda: l.sort(key=lambda x: [l.append(9), l.pop()] and x))
print(l)
class Bad:
    def __lt__(self, other):
        raise ValueError("no order")
l = [1, 2, Bad(), 3]
try:
    l.sort()
except (ValueError, TypeError) as e:
    print(type(e).__name__, len(l))
l = [5, 4, 3]
def fail(x):
    if x == 3:
        raise KeyError(x)
    return x
error(lambda: l.sort(key=fail))
print(l)

# What is compared, in small lists.
class Log:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        print((self.n, other.n), end=" ")
        return self.n < other.n
for values in ([1, 2, 3], [3, 2, 1], [2, 1, 3], [1, 1, 1], [2, 2, 1, 1], [3, 1, 2, 5, 4, 0]):
    made = sorted(map(Log, values))
    print([x.n for x in made])
