# Tuples: methods, slices, comparison, hashes, subclasses.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

t = (1, 2, 3, 2)
show(lambda: t.count(2))
show(lambda: t.index(2))
show(lambda: t.index(2, 2))
show(lambda: t.index(9))
show(lambda: t[1:3])
show(lambda: t[::-2])
show(lambda: t[:] is t)
show(lambda: t[5:] is ())
show(lambda: t[9])
show(lambda: t["a"])
show(lambda: t + (4,))
show(lambda: t + [4])
show(lambda: (t + ()) is t)
show(lambda: t * 2)
show(lambda: 2 * (1,))
show(lambda: t * 0)
show(lambda: t * "a")
show(lambda: tuple("" or [1, 2]))
show(lambda: tuple(t) is t)
show(lambda: tuple(1))
show(lambda: tuple((), ()))
show(lambda: tuple(a=1))
show(lambda: ())
show(lambda: (1,))
show(lambda: t.__getnewargs__())
show(lambda: hash(()) == hash(tuple([])))
show(lambda: hash((1, 2, 3)))
show(lambda: hash((1, (2, 3))))
show(lambda: hash(([],)))
show(lambda: (1, 2) < (1, 3))
show(lambda: (1, 2) < (1,))
show(lambda: (1, None) < (1, 2))
show(lambda: (1, None) < (2, 2))
show(lambda: () < [])
show(lambda: (1, 2) == [1, 2])
show(lambda: 2 in t)
show(lambda: type(tuple[int]).__name__)
def assign():
    t[0] = 1
def delete():
    del t[0]
show(assign)
show(delete)
l = ([],)
l[0].append(l)
print(l)

class Point(tuple):
    def __new__(cls, x, y):
        return super().__new__(cls, (x, y))
    @property
    def x(self):
        return self[0]
p = Point(1, 2)
print(p, p.x, p[1], len(p), list(p), p == (1, 2), hash(p) == hash((1, 2)), type(p + (3,)), type(p[:]), isinstance(p, tuple))
a, b = p
print(a, b, {p: 1}[(1, 2)])
class Reflected:
    def __radd__(self, other):
        return "radd"
    def __rmul__(self, other):
        return "rmul"
print(t + Reflected(), [1] + Reflected(), t * Reflected(), [1] * Reflected())
