"""tell and seek of text streams."""
import io
import os

PATH = f"/tmp/taipan-text-positions-{os.getpid()}"


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


TEXT = "one\ntwo äö\nthree €\r\nfour 𝄞𝄞\n\rfive"
with open(PATH, "wb") as f:
    f.write(TEXT.encode())
for newline in (None, "", "\n"):
    with open(PATH, encoding="utf-8", newline=newline) as f:
        positions = []
        while True:
            position = f.tell()
            character = f.read(1)
            if not character:
                break
            positions.append((position, character))
        print(repr(newline), [position for position, _ in positions])
        for position, character in reversed(positions):
            f.seek(position)
            if f.read(1) != character:
                print("lost at", position)
        f.seek(positions[5][0])
        print(repr(f.read()))
for chunk in (1, 2, 5):
    with open(PATH, encoding="utf-8") as f:
        f._CHUNK_SIZE = chunk
        places = [(f.tell(), f.read(1)) for _ in range(len(TEXT) - 1)]
        good = 0
        for position, character in places:
            f.seek(position)
            good += f.read(1) == character
        print(chunk, good == len(places))

with open(PATH, encoding="utf-8") as f:
    print(f.tell(), f.readline(), f.tell(), f.readline(), f.tell(), f.seek(4), f.readline(), f.seek(0, 2), f.tell())
    print(f.seek(0), next(f), end=" ")
    attempt(f.tell)
    print(list(f)[-1], f.tell())
    attempt(f.seek, 3, 1)
    attempt(f.seek, -3, 2)
    attempt(f.seek, -3)
    attempt(f.seek, 0, 7)
    attempt(f.seek, 1.5)
    attempt(f.seek, "x")
    print(f.seek(0, 1) == f.tell(), f.seek(8), f.read(1))

for encoding in ("ascii", "latin-1"):
    with open(PATH, "w+", encoding=encoding) as f:
        print(f.write("abc\ndef"), f.tell(), f.seek(2), f.read(2), f.tell(), f.write("XYZ"), f.tell(), f.seek(0), f.read())


class Unseekable(io.BytesIO):
    def seekable(self):
        return False

    def seek(self, *args):
        raise io.UnsupportedOperation("never")

    tell = seek


f = io.TextIOWrapper(Unseekable(b"abc\ndef"), encoding="utf-8")
print(f.seekable(), f.readline())
attempt(f.tell)
attempt(f.seek, 0)
print(f.read())
os.unlink(PATH)
