# What each container says or does when it changes while something goes through it.
from array import array
from collections import ChainMap, Counter, defaultdict, deque


def attempt(name, make, change, limit=8):
    container = make()
    seen = []
    try:
        for item in container if not callable(container) else container():
            seen.append(item)
            if len(seen) == limit:
                seen.append("...")
                break
            change(container, item)
    except Exception as error:
        seen.append(f"{type(error).__name__}: {error}")
    print(name, seen, container if not isinstance(container, set) else len(container))


attempt("list append", lambda: [1], lambda c, i: c.append(i + 1))
attempt("list remove", lambda: [1, 2, 3, 4], lambda c, i: c.remove(i))
attempt("list insert", lambda: [1, 2], lambda c, i: c.insert(0, 0), 5)
attempt("list clear", lambda: [1, 2, 3], lambda c, i: c.clear())
attempt("list slice", lambda: list(range(6)), lambda c, i: c.__setitem__(slice(0, 2), [9]))
attempt("bytearray append", lambda: bytearray(b"a"), lambda c, i: c.append(i + 1), 4)
attempt("array append", lambda: array("i", [1]), lambda c, i: c.append(i + 1), 4)
attempt("dict add", lambda: {1: 1}, lambda c, i: c.__setitem__(i + 1, 1))
attempt("dict same key", lambda: {1: 1, 2: 2}, lambda c, i: c.__setitem__(i, 5))
attempt("dict delete", lambda: {1: 1, 2: 2}, lambda c, i: c.__delitem__(i))
attempt("dict delete last", lambda: {1: 1}, lambda c, i: c.__delitem__(i))
attempt("dict replace", lambda: {1: 1, 2: 2, 3: 3}, lambda c, i: (c.pop(i), c.__setitem__(i + 10, 1)))
attempt("dict clear", lambda: {1: 1, 2: 2}, lambda c, i: c.clear())
attempt("set add", lambda: {1}, lambda c, i: c.add(i + 1))
attempt("set same", lambda: {1, 2}, lambda c, i: c.add(1))
attempt("set discard", lambda: {1, 2}, lambda c, i: c.clear())
attempt("deque append", lambda: deque([1]), lambda c, i: c.append(2))
attempt("deque replace", lambda: deque([1, 2]), lambda c, i: c.__setitem__(0, 7))
attempt("deque rotate", lambda: deque([1, 2, 3]), lambda c, i: c.rotate(1))
attempt("bounded deque", lambda: deque([1, 2], 2), lambda c, i: c.append(3))
attempt("default read", lambda: defaultdict(int, a=1), lambda c, i: c[i + "x"])
attempt("counter", lambda: Counter("ab"), lambda c, i: c.update(["new" + i]))
attempt("chain map", lambda: ChainMap({1: 1}, {2: 2}), lambda c, i: c.__setitem__(i + 10, 1), 4)
for view in ("keys", "values", "items"):
    d = {1: 1, 2: 2}
    iterator = iter(getattr(d, view)())
    next(iterator)
    d[3] = 3
    try:
        next(iterator)
    except RuntimeError as error:
        print(view, error)
    try:
        print(list(iterator))
    except RuntimeError as error:
        print(view, "again", error)
    reverse = reversed(getattr(d, view)())
    next(reverse)
    del d[1]
    try:
        print(next(reverse))
    except (RuntimeError, StopIteration) as error:
        print(view, "reversed", type(error).__name__, error)
numbers = [1, 2, 3]
iterator, back = iter(numbers), reversed(numbers)
print(next(iterator), next(back), iterator.__length_hint__(), back.__length_hint__())
numbers[:] = []
print(list(iterator), list(back), iterator.__length_hint__(), back.__length_hint__())
numbers.extend([1, 2, 3])
print(list(iterator), list(back))
exhausted = iter([])
print(next(exhausted, "end"), exhausted.__reduce__(), exhausted.__setstate__(5))
d = {1: 1, 2: 2}
print([d.pop(k) for k in list(d)], d, [(k, d.setdefault(k + 1, 0)) for k in (1, 2)], d)
