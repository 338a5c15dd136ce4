def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


r = range(10**30)
print(r, bool(r), r[10**29], r[-1], 10**29 in r, 10**30 in r, r.index(5), r.index(10**25), r.count(7), r.count(-1))
print(r[10**29:], r[::10**28], r[::-1], r[5:10], r[10**40:], r == range(0, 10**30, 1), r == range(10**30 + 1))
attempt(lambda: len(r))
attempt(lambda: r[10**30])
attempt(lambda: r.index(-1))
for r in (range(2**64, 2**64 + 3), range(2**63 - 2, 2**63 + 2), range(-2**63 - 1, -2**63 + 2), range(10**20, 0, -4 * 10**19),
          range(0, 10**20, 3 * 10**19), range(-2**63, 2**63, 2**62)):
    print(r, len(r), r.start, r.stop, r.step)
    print(*r)
    print(*r.__reversed__())
    for x in r:
        print(x in r, r.index(x), x + 1 in r, end=" ")
    print()
it = iter(range(10**30, 10**30 + 4))
print(next(it), it.__length_hint__(), next(it), next(it), it.__length_hint__(), next(it), next(it, "end"), next(it, "end"))
it = iter(range(2**63 - 3, 2**63 + 5, 3))
print(type(it).__name__, *it)
it = iter(range(10**30, 10**30 + 10))
next(it)
it.__setstate__(3)
print(*it)
it = iter(range(10))
next(it)
print(it.__length_hint__(), type(it).__name__)
it.__setstate__(5)
print(*it)
it = iter(range(4))
it.__setstate__(100)
print(*it, it.__length_hint__())
attempt(lambda: next(it))
it = iter(range(3))
print(iter(it) is it, it.__next__(), it.__next__(), it.__next__())
attempt(it.__next__)
