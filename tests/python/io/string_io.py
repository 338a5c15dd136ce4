"""StringIO."""
import io


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


f = io.StringIO()
print(f.write("hello"), f.write(""), f.getvalue(), f.tell(), f.read(), f.seek(0), f.read(2), f.tell(), f.write("LLO!"), f.getvalue())
print(f.seek(2), f.truncate(), f.getvalue(), f.seek(5), f.write("x"), repr(f.getvalue()), f.seek(0, 2), f.seek(0, 1))
f = io.StringIO("äbc€𝄞\nnext\nlast")
print(f.read(1), f.read(3), f.tell(), f.readline(), f.tell(), f.readline(2), f.readline(), f.readline(), f.readline())
print(f.seek(2), f.write("1234567"), f.getvalue(), f.tell(), f.seek(4), f.read(3), f.seek(100), repr(f.read()), repr(f.readline()))
print(f.truncate(3), f.getvalue(), f.tell(), f.seek(0), list(f))
print(f.seek(0, 2), f.write("é\nz"), f.seek(0), f.readlines(), f.seek(1), [line for line in f], f.readlines())
f.seek(0)
print(f.readlines(2), next(f, "end"))
f = io.StringIO("abc")
print(f.write("X"), f.getvalue(), f.read())
for newline in (None, "", "\n", "\r", "\r\n"):
    f = io.StringIO("a\nb\r\nc\rd", newline=newline)
    print(repr(newline), repr(f.getvalue()), f.readlines(), f.newlines, f.write("\n\r"), repr(f.getvalue()[-4:]), f.newlines)
print(f.readable(), f.writable(), f.seekable(), f.isatty(), f.closed, f.line_buffering, f.encoding, f.errors)
attempt(f.write, b"bytes")
attempt(f.write, 5)
attempt(f.write)
attempt(io.StringIO, b"bytes")
attempt(io.StringIO, 5)
attempt(io.StringIO, "", "x")
attempt(io.StringIO, "", 5)
attempt(f.seek, -1)
attempt(f.seek, 1, 1)
attempt(f.seek, 1, 2)
attempt(f.seek, 0, 5)
attempt(f.seek, 1.5)
attempt(f.truncate, -1)
attempt(f.truncate, "x")
attempt(f.read, "x")
attempt(f.readline, "x")
attempt(f.fileno)
attempt(f.detach)
print(io.StringIO(None).getvalue() == "", io.StringIO(initial_value="k", newline=None).read())
with io.StringIO("in") as f:
    print(f.read())
for name in ("read", "readline", "getvalue", "tell", "flush", "readable", "__iter__", "__next__", "truncate", "isatty", "__getstate__"):
    print(name, end=" ")
    attempt(getattr(f, name))
attempt(f.write, "x")
attempt(f.seek, 0)
print(f.closed, f.close())
f = io.StringIO("state\n", newline=None)
f.read(2)
f.attribute = 5
state = f.__getstate__()
print(state)
g = io.StringIO()
g.__setstate__(state)
print(g.read(), g.attribute)
for bad in (5, (), ("a", "\n", 0), ("a", "\n", "x", None), (5, "\n", 0, None), ("a", "\n", -1, None), ("a", "\n", 0, 5)):
    attempt(io.StringIO().__setstate__, bad)


class Sub(io.StringIO):
    def readline(self, *args):
        return super().readline(*args).upper()


print(list(Sub("a\nb")))
f = io.StringIO()
for n in range(20000):
    f.write(f"{n},")
print(len(f.getvalue()), f.tell(), f.getvalue()[-12:])
f = io.StringIO()
print("printed", 1, None, [2], sep="-", end="!\n", file=f)
print(repr(f.getvalue()))
surrogate = io.StringIO("a\ud800b\udfffc")
print(ascii(surrogate.read(2)), ascii(surrogate.read()), surrogate.tell())
