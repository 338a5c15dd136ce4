"""BufferedReader over files and over raw streams written in Python."""
import io
import os

PATH = f"/tmp/taipan-buffered-reading-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)).replace(PATH, "PATH"))
    except Exception as error:
        print(type(error).__name__, str(error).replace(PATH, "PATH"))


with open(PATH, "wb") as f:
    for number in range(1000):
        f.write(b"line %d\n" % number)

with open(PATH, "rb") as f:
    print(type(f).__name__, f.mode, f.raw.mode, f.name == PATH, f.readable(), f.writable(), f.seekable())
    print(f.read(6), f.peek(3)[:4], f.tell(), f.readline(), f.readline(3), f.readline(), f.tell())
    print(f.read1(5), len(f.read1()) > 100)
    print(f.seek(0), f.read(4), f.seek(2, 1), f.tell(), f.seek(-9, 2), f.read(), f.read(), f.read(3), f.readline())
    print(f.peek(), f.seek(0), len(f.readlines()), f.tell())
    f.seek(0)
    print(sum(1 for line in f), f.tell())
    f.seek(0)
    print(len(f.readlines(30)), next(f), len(list(f)))
    f.seek(0)
    buffer = bytearray(10)
    print(f.readinto(buffer), buffer, f.readinto1(buffer), buffer, f.readinto(bytearray()))
    big = bytearray(100000)
    print(f.readinto(big), f.readinto(big))
    for bad in (-2, "x", 1.5):
        attempt(f.read, bad)
    attempt(f.seek, 0, 5)
    attempt(f.seek, -1)
    attempt(f.write, b"")
    attempt(f.truncate)
    attempt(f.readinto, b"x")

with open(PATH, "rb", buffering=16) as f:
    print(f.read(5), len(f.peek()), f.read(30), len(f.peek()), f.tell(), f.raw.tell())
    print(f.seek(3), f.raw.tell(), f.read(2), f.seek(40), f.read(5))
    print(f.readline(), f.readline(), f.readline(2))


class Slow(io.RawIOBase):
    """Gives the parts one at a time; None means that it would block."""

    def __init__(self, *parts):
        self.parts = list(parts)
        self.calls = []

    def readable(self):
        return True

    def readinto(self, buffer):
        self.calls.append(len(buffer))
        if not self.parts:
            return 0
        part = self.parts.pop(0)
        if part is None:
            return None
        taken, rest = part[: len(buffer)], part[len(buffer):]
        buffer[: len(taken)] = taken
        if rest:
            self.parts.insert(0, rest)
        return len(taken)


raw = Slow(b"abc", b"def", None, b"gh", None, b"\nij", b"k")
f = io.BufferedReader(raw, 4)
print(f.read(2), raw.calls, f.read(5), raw.calls, f.read(5), f.read(2), f.read1(10), f.read1(1), f.read(), raw.calls)
print(f.readline(), f.read(10), f.read(), raw.calls)
f = io.BufferedReader(Slow(b"one\ntw", b"o\nthree", b"", b"more"), 8)
print(f.readline(), f.readline(), f.readline(), f.readline(), f.readline())
f = io.BufferedReader(Slow(None, b"x"))
print(f.read(1), f.read(), f.read())
f = io.BufferedReader(Slow(b"12345678"), 3)
print(f.peek(), f.peek(1), f.read(1), f.peek(2), f.read(2), f.peek(), f.read())

f = io.BufferedReader(io.BytesIO(b"abcdefgh"), 4)
print(f.read(1), f.raw.tell(), f.tell(), f.seek(2), f.read(), f)
raw = f.detach()
print(raw.tell(), raw.getvalue())
attempt(f.read)
attempt(repr, f)
attempt(f.detach)


class Liar(Slow):
    def readinto(self, buffer):
        return self.answer


for answer in (-1, 1000000, "x", 2.5):
    liar = Liar()
    liar.answer = answer
    attempt(io.BufferedReader(liar).read, 5)


class Unreadable(io.RawIOBase):
    pass


attempt(io.BufferedReader, Unreadable())
attempt(io.BufferedReader, io.BytesIO(), 0)
attempt(io.BufferedReader, io.BytesIO(), -1)
attempt(io.BufferedReader, 5)
attempt(io.BufferedReader.__new__(io.BufferedReader).read)
f = open(PATH, "rb")
f.close()
for name in ("read", "read1", "peek", "readline", "tell", "seekable", "fileno", "isatty", "flush", "__enter__", "__next__", "__iter__"):
    print(name, end=" ")
    attempt(getattr(f, name))
attempt(f.seek, 0)
attempt(f.readinto, bytearray(1))
print(f.closed, f.close(), f.mode, repr(f).replace(PATH, "PATH"))
os.unlink(PATH)
