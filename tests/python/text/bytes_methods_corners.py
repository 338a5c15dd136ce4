# bytes and bytearray: what their methods share with text, where they differ, and the errors for arguments of the wrong kind.
data = b"hello world"


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""data.find(b"o"), data.find(111), data.rfind(b"o", 0, 5), data.index(b""), data.count(b"l"), data.count(108), data.startswith((b"x", b"h")), data.endswith(b"", 11), b"o" in data, 111 in data, 300 in [300]
300 in data
"o" in data
data.find("o")
data.index(b"z")
data.find(256)
data.startswith("h")
data.startswith(["h"])
data.split(), data.split(b"o", 1), data.rsplit(b" "), b"a\nb\r\nc".splitlines(True), data.partition(b" "), data.rpartition(b"z"), b" a ".strip(), b"xax".strip(b"x"), bytearray(b"a-b").split(b"-"), b"a,b".split(sep=b",", maxsplit=-1)
data.split(",")
data.split(b"")
data.strip("x")
data.replace(b"l", b"L", 1), data.replace(b"", b"-", 2), data.translate(bytes(range(255, -1, -1)))[:3], data.translate(None, b"lo"), bytes.maketrans(b"ab", b"xy")[97:99], data.removeprefix(b"he"), data.removesuffix(b"ld"), data.title(), data.center(15, b"*"), b"5".zfill(3), b"-5".zfill(4), b"a\tb".expandtabs(2)
data.translate(b"short")
bytes.maketrans(b"a", b"xy")
data.replace("l", "L")
data.center(15, b"**")
data.center(15, "*")
b"-".join([b"a", bytearray(b"b"), memoryview(b"c")]), bytearray(b"-").join([b"a"]), b"a" + bytearray(b"b"), bytearray(b"a") + b"b", b"ab" * 2, 2 * bytearray(b"x"), b"a" b"b", b"%s-%d-%x-%c-%a" % (b"x", 5, 255, 65, "\u00e9"), b"%b" % bytearray(b"q"), bytearray(b"%d") % 3
b"-".join(["a"])
b"-".join([1])
b"-".join(b"ab")
b"%s" % "x"
b"%c" % 256
b"a" + "b"
b"a" + 5
data[0], data[-1:], data[::-2], bytes(data) is data, bytes([1, 2]), bytes(3), bytes("\u00e9", "utf-8"), bytes(bytearray(b"x")), bytes(memoryview(b"abc")[::2]), bytes(range(3)), bytes(x for x in (1, 2)), bytes(), bytes(b"")
bytes("x")
bytes("x", 5)
bytes(5, "utf-8")
bytes([256])
bytes([-1])
bytes(["a"])
bytes(1.5)
bytes(None)
bytes(object())
data < b"i", b"a" == bytearray(b"a"), b"a" == "a", b"a" != memoryview(b"a"), b"" < b"a" < b"b", hash(b"a") == hash(bytes(b"a")), sorted([b"b", b"a"]), b"a" == [97], {b"a": 1}.get(bytearray(b"a") and b"a")
b"a" < "a"
hash(bytearray())
data.hex(), data.hex("-", 4), bytes.fromhex("68 65"), data.decode("ascii"), data.isalpha(), b"12".isdigit(), b"AB".isupper(), b"".islower(), b"a1".isalnum(), b"\xff".isascii(), data.capitalize(), data.swapcase(), list(data[:3]), tuple(b"ab"), max(data), b"abc".__getnewargs__(), repr(b"'\"\\\n\xff\0"), repr(bytearray(b"'")), str(b"a")
(lambda x: (x.append(100), x.extend(b"ef"), x.insert(0, 65), x.pop(), x.pop(0), x.remove(100), x.reverse(), x))(bytearray(b"abc")), (lambda x: (x.__setitem__(0, 90), x.__setitem__(slice(1, 2), b"--"), x.__delitem__(-1), x.clear() if 0 else x))(bytearray(b"abc"))[3], (lambda x: (x.__iadd__(b"c"), x.__imul__(2)))(bytearray(b"ab")), bytearray(b"ab").copy(), bytearray(b"abc").resize(2)
bytearray(b"a").append(256)
bytearray(b"a").append("x")
bytearray(b"a").extend("xy")
bytearray(b"a").extend([1, 300])
bytearray(b"a").remove(98)
bytearray().pop()
bytearray(b"a").__setitem__(0, 256)
bytearray(b"a").__setitem__(0, b"x")
bytearray(b"a").__setitem__(slice(0, 1), "x")
bytearray(b"a").__setitem__(5, 1)
bytearray("x")""".splitlines():
    attempt(text)
