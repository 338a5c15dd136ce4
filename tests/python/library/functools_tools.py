# Caches, partial application, single dispatch, total ordering, reductions.
import functools
from functools import cache, cached_property, cmp_to_key, lru_cache, partial, partialmethod, reduce, singledispatch, singledispatchmethod, total_ordering, wraps


@lru_cache(maxsize=2)
def square(n):
    print("computing", n)
    return n * n


print([square(n) for n in (1, 2, 1, 3, 2)], square.cache_info(), square.__wrapped__(5))
square.cache_clear()
print(square.cache_info(), square.cache_parameters())


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info().hits)


class Lazy:
    @cached_property
    def value(self):
        print("once")
        return 42


lazy = Lazy()
print(lazy.value, lazy.value, lazy.__dict__)
base2 = partial(int, base=2)
print(base2("101"), base2.func, base2.keywords, partial(base2, "11")(), repr(partial(print, 1, sep="-")))


class Cell:
    def __init__(self):
        self.alive = False

    def set_state(self, state):
        self.alive = state

    kill = partialmethod(set_state, False)
    revive = partialmethod(set_state, True)


cell = Cell()
cell.revive()
print(cell.alive)


@singledispatch
def show(value):
    return f"object {value}"


@show.register
def _(value: int):
    return f"int {value}"


@show.register(list)
@show.register(tuple)
def _(value):
    return f"sequence of {len(value)}"


print(show(1), show(True), show([1, 2]), show(()), show("s"), show.dispatch(bool) is show.registry[int])


class Formatter:
    @singledispatchmethod
    def format(self, value):
        return "?"

    @format.register
    def _(self, value: str):
        return value.upper()


print(Formatter().format("x"), Formatter().format(1))


@total_ordering
class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts


print(Version(1, 2) >= Version(1, 1), Version(1) > Version(2), Version(1) <= Version(1))
print(reduce(lambda a, b: a * b, range(1, 6)), reduce(max, [], 0), sorted("bAc", key=cmp_to_key(lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))))
try:
    reduce(max, [])
except TypeError as error:
    print(error)


def outer(function):
    @wraps(function)
    def inner(*args):
        """inner's"""
        return function(*args)

    return inner


@outer
def named():
    """named's"""


print(named.__name__, named.__doc__, named.__wrapped__.__name__, functools.partial(partial(max, 1), 2).args)
first = partial(pow, functools.Placeholder, 2)
print(first(7))
