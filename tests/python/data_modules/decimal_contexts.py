# Contexts, conversions, formatting, pickling: and what they say when asked for nonsense.
import contextvars
import copy
import pickle
import threading
from decimal import *
from fractions import Fraction


def show(text, function):
    try:
        print(text, repr(function()))
    except Exception as error:
        print(text, type(error).__name__, error)


c = Context()
for name, value in [("prec", 0), ("prec", "x"), ("prec", 10**20), ("Emax", -1), ("Emin", 1), ("rounding", "x"), ("capitals", 2),
                    ("clamp", 5), ("traps", {}), ("flags", 1), ("prec", 1.5), ("prec", 5), ("capitals", 0)]:
    show(f"{name} = {value!r}", lambda: setattr(c, name, value))
show("del", lambda: delattr(c, "prec"))
show("repr", lambda: c)
show("templates", lambda: (DefaultContext, BasicContext, ExtendedContext))
show("IEEE", lambda: IEEEContext(DECIMAL64) if "DECIMAL64" in globals() else IEEEContext(64))
show("IEEE", lambda: IEEEContext(33))
show("reduce", lambda: c.__reduce__())
show("pickle", lambda: pickle.loads(pickle.dumps(c)))
show("copy", lambda: copy.copy(c))
show("traps", lambda: c.traps)
show("traps", lambda: c.traps[1])
show("traps", lambda: c.traps.copy() == c.traps)
show("keyword", lambda: localcontext(foo=1))
show("argument", lambda: localcontext(1))
show("argument", lambda: setcontext(1))
show("argument", lambda: Decimal(1).exp(context=1))

for value in ["1_000.5", " 7\n", "x", "", "1e", ".", "1e1000000000000000000000", "\u0661\u0662", "nan012", "-sNaN", "iNf", 7, -2**100, True,
              0.1, -0.0, 1e300, 5e-324, float("nan"), float("-inf"), (0, (1, 2, 3), -2), (1, (), "F"), (0, (4,), "n"), [1, [0, 5], 3],
              (2, (1,), 0), (0, (10,), 0), (0, (1,), "x"), (0, 1, 0), (0, (1,), 1.5), (1, 2), None, b"1", 1j]:
    show(f"Decimal({value!r})", lambda: Decimal(value))
    show(f"create({value!r})", lambda: Context(prec=2).create_decimal(value))
for value in [1, 0.25, "1", Decimal(3)]:
    show(f"from_float({value!r})", lambda: Decimal.from_float(value))
    show(f"from_number({value!r})", lambda: Decimal.from_number(value))

for text in ["1234567.891", "-0.00", "0E+5", "-1E-10", "NaN12", "-Infinity", "12E+30", "999.995"]:
    value = Decimal(text)
    for spec in ["", "f", ".2f", "e", ".3E", "g", ".3g", "%", ".1%", ",", "_", ",.2f", "020", "020,.1f", "<20", "*^20", "=+20", "+", " ",
                 "z.1f", "#", "n", ".0f", ".2,f", "<010", "x", "s", ".", "\u00e9>20"]:
        show(f"{text}:{spec}", lambda: format(value, spec))
    for function in [int, float, complex, bool, str, repr, abs, round, hash if not value.is_nan() else len]:
        if "E+30" in text or function is not hash:
            show(f"{function.__name__} {text}", lambda: function(value))
    show(f"round {text}", lambda: (round(value, 1), round(value, -2)))
    show(f"floor {text}", lambda: (value.__floor__(), value.__ceil__(), value.__trunc__()))
    show(f"ratio {text}", lambda: value.as_integer_ratio())
    show(f"pickle {text}", lambda: (pickle.loads(pickle.dumps(value)), copy.deepcopy(value) is value, value.as_tuple()))
show("n", lambda: Decimal("1234567.5").__format__("020n", {"decimal_point": ",", "thousands_sep": ".", "grouping": "\3\3\0"}))

show("fraction", lambda: (Decimal("0.5") == Fraction(1, 2), Decimal("0.5") < Fraction(2, 3), Fraction(1, 3) == Decimal(1) / 3))
show("complex", lambda: (Decimal("0.5") == 0.5 + 0j, Decimal("0.5") == 1j))
getcontext().traps[FloatOperation] = True
show("float", lambda: Decimal(1) < 1.5)
show("float", lambda: Decimal(1) == 1.0)
show("float", lambda: Decimal(1.5))
getcontext().traps[FloatOperation] = False


class Money(Decimal):
    def __str__(self):
        return "$" + super().__str__()


amount = Money("1.50")
print(amount, type(amount + 1), type(Money.from_float(0.5)), pickle.loads(pickle.dumps(amount)), amount.as_tuple(), amount == Decimal("1.5"))
amount.note = "paid"
print(amount.note, isinstance(amount, Decimal))

getcontext().prec = 7


def in_thread():
    print(getcontext().prec)
    getcontext().prec = 3
    print(Decimal(1) / 3)


thread = threading.Thread(target=in_thread, context=contextvars.Context())
thread.start()
thread.join()
print(Decimal(1) / 3)
contextvars.copy_context().run(lambda: setcontext(Context(prec=2)))
print(Decimal(1) / 3)
with localcontext(prec=4) as inner:
    print(Decimal(1) / 3, inner is getcontext())
    with localcontext(Context(prec=5, rounding=ROUND_UP)):
        print(Decimal(1) / 3, getcontext().flags[Inexact])
print(Decimal(1) / 3)
