"""Reading text: lines, limits, characters, iteration, newline modes, several encodings."""
import io
import os

PATH = f"/tmp/taipan-text-reading-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)).replace(PATH, "PATH"))
    except Exception as error:
        print(type(error).__name__, str(error).replace(PATH, "PATH"))


DATA = "first\nsecond\r\nthird\rfourth äöü €uro 𝄞 clef\n\nlast without end"
with open(PATH, "wb") as f:
    f.write(DATA.encode())
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(PATH, encoding="utf-8", newline=newline) as f:
        print(repr(newline), f.readlines(), f.newlines)
    with open(PATH, encoding="utf-8", newline=newline) as f:
        print([f.readline(4) for _ in range(6)], f.newlines, f.read(7), f.read())
        print(repr(f.read()), repr(f.readline()), f.readlines(), f.newlines)

with open(PATH, encoding="utf-8") as f:
    print(f.read(0), f.read(3), next(f), f.readline(), f.read(10), f.readlines(3), list(f))
    print(f.encoding, f.errors, f.mode, f.name == PATH, f.line_buffering, f.write_through, f.closed, f._CHUNK_SIZE)
    print(f.readable(), f.writable(), f.seekable(), f.isatty(), type(f.buffer).__name__)
    attempt(f.write, "x")
    attempt(f.read, "x")
    attempt(f.read, 1.5)
    attempt(f.readline, "x")

# Chunks that end in the middle of characters and line ends.
text = "".join(f"row {n} ä€𝄞\r\n" if n % 3 else f"row {n}\r" for n in range(500))
with open(PATH, "wb") as f:
    f.write(text.encode())
for chunk in (1, 2, 3, 7, 64, 8192):
    for newline in (None, "", "\r\n", "\r"):
        with open(PATH, encoding="utf-8", newline=newline) as f:
            f._CHUNK_SIZE = chunk
            lines = list(f)
            f.seek(0)
            parts = []
            while part := f.read(11):
                parts.append(part)
        expected = text.replace("\r\n", "\n").replace("\r", "\n") if newline is None else text
        print(chunk, repr(newline), len(lines), "".join(lines) == expected, "".join(parts) == expected)

for encoding in ("utf-8", "ascii", "latin-1", "UTF8", "us-ascii", "iso-8859-1"):
    for errors in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape"):
        with open(PATH, "wb") as f:
            f.write(b"plain \xe4\xff \xe2\x82\xac \xf0\x9d\x84 end\nnext\n")
        with open(PATH, encoding=encoding, errors=errors) as f:
            print(encoding, errors, end=" ")
            attempt(lambda: ascii(f.read()))
with open(PATH, "wb") as f:
    f.write(b"good\n" * 3000 + b"bad \xff\n" + b"after\n")
with open(PATH, encoding="utf-8") as f:
    count = 0
    try:
        for line in f:
            count += 1
    except UnicodeDecodeError as error:
        print(count > 0, error.reason, error.encoding)
with open(PATH, "wb") as f:
    f.write(b"truncated \xe2\x82")
with open(PATH, encoding="utf-8") as f:
    attempt(f.read)
with open(PATH, encoding="utf-8") as f:
    attempt(f.read, 5)
    attempt(f.readline)
with open(PATH, "wb") as f:
    f.write(b"")
with open(PATH) as f:
    print(repr(f.read()), repr(f.readline()), list(f), f.newlines, f.tell())
f = open(PATH)
f.close()
for name in ("read", "readline", "readlines", "__next__", "__iter__", "fileno", "tell", "flush", "isatty", "readable", "__enter__"):
    print(name, end=" ")
    attempt(getattr(f, name))
print(f.closed, f.close(), f.name == PATH, f.encoding, f.newlines)
os.unlink(PATH)
