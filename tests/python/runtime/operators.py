import _functools as f
import _operator as o


def show(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


class Thing:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def method(self, *args, **kwargs):
        return args, kwargs


thing = Thing(a=1, b=Thing(c=2))
show(o.attrgetter("a"), thing)
show(o.attrgetter("b.c", "a"), thing)
show(o.attrgetter("x"), 1)
show(o.attrgetter)
show(o.attrgetter, 1)
show(o.itemgetter(1), "abc")
show(o.itemgetter(0, -1), "abc")
show(o.itemgetter("k"), {})
show(o.itemgetter)
show(o.methodcaller("method", 1, k=2), thing)
show(o.methodcaller)
show(o.methodcaller, 1)
print(o.attrgetter("a.b"), o.itemgetter(1, 2), o.methodcaller("x", 1, k=2))
print(o.add(1, 2), o.concat([1], [2]), o.mul("a", 3), o.and_(6, 3), o.not_([]), o.truth([]), o.is_(None, None))
show(o.concat, 1, 2)
print(o.countOf([1, 2, 1, True], 1), o.indexOf("abc", "c"), o.contains("abc", "b"), o.length_hint([1, 2]), o.length_hint(1, 7))
show(o.indexOf, [1], 2)
values = [1]
print(o.iadd(values, [2]), values, o.lt(1, 2), o.eq(1, 1.0), o.neg(3), o.invert(3), o.index(True), o.is_none(None))
o.setitem(values, 0, "z")
o.delitem(values, 1)
print(values, o.getitem(values, 0), o.call(max, [3, 4], default=1))
show(f.reduce, o.add, [1, 2, 3])
show(f.reduce, o.add, [], 5)
show(f.reduce, o.add, [])
show(f.reduce, o.add, 3)
print(sorted([3, 1, 2], key=f.cmp_to_key(lambda a, b: b - a)))
show(o.lt, f.cmp_to_key(lambda a, b: 0)(1), 3)
p = f.partial(thing.method, 1, k=2)
print(p(3, j=4), p.args, p.keywords, p(k=5), f.partial(p, 9)(10))
p.note = "kept"
print(p.note, f.partial(print, 1, sep="-").keywords)
show(f.partial)
show(f.partial, 1)


class Holder:
    method = f.partial(lambda *args: len(args), 1)


print(Holder().method(2))
calls = []


def square(x, *, y=0):
    calls.append((x, y))
    return x * x + y


for size in [None, 2, 0]:
    calls.clear()
    cached = f._lru_cache_wrapper(square, size, False, lambda *info: info)
    print([cached(n) for n in [1, 2, 1, 3, 2, 1]], cached(1, y=5), cached(x=2), len(calls), cached.cache_info())
    cached.cache_clear()
    print(cached.cache_info())
show(cached, None)
show(f._lru_cache_wrapper(square, None, True, tuple), [])
