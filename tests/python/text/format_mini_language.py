# format(): every kind of specification on every kind of number and text, and those that are refused.
from decimal import Decimal

values = [0, 7, -42, 1234567, True, 3.14159, -0.0, 1e10, 1.5e-7, 1e100, float("inf"), float("nan"), 2 + 3j, "text", "", "\u00e9\U0001f600", None, Decimal("12.3450"), b"x"]
specs = ["", "5", "<6", ">6", "^7", "*^9", "=+8", "08", "+", " ", "-", ",", "_", "d", "x", "#X", "#o", "b", "#b", "c", "n", "e", ".2e", "f", ".0f", "#.0f", "g", ".3g", "#g", "G", "%", ".1%", ".3", "+.2f", "012,.2f", "_.3f", ",d", "_x", "s", ".2s", "10.1s", "z.1f", "+z.0f", "\u00e9^5", "{<3", "=5", ".3d", "0<5", "+x", "<+#010x", ".10", "015_b"]
for spec in specs:
    row = []
    for value in values:
        try:
            row.append(format(value, spec))
        except (ValueError, TypeError, OverflowError) as error:
            row.append(f"!{type(error).__name__[0]}")
    print(repr(spec), *row, sep="|")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""format(5, "q")
format("a", "d")
format("a", "=5")
format("a", "+")
format("a", ",")
format(1.5, "d")
format(1.5, "c")
format(5, ".2")
format(5, "s")
format(5, ",c")
format(5, "+c")
format(-1, "c")
format(1j, "=5")
format(1j, "05")
format(1j, "%")
format(5, "5.")
format(5, ",,")
format(5, "_,")
format(5, ",x")
format(None, "5")
format([], "s")
format(5, 5)
format(object(), "x")
format(5, "1000000000000000000000")
format(1.5, ".1000000000000000000000f")
"{} {}".format(1, 2), "{1} {0}".format(1, 2), "{a.real} {b[k]} {c[0]}".format(a=5, b={"k": 1}, c=[2]), "{:{}}|{:>{w}.{p}}".format(1, 5, 2.345, w=8, p=2), "{{}}{!r}{!s}{!a}".format("\u00e9", 1, "\u00e9"), "{0.__class__.__name__}".format(5), "{:%Y}".format(__import__("datetime").date(2024, 1, 1)), "{0}{0}".format("x"), "{a}{}".format(1, a=2), "{[a b]}".format({"a b": 1}), "{[-1]}".format({"-1": 5})
"{} {1}".format(1, 2)
"{1} {}".format(1, 2)
"{}".format()
"{a}".format()
"{a".format(a=1)
"a}".format()
"{!x}".format(1)
"{!}".format(1)
"{0[}".format([1])
"{0.}".format(1)
"{0[]}".format([1])
"{0]}".format(1)
"{a b}".format(**{"a b": 1}), "{0:{1:{2}}}".format(1, 2, 3)
"{:{:{}}}".format(1, 2, 3)
"{0.nope}".format(1)
"{0[k]}".format([1])
"{:d}".format("x")
"{a}".format_map({"a": 1}), "{a}".format_map(type("D", (dict,), {"__missing__": lambda s, k: k + "!"})())
"{}".format_map({})
"{0}".format_map([1])
"%5d|%-5d|%05d|%+d|% d|%x|%#x|%#o|%X|%e|%.2f|%g|%c|%s|%r|%a|%%|%5.1f|%-8s|%.2s|%i|%u" % (1, 2, 3, 4, 5, 255, 255, 8, 255, 1.5, 2.345, 1e10, "x", "s", "r", "\u00e9", 3.14159, "left", "cut", 6, 7)
"%(a)s %(b)05.1f" % {"a": 1, "b": 2.25}, "%s" % None, "%s %s" % ("a", (1,)), "%*d|%-*d|%.*f" % (5, 1, 4, 2, 2, 3.14159), "%c" % 0x1f600, "%d" % 3.99, "%s" % [1], "%(x)s" % {"x": "y"}, "%d" % True, "%x" % -255, "%.0f" % 0.5, "%s" % ""
"%d" % "x"
"%d %d" % 1
"%d" % (1, 2)
"%(a)s" % 5
"%(a)s" % {}
"%z" % 1
"%" % ()
"%c" % "ab"
"%c" % -1
"%x" % 1.5
"%s %(a)s" % {"a": 1}
"%(a" % {"a": 1}
"%.99999999999d" % 1""".splitlines():
    attempt(text)
