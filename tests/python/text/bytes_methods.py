# bytes: construction, operators and methods; the same methods on bytearray.
print(bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes("é", "ascii", "replace"), bytes(b"x"), bytes(bytearray(b"y")), bytes(memoryview(b"z")), bytes(range(3)))
print(b"\x00\t\n\r\\'\"", b"it's", b'say "x"', b"\x7f\x80\xff", repr(b"a'b\"c"), str(b"abc"))


class B:
    def __bytes__(self):
        return b"made"


class S(bytes):
    pass


class A(bytearray):
    pass


print(bytes(B()), S(b"sub"), type(S(b"sub")).__name__, S(b"a") == b"a", type(S(b"a") + b"b").__name__, type(S(b"a")[:]).__name__, bytes(S(b"q")), A(b"x"), A(b"x") == b"x", {S(b"k"): 1}[b"k"])
for kind in (bytes, bytearray):
    b = kind(b"Hello World, hello")
    print(b, len(b), b[0], b[-1], b[1:4], b[::-2], b[5:2], list(b[:3]), 72 in b, b"World" in b, bytearray(b"zz") in b, b * 2 == b + b, 0 * b)
    print(b.find(b"o"), b.find(111), b.rfind(b"o"), b.find(b"o", 5), b.find(b"", 99), b.index(b"W"), b.rindex(b"h"), b.count(b"l"), b.count(108, 5), b.count(b""))
    print(b.upper(), b.lower(), b.title(), b.capitalize(), b.swapcase(), b.replace(b"l", b"LL", 2), b.replace(b"", b".", 3), b.split(), b.split(b"o", 1), b.rsplit(b"o", 1), b.split(b"l"))
    print(b.partition(b" "), b.rpartition(b" "), b.partition(b"q"), b.startswith(b"Hel"), b.startswith((b"x", b"H")), b.endswith(bytearray(b"llo")), b.endswith(b"l", 0, 4))
    print(kind(b"  x \t").strip(), kind(b"xxaxx").strip(b"x"), kind(b"xxa").lstrip(b"x"), kind(b"axx").rstrip(b"x"), b.removeprefix(b"Hello "), b.removesuffix(b"hello"), b.removeprefix(b"zz"))
    print(kind(b"7").zfill(3), kind(b"-7").zfill(4), kind(b"a").center(4, b"*"), kind(b"a").ljust(3), kind(b"a").rjust(3, bytearray(b"-")), kind(b"a\tb").expandtabs(4), kind(b"a\nb\r\nc\x0bd").splitlines(), kind(b"a\nb").splitlines(True))
    print(kind(b",").join([b"a", bytearray(b"b"), memoryview(b"c")]), kind(b"").join([]), b.translate(None, b"lo"), b.translate(bytes.maketrans(b"lo", b"01")), b.hex(), b.hex(" ", 4), b.hex(b":", -4), b.decode("ascii"))
    print([name for name in ("isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper") for text in (b"abc", b"ABC", b"12", b" \t", b"Ab", b"\xff") if getattr(kind(text), name)()])
    print(kind.fromhex("61 62\t63"), kind.fromhex(b"6162"), kind(b"a") == b"a", kind(b"a") != b"b", kind(b"a") < b"b", b"a" <= kind(b"a"), kind(b"b") > bytearray(b"a"), kind(b"a") == "a", kind(b"a") == memoryview(b"a"))
one = b"a"
print(hash(b"abc") == hash(b"ab" + b"c"), {b"a": 1}[b"a"], type(b"a" + bytearray(b"b")).__name__, type(bytearray(b"a") + b"b").__name__, one is one[:], sorted([b"b", b"a", b""]))
it = iter(b"abc")
print(next(it), it.__length_hint__(), list(it), type(it).__name__, list(iter(bytearray(b"xy"))), type(iter(bytearray())).__name__)
print(b"abc".__getnewargs__(), b"abc".__bytes__(), b"abc".__sizeof__(), b"abc" * 0, 2 * b"ab")
one = b"a"
for bad in (lambda: bytes("a"), lambda: bytes(-1), lambda: bytes(1.5), lambda: bytes([256]), lambda: bytes(["a"]), lambda: bytes(2**70), lambda: bytes(b"a", "ascii"), lambda: bytes(errors="x"), lambda: bytes(1, "ascii"),
            lambda: bytes(foo=1), lambda: bytes([2**70]), lambda: one["x"], lambda: b"a"[5], lambda: b"a" + 1, lambda: b"a" + "a", lambda: b"a" * "a", lambda: "a" in b"a", lambda: 256 in b"a", lambda: 1.5 in b"a",
            lambda: b"a".find("a"), lambda: b"a".find(256), lambda: b"a".split(1), lambda: b"a".split(b""), lambda: b"a".strip("a"), lambda: b"a".join(1), lambda: b"a".join([1]), lambda: b"a".startswith("a"),
            lambda: b"a".startswith(("a",)), lambda: b"a".center(1, "a"), lambda: b"a".center(1, b"ab"), lambda: b"a".replace("a", b"b"), lambda: b"a".partition(b""), lambda: b"a".translate(b"a"),
            lambda: bytes.maketrans(b"a", b"bc"), lambda: b"a".index(b"b"), lambda: b"a".hex("ab"), lambda: b"a".hex("é"), lambda: bytes.fromhex("1"), lambda: bytes.fromhex("1g"), lambda: bytes.fromhex("é"),
            lambda: bytes.fromhex(1), lambda: b"a" < 1, lambda: b"a" < "a", lambda: hash(bytearray()), lambda: b"a".isalpha(1), lambda: b"abc"[::0], lambda: bytearray("a"), lambda: bytearray([256]), lambda: bytearray(1.5),
            lambda: bytearray(b"a")["x"], lambda: bytearray(b"a")[5]):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
