# memoryview of one dimension.
m = memoryview(b"abcdef")
print(len(m), m[0], m[-1], m.tobytes(), m.tolist(), bytes(m[1:3]), m[::2].tolist(), m[::-1].tobytes(), m.readonly, m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.suboffsets, m.obj, m.c_contiguous, m[::2].contiguous)
print(m == b"abcdef", b"abcdef" == m, m == bytearray(b"abcdef"), m != b"x", m == "abcdef", m[1:3] == m[1:3], hash(m) == hash(b"abcdef"), 97 in m, list(m), m.hex(), m.hex(":"), m[2:4].hex("-", 1))
b = bytearray(b"abcdefgh")
w = memoryview(b)
w[0] = 65
w[1:3] = b"BC"
w[::-2] = b"4321"
print(b, w.readonly, w.toreadonly().readonly, w.tobytes(), bytes(w[2:][1:][:2]))
i = w.cast("i")
print(len(i), i.itemsize, i.format, i.tolist(), i.shape, i.strides, i.nbytes)
i[0] = -2
print(b, i[0], w.cast("I")[0], w.cast("h").tolist(), w.cast("q")[0], w.cast("c")[0], w.cast("@b")[0], w.cast("?")[5])
d = memoryview(bytearray(16)).cast("d")
d[0] = 1.5
d[1] = 2
f = memoryview(bytearray(8)).cast("f")
f[1] = 0.5
print(d.tolist(), d.tobytes(), f.tolist(), i.cast("B").tolist())
print(w.count(0), w.index(254), w.cast("i").index(-2), memoryview(m) == m, memoryview(m).obj is m.obj)
with memoryview(b) as v:
    print(v[0])
try:
    v[0]
except ValueError as error:
    print(error)
v.release()
print(repr(v).startswith("<released memory at 0x"), repr(m).startswith("<memory at 0x"), type(iter(m)).__name__, list(reversed(m))[:2])
print(b"".join([m, m[:1]]), bytearray(m), b"x" + m, m.tobytes(order="F"), str(m, "ascii"))


class Exporter:
    def __buffer__(self, flags):
        return memoryview(b"exported")


print(bytes(memoryview(Exporter())), bytes(Exporter()), b"a" + Exporter())
r = memoryview(b"abcd")
for bad in (lambda: memoryview(1), lambda: memoryview("a"), lambda: memoryview(), lambda: r[9], lambda: r["a"], lambda: r.__setitem__(0, 1), lambda: w.__setitem__(0, 256), lambda: w.__setitem__(0, "a"),
            lambda: w.__setitem__(slice(0, 2), b"a"), lambda: w.__setitem__(slice(0, 2), "a"), lambda: w.__delitem__(0), lambda: r.cast("x"), lambda: r[:3].cast("i"), lambda: r.cast("i").cast("h"), lambda: r[::2].cast("i"),
            lambda: r.cast("<i"), lambda: r.cast(1), lambda: r.index(1), lambda: hash(w), lambda: r.tobytes("x"), lambda: r < b"a", lambda: r[()], lambda: r[0, 1], lambda: i.__setitem__(0, 2**40), lambda: i.__setitem__(0, 1.5),
            lambda: d.__setitem__(0, "a"), lambda: w.cast("c").__setitem__(0, 1), lambda: w.cast("c").__setitem__(0, b"ab"), lambda: v.tobytes(), lambda: len(v), lambda: memoryview(v), lambda: r[0][0]):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
