# _functools: partial with placeholders, the cache, cmp_to_key, reduce.
from _functools import Placeholder as _
from _functools import _lru_cache_wrapper, cmp_to_key, partial, reduce


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


def f(*args, **kw):
    return args, kw


p = partial(f, 1, 2, a=3)
print(p(4, b=5), p.args, p.keywords, p.func is f, p())
q = partial(p, 6, a=7)
print(q.args, q.keywords, q(8), q.func is f)
p.tag = 1
print(partial(p, 9).func is p, p.__dict__)
print(partial(f, _, 2, _, 4)(1, 3, 5), partial(partial(f, _, 2, _, 4), 1)(3))
print(partial(f, _, 1, k=2)(0, z=3))
show(lambda: partial(f, _, 1)())
show(lambda: partial(f, 1, _))
show(lambda: partial(f, a=_))
show(lambda: partial())
show(lambda: partial(3))
print(_, type(_)() is _, _.__reduce__())
show(lambda: type(_)(1))
print(partial(len, 1, x=2))
r = p.__reduce__()
print(r[0] is partial, r[1] == (f,), r[2][1:])
n = partial(print)
n.__setstate__((f, (1,), {"b": 2}, {"t": 3}))
print(n(5), n.t)
show(lambda: n.__setstate__((f, 1, {}, None)))
show(lambda: n.__setstate__(()))


class C:
    m = partial(f, 1)


print(C.m(2), len(C().m(2)[0]))
show(lambda: partial(f, *range(20))(*range(20)))


class Info:
    def __init__(self, *a):
        self.a = a


def cached(function, maxsize, typed=False):
    return _lru_cache_wrapper(function, maxsize, typed, Info)


calls = []


def g(*a, **k):
    calls.append((a, k))
    return len(calls)


c = cached(g, 2)
print([c(1), c(2), c(1), c(3), c(2), c(1), c(x=1), c(x=1)], c.cache_info().a)
c.cache_clear()
print(c.cache_info().a, c(1), c.cache_info().a)
c = cached(g, None, True)
print(c(1) == c(1.0), c(1) == c(1), c(a=1) == c(a=1.0), c.cache_info().a)
c = cached(g, 0)
print(c(1) == c(1), c.cache_info().a)
c = cached(g, -5)
print(c.cache_info().a)
show(lambda: cached(1, 2))
show(lambda: cached(g, "a"))
show(lambda: cached(g, 5)([]))
c = cached(lambda n: n if n < 2 else c(n - 1) + c(n - 2), None)
print(c(80), c.cache_info().a)
c.extra = 1
print(c.__dict__)
k = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=k), k(1) < k(2), k(1) == k(1), k(5).obj)
show(lambda: k(1) < 1)
show(lambda: hash(k(1)))
show(lambda: reduce(lambda a, b: a * b, range(1, 10)))
show(lambda: reduce(max, []))
show(lambda: reduce(max, [], None))
show(lambda: reduce(max, 5))
