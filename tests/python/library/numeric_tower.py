# numbers: which types belong where, what a small complex type gets from the mix-ins.
import decimal
import fractions
import numbers as n


class Whole(n.Integral):
    def __init__(self, v):
        self.v = v

    def __int__(self):
        return self.v

    def __eq__(self, other):
        return int(self) == int(other)

    def __hash__(self):
        return self.v

    def _make(name):
        def method(self, *others):
            return Whole(getattr(int, name)(self.v, *(int(x) for x in others)))

        return method

    for _name in ("add", "radd", "mul", "rmul", "floordiv", "rfloordiv", "mod", "rmod", "pow", "rpow", "and", "rand", "or", "ror", "xor", "rxor", "lshift", "rlshift", "rshift", "rrshift", "neg", "pos", "abs", "invert", "round", "trunc", "floor", "ceil"):
        locals()[f"__{_name}__"] = _make(f"__{_name}__")
    __truediv__ = __rtruediv__ = lambda self, other: "truediv"
    __lt__ = lambda self, other: self.v < int(other)
    __le__ = lambda self, other: self.v <= int(other)


w = Whole(7)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[[isinstance(v, t) for t in (n.Number, n.Complex, n.Real, n.Rational, n.Integral)] for v in (1, True, 1.5, 1j, fractions.Fraction(1), decimal.Decimal(1), "x", w)]
(w - 2).v, (10 - w).v, divmod(w, 2)[0].v, divmod(w, 2)[1].v, w.numerator.v, w.denominator, w.real.v, w.imag, w.conjugate().v, bool(w), complex(w), float(w), w.__index__(), [0] * 8 and list(range(10))[w]
(w + 1).v, (1 + w).v, (-w).v, (~w).v, (w ** 2).v, w > 3, w >= 7, w / 2, w == 7, hash(w), sorted([Whole(3), Whole(1)])[0].v, (w << 1).v, round(w).v
n.Complex()
n.Real()
n.Integral()
issubclass(int, n.Rational), issubclass(float, n.Rational), issubclass(decimal.Decimal, n.Real), n.Number.__hash__, n.Integral.__mro__[1:5], n.Number.register.__name__
sorted(n.Rational.__abstractmethods__)""".splitlines():
    attempt(text)
