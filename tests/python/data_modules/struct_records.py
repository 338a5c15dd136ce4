# _struct: formats, alignment, ranges, buffers, errors.
import _struct
from _struct import Struct, calcsize, iter_unpack, pack, pack_into, unpack, unpack_from


def show(f):
    try:
        print(repr(f()))
    except _struct.error as e:
        print("error", e)
    except Exception as e:
        print(type(e).__name__, e)


show(lambda: pack("<hIqd4s?c", 1, 2, -3, 1.5, b"ab", True, b"z"))
show(lambda: unpack(">IhB", b"\0\0\0\1\xff\xff\x05"))
for f in ("bi", "<bi", "@bq", "=bq", "!bh", "3s", "0i", "b0q", "10x", "P", "n", "e", "f", "d", "?", "5p", "hhb", "F", "D", "<F"):
    show(lambda: (f, calcsize(f)))
for f in ("z", "<n", "3", "99999999999999999999i", "é", "b\0"):
    show(lambda: calcsize(f) if f != "é" else None)
for code in "bBhHiIlLqQ":
    for order in "<>":
        size = calcsize(order + code)
        for value in (0, 1, -1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1), -(2 ** (8 * size - 1)), 2 ** (8 * size) - 1, 2 ** (8 * size), -(2 ** (8 * size))):
            try:
                packed = pack(order + code, value)
                assert unpack(order + code, packed) == (value,), (code, value)
            except _struct.error as e:
                print(order + code, value, e)
show(lambda: pack("b", "x"))
show(lambda: pack("b", 1.0))
show(lambda: pack("d", "x"))
show(lambda: pack("f", 1e300))
show(lambda: pack("e", 1e300))
show(lambda: pack("c", "x"))
show(lambda: pack("c", b"xy"))
show(lambda: pack("s", "x"))
show(lambda: pack("5s", bytearray(b"abc")))
show(lambda: pack("3p", b"abcdef"))
show(lambda: unpack("3p", b"\x05abc"[:3]))
show(lambda: pack("ii", 1))
show(lambda: pack("i", 1, 2))
show(lambda: pack())
show(lambda: unpack("i", b"abc"))
show(lambda: unpack("?", b"\x02"))
show(lambda: unpack("<f", pack("<f", 0.1)))
show(lambda: [unpack("<e", pack("<e", x)) for x in (1.0, 65504.0, -0.0, 6e-8)])


class Index:
    def __index__(self):
        return 7


show(lambda: pack("<H", Index()))
b = bytearray(8)
pack_into("<I", b, 2, 77)
print(b)
m = memoryview(b)
pack_into("<I", m, -4, 99)
print(b, unpack_from("<I", b, 2), list(iter_unpack("<I", b)))
show(lambda: pack_into("<I", b, 6, 1))
show(lambda: pack_into("<I", b, -2, 1))
show(lambda: pack_into("<I", b, -20, 1))
show(lambda: pack_into("<I", b"12345678", 0, 1))
show(lambda: pack_into("<I", b, 0))
show(lambda: unpack_from("<I", b, 6))
show(lambda: unpack_from("<I", b, -2))
show(lambda: unpack_from("<I", b, -20))
show(lambda: list(iter_unpack("<I", b"12345")))
show(lambda: list(iter_unpack("", b"")))
s = Struct(">bhl")
print(s.size, s.format, s, s.pack(1, 2, 3), s.unpack(b"\1\0\2\0\0\0\3"))
it = s.iter_unpack(s.pack(1, 2, 3) * 3)
print(it.__length_hint__(), next(it), it.__length_hint__(), list(it))
show(lambda: s.unpack_from(b"xx" + s.pack(4, 5, 6), offset=2))
show(lambda: Struct(1))
show(lambda: Struct("z"))
