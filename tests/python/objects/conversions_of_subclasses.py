"""What conversions do with instances of subclasses: keep them, warn of them, or ask them."""
import operator
import warnings


class Text(str): pass
class Bytes(bytes): pass
class Int(int): pass
class Float(float): pass
class Complex(complex): pass


class Converts:
    def __str__(self): return Text("text")
    def __repr__(self): return Text("shown")
    def __bytes__(self): return Bytes(b"bytes")
    def __index__(self): return Int(3)
    def __int__(self): return Int(4)
    def __float__(self): return Float(5)
    def __complex__(self): return Complex(6)


value = Converts()
for convert in str, repr, ascii, bytes:
    print(convert.__name__, type(convert(value)).__name__, convert(value))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for convert in operator.index, int, float, complex:
        result = convert(value)
        print(convert.__name__, type(result).__name__, result)
    print([1, 2, 3, 4, 5][value:])
    print(complex(1j, 2), complex(1, 2j), complex(real=1j))
for warning in caught:
    print(warning.category.__name__, warning.message)


class Shout(str):
    def __str__(self): return "SHOUT"
    def __float__(self): return 9.0


print("{}|{:>4}|%s".format(Shout("a"), Shout("b")) % Shout("c"), float(Shout("8")))


class Subclass(bytearray):
    __slots__ = ("x", "__dict__")


made = Subclass(b"ab")
made.x, made.y = 1, 2
print(made.__reduce_ex__(2), ord(bytearray(b"x")))
for call in [
    lambda: made.__init__([1, 300]),
    lambda: dict.__init__(),
    lambda: str("a", "b", "c", errors="d"),
    lambda: "%.*d" % (2**63 - 1, 1),
    lambda: "%c" % value.__class__,
    lambda: b"%c" % 1.5,
    lambda: hash(memoryview(bytearray(b"a")).toreadonly()),
    lambda: memoryview(b"ab")[0:1, 0:1],
]:
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print(made)
deep = ()
for _ in range(200_000):
    deep = (deep,)
try:
    hash(deep)
except RecursionError as error:
    print(type(error).__name__)
view = memoryview(b"ab")
hashed = hash(view)
view.release()
print(hashed == hash(view) == hash(b"ab"))
