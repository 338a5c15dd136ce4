"""FileIO: modes, reading, writing, seeking, truncating, attributes, errors."""
import io
import os

PATH = f"/tmp/taipan-raw-files-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)).replace(PATH, "PATH"))
    except Exception as error:
        print(type(error).__name__, str(error).replace(PATH, "PATH"))


with io.FileIO(PATH, "w") as f:
    print(repr(f).replace(PATH, "PATH"), f.mode, f.closefd, f.name == PATH)
    print(f.write(b"hello"), f.write(bytearray(b" world\n")), f.write(memoryview(b"0123456789")[::1]))
    print(f.tell(), f.seek(3), f.write(b"LO"), f.tell(), f.seek(0, 2))
    print(f.readable(), f.writable(), f.seekable(), f.isatty(), f.closed)
    attempt(f.read)
    attempt(f.readall)
    attempt(f.readinto, bytearray(2))
    attempt(f.write, "text")
    attempt(f.write, 5)
print(f.closed, repr(f))

for mode in ("r", "rb", "r+", "a", "a+", "ab", "w+", "xb", "x+"):
    if "x" in mode:
        os.unlink(PATH)
    with io.FileIO(PATH, mode) as f:
        print(mode, f.mode, f.readable(), f.writable(), f.tell(), end=" ")
        if f.writable():
            f.write(b"content of " + mode.encode())
        f.seek(0) if "a" not in mode else None
        print(f.read() if f.readable() else None)

f = io.FileIO(PATH, "w+")
f.write(bytes(range(256)))
f.seek(10)
buffer = bytearray(b"..........")
print(f.readinto(buffer), buffer)
print(f.readinto(memoryview(buffer)[3:6]), buffer)
print(f.read(0), f.read(3), len(f.read(-1)), f.read(5), f.readall())
print(f.seek(-5, 2), f.read(2), f.seek(-1, 1), f.read())
print(f.truncate(20), f.tell(), f.seek(0, 2))
f.seek(5)
print(f.truncate(), f.seek(0, 2), f.seek(30), f.write(b"!"), f.seek(0), f.read())
for bad in (-1, 2.5, "x", 2**100):
    attempt(f.seek, bad)
attempt(f.seek, 0, 7)
attempt(f.read, "x")
attempt(f.read, 1.5)
attempt(f.readinto, b"constant")
attempt(f.readinto, 5)
attempt(f.truncate, -1)
print(f.fileno() > 2, isinstance(f.fileno(), int))
f.close()
f.close()
for name in ("read", "readall", "fileno", "seekable", "readable", "writable", "isatty", "tell", "truncate", "__enter__"):
    print(name, end=" ")
    attempt(getattr(f, name))

attempt(io.FileIO, PATH + "/missing")
attempt(io.FileIO, PATH + "-missing")
attempt(io.FileIO, "/")
attempt(io.FileIO, PATH, "rw")
attempt(io.FileIO, PATH, "q")
attempt(io.FileIO, PATH, "")
attempt(io.FileIO, PATH, "r++")
attempt(io.FileIO, PATH, "x")
attempt(io.FileIO, PATH, "r", False)
attempt(io.FileIO, -1)
attempt(io.FileIO, 1.5)
attempt(io.FileIO, "null\0byte")
attempt(io.FileIO, 99999)

# A descriptor that belongs to somebody else.
owner = io.FileIO(PATH, "r")
guest = io.FileIO(owner.fileno(), "r", closefd=False)
print(guest.closefd, guest.name == owner.fileno(), guest.read(3))
guest.close()
print(guest.closed, owner.read(2))
owner.close()


def opener(path, flags):
    print("opener", path == PATH, flags & os.O_CLOEXEC != 0)
    return os.open(path, flags)


with io.FileIO(PATH, "r", opener=opener) as f:
    print(f.read(1))
attempt(io.FileIO, PATH, "r", opener=lambda path, flags: -3)
attempt(io.FileIO, PATH, "r", opener=lambda path, flags: "no")


class Path:
    def __fspath__(self):
        return PATH


class Named(io.FileIO):
    extra = 1


with Named(Path()) as f:
    print(type(f.name).__name__, f.extra, f.read(2))
    f.attribute = 5
    print(sorted(f.__dict__))
with io.FileIO(os.fsencode(PATH)) as f:
    print(f.name == os.fsencode(PATH), f.readline(), f.readlines())
attempt(f.__reduce_ex__, 2)
os.unlink(PATH)
