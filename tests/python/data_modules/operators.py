# _operator: functions, getters, errors.
import _operator as op


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


names = "add sub mul truediv floordiv mod pow lshift rshift and_ or_ xor lt le eq ne gt ge iadd isub imul ifloordiv".split()
for name in names:
    print(name, getattr(op, name)(17, 3))
for name in "neg pos inv invert abs index not_ truth".split():
    print(name, getattr(op, name)(-5))
a = [1, 2, 3]
print(op.concat(a, [4]), op.contains(a, 2), op.getitem(a, 1), op.countOf(a, 1), op.indexOf(a, 3), op.length_hint(iter(a)), op.length_hint(5, 7))
op.setitem(a, 0, 9)
op.delitem(a, 1)
print(a, op.is_(a, a), op.is_not(a, None), op.is_none(None), op.is_not_none(None), op.call(max, 1, 2))
show(lambda: op.concat(1, 2))
show(lambda: op.indexOf([], 1))
show(lambda: op.length_hint(1, "x"))
show(lambda: op.add(1))
show(lambda: op.index(1.5))


class C:
    def m(self, *args, **kw):
        return args, kw


c = C()
c.x = C()
c.x.y = 5
print(op.attrgetter("x.y")(c), op.attrgetter("x.y", "x.y")(c))
print(op.itemgetter(1)([1, 2]), op.itemgetter(0, 1)("ab"), op.itemgetter(slice(1, 3))("abcd"))
print(op.methodcaller("m", 1, k=2)(c))
print(op.attrgetter("a", "b.c"), op.itemgetter(1, "x"), op.methodcaller("m", 1, k=2))
show(lambda: op.attrgetter())
show(lambda: op.attrgetter(1))
show(lambda: op.itemgetter(5)([]))
show(lambda: op.methodcaller())
show(lambda: op.methodcaller(1))
show(lambda: op.attrgetter("zz")(c))
