# memoryview: shapes, formats, casts, slices, comparisons, releasing, and what views of constants refuse.
from array import array

b = bytearray(range(12))
m = memoryview(b)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""m.format, m.itemsize, m.nbytes, m.shape, m.strides, m.ndim, m.readonly, m.contiguous, m.c_contiguous, m.suboffsets, len(m), m.obj is b, m[0], m[-1], m[2:4].tolist(), m[::3].tolist(), m[::-1].tobytes()[:3], bytes(m[1:3]), m.hex(), m.hex("-", 4)
m.cast("q")
m.cast("z")
m[::2].cast("h")
m.cast("h").cast("i")
m[12]
m["x"]
m[1.0]
m[0] == 0, m == bytes(b), m == b, m != b"x", m[:2] == array("B", [0, 1]), memoryview(array("i", [1])) == memoryview(array("q", [1])), m == 5, hash(memoryview(b"ab")) == hash(b"ab"), memoryview(b"ab") == memoryview(b"ab")[:], m[1:1] == b""
hash(m)
m < m
m.__setitem__(0, 255) or b[0], m.__setitem__(slice(1, 3), b"\7\7") or bytes(b[:4]), m.cast("h").__setitem__(0, -1) or bytes(b[:2]), m[::2].__setitem__(slice(0, 2), b"ab") or bytes(b[:4])
m.__setitem__(0, 256)
m.__setitem__(0, b"x")
m.__setitem__(0, 1.5)
m.__setitem__(slice(0, 2), b"abc")
m.__setitem__(slice(0, 2), array("h", [1]))
m.__delitem__(0)
memoryview(b"x").__setitem__(0, 1)
memoryview("x")
memoryview(5)
memoryview()
m.toreadonly().readonly, m.toreadonly().__setitem__.__name__, m.tobytes("C")[:2], m.count(7), m.index(3), list(m)[:3], list(reversed(m))[:2], 3 in m, memoryview(m).obj is b, repr(m).startswith("<memory at"), type(m.__enter__()).__name__, memoryview(b"abc").tolist(), m.T if hasattr(m, "T") else "none"
m.index(99)
(lambda x: (x.release(), repr(x).startswith("<released memory"), x.release()))(memoryview(b"a"))
(lambda x: (x.release(), x[0]))(memoryview(b"a"))
(lambda x: (x.release(), len(x)))(memoryview(b"a"))
(lambda x: (x.release(), x.tobytes()))(memoryview(b"a"))
(lambda x: (x.release(), x == x))(memoryview(b"a"))
(lambda x: (x.release(), x.__enter__()))(memoryview(b"a"))
memoryview(array("d", [1.5, 2.5])).tolist(), memoryview(array("i", [1, 2]))[1], memoryview(array("i", [1, 2])).format, memoryview(array("i", [1, 2])).cast("B").nbytes, memoryview(array("u", "a") if 0 else array("b", [-1]))[0], b"".join([m[:2], m[2:3]]).__len__(), int.from_bytes(m[:2], "little") > 0, bytearray(m[:2]).__len__(), memoryview(b"ab")[1:].obj, sum(memoryview(b"\1\2"))
type("S", (memoryview,), {})
memoryview[int], memoryview(b"")[:0].tolist(), memoryview(b"").contiguous, memoryview(bytearray(4)).cast("i")[0], __import__("copy").copy is not None""".splitlines():
    attempt(text)
