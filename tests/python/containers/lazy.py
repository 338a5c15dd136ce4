# enumerate, zip, map, filter, reversed.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

show(lambda: list(enumerate("" or [5, 6])))
show(lambda: list(enumerate([5, 6], 10)))
show(lambda: list(enumerate(start=-1, iterable=[5, 6])))
show(lambda: list(enumerate([5, 6, 7], 2 ** 63 - 2)))
show(lambda: list(enumerate([5, 6], 2 ** 70)))
show(lambda: enumerate())
show(lambda: enumerate(1))
show(lambda: enumerate([], "a"))
show(lambda: enumerate([], 1, 2))
show(lambda: enumerate([], x=1))
show(lambda: type(enumerate[int]).__name__)
show(lambda: list(zip()))
show(lambda: list(zip([1, 2])))
show(lambda: list(zip([1, 2], (3, 4, 5), range(9))))
show(lambda: zip(1))
show(lambda: zip([], 1))
show(lambda: zip([], x=1))
for first, second in (([1], [1, 2]), ([1, 2], [1]), ([1], [2]), ([], [])):
    show(lambda: list(zip(first, second, strict=True)))
    show(lambda: list(map(lambda *a: a, first, second, strict=True)))
    show(lambda: list(zip(second, second, first, strict=True)))
show(lambda: list(map(lambda x: x + 1, [1, 2])))
show(lambda: list(map(lambda *a: a, [1, 2], [3, 4, 5], range(3))))
show(lambda: map(len))
show(lambda: map())
show(lambda: map(len, 1))
show(lambda: list(map(1, [1])))
show(lambda: map(len, [], x=1))
show(lambda: map(len, [], strict=1, x=1))
show(lambda: list(filter(None, [0, 1, [], [2]])))
show(lambda: list(filter(bool, [0, 1, [], [2]])))
show(lambda: list(filter(lambda x: x % 2, range(6))))
show(lambda: filter(1))
show(lambda: filter(None, 1))
show(lambda: filter(a=1))
show(lambda: list(reversed([1, 2, 3])))
show(lambda: list(reversed((1, 2, 3))))
show(lambda: list(reversed(range(4))))
show(lambda: reversed(1))
show(lambda: reversed({1}))
show(lambda: reversed())
show(lambda: reversed([], []))
show(lambda: reversed(a=1))
class Sequence:
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        if i >= 3:
            raise IndexError
        return i * 10
show(lambda: list(reversed(Sequence(3))))
show(lambda: list(reversed(Sequence(5))))
show(lambda: list(Sequence(1)))
show(lambda: reversed(Sequence(3)).__length_hint__())
class NotReversible(list):
    __reversed__ = None
show(lambda: reversed(NotReversible()))
class Own:
    def __reversed__(self):
        return "anything"
show(lambda: reversed(Own()))

def failing():
    yield 1
    raise KeyError("inside")
for make in (enumerate, zip, lambda i: map(lambda x: x, i), lambda i: filter(None, i)):
    i = make(failing())
    print(next(i))
    show(lambda: next(i))
    print(next(i, "end"))
def stops(x):
    if x == 2:
        raise StopIteration
    return x
print(list(map(stops, [1, 2, 3])))
class Counter(enumerate):
    pass
class Zipped(zip):
    pass
print(list(Counter([1])), list(Zipped([1], [2])), type(iter(Zipped())).__name__)
for i in (enumerate([1]), zip([1]), zip([1], strict=True), map(len, [1]), map(len, [1], strict=True), filter(len, [1]), reversed((1,))):
    r = i.__reduce__()
    print(type(i).__name__, len(r), r[0] is type(i), len(r[1]), r[2:], i.__iter__() is i)
z = zip([1, 2], [3])
z.__setstate__(True)
show(lambda: list(z))
