# Objects whose bytes a memoryview shows cannot be resized below it.
import array
import gc
import io


def attempt(label, action):
    try:
        print(label, "->", action())
    except Exception as error:
        print(label, "->", type(error).__name__, error)


RESIZING = {
    "append": lambda data: data.append(1),
    "extend": lambda data: data.extend(b"xy"),
    "extend by nothing": lambda data: data.extend(b""),
    "pop": lambda data: data.pop(),
    "clear": lambda data: data.clear(),
    "remove": lambda data: data.remove(97),
    "insert": lambda data: data.insert(0, 1),
    "+=": lambda data: data.__iadd__(b"x"),
    "*= 2": lambda data: data.__imul__(2),
    "*= 1": lambda data: data.__imul__(1),
    "del item": lambda data: data.__delitem__(0),
    "del slice": lambda data: data.__delitem__(slice(0, 2)),
    "del every other": lambda data: data.__delitem__(slice(None, None, 2)),
    "del nothing": lambda data: data.__delitem__(slice(3, 2)),
    "longer slice": lambda data: data.__setitem__(slice(0, 1), b"long"),
    "slice of the same length": lambda data: data.__setitem__(slice(0, 2), b"zz"),
    "item": lambda data: data.__setitem__(0, 97),
    "reverse": lambda data: data.reverse(),
    "resize": lambda data: data.resize(100),
    "resize to the same": lambda data: data.resize(len(data)),
    "__init__": lambda data: data.__init__(b"other"),
}

print("# with a view")
for name, action in RESIZING.items():
    data = bytearray(b"abcdef")
    view = memoryview(data)
    attempt(name, lambda: action(data))
    print("   ", bytes(data), bytes(view))

print("# released")
for name, action in RESIZING.items():
    data = bytearray(b"abcdef")
    with memoryview(data) as view:
        pass
    attempt(name, lambda: action(data))
    print("   ", bytes(data))

print("# a part of a view, and a view of a view")
data = bytearray(b"abcdef")
view = memoryview(data)
part = view[2:4]
view.release()
attempt("part left", lambda: data.append(1))
other = memoryview(part)
part.release()
attempt("view of a view left", lambda: data.append(1))
other.release()
attempt("none left", lambda: data.append(1))
print(bytes(data))


print("# views that ended with their variables")


def looks_at(data):
    return sum(memoryview(data)[1:3])


data = bytearray(b"abcdef")
for turn in range(100):
    looks_at(data)
    data.append(turn)
print(len(data))
gc.collect()
views = [memoryview(data)[k:] for k in range(3)]
attempt("in a list", lambda: data.append(1))
del views[1:]
attempt("one left", lambda: data.append(1))
views.clear()
attempt("none left", lambda: data.append(1))
gc.collect()


class Holder:
    pass


holder = Holder()
holder.inner = {"view": [memoryview(data)]}
attempt("deep in an object", lambda: data.append(1))
del holder.inner["view"]
attempt("taken out", lambda: data.append(1))


def keeps(data):
    view = memoryview(data)
    yield view[0]
    yield view[1]


generator = keeps(data)
next(generator)
attempt("in a suspended generator", lambda: data.append(1))
list(generator)
attempt("in a finished generator", lambda: data.append(1))

print("# arrays")
numbers = array.array("i", [1, 2, 3])
view = memoryview(numbers)
attempt("append", lambda: numbers.append(4))
attempt("pop", lambda: numbers.pop())
attempt("frombytes", lambda: numbers.frombytes(b"\0" * 4))
attempt("del", lambda: numbers.__delitem__(0))
attempt("*=", lambda: numbers.__imul__(3))
attempt("item", lambda: numbers.__setitem__(0, 7))
print(view.tolist())
view.release()
attempt("append", lambda: numbers.append(4))
print(numbers)

print("# streams in memory")
stream = io.BytesIO(b"abcdef")
view = stream.getbuffer()
view[1:3] = b"XY"
attempt("write", lambda: stream.write(b"12"))
attempt("truncate", lambda: stream.truncate(2))
attempt("close", lambda: stream.close())
attempt("__setstate__", lambda: stream.__setstate__((b"", 0, None)))
attempt("__init__", lambda: stream.__init__(b""))
attempt("getvalue", lambda: stream.getvalue())
attempt("read", lambda: stream.read(3))
view.release()
attempt("write", lambda: stream.write(b"12"))
attempt("getvalue", lambda: stream.getvalue())
with stream.getbuffer() as view:
    attempt("length", lambda: len(view))
attempt("close", lambda: stream.close())

print("# released views")
view = memoryview(b"abc")
view.release()
view.release()
for name, action in {
    "item": lambda: view[0],
    "len": lambda: len(view),
    "tobytes": lambda: view.tobytes(),
    "tolist": lambda: view.tolist(),
    "cast": lambda: view.cast("b"),
    "obj": lambda: view.obj,
    "nbytes": lambda: view.nbytes,
    "shape": lambda: view.shape,
    "with": lambda: view.__enter__(),
    "== itself": lambda: view == view,
    "== another": lambda: view == b"abc",
    "hash": lambda: hash(view),
    "bytes": lambda: bytes(view),
    "repr": lambda: repr(view).split(" at ")[0],
}.items():
    attempt(name, action)

print("# code that closes or shows a stream while it is cut")


class Size:
    def __init__(self, action):
        self.action = action

    def __index__(self):
        self.result = self.action()
        return 0


stream = io.BytesIO(b"abc")
attempt("closed", lambda: stream.truncate(Size(stream.close)))
stream = io.BytesIO(b"abc")
size = Size(stream.getbuffer)
attempt("shown", lambda: stream.truncate(size))
print(stream.getvalue())
size.result.release()

print("# extended slices of arrays")
for key in (slice(3, 1, 2), slice(-10, -1, -2), slice(0, 1, 2), slice(4, 0, -7)):
    for count in (0, 1, 3):
        numbers = array.array("i", range(5))
        attempt(f"{key} = {count}", lambda: numbers.__setitem__(key, array.array("i", [9] * count)))
        print(numbers.tolist())
