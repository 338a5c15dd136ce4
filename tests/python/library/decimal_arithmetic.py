# Decimal: exact arithmetic, contexts, rounding, formatting, signals.
import decimal
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, getcontext, localcontext

print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / Decimal(3), Decimal("1.10") * 3, Decimal(2) ** Decimal("0.5"), Decimal("-7") // 2, Decimal("-7") % 2, divmod(Decimal("7.5"), 2))
print(Decimal(0.1), Decimal("1E+5"), Decimal("-0"), Decimal((1, (1, 2, 3), -2)), Decimal("NaN"), Decimal("-Infinity"), Decimal(" 1_000.5 "), repr(Decimal("1.50")))
for rounding in ROUND_DOWN, ROUND_UP, ROUND_HALF_UP, ROUND_HALF_EVEN:
    print(rounding, [str(Decimal(x).quantize(Decimal("0.1"), rounding)) for x in ("1.25", "1.35", "-1.25", "1.21")])
with localcontext(prec=5) as context:
    print(Decimal(1) / 7, Decimal("123456789") + 0, context.prec, +Decimal("1.23456789"))
print(getcontext().prec, Context(prec=3).divide(Decimal(2), Decimal(3)), Decimal(2).sqrt(), Decimal(1).exp(), Decimal(10).ln(), Decimal(1000).log10())
print(f"{Decimal('1234567.891'):,.2f} {Decimal('0.000012'):e} {Decimal('12'):>8} {Decimal('0.5'):.0%} {Decimal('1E-7')}", format(Decimal("3.14159"), ".3g"), Decimal("1E+3").to_eng_string())
print(Decimal("1.0") == 1, Decimal("1.0") == 1.0, hash(Decimal("1.0")) == hash(1), Decimal("1.1") < 1.2, Decimal("1.20").normalize(), Decimal("1.2").as_tuple(), Decimal("3.7").to_integral_value(), int(Decimal("-3.7")), round(Decimal("2.5")), round(Decimal("2.675"), 2), float(Decimal("0.1")))
print(Decimal("2.5").as_integer_ratio(), Decimal(5).compare(Decimal(3)), Decimal("1e400").adjusted(), Decimal("123").scaleb(-2), Decimal("5").fma(2, 3), Decimal("Infinity") - 1, Decimal("0.1").is_signed(), Decimal("-1").copy_abs(), sum([Decimal("0.1")] * 10))
for attempt in (lambda: Decimal(1) / 0, lambda: Decimal("abc"), lambda: Decimal("sNaN") + 1, lambda: Decimal("Infinity") - Decimal("Infinity"), lambda: Decimal(1) + 1.0, lambda: Decimal(-1).sqrt(), lambda: int(Decimal("NaN")), lambda: Decimal("1e999999") ** 10):
    try:
        print(attempt())
    except (decimal.DecimalException, TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__)
with localcontext() as context:
    context.traps[decimal.DivisionByZero] = False
    print(Decimal(1) / 0, bool(context.flags[decimal.DivisionByZero]), -Decimal(1) / 0)
