# Directories: making, listing, scanning, renaming, links, removing.
import os
import tempfile

with tempfile.TemporaryDirectory() as top:
    os.chdir(top)
    os.mkdir("d")
    os.makedirs("d/e/f")
    for name in ("b", "a", "ü", "c"):
        open(f"d/{name}", "w").close()
    print(sorted(os.listdir("d")), sorted(os.listdir(b"d")))
    open(b"d/\xff\xfe", "w").close()
    print([name for name in os.listdir("d") if not name.isprintable()], os.fsencode("\udcff\udcfe"))
    os.remove("d/\udcff\udcfe")
    os.symlink("a", "d/link")
    os.symlink("nope", "d/broken")
    with os.scandir("d") as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            print(entry, entry.path, entry.is_dir(), entry.is_file(), entry.is_symlink(), os.fspath(entry) == entry.path)
            if entry.name == "a":
                print(entry.stat().st_size, entry.inode() == os.stat("d/a").st_ino, entry.stat() is entry.stat())
    print(next(entries, "closed"))
    print(os.readlink("d/link"), os.readlink(b"d/link"), os.path.realpath("d/link") == os.path.realpath("d/a"))
    print(os.path.islink("d/broken"), os.path.exists("d/broken"), os.path.lexists("d/broken"))
    os.rename("d/a", "d/z")
    os.replace("d/b", "d/c")
    os.link("d/z", "d/y")
    print(os.stat("d/y").st_nlink, sorted(os.listdir("d")))
    fd = os.open("d", os.O_RDONLY)
    print(sorted(os.listdir(fd)), os.stat("z", dir_fd=fd).st_nlink)
    os.mkdir("g", dir_fd=fd)
    os.rmdir("g", dir_fd=fd)
    os.unlink("y", dir_fd=fd)
    print([entry.path for entry in os.scandir(fd) if entry.name == "z"])
    os.close(fd)
    for directory, directories, files in os.walk("d"):
        print(directory, sorted(directories), sorted(files))
    os.chmod("d/z", 0o640)
    print(oct(os.stat("d/z").st_mode), os.access("d/z", os.R_OK), os.access("d/nope", os.F_OK))
    os.utime("d/z", ns=(1_500_000_000_123_456_789, 1_600_000_000_000_000_001))
    status = os.stat("d/z")
    print(status.st_atime_ns, status.st_mtime_ns, status.st_atime)
    os.utime("d/z", (1.5, 2))
    print(os.stat("d/z").st_atime_ns, os.stat("d/z").st_mtime_ns)
    os.mkfifo("fifo")
    print([entry.is_file() for entry in os.scandir(".") if entry.name == "fifo"])
    try:
        os.rmdir("d")
    except OSError as error:
        print(error)
    os.removedirs("d/e/f") if not os.listdir("d/e/f") else None
    print(os.path.exists("d/e"))
    os.chdir("/")
    print(os.getcwd(), os.getcwdb())
