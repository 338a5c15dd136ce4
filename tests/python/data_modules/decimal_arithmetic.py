# Arithmetic of decimal numbers: rounding, signals, special values, sizes, and what each operation raises.
import random
from decimal import *

random.seed(20)


def show(text, function):
    try:
        print(text, function())
    except ArithmeticError as error:
        print(text, type(error).__name__, error)
    except (TypeError, ValueError) as error:
        print(text, type(error).__name__, error)


VALUES = """-0 1 0.1 -7.5E+3 1E-30 123456789012345678901234567890.123456789 -1E-1000026 -Infinity -NaN42 sNaN7
99999999999999999999999999995 0E+7""".split()
OPERATIONS = ["__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__divmod__", "__pow__",
              "compare", "compare_total", "max", "min_mag", "remainder_near", "next_toward", "quantize", "scaleb"]

context = getcontext()
context.traps[Overflow] = context.traps[DivisionByZero] = context.traps[InvalidOperation] = False
for a in VALUES:
    for b in VALUES:
        if "0E" in b and "sNaN" in a:
            continue
        for name in OPERATIONS:
            if name == "__pow__" and ("123456789012345678901" in a + b or "99999999999" in b or "E+3" in b):
                continue
            context.clear_flags()
            result = getattr(Decimal(a), name)(Decimal(b))
            flags = [signal.__name__ for signal, is_set in context.flags.items() if is_set]
            print(a, name, b, "->", result, *flags)

for a in VALUES:
    for name in ["__neg__", "__pos__", "__abs__", "sqrt", "exp", "ln", "log10", "normalize", "next_plus", "next_minus",
                 "logb", "to_integral_exact", "number_class", "as_tuple", "to_eng_string", "adjusted"]:
        context.clear_flags()
        if name == "exp" and abs(Decimal(a)).adjusted() > 6 and Decimal(a).is_finite():
            continue
        result = getattr(Decimal(a), name)()
        flags = [signal.__name__ for signal, is_set in context.flags.items() if is_set]
        print(name, a, "->", result, *flags)

setcontext(Context(prec=28))
show("1/0", lambda: Decimal(1) / 0)
show("0/0", lambda: Decimal(0) / 0)
show("inf-inf", lambda: Decimal("inf") - Decimal("inf"))
show("1e999999*10", lambda: Decimal("1e999999") * 10)
show("quantize", lambda: Decimal("1e30").quantize(Decimal("0.01")))
show("sNaN<1", lambda: Decimal("sNaN") < 1)
show("float", lambda: Decimal(1) + 1.5)
show("str", lambda: Decimal(1) < "1")
show("traps", lambda: Context(traps=[Inexact, Rounded]).divide(1, 3))
show("divmod", lambda: getcontext().divmod(1, 0))

for rounding in [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]:
    with localcontext(prec=3, rounding=rounding):
        texts = ["1.2345", "-1.2345", "1.235", "1.245", "-1.245", "1.2501", "9.995", "1.2050", "0.0012345", "-9999"]
        print(rounding, *[+Decimal(text) for text in texts])
        print(rounding, *[Decimal(text).to_integral_value() for text in texts])

# Any precision: results that are exactly as long, and much longer than machine numbers.
for precision in [1, 2, 9, 19, 28, 38, 39, 60, 300]:
    with localcontext(prec=precision, traps=[]):
        x = Decimal(random.randrange(10**40)) / Decimal(random.randrange(1, 10**30))
        y = Decimal(random.randrange(10**70)).scaleb(-30)
        print(precision, x, y, x + y, x - y, x * y, x / y, y // 7, y % 7, x.sqrt(), x.ln(), (x / 10**12).exp(), y.log10(), x ** 5, x ** -3)

# Ten thousand digits.
with localcontext(prec=10_000):
    third = Decimal(1) / 3
    root = Decimal(2).sqrt()
    print(hash(third), str(third)[:20], len(str(root)), str(root)[-20:], str(root * root)[:12], str(third * root)[-20:])

# Whatever is equal hashes alike.
for text in ["0", "1", "-1", "1E+3", "2.50", "-0.125", "1E+100", "123456789123456789"]:
    value = Decimal(text)
    numerator, denominator = value.as_integer_ratio()
    print(text, value.as_integer_ratio(), hash(value) == hash(numerator / denominator) or hash(value) == hash(numerator))
    print(value == numerator / denominator, value == float(value), value != 1.5, value <= numerator)
