# Methods, subscripts and slices of lists.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

def changed(items, change):
    try:
        change(items)
    except Exception as e:
        print(type(e).__name__, e, end=" ")
    print(items)

changed([1, 2], lambda l: l.append(3))
changed([1, 2], lambda l: l.extend((3, 4)))
changed([1, 2], lambda l: l.extend(l))
changed([1, 2], lambda l: l.extend(x * x for x in range(5)))
changed([1, 2], lambda l: l.extend(1))
for i in (-10, -1, 0, 1, 10):
    changed([1, 2, 3], lambda l: l.insert(i, 9))
    changed([1, 2, 3], lambda l: print(l.pop(i)))
changed([], lambda l: l.pop())
changed([1, 2, 1], lambda l: l.remove(1))
changed([1, 2, 1], lambda l: l.remove(3))
changed([1, 2, 3], lambda l: l.reverse())
changed([1, 2, 3], lambda l: l.clear())
show(lambda: [1, 2, 1].count(1))
show(lambda: [1, 2, 1].index(1, 1))
show(lambda: [1, 2, 1].index(1, -1))
show(lambda: [1, 2, 1].index(2, -1))
show(lambda: [1, 2, 3].index(3, -100, 100))
show(lambda: [].index(1, "a"))
items = list(range(10))
bounds = (None, -20, -10, -3, 0, 2, 9, 10, 25)
for start in bounds:
    for stop in bounds:
        for step in (None, 1, 2, 3, -1, -2, 100, -100):
            part = items[start:stop:step]
            copy = items[:]
            del copy[start:stop:step]
            print(start, stop, step, part, copy)
            copy = items[:]
            copy[start:stop:step] = [-x for x in part]
            assert len(copy) == 10, copy
            assert copy == [-x if x in part else x for x in items], (start, stop, step, copy)
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(1, 3), "a"))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(1, 3), [7, 8, 9, 10]))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(3, 1), [7]))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(None), l))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(None, None, 2), [7]))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(None, None, 2), 7))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(0, 1), 7))
changed([1, 2, 3, 4], lambda l: l.__setitem__(slice(None, None, -1), l))
changed([1, 2, 3, 4], lambda l: l.__setitem__(10, 7))
changed([1, 2, 3, 4], lambda l: l.__setitem__("a", 7))
changed([1, 2, 3, 4], lambda l: l.__delitem__(10))
changed([1, 2, 3, 4], lambda l: l.__delitem__(-1))
changed([1, 2, 3, 4], lambda l: l.__delitem__(None))
show(lambda: [1][1])
show(lambda: [1][10 ** 30])
show(lambda: [1][1.5])
show(lambda: [1, 2][::0])
show(lambda: [1, 2]["a":])
show(lambda: [1] + [2])
show(lambda: [1] + (2,))
show(lambda: [1] + 2)
show(lambda: [1, 2] * 3)
show(lambda: 3 * [1, 2])
show(lambda: [1, 2] * -1)
show(lambda: [1, 2] * 1.5)
show(lambda: [0] * (1 << 62))
l = [1]
l += (2, 3)
l *= 2
print(l)
l *= 0
print(l)
show(lambda: list())
show(lambda: list((1, 2)))
show(lambda: list(1))
show(lambda: list([], []))
show(lambda: list(x=1))
nested = [1]
nested.append(nested)
print(nested)
for op in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    print(op, [getattr(a, op)(b) for a in ([], [1], [1, 2], [2]) for b in ([], [1], [1, 2], [2])], getattr([], op)(()))
show(lambda: [1] < [None])
show(lambda: [1, None] < [1, 2])
show(lambda: hash([]))
show(lambda: {}[[]])
print([1, 2, 3].__contains__(2), 4 in [1, 2, 3])
