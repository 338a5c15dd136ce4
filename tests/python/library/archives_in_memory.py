# zipfile, tarfile, gzip and zipapp in memory: entries, text, appended parts, damaged data.
import gzip
import io
import tarfile
import zipfile
import zlib


def packed(entries, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as z:
        for name, data in entries.items():
            z.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6)), data)
        z.comment = b"note"
    return buffer


def tarred(entries):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as t:
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 5
            t.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


z = zipfile.ZipFile(packed({"a.txt": "hello " * 10, "d/b.bin": b"\0\1", "d/": b""}, compression=zipfile.ZIP_DEFLATED))
data = z.fp.getvalue()
t = tarfile.open(fileobj=io.BytesIO(tarred({"x.txt": b"x", "long/" + "n" * 120: b"yy"})))


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""z.namelist(), z.read("a.txt")[:6], z.read("d/b.bin"), [(i.filename, i.file_size, i.compress_type, i.date_time, i.CRC, i.is_dir()) for i in z.infolist()], z.comment, z.testzip(), z.getinfo("a.txt").compress_size < 60, repr(z.getinfo("d/"))[:30], z.open("a.txt").readline(), zipfile.is_zipfile(io.BytesIO(data)), zipfile.is_zipfile(io.BytesIO(b"x"))
z.read("nope")
z.open("a.txt", "q")
z.writestr("x", "y")
zipfile.ZipFile(io.BytesIO(b"nothing"))
zipfile.ZipFile(io.BytesIO(), "q")
zipfile.ZipFile(io.BytesIO(data.replace(b"hello", b"jello")), "r").read("d/b.bin")
zipfile.ZipFile(io.BytesIO(data[:40] + b"\xff" + data[41:])).read("a.txt")
zipfile.Path(io.BytesIO(data), "a.txt").read_text()[:5], zipfile.Path(io.BytesIO(data), "d/b.bin").read_bytes(), zipfile.Path(io.BytesIO(data), "d/").is_dir(), (zipfile.Path(io.BytesIO(data)) / "nope").exists(), zipfile.Path(io.BytesIO(data), "d/b.bin").suffix
t.getnames()[0], len(t.getnames()[1]), t.extractfile("x.txt").read(), t.getmember("x.txt").isfile(), t.getmember("x.txt").mtime, t.getmember("x.txt").mode, t.next() is not None, tarfile.is_tarfile(io.BytesIO(tarred({"a": b""})))
t.getmember("nope")
tarfile.open(fileobj=io.BytesIO(b""), mode="q")
gzip.decompress(gzip.compress(b"data", mtime=0)), gzip.compress(b"", mtime=0)[:10], gzip.compress(b"x", 1, mtime=7)[4:8], gzip.open(io.BytesIO(gzip.compress(b"a\nb\n")), "rt").readlines(), gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"one") + gzip.compress(b"two"))).read(), (lambda g: (g.read(1), g.seek(0), g.read(), g.tell(), g.peek(1)))(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"abc"))))
gzip.decompress(b"nope")
gzip.decompress(gzip.compress(b"data")[:-3])
gzip.decompress(gzip.compress(b"data")[:-8] + b"\0" * 8)
zlib.decompress(zlib.compress(b"x" * 100)), zlib.crc32(b"a"), zlib.adler32(b"a"), zlib.decompressobj().decompress(zlib.compress(b"abc"), 2), (lambda c: c.compress(b"a") + c.flush())(zlib.compressobj(9, zlib.DEFLATED, -15)), zlib.decompress(zlib.compress(b"q", wbits=31), 31)
zlib.decompress(b"bad")
zlib.decompress(zlib.compress(b"abc")[:-1])
zlib.compress(b"a", 10)""".splitlines():
    attempt(text)
