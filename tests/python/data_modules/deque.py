# deque: ends, limits, rotation, positions, comparison, errors, mutation during iteration.
from _collections import deque


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


d = deque([1, 2, 3], maxlen=5)
d.append(4)
d.appendleft(0)
d.append(9)
print(d, d[0], d[-1], len(d), list(reversed(d)), d.maxlen)
for steps in (2, -3, 0, 12, -7):
    d.rotate(steps)
    print(steps, d)
show(lambda: d.insert(1, 1))
show(lambda: d[10])
show(lambda: d["a"])
show(lambda: d[0:1])
show(lambda: deque(maxlen=-1))
show(lambda: deque() + 1)
show(lambda: deque().pop())
show(lambda: deque().popleft())
show(lambda: d.remove(99))
show(lambda: d.index(99))
show(lambda: deque(1))
show(lambda: d * 2)
show(lambda: 3 * deque("ab"))
show(lambda: deque("abc") + deque("d"))
show(lambda: (deque("ab") < deque("b"), deque("ab") == deque("ab"), deque("ab") != deque("abc"), deque() >= deque()))
show(lambda: d.copy() == d)
show(lambda: deque("abcab").count("a"))
show(lambda: deque("abcab").index("a", 1))
show(lambda: deque("abcab").index("a", -4, -1))
show(lambda: deque([1], 0))


def mutate():
    for x in d:
        d.append(x)


show(mutate)


class Bad:
    def __eq__(self, other):
        d.clear()
        return False


d = deque([Bad(), 1, 2])
show(lambda: d.remove(5))
d = deque([Bad(), 1, 2])
show(lambda: 5 in d)
d = deque([Bad(), 1, 2])
show(lambda: d.index(5))

for length in range(6):
    for where in range(-7, 8):
        a, b = deque(range(length)), list(range(length))
        a.insert(where, "x")
        b.insert(where, "x")
        assert list(a) == b, (length, where)
        if -len(b) <= where < len(b):
            del a[where], b[where]
            assert list(a) == b, (length, where)
            b[where - 1 if where > 0 else 0 : 0] = []
d = deque()
for i in range(100):
    d.append(i)
    d.appendleft(-i)
    if i % 3 == 0:
        d.popleft()
print(sum(d), d[50], d[-50], len(d))
d.extend(d)
d.extendleft("xyz")
print(len(d), list(d)[:5])
d.reverse()
print(list(d)[-5:])
r = deque()
r.append(r)
print(r)


class Sub(deque):
    pass


s = Sub([1, 2], 3)
s.tag = "t"
print(s, s + [3] if False else s.copy(), s.__reduce__()[:3], type(s * 2))
it = iter(deque("abc"))
print(next(it), it.__length_hint__(), list(it), it.__length_hint__())
print(deque([1, 2, 3], 2), deque(iter("abc"), maxlen=None))
match deque([1, 2]):
    case [a, b]:
        print("sequence", a, b)
