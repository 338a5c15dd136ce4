# zipfile, tarfile, gzip in memory and on disk.
import gzip
import io
import os
import tarfile
import tempfile
import zipfile

buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("a.txt", "alpha " * 50)
    archive.writestr(zipfile.ZipInfo("dir/b.bin", (2020, 1, 2, 3, 4, 6)), b"\0\1\2")
    with archive.open("streamed", "w") as file:
        file.write(b"in parts, ")
        file.write(b"twice")
with zipfile.ZipFile(buffer) as archive:
    print(archive.namelist(), archive.read("dir/b.bin"), archive.getinfo("a.txt").file_size, archive.getinfo("a.txt").compress_size < 40, archive.getinfo("dir/b.bin").date_time, archive.testzip())
    with archive.open("a.txt") as file:
        print(file.read(8), file.seek(0), len(file.readlines()))
    print([p.name for p in zipfile.Path(archive).iterdir()], zipfile.Path(archive, "streamed").read_text())
    for attempt in (lambda: archive.read("missing"), lambda: zipfile.ZipFile(io.BytesIO(b"no zip"))):
        try:
            attempt()
        except (KeyError, zipfile.BadZipFile) as error:
            print(type(error).__name__, error)
print(zipfile.is_zipfile(buffer), zipfile.is_zipfile(io.BytesIO(b"x")))
packed = gzip.compress(b"gzip " * 100, mtime=0)
print(len(packed) < 60, gzip.decompress(packed)[:9], gzip.GzipFile(fileobj=io.BytesIO(packed)).read(5))
try:
    gzip.decompress(b"not gzip")
except gzip.BadGzipFile as error:
    print(error)
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "x.tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("folder/file.txt")
        info.size, info.mode, info.mtime = 5, 0o640, 1000
        archive.addfile(info, io.BytesIO(b"hello"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "folder/file.txt"
        archive.addfile(link)
    with tarfile.open(path) as archive:
        print(archive.getnames(), archive.extractfile("folder/file.txt").read(), [(m.name, m.isfile(), m.issym(), oct(m.mode)) for m in archive])
        archive.extractall(directory, filter="data")
    print(open(os.path.join(directory, "link")).read(), sorted(os.listdir(directory)))
    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../outside"))
    evil.seek(0)
    try:
        tarfile.open(fileobj=evil).extractall(directory, filter="data")
    except tarfile.OutsideDestinationError as error:
        print(type(error).__name__)
    with gzip.open(os.path.join(directory, "t.gz"), "wt", encoding="utf-8") as file:
        file.write("text\n")
    with gzip.open(os.path.join(directory, "t.gz"), "rt") as file:
        print(file.readlines())
