# Iterators of containers: hints, pickling support, exhaustion, changes of what they iterate.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

for source in ([1, 2, 3], (1, 2, 3), {1: 2, 3: 4}, {1}):
    i = iter(source)
    print(type(i).__name__, i.__length_hint__(), next(i), i.__length_hint__(), iter(i) is i, i.__reduce__()[1:])
    rest = list(i)
    print(rest, list(i), next(i, "end"), i.__length_hint__(), i.__reduce__()[1:])
    show(lambda: next(i))
for i in (iter([1, 2, 3]), iter((1, 2, 3)), reversed([1, 2, 3]), reversed((1, 2, 3))):
    for state in (1, 0, 100, -5):
        i.__setstate__(state)
        print(state, i.__length_hint__(), i.__reduce__()[1:], end=" ")
    print(list(i))
l = [1, 2]
i = iter(l)
for x in i:
    if len(l) < 5:
        l.append(x * 10)
print(l)
l.append(9)
print(list(i))
l = [1, 2, 3, 4]
for x in l:
    l.remove(x)
print(l)
l = [1, 2, 3, 4]
r = reversed(l)
next(r)
l.clear()
print(r.__length_hint__(), list(r))
l.extend([1, 2, 3])
print(list(r))
class Seq:
    def __getitem__(self, i):
        if i == 3:
            raise IndexError(i)
        return i
i = iter(Seq())
print(type(i).__name__, next(i), i.__reduce__()[2], i.__length_hint__(), list(i), list(i), i.__reduce__()[1])
i = iter(Seq())
i.__setstate__(2)
print(list(i))
class Fails:
    def __getitem__(self, i):
        raise ValueError(i)
i = iter(Fails())
show(lambda: next(i))
show(lambda: next(i))
n = 0
def count():
    global n
    n += 1
    return n
i = iter(count, 4)
print(type(i).__name__, list(i), n, list(i), n)
i = iter(count, 7)
print(i.__reduce__()[1][1], next(i))
def stop():
    raise StopIteration
print(list(iter(stop, 1)))
show(lambda: iter(1))
show(lambda: iter(1, 2))
show(lambda: next(1))
show(lambda: next([]))
class Self:
    def __iter__(self):
        return self
class NotIterator:
    def __iter__(self):
        return 1
class NoIter:
    __iter__ = None
show(lambda: list(Self()))
show(lambda: list(NotIterator()))
show(lambda: list(NoIter()))
show(lambda: 1 in NoIter())
class Hint:
    def __init__(self, hint):
        self.hint = hint
    def __iter__(self):
        return iter([1])
    def __length_hint__(self):
        return self.hint
for hint in (5, -1, NotImplemented, "a"):
    show(lambda: list(Hint(hint)))
