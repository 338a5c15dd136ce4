# struct: alignment, byte orders, counts, iteration, offsets, and numbers that do not fit.
import struct as s


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[s.calcsize(f) for f in ("b", "h", "i", "l", "q", "n", "P", "f", "d", "e", "bi", "@bi", "=bi", "<bi", "!bq", "bq", "iqb", "iqb0q", "3s", "0s", "3p", "5x", "2h3b", "?", "c", "N", "", " b  i ")]
s.pack("<bBhHiIqQ", -1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1), s.pack(">i", 1), s.pack("!h", 258), s.pack("=q", 5), s.pack("@bi", 1, 2), s.pack("<5sx2p", b"abcdefg", b"xyz"), s.pack("?", []), s.pack("c", b"x"), s.pack("<fde", 1.5, -2.5, 0.1), s.pack("3b", 1, 2, 3), s.pack("<P" if 0 else "P", 0)
s.unpack("<hh", b"\1\0\2\0"), s.unpack(">f", b"\x3f\x80\0\0"), s.unpack("3s", b"abc"), s.unpack("4p", b"\2abc"), s.unpack("??", b"\0\2"), s.unpack("", b""), s.unpack("<e", b"\0\x7c"), s.unpack_from("<h", b"xx\1\0", 2), s.unpack_from("b", b"abc", -1), list(s.iter_unpack("<h", b"\1\0\2\0"))
s.pack("b", 128)
s.pack("B", -1)
s.pack("h", 2**15)
s.pack("<I", 2**32)
s.pack("<q", 2**63)
s.pack("<Q", -1)
s.pack("i", 1.5)
s.pack("i", "x")
s.pack("f", 1e300)
s.pack("e", 1e6)
s.pack("d", "x")
s.pack("c", b"ab")
s.pack("c", 5)
s.pack("3s", "abc")
s.pack("2i", 1)
s.pack("i", 1, 2)
s.pack("z", 1)
s.pack("3", 1)
s.pack("<n", 1)
s.pack("<P", 1)
s.pack(5, 1)
s.unpack("i", b"abc")
s.unpack_from("i", b"abc")
s.unpack_from("i", b"abcd", 2)
s.unpack_from("b", b"abc", -4)
s.unpack_from("b", b"abc", 3)
list(s.iter_unpack("h", b"abc"))
list(s.iter_unpack("", b""))
s.pack_into("i", b"abcd", 0, 1)
(lambda b: (s.pack_into("<h", b, 1, 513), bytes(b), s.pack_into("b", b, -1, 7), bytes(b)))(bytearray(5))
s.pack_into("i", bytearray(3), 0, 1)
s.pack_into("b", bytearray(3), -5, 1)
s.pack_into("b", bytearray(3), 3, 1)
(lambda x: (x.size, x.format, x.pack(1, 2), x.unpack(b"\1\2"), list(x.iter_unpack(b"\1\2\3\4")), repr(x)))(s.Struct("bb"))
s.Struct("bb").unpack(b"a")
s.Struct(b"i").size, s.Struct("i").format, s.error.__name__, s.error.__mro__[1], s.pack(b"b", 1), s.pack("b", True)""".splitlines():
    attempt(text)
