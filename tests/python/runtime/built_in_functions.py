# Built-in functions at their corners: arguments that are refused, defaults, what they return for odd objects.
import builtins


class Odd:
    def __dir__(self):
        return ["b", "a", "c"]

    def __round__(self, n="none"):
        return ("round", n)

    def __reversed__(self):
        return "backwards"

    def __getitem__(self, key):
        if key > 2:
            raise IndexError
        return key * 10

    def __len__(self):
        return 3

    def __format__(self, spec):
        return f"<{spec}>"

    def __abs__(self):
        return "abs"


class OnlyLength:
    def __len__(self):
        return 2


x = 5


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""abs(-5), abs(-2.5), abs(3 + 4j), abs(True), abs(Odd()), all([1, []]), any(["", 0]), ascii("\u00e9\n"), bin(10), bool([]), callable(len), callable(5), chr(97), ord("\U0001f600"), ord(b"a"), divmod(-7, 2), hash(5), hex(255), oct(8), id(None) == id(None), len(Odd()), list(Odd()), round(Odd()), round(Odd(), 2), reversed(Odd()), format(Odd(), "s"), dir(Odd()), sorted(Odd(), reverse=True)
abs("x")
chr(-1)
chr("a")
ord("ab")
ord("")
ord(5)
bin(1.5)
hex("a")
len(5)
len()
hash([])
divmod(1)
round("x")
round(1.5, "x")
round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1e20), round(12345, -2), round(1.5, None), round(0.5), round(-0.5), round(1e308, -308)
round(float("nan"))
round(float("inf"))
list(reversed([1, 2])), list(reversed("ab")), list(reversed({1: 2})), list(reversed(range(3))), list(reversed((1,)))
reversed(5)
reversed({1})
reversed(OnlyLength())
sum([1, 2], 10), sum([[1], [2]], []), sum([0.1] * 10), sum([1, 2.5]), sum((), 5), sum([True, True]), sum([1e100, 1.0, -1e100]), sum(range(5), start=1)
sum(5)
sum([1, "a"])
sum([], "")
sum([b"a"], b"")
min(3, 1, 2), max("abc"), min([3, 1], key=lambda v: -v), max([], default=0), min("b", "a", key=str.upper), max(1, 2.0, True)
pow(2, 3), pow(2, 3, 5), pow(2.0, 3), pow(0, 0), pow(2, -1)
pow("a", 2)
pow(2, 3, "a")
isinstance(5, (int, (str, float))), isinstance(True, int), issubclass(bool, (int,)), isinstance(5, int | str), issubclass(int, object)
isinstance(5, 5)
isinstance(5, (int, 5)), isinstance(5, (5, int))
issubclass(5, int)
getattr(5, "real"), getattr(5, "nope", "d"), hasattr(5, "imag"), setattr(type("T", (), {})(), "a", 1), vars(type("T", (), {"a": 1}))["a"]
vars(5)
vars(1, 2)
dir(5)[:1], "x" in globals(), locals() is globals() or "text" in locals(), type(5), type("N", (int,), {"a": 1})(5).a, type(None), object().__class__
type(1, 2)
eval("x + 1"), eval("x", {"x": 7}), eval("y", {}, {"y": 8}), eval(" 1"), eval(b"2"), eval(compile("3", "f", "eval")), exec("q = 1"), eval("(lambda: x)()")
eval("x = 1")
eval(5)
eval("1", 5)
exec("1", {}, 5)
exec(5)
eval("1\0")
compile("1", "f", "nope")
compile("1", "f", "eval", flags=1 << 30)
compile(5, "f", "eval")
compile("x = 1", "f", "eval")
compile("x; y", "f", "single").co_filename, compile("", "f", "exec").co_name, compile(b"# coding: latin-1\n'\xe9'", "f", "exec").co_consts[:0]
iter([1]).__next__(), next(iter([]), 5), list(iter(lambda c=[3]: c.append(c.pop() - 1) or c[0], 0)), list(zip()), list(zip("ab", [1, 2, 3])), list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "a"])), list(enumerate("ab", 1)), slice(1, 2).start, list(range(5, 0, -2)), list(range(0))
range(1.0)
range(1, 2, 0)
slice()
zip(5)
map(len)
filter(None)
map(5, [1]).__next__()
enumerate()
iter(5)
next([])
str(), int(), float(), complex(), bool(), list(), tuple(), dict(), set(), frozenset(), bytes(), bytearray(), dict(a=1, **{"b": 2}), dict([("a", 1)], a=2), list("ab"), tuple([1]), str(5), complex("1+2j"), float(" 1.5 "), set("aa")
dict([1])
dict(["abc"])
dict(5)
list(5)
complex("1 + 2j")
complex("x", 1)
float("x")
float([])
print("a", "b", sep="-", end="!\n"), print(*[1, 2], sep=""), print(), print("x", file=None)
print("a", sep=5)
print("a", end=5)
print("a", file=5)
input.__name__, open.__name__, builtins.__name__, __debug__, Ellipsis, NotImplemented, __name__, len(dir(builtins)) > 150, callable(builtins.__build_class__), breakpoint.__name__, __import__("math").pi > 3
bool(NotImplemented)""".splitlines():
    attempt(text)
