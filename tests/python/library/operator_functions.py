# operator: each function on each kind of operand, getters, callers, and wrong uses.
import operator as o


class Index:
    def __index__(self):
        return 3


class Matrix:
    def __matmul__(self, other):
        return "matmul"

    def __imatmul__(self, other):
        return "imatmul"


data = {"a": [1, {"b": 2}]}


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[f(7, 2) for f in (o.add, o.sub, o.mul, o.truediv, o.floordiv, o.mod, o.pow, o.lshift, o.rshift, o.and_, o.or_, o.xor, o.lt, o.le, o.eq, o.ne, o.ge, o.gt)], o.matmul(Matrix(), 1), o.imatmul(Matrix(), 1)
o.neg(3), o.pos(-3), o.inv(5), o.invert(5), o.abs(-2), o.not_([]), o.truth("x"), o.is_(None, None), o.is_not(1, 2), o.is_none(None), o.is_not_none(0), o.index(Index()), o.length_hint([1, 2]), o.length_hint(iter("abc")), o.length_hint(object(), 5)
o.concat([1], [2]), o.contains("abc", "b"), o.countOf([1, 2, 1], 1), o.indexOf("abc", "c"), o.getitem([1, 2], -1), o.setitem(data, "z", 1), o.delitem(data, "z"), o.getitem("abc", slice(1, 3)), o.call(max, 1, 2, key=lambda x: -x)
o.itemgetter(1)("abc"), o.itemgetter("a", "a")(data), o.itemgetter(slice(1))("abc"), o.itemgetter(-1, 0)([1, 2, 3]), o.attrgetter("real")(3), o.attrgetter("real", "imag")(1j), o.attrgetter("__class__.__name__")(5), o.methodcaller("split", ",", maxsplit=1)("a,b,c"), o.methodcaller("upper")("a")
o.iadd([1], [2]), o.isub(5, 2), o.imul([1], 2), o.ifloordiv(7, 2), o.ilshift(1, 3), o.ior({1}, {2}), o.iconcat("a", "b"), o.ixor(5, 1), o.ipow(2, 3), o.imod("%d", 5), o.itruediv(1, 4), o.iand(6, 3), o.irshift(8, 1)
o.add(1, "a")
o.concat(1, 2)
o.indexOf([1], 2)
o.index(1.5)
o.length_hint([], "x")
o.itemgetter()
o.itemgetter(1)(5)
o.itemgetter("x")({})
o.attrgetter("nope")(5)
o.attrgetter(5)
o.methodcaller()
o.methodcaller(5)
o.methodcaller("nope")("a")
o.itemgetter(1)(1, 2)
o.add(1)
o.setitem((1,), 0, 2)
o.delitem([], 0)
repr(o.itemgetter(1, "a")), repr(o.attrgetter("a.b")), repr(o.methodcaller("m", 1, k=2)), o.__add__(1, 2), o.__getitem__([5], 0), sorted(set(dir(o)) & {"add", "__iadd__", "is_none", "call"})""".splitlines():
    attempt(text)
