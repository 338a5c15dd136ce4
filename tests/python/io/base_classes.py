"""Streams written in Python on the abstract classes."""
import io


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


base = io.IOBase()
for name in ("seek", "tell", "truncate", "fileno", "readable", "writable", "seekable", "isatty", "flush", "_checkReadable", "_checkWritable", "_checkSeekable", "_checkClosed", "readline", "readlines", "__next__"):
    print(name, end=" ")
    attempt(getattr(base, name), *([0] if name == "seek" else []))
print(base.closed, base.close(), base.closed, base.close())
for name in ("flush", "isatty", "__enter__", "__iter__", "_checkClosed", "writelines"):
    print(name, end=" ")
    attempt(getattr(base, name), *([[]] if name == "writelines" else []))
for cls in (io.RawIOBase, io.BufferedIOBase, io.TextIOBase):
    stream = cls()
    for name in ("read", "readline", "detach", "read1", "readall", "write", "readinto", "encoding", "errors", "newlines"):
        if hasattr(stream, name):
            print(cls.__name__, name, end=" ")
            value = getattr(stream, name)
            if not callable(value):
                print(value)
            else:
                attempt(value, *([bytearray(1)] if name in ("write", "readinto") else []))


class Bytes(io.RawIOBase):
    def __init__(self, data):
        self.data, self.at = data, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        part = self.data[self.at : self.at + len(buffer)]
        buffer[: len(part)] = part
        self.at += len(part)
        return len(part)


f = Bytes(b"one\ntwo\nthree")
print(f.read(2), f.readline(), f.readline(2), list(f), f.read(3), f.readall())
print(Bytes(b"abc").readall(), Bytes(b"abc").read(), Bytes(b"a\nb\nc").readlines(), Bytes(b"a\nb\nc").readlines(2))


class Peeking(io.BufferedIOBase):
    def __init__(self, data):
        self.data = data
        self.reads = []

    def peek(self, size):
        return self.data[:4]

    def read(self, size=-1):
        self.reads.append(size)
        part, self.data = self.data[:size], self.data[size:]
        return part


f = Peeking(b"ab\ncdefghij\nk")
print(f.readline(), f.readline(), f.readline(), f.readline(), f.reads)
f = Peeking(b"abcdefgh")
print(f.readline(6), f.reads)
buffer = bytearray(3)
print(Peeking(b"xyz!").readinto(buffer), buffer)


class Wrong(io.IOBase):
    def read(self, size):
        return "text"


attempt(Wrong().readline)


class Closing(io.IOBase):
    flushes = 0

    def flush(self):
        self.flushes += 1
        if self.flushes == 1:
            raise OSError("flush failed")


f = Closing()
attempt(f.close)
print(f.closed, f.flushes, f.close())


class Writer(io.TextIOBase):
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)


w = Writer()
print("a", 1, "b", sep=", ", file=w)
w.writelines(["x", "y"])
print(w.parts)


class Flushing(Writer):
    def flush(self):
        self.parts.append("<flush>")


w = Flushing()
print("now", end="", file=w, flush=True)
print(w.parts)
with Flushing() as w:
    w.write("inside")
print(w.parts, w.closed)
attempt(w.__enter__)


class Context(io.RawIOBase):
    def close(self):
        print("closing")
        super().close()


try:
    with Context() as c:
        raise KeyError("inside")
except KeyError as error:
    print("caught", error, c.closed)
c.attribute = 1
print(c.__dict__.get("attribute"), isinstance(c, io.IOBase))
text = io.TextIOWrapper(io.BufferedReader(Bytes("zeile ä\nzwei\n".encode())), encoding="utf-8")
print(text.readline(), text.read(), text.seekable())
