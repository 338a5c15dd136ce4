# functools: single dispatch, caches and their counts, total ordering, partial methods, comparison keys.
import functools as f
from functools import Placeholder, partial, singledispatch


@singledispatch
def show(x, extra=None):
    return f"object {x}"


@show.register
def _(x: int | bool, extra=None):
    return f"int {x}"


@show.register(list)
@show.register(tuple)
def _(x, extra=None):
    return f"sequence {len(x)}"


class Base:
    pass


class Derived(Base):
    @f.singledispatchmethod
    def method(self, x):
        return "any"

    @method.register
    def _(self, x: str):
        return "text " + x

    @f.singledispatchmethod
    @classmethod
    def made(cls, x):
        return cls.__name__

    @f.cached_property
    def costly(self):
        calls.append("costly")
        return len(calls)

    part = f.partialmethod(lambda self, a, b=1: (type(self).__name__, a, b), 5)


@f.total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n if isinstance(other, Version) else NotImplemented

    def __lt__(self, other):
        return self.n < other.n if isinstance(other, Version) else NotImplemented


calls = []
cached = f.lru_cache(maxsize=2, typed=True)(lambda x, k=0: calls.append(x) or x * 2)
d = Derived()


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""show(1), show(True), show([1]), show((1, 2)), show("x"), show.dispatch(bool).__name__, show.dispatch(dict) is show.registry[object], sorted(t.__name__ for t in show.registry), show.register(Base, lambda x: "base") is not None, show(Derived())
show()
show.register(5)
show.registry[str]
d.method(1), d.method("x"), Derived.made(1), d.part(), d.part(b=2), d.costly, d.costly, d.__dict__["costly"], calls
cached(1), cached(1), cached(1.0), cached(1, k=0), cached(2), cached(1), cached.cache_info(), cached.cache_parameters(), cached.__wrapped__(3), cached.cache_clear(), cached.cache_info()
cached([])
f.lru_cache(None)(len)("ab"), f.cache(str)(5), f.lru_cache(len)("abc"), f.lru_cache(maxsize=0)(len)("a"), f.lru_cache(maxsize=-5)(len).cache_info()
f.lru_cache("x")
f.cache(5)
Version(1) <= Version(1), Version(2) > Version(1), Version(1) >= Version(2), sorted([Version(2), Version(1)])[0].n
Version(1) <= 5
f.total_ordering(type("None_", (), {}))
partial(int, base=2)("101"), partial(partial(pow, 2), 3).args, partial(print, 1, sep="-").keywords, repr(partial(int, base=2)), partial(max, 1).func is max, partial(lambda *a, **k: (a, k), 1, x=2)(3, x=4, y=5), partial(sorted, Placeholder, reverse=True)([1, 2]), partial(divmod, Placeholder, 2)(7)
partial()
partial(5)
partial(divmod, 1, Placeholder)
partial(divmod, Placeholder, 2)()
f.reduce(lambda a, b: a + b, [1, 2, 3]), f.reduce(lambda a, b: a + b, [], "i"), f.reduce(max, [5]), f.reduce(lambda a, b: a * b, range(1, 6), initial=2)
f.reduce(max, [])
f.reduce(max, 5)
sorted([3, 1, 2], key=f.cmp_to_key(lambda a, b: (a > b) - (a < b))), f.cmp_to_key(lambda a, b: 0)(1) == f.cmp_to_key(lambda a, b: 1)(2), f.cmp_to_key(lambda a, b: -1)(1) < f.cmp_to_key(lambda a, b: -1)(2), f.WRAPPER_ASSIGNMENTS, f.update_wrapper(lambda: 1, show).__name__
f.cmp_to_key(len)(1) < 5
hash(f.cmp_to_key(len)(1))""".splitlines():
    attempt(text)
