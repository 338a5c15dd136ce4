# Text and binary streams in memory and on disk: modes, seeking, newlines, encodings, errors.
import io
import os
import tempfile

text = io.StringIO("one\ntwo\r\nthree", newline=None)
print(text.readline(), list(text), text.tell(), text.seek(4), text.read(3), text.seekable(), text.getvalue())
data = io.BytesIO(b"0123456789")
print(data.read(3), data.seek(-2, os.SEEK_END), data.read(), data.getbuffer()[:2].tobytes(), data.truncate(5), data.getvalue(), data.write(b"xy"), data.getvalue())
wrapped = io.TextIOWrapper(io.BytesIO("h\u00e9llo\nw\u00f6rld\n".encode("latin-1")), encoding="latin-1")
print(wrapped.readlines(), wrapped.encoding, wrapped.errors, wrapped.newlines, wrapped.line_buffering)
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "file")
    with open(path, "w", encoding="utf-8", newline="\r\n") as file:
        print(file.write("a\nb\u20ac\n"), file.tell(), file.name == path, file.mode)
        print("printed", 1, 2, sep="-", end="|\n", file=file)
        file.writelines(["x\n", "y\n"])
    with open(path, "rb") as file:
        print(file.read(), type(file).__name__, file.raw.__class__.__name__, file.seek(2), file.peek(1)[:1], file.readinto(buffer := bytearray(3)), buffer)
    for newline in None, "", "\n", "\r\n":
        with open(path, encoding="utf-8", newline=newline) as file:
            print(repr(newline), file.readlines(), file.newlines)
    with open(path, "r+", encoding="utf-8") as file:
        file.seek(0, 2)
        file.write("end")
        file.seek(0)
        print(file.readline(), file.tell(), file.read()[-4:])
    with open(path, "a+b", buffering=0) as file:
        print(file.write(b"!"), file.seek(0), file.read(2), file.readable(), file.isatty())
    with open(path, "x" if not os.path.exists(path) else "w") as file:
        pass
    for mode, options in [("x", {}), ("q", {}), ("rw", {}), ("rb", {"encoding": "utf-8"}), ("r", {"newline": "z"}), ("w", {"buffering": 0}), ("r", {"encoding": "no-such"})]:
        try:
            open(path, mode, **options)
        except (ValueError, OSError, LookupError) as error:
            print(type(error).__name__, str(error).replace(directory, ""))
    with open(path, "wb") as file:
        file.write(b"ok \xff\xfe bad\n")
    for errors in "strict", "ignore", "replace", "backslashreplace", "surrogateescape":
        try:
            with open(path, encoding="utf-8", errors=errors) as file:
                print(errors, ascii(file.read()))
        except UnicodeDecodeError as error:
            print(error)
closed = io.StringIO()
closed.close()
for attempt in (lambda: closed.read(), lambda: io.BytesIO().write("text"), lambda: io.StringIO().write(b"x"), lambda: io.BytesIO(b"x").fileno(), lambda: io.StringIO(newline="q"), lambda: io.BytesIO().seek(-1), lambda: io.StringIO("a").seek(1, 1), lambda: io.open_code("/no/such")):
    try:
        print(attempt())
    except (ValueError, TypeError, OSError) as error:
        print(type(error).__name__, error)


class Upper(io.TextIOBase):
    def __init__(self):
        self.parts = []

    def write(self, s):
        self.parts.append(s.upper())
        return len(s)


upper = Upper()
print("shout", file=upper)
print(upper.parts, upper.readable(), upper.closed, io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO()).read(), io.text_encoding(None))
reader = io.BufferedReader(io.BytesIO(b"line 1\nline 2\n"), 4)
print(reader.peek()[:4], reader.readline(), reader.read1(3), reader.read(), io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\r"))
