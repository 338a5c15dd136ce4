"""open, open_code, text_encoding: arguments and what they give."""
import io
import os
import _io

PATH = f"/tmp/taipan-open-arguments-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
        print(repr(result).replace(PATH, "PATH"))
        if hasattr(result, "close"):
            result.close()
    except Exception as error:
        print(type(error).__name__, str(error).replace(PATH, "PATH"))


print(open is io.open is _io.open, open.__module__, open.__name__, open)
for mode in ("w", "r", "r+", "w+", "a", "a+", "rt", "tr", "wt+", "rb", "br", "wb", "ab", "r+b", "rb+", "w+b", "a+b"):
    with open(PATH, mode) as f:
        raw = f.raw if "b" in mode else f.buffer.raw
        print(mode, type(f).__name__, f.mode, raw.mode, f.readable(), f.writable(), f.tell())
for mode in ("", "b", "t", "+", "q", "rw", "wa", "xr", "rr", "r++", "rbt", "U", "rU", "r\0"):
    print(repr(mode), end=" ")
    attempt(open, PATH, mode)
attempt(open, PATH, 5)
attempt(open, PATH, None)
attempt(open)
attempt(open, PATH, "r", "x")
attempt(open, PATH, "r", 0)
attempt(open, PATH, "rb", 0)
attempt(open, PATH, "rb", 2)
attempt(open, PATH, "r", 5)
attempt(open, PATH, "rb", encoding="utf-8")
attempt(open, PATH, "rb", errors="strict")
attempt(open, PATH, "rb", newline="")
attempt(open, PATH, "r", encoding=5)
attempt(open, PATH, "r", errors=5)
attempt(open, PATH, "r", newline=5)
attempt(open, PATH, "r", newline="x")
attempt(open, PATH, "r", encoding="utf-8", errors="ignore")
attempt(open, PATH, "r", nonsense=1)
attempt(open, PATH + "-missing")
attempt(open, "/")
attempt(open, "/", "w")
attempt(open, 1.5)
attempt(open, None)
attempt(open, ["x"])
attempt(open, -1)
attempt(open, "null\0")
attempt(open, b"null\0")
attempt(open, PATH, closefd=False)
attempt(open, PATH, opener=5)
attempt(open, file=PATH, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


with open(Path(PATH), "w") as f:
    print(f.name == PATH, f.write("by path object"))
with open(Path(os.fsencode(PATH))) as f:
    print(f.name == os.fsencode(PATH), f.read())
attempt(open, Path(5))
attempt(io.open_code, PATH)
attempt(io.open_code, os.fsencode(PATH))
print(io.text_encoding("x"), io.text_encoding(5), io.DEFAULT_BUFFER_SIZE)
fd = os.open(PATH, os.O_RDONLY)
with open(fd, closefd=False) as f:
    print(f.name == fd, f.read(2), f.fileno() == fd)
with open(fd, "rb") as f:
    print(f.read())
attempt(os.fstat, fd)
seen = []


def opener(path, flags):
    seen.append((path == PATH, flags & os.O_ACCMODE, flags & os.O_APPEND != 0, flags & os.O_TRUNC != 0))
    return os.open(path, flags)


for mode in ("r", "w", "a", "r+"):
    open(PATH, mode, opener=opener).close()
print(seen)
print([c.__name__ for c in io.UnsupportedOperation.__mro__], io.UnsupportedOperation.__module__, io.BlockingIOError is BlockingIOError)
for name in ("IOBase", "RawIOBase", "BufferedIOBase", "TextIOBase"):
    print(name, [issubclass(getattr(io, other), getattr(io, name)) for other in ("FileIO", "BytesIO", "StringIO", "BufferedReader", "BufferedRWPair", "TextIOWrapper")])
os.unlink(PATH)
