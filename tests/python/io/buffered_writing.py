"""BufferedWriter, BufferedRandom and BufferedRWPair."""
import io
import os

PATH = f"/tmp/taipan-buffered-writing-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)).replace(PATH, "PATH"))
    except Exception as error:
        print(type(error).__name__, str(error).replace(PATH, "PATH"), getattr(error, "characters_written", ""))


class Sink(io.RawIOBase):
    """Takes at most `most` bytes at once; None in `most` means that it would block."""

    def __init__(self, *most):
        self.most = list(most)
        self.got = []

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        most = self.most.pop(0) if self.most else len(data)
        if most is None:
            return None
        self.got.append(data[:most])
        return len(data[:most])


raw = Sink()
f = io.BufferedWriter(raw, 8)
print(f.write(b"abc"), raw.got, f.write(b"defgh"), raw.got, f.write(b"i"), raw.got, f.flush(), raw.got)
print(f.write(b"0123456789abcdefXYZ"), raw.got, f.flush(), raw.got)
print(f.write(b""), f.write(bytearray(b"12")), f.write(memoryview(b"34")), f.writelines([b"5", b"6"]), f.flush(), raw.got[-1])
raw = Sink(2, 1, 3, 100)
f = io.BufferedWriter(raw, 4)
f.write(b"abcd")
f.write(b"efghijkl")
f.flush()
print(b"".join(raw.got), [len(part) for part in raw.got][:3])
raw = Sink(None, None, None, 2, None)
f = io.BufferedWriter(raw, 4)
print(f.write(b"abc"))
attempt(f.write, b"defgh")
attempt(f.flush)
attempt(f.flush)
attempt(f.flush)
attempt(f.flush)
print(raw.got)


class Liar(Sink):
    def write(self, data):
        return self.answer


for answer in (-1, 1000, "x"):
    liar = Liar()
    liar.answer = answer
    f = io.BufferedWriter(liar)
    f.write(b"abc")
    attempt(f.flush)
    liar.answer = 3
    f.flush()


class Failing(Sink):
    closed_count = 0

    def write(self, data):
        raise OSError("no room")

    def close(self):
        self.closed_count += 1
        super().close()


raw = Failing()
f = io.BufferedWriter(raw)
f.write(b"x")
attempt(f.close)
print(raw.closed_count, raw.closed, f.closed)
attempt(f.write, b"y")

f = open(PATH, "wb")
print(type(f).__name__, f.tell(), f.write(b"hello"), f.tell(), os.path.getsize(PATH), f.flush(), os.path.getsize(PATH))
print(f.seek(1), f.write(b"E"), f.tell(), f.seek(0, 2), f.truncate(4), f.tell())
attempt(f.read)
attempt(f.readline)
attempt(f.write, "x")
attempt(f.write, None)
f.close()
for name in ("flush", "tell", "truncate", "fileno", "writable"):
    print(name, end=" ")
    attempt(getattr(f, name))
attempt(f.write, b"")
attempt(f.seek, 0)
with open(PATH, "ab") as f:
    print(f.tell(), f.write(b"!!"), f.tell())

with open(PATH, "r+b") as f:
    print(type(f).__name__, f.mode, f.read(2), f.write(b"XX"), f.tell(), f.read(), f.tell(), f.seek(0), f.read())
    print(f.seek(1), f.peek()[:2], f.write(b"1"), f.read(1), f.write(b"2"), f.tell(), f.seek(0), f.read())
    print(f.seek(2), f.truncate(), f.seek(0), f.read(), f.write(b"abc"), f.seek(0), f.readline())
    f.seek(0)
    f.write(b"12\n34\n56")
    f.seek(1)
    print(f.readline(), f.write(b"##"), f.readline(), f.read())
with open(PATH, "w+b", buffering=4) as f:
    f.write(b"0123456789")
    print(f.seek(3), f.read(2), f.write(b"ab"), f.read(1), f.seek(-2, 1), f.write(b"c"), f.flush(), f.seek(0), f.read())
f = io.BufferedRandom(io.BytesIO(b"abcdefghij"), 4)
print(f.read(3), f.write(b"123"), f.tell(), f.read(2), f.flush(), f.raw.getvalue(), f.raw.tell())
attempt(io.BufferedRandom, Sink())
attempt(io.BufferedWriter, io.BytesIO(), 0)
attempt(io.BufferedWriter, io.FileIO(PATH))


class Source(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(3, len(buffer))
        buffer[:count] = b"abc"[:count]
        return count


reader, writer = Source(), Sink()
pair = io.BufferedRWPair(reader, writer, 4)
print(pair.readable(), pair.writable(), pair.seekable(), pair.read(5), pair.peek(1), pair.read1(2), pair.write(b"12345"), writer.got)
buffer = bytearray(4)
print(pair.readinto(buffer), buffer, pair.flush(), writer.got, pair.isatty(), pair.closed)
pair.close()
print(pair.closed, reader.closed, writer.closed)
attempt(io.BufferedRWPair, writer, reader)
attempt(pair.detach)
with open(PATH, "wb", 0) as f:
    print(type(f).__name__, f.write(b"unbuffered"))
os.unlink(PATH)
