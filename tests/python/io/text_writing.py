"""Writing text: translation of line ends, encodings, buffering, reconfigure, detach."""
import io
import os

PATH = f"/tmp/taipan-text-writing-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)).replace(PATH, "PATH"))
    except Exception as error:
        print(type(error).__name__, str(error).replace(PATH, "PATH"))


def content():
    with open(PATH, "rb") as f:
        return f.read()


for newline in (None, "", "\n", "\r", "\r\n"):
    with open(PATH, "w", newline=newline) as f:
        print(f.write("a\nb\r\nc\r"), f.write(""), f.writelines(["d\n", "e"]), end=" ")
    print(repr(newline), content())
for encoding in ("utf-8", "ascii", "latin-1"):
    for errors in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape"):
        with open(PATH, "w", encoding=encoding, errors=errors) as f:
            print(encoding, errors, end=" ")
            attempt(f.write, "plain")
            attempt(f.write, "aä€𝄞z")
            attempt(f.write, "low\udc80\udcff")
        print(content())

raw = io.BytesIO()
f = io.TextIOWrapper(raw, encoding="utf-8")
print(f.write("waiting"), raw.getvalue(), f.flush(), raw.getvalue())
f.write("x" * 9000)
print(len(raw.getvalue()))
f.detach()
f = io.TextIOWrapper(raw, encoding="utf-8", line_buffering=True)
raw.seek(0)
raw.truncate()
print(f.write("no end"), raw.getvalue(), f.write(" line\nrest"), raw.getvalue(), f.write("\r"), raw.getvalue())
f.detach()
f = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
print(f.write("through"), raw.getvalue(), f.write_through, f.line_buffering)
f.reconfigure(line_buffering=True, write_through=False, newline="\r\n")
print(f.write_through, f.line_buffering, f.write("next\n"), raw.getvalue()[-12:])
f.reconfigure(encoding="latin-1", errors="replace")
print(f.encoding, f.errors, f.write("ä€\n"), raw.getvalue()[-6:])
f.reconfigure(errors="ignore")
print(f.encoding, f.errors)
f.reconfigure(encoding="ascii")
print(f.encoding, f.errors, f.newlines)
attempt(f.reconfigure, newline="x")
attempt(f.reconfigure, encoding=5)
attempt(f.reconfigure, encoding="nonexistent")
attempt(f.write, 5)
attempt(f.write, b"bytes")
attempt(f.write)
attempt(f.read)
buffer = f.detach()
print(buffer is raw)
attempt(f.write, "x")
attempt(f.flush)
attempt(f.detach)
attempt(repr, f)
attempt(f.close)

with open(PATH, "w+", encoding="utf-8") as f:
    print(f.write("line one\nline two\n"), f.seek(0), f.readline(), f.tell(), f.read())
    print(f.seek(5), f.write("ONE"), f.seek(0), f.read())
    print(f.seek(0), f.read(4), f.seek(0, 1), f.write("+"), f.seek(0), f.readlines())
    print(f.truncate(6), f.seek(0), f.read(), f.seek(0, 2), f.write("äö"), f.tell(), f.truncate(), f.seek(0), f.read())
    attempt(f.reconfigure, encoding="latin-1")
with open(PATH, "a", encoding="utf-8") as f:
    print(f.tell(), f.write("!"), f.tell())
print(content())
with open(PATH, "x" if False else "w") as f:
    f.write("ab")
    f.flush()
    print(content(), f.buffer.write(b"cd"), f.write("ef"))
print(content())
attempt(open, PATH, "x")

f = open(PATH, "w")
f.close()
attempt(f.write, "x")
attempt(f.writelines, ["x"])
attempt(f.flush)
attempt(f.seek, 0)
attempt(f.truncate)
print(f.closed, f.close())


class Failing(io.BytesIO):
    def write(self, data):
        raise OSError("no room")


f = io.TextIOWrapper(Failing(), encoding="utf-8")
f.write("x")
attempt(f.close)
print(f.closed, f.buffer.closed)


class Upper(io.TextIOWrapper):
    def write(self, text):
        return super().write(text.upper())


raw = io.BytesIO()
with Upper(raw, encoding="ascii") as f:
    print("printed", 5, file=f)
    f.writelines(["a", "b"])
    f.flush()
    print(raw.getvalue())
os.unlink(PATH)
