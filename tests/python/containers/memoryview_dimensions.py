# Memoryviews of no dimension and of several: cast, items, slices, order, contiguity, comparison.
import array


def attempt(label, action):
    try:
        print(label, "->", action())
    except Exception as error:
        print(label, "->", type(error).__name__, error)


def describe(view):
    print(
        view.format, view.itemsize, view.ndim, view.shape, view.strides, view.suboffsets, view.nbytes,
        view.c_contiguous, view.f_contiguous, view.contiguous,
    )


data = bytearray(range(24))
flat = memoryview(data)
for shape in ([24], [2, 12], (2, 3, 4), [1, 24], [24, 1], [1, 1, 24]):
    view = flat.cast("B", shape)
    describe(view)
    print(view.tolist())
    print(len(view), view.tobytes() == bytes(data), view.tobytes("F").hex(), view.tobytes("A") == bytes(data))

print("# items")
view = flat.cast("B", [2, 3, 4])
keys = [
    0, -1, (), (0,), (0, 1), (1, 2, 3), (-1, -1, -1), (0, 3, 0), (2, 0, 0), (0, 0, -5), (0, 0, 0, 0),
    (0, 0, "x"), "x", ..., (slice(None), slice(None)), (slice(0, 1), 0, 0), None, (True, 0, 1), 1.5,
]
for key in keys:
    attempt(f"[{key!r}]", lambda: view[key])
for key in keys + [slice(0, 1)]:
    attempt(f"[{key!r}] = 200", lambda: view.__setitem__(key, 200))
print(view.tolist())
attempt("value", lambda: view.__setitem__((0, 0, 0), 256))
attempt("type", lambda: view.__setitem__((0, 0, 0), "a"))
attempt("read-only", lambda: view.toreadonly().__setitem__((0, 0, 0), 1))
attempt("delete", lambda: view.__delitem__((0, 0, 0)))

print("# slices of the first dimension")
grid = memoryview(bytes(range(12))).cast("B", [4, 3])
for key in (slice(1, 3), slice(None, None, 2), slice(None, None, -1), slice(3, 1), slice(10), slice(-1, None)):
    part = grid[key]
    describe(part)
    print(part.tolist(), part.tobytes(), part.tobytes("F"))
    attempt("cast", lambda: part.cast("B").tolist())
print(grid[1:][1:].tolist(), grid[::-1][::-1] == grid)

print("# casts")
for format, shape in [
    ("i", [2, 3]), ("i", [6]), ("i", [3, 2, 1]), ("d", [3]), ("B", []), ("B", [0]), ("B", [-1]), ("B", [5, 5]), ("B", ["x"]),
    ("B", [1.0]), ("B", 24), ("B", "24"), ("B", {24}), ("B", [2**62, 2**62]), ("B", [1] * 64 + [24]), ("x", [24]), ("<i", [6]), ("@i", [6]),
    ("?", [4, 6]), ("c", [12, 2]), ("q", [3, 1]), ("e", [3, 4]), ("P", [3]), ("B", range(3)), (3, [1]),
]:
    attempt(f"{format!r} {str(shape)[:20]}", lambda: flat.cast(format, shape).shape)
grid = flat.cast("i", [2, 3])
attempt("several to several", lambda: grid.cast("B", [4, 6]))
attempt("several to one", lambda: grid.cast("B", [24]).shape)
attempt("several to one without a shape", lambda: grid.cast("B").shape)
attempt("to another format without bytes", lambda: grid.cast("h"))
attempt("to none", lambda: flat.cast("B", []))
attempt("empty", lambda: memoryview(b"").cast("B", [0]))
attempt("empty without a shape", lambda: memoryview(b"").cast("i").shape)
attempt("with a step", lambda: flat[::2].cast("B"))

print("# one item")
single = memoryview(array.array("i", [7])).cast("B").cast("i", [])
describe(single)
for name, action in {
    "tolist": lambda: single.tolist(),
    "tobytes": lambda: single.tobytes(),
    "()": lambda: single[()],
    "...": lambda: single[...] is single,
    "0": lambda: single[0],
    ":": lambda: single[:],
    "len": lambda: len(single),
    "iter": lambda: iter(single),
    "count": lambda: single.count(7),
    "index": lambda: single.index(7),
    "set ()": lambda: single.__setitem__((), 8),
    "now": lambda: single[()],
    "set ...": lambda: single.__setitem__(..., 9),
    "set 0": lambda: single.__setitem__(0, 9),
    "then": lambda: single.tolist(),
    "==": lambda: single == memoryview(array.array("i", [9])).cast("B").cast("i", []),
    "== one of one dimension": lambda: single == memoryview(array.array("i", [9])),
    "cast": lambda: single.cast("B").tolist(),
}.items():
    attempt(name, action)

print("# as a sequence")
grid = memoryview(b"abcdef").cast("B", [2, 3])
for name, action in {
    "iter": lambda: iter(grid),
    "list": lambda: list(grid),
    "in": lambda: 97 in grid,
    "reversed": lambda: list(reversed(grid)),
    "count": lambda: grid.count(97),
    "index": lambda: grid.index(97),
    "hex": lambda: grid.hex("-", 2),
    "bytes": lambda: bytes(grid),
    "hash": lambda: hash(grid) == hash(b"abcdef"),
    "hash reversed": lambda: hash(grid[::-1]) == hash(b"defabc"),
    "hash writable": lambda: hash(flat.cast("B", [4, 6])),
    "join": lambda: b"".join([grid, grid[1:]]),
    "release": lambda: grid[1:].release(),
}.items():
    attempt(name, action)

print("# equality")
one = flat.cast("B", [4, 6])
print(one == one, one == flat, one == flat.cast("B", [6, 4]), one == flat.cast("b", [4, 6]), one != flat.cast("B", [4, 6]))
print(one[1:3] == one[1:3], one[::-1] == one[::-1], one[::-1] == one, one == bytes(data), flat == bytes(data))
numbers = array.array("d", [1.0, 2.0, 3.0, 4.0])
print(memoryview(numbers) == memoryview(array.array("i", [1, 2, 3, 4])), memoryview(numbers) == numbers)
print(
    memoryview(numbers).cast("B").cast("d", [2, 2])
    == memoryview(array.array("i", [1, 2, 3, 4])).cast("B").cast("i", [2, 2])
)
flags = memoryview(b"\0\2\0").cast("?")
print(flags.tolist(), flags == memoryview(b"\0\4\0").cast("?"), flags == b"\0\2\0")
