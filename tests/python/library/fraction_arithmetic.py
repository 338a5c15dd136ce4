# Fractions: construction from everything, operators with all numbers, text, rounding and limits.
import decimal
import math
import operator
from fractions import Fraction as F


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""F(), F(6, 4), F(-3, -6), F(3, -6), F("1/3"), F(" -7/21 "), F("1.25"), F("1e-3"), F("1_000/3"), F("+.5"), F(0.1), F(decimal.Decimal("0.1")), F(F(1, 2), F(3, 4)), F(True), F(2**100, 2**98)
F(1, 0)
F("1/0")
F("a")
F("1/ 2"), F("1 /2")
F("1.5/2")
F(1.5, 2)
F(float("nan"))
F(float("inf"))
F(None)
F(1j)
F("")
F(1, "2")
F.from_float(0.5), F.from_decimal(decimal.Decimal("1.5")), F.from_number(0.25), (0.75).as_integer_ratio(), F(3, 4).as_integer_ratio(), F(4).is_integer(), F(1, 2).is_integer()
F.from_float("x")
F(1, 3) + F(1, 6), F(1, 3) - 1, 2 * F(1, 3), F(1, 3) / 3, 1 / F(2, 3), F(7, 2) // 1, F(-7, 2) // 2, F(-7, 2) % 2, divmod(F(7, 2), F(2, 3)), 7 % F(3, 2), -F(1, 2), +F(1, 2), abs(F(-1, 2))
F(1, 2) + 0.5, F(1, 2) * 1j, 0.5 - F(1, 4), F(1, 2) + True, F(1, 3) == 1 / 3, F(1, 2) == 0.5, F(1, 2) == 0.5 + 0j, F(1, 2) < 0.6, F(1, 2) >= 1, F(1, 2) == "1/2"
F(1, 2) < "x"
F(1, 2) < 1j
F(1, 2) / 0
F(1, 2) % 0
F(2, 3) ** 2, F(2, 3) ** -2, F(-2, 3) ** -3, F(4) ** F(1, 2), 2 ** F(1, 2), F(2) ** 0.5, 2.0 ** F(3), F(0) ** 0, (-8) ** F(1, 3), F(2, 3) ** F(2), 5 ** F(2)
F(0) ** -1
pow(F(2), 3, 5)
round(F(5, 2)), round(F(7, 2)), round(F(-5, 2)), round(F(22, 7), 2), round(F(1234), -2), math.floor(F(-1, 2)), math.ceil(F(-1, 2)), math.trunc(F(-7, 2)), int(F(7, 2)), float(F(1, 3)), bool(F(0)), complex(F(1, 2))
operator.index(F(2))
hash(F(1, 2)) == hash(0.5), hash(F(3)) == hash(3), {F(1, 2): 1}[0.5], repr(F(1, 2)), str(F(3)), str(F(-1, 2)), F(1, 2).numerator, F(1, 2).denominator, F(1, 2).real, F(1, 2).imag, F(1, 2).conjugate()
F(math.pi).limit_denominator(100), F(math.pi).limit_denominator(1), F("0.333").limit_denominator(10), F(1, 3).limit_denominator(2)
F(1, 2).limit_denominator(0)
f"{F(1, 3):.5f}", f"{F(1, 3):e}", f"{F(12345, 7):,.2f}", f"{F(1, 3):>10}", f"{F(3):010.3f}", f"{F(1, 8):.0%}", f"{F(22, 7):.3g}", f"{F(-1, 3):+.2f}", f"{F(1, 3):#}", f"{F(2):_}", f"{F(1, 2):z.1f}"
f"{F(1, 2):d}"
f"{F(1, 2):x>}"
F(10**400, 3) > 1e308, float(F(10**400, 10**399)), F(1, 10**400) < 1e-300, F(1e300) == 1e300
float(F(10**400))
setattr(F(1), "numerator", 5)
F(1, 2).__reduce__(), F.__slots__, isinstance(F(1), __import__("numbers").Rational), math.gcd(F(4).numerator, 6), sum([F(1, 2), F(1, 3)]), max(F(1, 2), 0.6), sorted([F(1, 2), 0.3, 1])""".splitlines():
    attempt(text)
