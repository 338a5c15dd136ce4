# __index__, __int__, __float__, __bool__, __len__, __hash__, __repr__ ... that return what they must not, or raise.
import array
import math
import operator
import struct
import warnings

warnings.simplefilter("always")


class Returns:
    """An object whose special methods all return one value."""

    def __init__(self, value):
        self.value = value

    def answer(self, *args):
        if isinstance(self.value, type) and issubclass(self.value, Exception):
            raise self.value("raised")
        return self.value

    __index__ = __int__ = __float__ = __complex__ = __bool__ = __len__ = __hash__ = __repr__ = __str__ = __bytes__ = __format__ = answer
    __iter__ = __next__ = __reversed__ = __contains__ = __length_hint__ = __dir__ = __round__ = __trunc__ = __fspath__ = __enter__ = answer
    __divmod__ = __lt__ = __eq__ = __getitem__ = __call__ = __abs__ = __neg__ = __instancecheck__ = __subclasscheck__ = answer


class Sub(int):
    pass


class Text(str):
    pass


functions = {
    "int": int, "float": float, "complex": complex, "bool": bool, "len": len, "hash": hash, "repr": repr, "str": str, "bytes": bytes,
    "format": format, "iter": iter, "reversed": reversed, "hint": operator.length_hint, "dir": dir, "round": round, "fspath": __import__("os").fspath,
    "index": operator.index, "in": lambda x: 1 in x, "list": list, "bin": bin, "chr": chr, "range": range, "slice": lambda x: "abc"[x:], "item": lambda x: [1][x],
    "repeat": lambda x: "a" * x, "sqrt": math.sqrt, "trunc": math.trunc, "isinstance": lambda x: isinstance(1, x), "sorted": lambda x: sorted([x, x]), "if": lambda x: 1 if x else 2,
    "not": lambda x: not x, "and": lambda x: (x and 1) == 1, "pack": lambda x: struct.pack("b", x), "array": lambda x: array.array("b", [x]), "bytearray": bytearray, "%d": lambda x: "%d" % x, "%s": lambda x: "%s" % x,
    "%x": lambda x: "%x" % x, "%f": lambda x: "%f" % x, "%c": lambda x: "%c" % x, "f": lambda x: f"{x}", "fr": lambda x: f"{x!r}", "join": lambda x: "".join([x]), "dict": dict, "set": lambda x: {x}, "abs": abs, "divmod": lambda x: divmod(x, 1), "==": lambda x: (x == 1) is x.value, "max": lambda x: max(x, x) is x,
}
for value in (5, -1, 2**100, True, Sub(7), 1.5, "text", Text("sub"), b"bytes", None, [], (), 3j, ZeroDivisionError, AttributeError, StopIteration, TypeError):
    print("==", value if not isinstance(value, type) else value.__name__)
    for name, function in functions.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = function(Returns(value))
                result = type(result).__name__ if " object at " in object.__repr__(result) and type(result).__repr__ is object.__repr__ or isinstance(result, (set, range, map)) else ascii(result)
            except Exception as error:
                result = f"{type(error).__name__}: {error}"
        print(" ", name, "->", result[:100] if "0x" not in result else "...", *(str(w.message)[:60] for w in caught))
