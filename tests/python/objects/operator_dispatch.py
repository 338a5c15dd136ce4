# Which method an operator asks: reflected ones, subclasses first, NotImplemented, in-place fallbacks, missing and None'd methods.
import operator

trail = []


def logged(name, result):
    def method(self, other, *rest):
        trail.append(f"{type(self).__name__}.{name}")
        return result

    return method


def show(text, **names):
    trail.clear()
    try:
        result = eval(text, globals(), names)
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    print(text, "->", result, *trail)


class Base:
    __add__ = logged("__add__", "base add")
    __radd__ = logged("__radd__", "base radd")
    __sub__ = logged("__sub__", NotImplemented)
    __rsub__ = logged("__rsub__", NotImplemented)
    __mul__ = logged("__mul__", NotImplemented)
    __lt__ = logged("__lt__", NotImplemented)
    __gt__ = logged("__gt__", "base gt")
    __eq__ = logged("__eq__", NotImplemented)
    __pow__ = logged("__pow__", "pow")
    __iadd__ = logged("__iadd__", NotImplemented)
    __isub__ = logged("__isub__", "isub")
    __divmod__ = logged("__divmod__", "divmod")
    __rdivmod__ = logged("__rdivmod__", "rdivmod")


class Inherits(Base):
    pass


class Overrides(Base):
    __radd__ = logged("__radd__", "derived radd")
    __rmul__ = logged("__rmul__", "derived rmul")
    __gt__ = logged("__gt__", "derived gt")
    __eq__ = logged("__eq__", "derived eq")
    __rpow__ = logged("__rpow__", "derived rpow")


class Unrelated:
    __radd__ = logged("__radd__", "unrelated radd")
    __rsub__ = logged("__rsub__", "unrelated rsub")
    __rmatmul__ = logged("__rmatmul__", "rmatmul")
    __add__ = None
    __rlshift__ = None
    __eq__ = None


class Int(int):
    __radd__ = logged("__radd__", "int radd")
    __rsub__ = logged("__rsub__", NotImplemented)
    __rpow__ = logged("__rpow__", "int rpow")


class List(list):
    __rmul__ = logged("__rmul__", "list rmul")
    __radd__ = logged("__radd__", "list radd")
    __iadd__ = logged("__iadd__", "list iadd")


b, i, o, u, n, l = Base(), Inherits(), Overrides(), Unrelated(), Int(5), List([1])
for text in ("b + b", "b + i", "b + o", "o + b", "b + u", "u + b", "b + 1", "1 + b", "1 + o", "b - b", "b - i", "b - u", "b - 1", "1 - b", "b * o", "o * b", "b * 1", "b @ u", "1 @ u", "u @ 1", "u << 1", "1 << u", "b < o", "b < b", "b < 1", "1 < b", "1 > b", "b == o", "o == b", "b == b", "b == 1", "u == u", "u == 1", "1 == u", "b != o", "b != b", "b ** 2", "2 ** b", "b ** o", "pow(b, 2, 3)", "pow(2, b)", "pow(2, 3, b)", "divmod(b, 1)", "divmod(1, b)", "divmod(b, o)", "1 + n", "n + 1", "1 - n", "2 ** n", "n ** 2", "True + n", "1.0 + n", "[] + l", "l + []", "2 * l", "l * 2", "(1,) + l", "'a' + l", "-b", "~b", "b[0]", "b()", "len(b)", "iter(b)", "abs(b)", "b in b", "round(b)", "int(b)", "b @ b", "'%s' % b == ''", "sum([b, b])", "sum([1, b])", "operator.iadd(b, 1)", "operator.isub(b, 1)", "operator.imul(b, o)", "operator.iadd(u, 1)", "operator.iadd(l, 5)", "operator.imul([1], l)", "operator.imul(l, 2)", "operator.iadd([1], l)", "operator.iadd([1], 'ab')", "operator.iadd([1], 5)", "operator.iadd((1,), [2])", "operator.ipow(2, b)", "operator.ior({1}, [2])", "operator.ior({1: 2}, [(3, 4)])", "{1} | [2]", "{1: 2} | [(3, 4)]", "operator.iconcat([1], (2,))", "operator.concat(1, 2)", "operator.index(n)", "1 + None", "None + 1", "'a' + 1", "1 + 'a'", "[] + ()", "() + []", "b'' + ''", "'' + b''", "1 - ''", "{} + {}", "'a' * 1.0", "1.0 * 'a'", "[1] * 'a'", "1 < 'a'", "'a' < 1", "[] < ()", "None < None", "{} < {}", "1j < 2j", "1 // 'a'", "1 % 'a'", "divmod(1, 'a')", "pow(1, 'a')", "pow(1, 'a', 2)", "1 << 1.0", "1.0 | 1", "~1.0", "-''", "+[]", "1 @ 2", "1 in 2", "object() + 1", "print >> 1", "type + 1", "type | 1", "int | str", "int | None", "1 | int", "abs | 1", "() * None"):
    show(text)


class Attribute:
    def __getattribute__(self, name):
        trail.append(name)
        return object.__getattribute__(self, name)

    def __add__(self, other):
        return "type's"


a = Attribute()
a.__add__ = lambda other: "instance's"
show("a + 1")
show("a.__add__(1)")
