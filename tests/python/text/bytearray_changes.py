# What changes a bytearray.
b = bytearray(b"abc")
b.append(100)
b.extend(b"ef")
b.extend([103, 104])
b.extend(range(105, 107))
b.extend(bytearray(b"k"))
print(b, len(b))
b[0] = 65
b[-1] = 90
b[1:3] = b"xyz"
print(b)
b[1:1] = b"--"
b[::4] = b"0" * len(b[::4])
print(b)
del b[0]
del b[1:3]
del b[::3]
print(b)
b[2:4] = []
b[1:2] = (1, 2, 3)
b[3:] = memoryview(b"tail")
print(b)
b.insert(0, 33)
b.insert(100, 34)
b.insert(-1, 35)
print(b, b.pop(), b.pop(0), b.pop(1), b)
b.remove(b[1])
b.reverse()
print(b)
b += b"more"
b *= 2
print(b, b.copy() == b, b.copy() is b)
b[:] = b[::-1]
b[1:3] = b
print(b)
b.resize(5)
print(b)
b.resize(8)
print(b)
b.clear()
print(b, bool(b), len(b))
for i in range(1000):
    b.append(i % 256)
print(len(b), sum(b), b[999], b[256:260])
del b[::2]
print(len(b), b[:5])
while len(b) > 3:
    b.pop(0)
print(b)
c = bytearray(5)
c.__init__(b"again")
print(c, bytearray(b"x") == bytearray(b"x"), bytearray("é", "latin-1"), c.__reduce__(), c.__reduce_ex__(4))


class A(bytearray):
    def __init__(self, *args):
        super().__init__(*args)
        self.count = len(self)


a = A(b"sub")
a += b"x"
print(a, a.count, type(a).__name__, a.upper(), type(a.upper()).__name__, type(a + b"x").__name__)


class Shrink:
    def __init__(self, target):
        self.target = target

    def __index__(self):
        self.target.clear()
        return 1


d = bytearray(b"abcdef")
for bad in (lambda: d.__setitem__(3, Shrink(d)), lambda: b.append(256), lambda: b.append("a"), lambda: b.extend("a"), lambda: b.extend(1), lambda: b.extend([256]), lambda: bytearray().pop(), lambda: b.pop(9),
            lambda: b.remove(0), lambda: b.remove(256), lambda: b.insert(0, -1), lambda: b.__setitem__(9, 1), lambda: b.__setitem__(0, 256), lambda: b.__setitem__("a", 1), lambda: b.__setitem__(slice(0, 1), "a"),
            lambda: b.__setitem__(slice(0, 1), 1), lambda: b.__setitem__(slice(0, 3, 2), b"a"), lambda: b.__delitem__(9), lambda: b.resize(-1), lambda: b.__iadd__(1), lambda: b.__delitem__("a")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
print(d, b)
it = iter(bytearray(b"grow"))
e = bytearray(b"ab")
out = []
for byte in e:
    out.append(byte)
    if len(e) < 5:
        e.append(byte + 1)
print(out, e)
