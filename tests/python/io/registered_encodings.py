"""Text streams with encodings and error handlers of the codec registry."""
import codecs
import io


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


TEXT = "one äö\ntwo €\r\nthree 𝄞\rlast"
for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "cp1252", "koi8-r", "iso8859-15"):
    raw = io.BytesIO()
    f = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
    f.write(TEXT)
    f.flush()
    data = raw.getvalue()
    print(encoding, data)
    raw.seek(0)
    f = io.TextIOWrapper(io.BytesIO(data), encoding=encoding)
    print(f.readlines(), f.newlines)
    f.seek(0)
    f._CHUNK_SIZE = 3
    print(f.read(5), f.read(), f.encoding)
    f.seek(0)
    first = f.readline()
    if encoding != "utf-7":
        position = f.tell()
        rest = f.read()
        f.seek(position)
        print(f.read() == rest)

# A mark of the byte order is written once, at the beginning.
raw = io.BytesIO()
f = io.TextIOWrapper(raw, encoding="utf-16-le")
f.write("x")
f.flush()
g = io.TextIOWrapper(raw, encoding="utf-8-sig")
g.write("y")
g.flush()
print(raw.getvalue())
g.seek(0)
g.write("z")
g.flush()
print(raw.getvalue())
g.detach()
f.detach()


def handler(error):
    if isinstance(error, UnicodeEncodeError):
        return "<" + error.object[error.start:error.end].encode("unicode-escape").decode() + ">", error.end
    return f"<{error.object[error.start:error.end].hex()}>", error.end


codecs.register_error("test.brackets", handler)
raw = io.BytesIO()
f = io.TextIOWrapper(raw, encoding="ascii", errors="test.brackets")
f.write("aäb€")
f.flush()
print(raw.getvalue())
print(io.TextIOWrapper(io.BytesIO(b"a\xe4\xffb"), encoding="utf-8", errors="test.brackets").read())
raw = io.BytesIO()
f = io.TextIOWrapper(raw, encoding="latin-1", errors="namereplace")
f.write("€")
f.flush()
print(raw.getvalue())
attempt(io.TextIOWrapper, io.BytesIO(), encoding="nonexistent")
attempt(io.TextIOWrapper, io.BytesIO(), encoding="rot13")
attempt(io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="ascii", errors="nonexistent").read)
attempt(io.TextIOWrapper(io.BytesIO(b"ok"), encoding="ascii", errors="nonexistent").read)
attempt(io.TextIOWrapper(io.BytesIO(b"a\x81b"), encoding="cp1252").read)
attempt(io.TextIOWrapper(io.BytesIO(b"abc"), encoding="utf-16-le").read)
