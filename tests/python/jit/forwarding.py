"""Calls that pass on positional and keyword arguments, in hot loops."""
import functools


def counted(function):
    calls = 0

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        nonlocal calls
        calls += 1
        return function(*args, **kwargs)

    wrapper.calls = lambda: calls
    return wrapper


@counted
def plain(a, b=2, /, c=3, *, d=4, e):
    return a, b, c, d, e


@counted
def all_of(*args, **kwargs):
    return args, sorted(kwargs.items())


@counted
def steps(n, *, by=1):
    for i in range(n):
        yield i * by


class Shape:
    def __init__(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs

    def move(self, dx=0, *, dy=0):
        return dx, dy, len(self.kwargs)


class Square(Shape):
    def __init__(self, side, **kwargs):
        super().__init__(side, **kwargs)

    def move(self, *args, **kwargs):
        return super().move(*args, **kwargs)


def shapes(n):
    total = 0
    for i in range(n):
        square = Square(i, colour="red", width=i & 3)
        dx, dy, count = square.move(i, dy=2)
        total += dx + dy + count + square.kwargs["width"]
    return total


def variants(n):
    """Names that change from call to call, in another order, and of a dict that grows."""
    seen, growing = set(), {"e": 0}
    for i in range(n):
        if i % 3 == 0:
            seen.add(plain(1, c=i % 2, e=5))
        elif i % 3 == 1:
            seen.add(plain(1, e=5, c=i % 2))
        else:
            seen.add(plain(1, 2, **growing))
        if i == n // 2:
            growing["d"] = 8
    return sorted(seen)


def errors(n):
    seen = set()
    calls = [
        lambda: plain(1, **{"a": 1, "e": 2}),
        lambda: plain(1, 2, 3, c=3, e=1),
        lambda: plain(1, f=1, e=1),
        lambda: plain(1),
        lambda: plain(1, **{1: 2}),
        lambda: plain(*3, e=1),
        lambda: plain(1, **3),
        lambda: all_of(a=1, **{"a": 2}),
    ]
    for i in range(n):
        try:
            calls[i % len(calls)]()
        except TypeError as error:
            seen.add(str(error))
    return sorted(seen)


class Mapping:
    def keys(self):
        return ["e", "d"]

    def __getitem__(self, key):
        return key * 2


class Own(dict):
    def __getitem__(self, key):
        return "own"


class Name(str):
    def __hash__(self):
        return super().__hash__()

    def __eq__(self, other):
        return super().__eq__(other)


def mappings(n):
    seen = set()
    for i in range(n):
        seen.add(plain(1, **Mapping()))
        seen.add(plain(1, **Own(e=3)))
        seen.add(str(all_of(**{Name("x"): i % 3})))
        seen.add(str(all_of(i % 2, **{"x%d" % (i % 20): 1})))
    return sorted(map(str, seen))


def generated(n):
    return sum(sum(steps(5, by=i)) for i in range(n))


def kept(n):
    """What a callee does to its dict stays its own."""
    def change(**kwargs):
        kwargs["added"] = 1
        return len(kwargs)

    given = {"one": 1}
    for i in range(n):
        assert change(**given) == 2
    return given


print(shapes(500))
print(variants(600))
for line in errors(800):
    print(line)
for line in mappings(300):
    print(line)
print(generated(400))
print(kept(300))
print(plain.calls(), all_of.calls(), steps.calls())
