# array: each type's limits, conversions, buffers, sharing, and methods of lists that arrays have.
from array import array, typecodes

a = array("i", [3, 1, 2])


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""typecodes, [array(c).itemsize for c in "bBhHiIlLqQfd"], repr(a), repr(array("d")), repr(array("w", "x\U0001f600")), array("f", [1.1])[0], array("b", b"ab"), array("B", [1]).tobytes()
array("b", [128])
array("B", [-1])
array("H", [2**16])
array("q", [2**63])
array("i", [1.5])
array("i", ["x"])
array("f", ["x"])
array("z")
array("ii")
array(5)
array("i", "text")
array("i", 5)
a[0], a[-1], a[1:], a[::-1], list(a), len(a), 2 in a, a.index(1), a.count(3), a + array("i", [9]), a * 2, array("i", [1, 2]) == array("d", [1.0, 2.0]), array("i", [1]) < array("i", [2]), array("b", [1, 2]) > array("b", [1])
a.append(5) or a.insert(0, 7) or a.extend([8]) or a.extend(array("i", [9])) or a.pop() or a.pop(0) or a.remove(5) or a.reverse() or a
a.append("x")
a.extend([1, "x"])
a.extend(array("d", [1.0]))
a.index(99)
a.remove(99)
a.pop(99)
array("i").pop()
a + [1]
a + array("d")
a[0:1] == array("i"), a.index(8, 0, 5)
a.tolist(), a.tobytes()[:4], array("i", a.tobytes()) == a, (lambda x: (x.frombytes(b"\1\0\0\0"), x.fromlist([2]), x))(array("i")), array("h", [1, 256]).byteswap(), (lambda x: (x.byteswap(), x))(array("h", [1, 256])), a.buffer_info()[1], array("w", "ab").tounicode(), (lambda x: (x.fromunicode("z"), x))(array("w"))
array("i").frombytes(b"abc")
array("i").fromlist([1, "x"])
array("i").tounicode()
array("d").byteswap()
bytes(array("h", [1])), memoryview(array("h", [1, 2])).tolist(), memoryview(array("h", [1, 2])).format, b"".join([array("b", [65])]), array("i", range(3)), array("i", (x for x in (1, 2))), array("d", array("i", [1])), array("B", bytearray(b"x")), hash is not None
hash(a)
(lambda m: (m.__setitem__(0, 9), a[0]))(memoryview(a))
__import__("copy").copy(a) == a, __import__("pickle").loads(__import__("pickle").dumps(a)) == a, a.__reduce_ex__(3)[1][:2], a.typecode, a.itemsize, array("i", [1]).__class_getitem__ is not None, sorted(array("i", [2, 1])), sum(array("d", [0.5, 0.25])), max(a), [*reversed(array("b", [1, 2]))]
setattr(a, "typecode", "b")""".splitlines():
    attempt(text)
