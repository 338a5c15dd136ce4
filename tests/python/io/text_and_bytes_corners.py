# Files of text, bytes and memory at their corners: seeking, truncating, detaching, reading after closing, and values that raw files must not return.
import io
import os
import re
import tempfile

handle, name = tempfile.mkstemp()
os.close(handle)


class Raw(io.RawIOBase):
    def __init__(self, *parts):
        self.parts = list(parts)
        self.written = []

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, buffer):
        part = self.parts.pop(0) if self.parts else b""
        if not isinstance(part, bytes):
            return part
        buffer[: len(part)] = part
        return len(part)

    def write(self, data):
        self.written.append(bytes(data))
        return len(data)


def text(data, **options):
    return io.TextIOWrapper(io.BytesIO(data), **options)


def after_close(make):
    file = make()
    file.close()
    seen = []
    for call in ("read", "write", "readline", "flush", "tell", "fileno", "isatty", "readable", "__next__", "truncate", "close", "getvalue", "detach"):
        try:
            method = getattr(file, call, None)
            seen.append(f"{call}={method(*(['x' if isinstance(file, io.TextIOBase) else b'x'] if call == 'write' else []))!r}"[:40] if method else f"{call} missing")
        except Exception as error:
            seen.append(f"{call}: {type(error).__name__} {error}"[:70])
    return seen


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, re.sub("0x[0-9a-f]+", "0x", str(error)))


for text in r"""after_close(lambda: io.StringIO("a")), after_close(lambda: io.BytesIO(b"a"))
after_close(lambda: open(name)), after_close(lambda: open(name, "rb")), after_close(lambda: open(name, "rb", buffering=0))
(lambda f: (f.write("abc\ndef"), f.tell(), f.seek(2), f.read(2), f.readline(), f.truncate(1), f.getvalue(), f.seek(5), f.write("x"), f.getvalue()))(io.StringIO())
(lambda f: (f.write(b"abc"), f.seek(-1, 2), f.read(), f.seek(0), f.readinto(bytearray(2)), f.read1(), f.getbuffer().nbytes, f.seek(9), f.write(b"x"), f.getvalue()))(io.BytesIO())
io.StringIO("a\r\nb\rc\n").read(), io.StringIO("a\r\nb\rc\n", newline=None).read(), io.StringIO("a\r\nb", newline="").readlines(), io.StringIO("a\nb", newline="\r\n").getvalue(), io.StringIO("a\nb", "\r").readlines()
io.StringIO().seek(1, 1)
io.StringIO().seek(-1)
io.StringIO().write(b"x")
io.StringIO(b"x")
io.StringIO(newline="x")
io.BytesIO().write("x")
io.BytesIO("x")
io.BytesIO().seek(-1)
io.BytesIO(b"abc").truncate(-1)
io.BytesIO().readinto("x")
text(b"a\r\nb\nc\rd").read(), text(b"a\r\nb\nc\rd", newline="").readlines(), text(b"a\r\nb", newline="\n").readlines(), text(b"a\rb\r\n", newline="\r").readlines(), text("\u00e9\u20ac".encode(), encoding="utf-8").read(1), text(b"\xff", encoding="utf-8", errors="replace").read()
text(b"\xff", encoding="utf-8").read()
text(b"a", encoding="nope")
text(b"a", newline="x")
io.TextIOWrapper(5)
(lambda t: (t.readline(), t.tell() > 0, t.seek(0), t.read(2), t.seek(t.tell()), t.read(), t.seek(0, 2), t.read()))(text(b"ab\ncd\n", encoding="ascii"))
(lambda t: (next(t), t.tell()))(text(b"a\nb\n"))
text(b"abc").seek(1, 1)
text(b"abc").seek(-1)
(lambda b: (lambda t: (t.write("x\n"), b.getvalue(), t.flush(), b.getvalue(), t.reconfigure(newline="\r\n"), t.write("y\n"), t.flush(), b.getvalue(), t.detach() is b))(io.TextIOWrapper(b, encoding="ascii")))(io.BytesIO())
(lambda t: (t.detach(), t.read()))(text(b"a"))
(lambda t: (t.encoding, t.errors, t.newlines, t.read(), t.newlines, t.line_buffering, t.write_through, t.buffer.__class__.__name__, repr(t).split(" name=")[0], t.name if hasattr(t, "name") else "no name"))(text(b"a\r\nb\n", encoding="ascii"))
text(b"a", encoding="ascii").write(5)
io.TextIOWrapper(io.BytesIO(), encoding="ascii").write("\u00e9")
text(b"").write("x")
io.BufferedReader(Raw(b"ab", b"c", b"")).read(), io.BufferedReader(Raw(b"ab", None)).read(5), io.BufferedReader(Raw(None)).read(), io.BufferedReader(Raw(b"ab\ncd")).readline(), io.BufferedReader(Raw(b"abc")).peek(1), io.BufferedReader(Raw(b"ab", b"c")).read1(), io.BufferedReader(Raw(b"ab", b"cd")).readinto1(bytearray(3))
io.BufferedReader(Raw("x")).read(5)
io.BufferedReader(Raw(-2)).read(5)
io.BufferedReader(Raw(), 0)
io.BufferedReader(io.BytesIO()).write(b"x")
(lambda r: (lambda w: (w.write(b"a" * 5), r.written, w.write(b"b" * 10), len(b"".join(r.written)) >= 5, w.flush(), b"".join(r.written)))(io.BufferedWriter(r, 8)))(Raw())
(lambda p: (p.write(b"x"), p.read(1), p.peek(1)))(io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO()))
io.BufferedRandom(io.BytesIO(b"abcdef")).read(2), (lambda r: (r.read(2), r.write(b"XY"), r.seek(0), r.read()))(io.BufferedRandom(io.BytesIO(b"abcdef")))
Raw(b"ab").read(5), Raw(b"ab", b"cd").readall(), Raw(b"a\nb").readline(), list(Raw(b"a\nb\n")), Raw(None).read(1), Raw().read(0)
io.RawIOBase().read(1)
io.IOBase().readline()
io.IOBase().seek(0)
io.IOBase().fileno()
io.IOBase().closed, io.IOBase().readable(), io.TextIOBase().encoding, io.IOBase().isatty(), io.IOBase().__enter__().__class__.__name__
io.TextIOBase().read()
io.BufferedIOBase().read1()
open(name, "q")
open(name, "rw")
open(name, "rb", encoding="x")
open(name, "rb", newline="")
open(name, buffering=0)
open(name, "r", errors=5)
open("")
open(5.5)
open(-1)
open("/nope/x", "w")
open("/")
open("a\0b")
open(name, closefd=False)
open(name, opener=lambda p, f: -1)
open(name, opener=lambda p, f: "x")
open(name, "w").mode, open(name, "rb").mode, open(name, "r+b").mode, open(name, "ab", 0).mode, open(name, "w+", 1).line_buffering, open(name, "rt").encoding.lower()
(lambda f: (f.write("one\ntwo\n"), f.close()))(open(name, "w")), open(name).readlines(), open(name).readlines(1), open(name, newline="").read(3), [line for line in open(name)], (lambda f: (f.read(1), f.readline(), f.read(-1), f.read()))(open(name)), open(name, "a").tell()
io.DEFAULT_BUFFER_SIZE > 0, io.SEEK_END, io.UnsupportedOperation.__mro__[1:3], io.open is open, io.text_encoding(None), io.text_encoding("x"), isinstance(io.StringIO(), io.TextIOBase), io.open_code.__name__, io.BlockingIOError is BlockingIOError""".splitlines():
    attempt(text)
os.unlink(name)
