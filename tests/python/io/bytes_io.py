"""BytesIO."""
import io


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


f = io.BytesIO()
print(f.write(b"hello"), f.write(b""), f.getvalue(), f.tell(), f.read(), f.seek(0), f.read(2), f.write(b"LLO!"), f.getvalue())
print(f.seek(2), f.truncate(), f.getvalue(), f.seek(5), f.write(b"x"), f.getvalue(), f.seek(-1, 2), f.read(), f.seek(-2, 1), f.tell())
original = b"one\ntwo\nthree"
f = io.BytesIO(original)
print(f.read() is not None, f.getvalue() == original, f.seek(0), f.readline(), f.readline(2), f.readline(), f.readline(), f.readline())
print(f.seek(0), f.readlines(), f.seek(0), list(f), f.seek(0), f.readlines(5), next(f, None), next(f, None))
print(f.seek(0), f.write(b"ONE"), original, f.getvalue())
buffer = bytearray(5)
print(f.seek(0), f.readinto(buffer), buffer, f.readinto1(buffer), buffer, f.readinto(memoryview(buffer)[1:3]), buffer, f.read1(2), f.read1(), f.readinto(buffer))
print(f.seek(100), f.read(), f.readline(), f.tell(), f.truncate(3), f.tell(), f.getvalue(), f.truncate(50), len(f.getvalue()))
view = f.getbuffer()
print(type(view).__name__, len(view), view.readonly)
view[0] = 33
print(f.getvalue(), bytes(view))
view.release()
f.seek(3)
f.write(b"more")
with f.getbuffer() as view:
    view[1:3] = b"--"
print(f.getvalue(), f.writelines([b"1", bytearray(b"2"), memoryview(b"3")]), f.getvalue())
print(f.readable(), f.writable(), f.seekable(), f.isatty(), f.closed, f.flush())
attempt(f.write, "text")
attempt(f.write, 5)
attempt(io.BytesIO, "text")
attempt(io.BytesIO, 5)
attempt(f.seek, -1)
attempt(f.seek, 0, 9)
attempt(f.seek, "x")
attempt(f.truncate, -1)
attempt(f.truncate, "x")
attempt(f.read, "x")
attempt(f.readline, 1.5)
attempt(f.readinto, b"constant")
attempt(f.fileno)
attempt(f.detach)
print(io.BytesIO(None).getvalue(), io.BytesIO(bytearray(b"ba")).read(), io.BytesIO(initial_bytes=b"k").read(), io.BytesIO(memoryview(b"view")).read(2))
with io.BytesIO(b"in") as f:
    print(f.read(None), f.seek(0), f.read(-5), f.seek(0), f.readline(None))
for name in ("read", "read1", "readline", "getvalue", "getbuffer", "tell", "flush", "readable", "__next__", "truncate", "isatty", "__getstate__"):
    print(name, end=" ")
    attempt(getattr(f, name))
attempt(f.write, b"x")
attempt(f.seek, 0)
print(f.closed, f.close())
f = io.BytesIO(b"state")
f.read(2)
state = f.__getstate__()
print(state)
f.attribute = 5
g = io.BytesIO()
g.__setstate__(f.__getstate__())
print(g.read(), g.attribute)
for bad in (5, (), (b"a", "x", None), (5, 0, None), (b"a", -1, None), (b"a", 0, 5)):
    attempt(io.BytesIO().__setstate__, bad)


class Sub(io.BytesIO):
    def __init__(self, data, extra):
        super().__init__(data)
        self.extra = extra


s = Sub(b"data", 3)
print(s.read(), s.extra, s.__dict__)
f = io.BytesIO()
for n in range(20000):
    f.write(b"%d," % n)
print(len(f.getvalue()), f.tell(), f.getvalue()[-12:])
