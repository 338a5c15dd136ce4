# Files and trees in a directory of their own: making, listing, walking, linking, copying, globbing, removing, with the errors.
import glob
import os
import pathlib
import shutil
import stat
import tempfile

root = tempfile.mkdtemp()
os.chdir(root)
os.umask(0o022)
path = pathlib.Path()
for name in ("a", "a/b", "c", "c/.hidden"):
    os.mkdir(name)
for name in ("a/1.txt", "a/2.py", "a/b/3.txt", "c/.dot", "top.txt", "c/[x].txt"):
    with open(name, "w") as file:
        file.write(name)


def names(iterable):
    return sorted(map(str, iterable))


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""sorted(os.listdir()), sorted(os.listdir(b"a")), sorted(e.name for e in os.scandir("a") if e.is_file()), sorted((e.name, e.is_dir(), e.is_symlink(), e.path) for e in os.scandir())
[(d, sorted(s), sorted(f)) for d, s, f in sorted(os.walk("."))], [d for d, _, _ in os.walk("a", topdown=False)], [d for d, s, f in os.walk("nope")], [(d, sorted(f)) for d, s, f, fd in sorted(os.fwalk("a"))]
names(glob.glob("*")), names(glob.glob("**/*.txt", recursive=True)), names(glob.glob("a/*.[pt]*")), names(glob.glob("c/*")), names(glob.glob("c/.*")), names(glob.glob("*.txt", root_dir="a")), names(glob.glob("c/" + glob.escape("[x].txt"))), names(glob.glob("c/*", include_hidden=True)), names(glob.glob("nope/*")), glob.has_magic("a*"), glob.translate("*.py")
names(p.relative_to(path) for p in path.glob("**/*.txt")), names(p.relative_to(path) for p in path.rglob("*.py")), names(p.name for p in (path / "a").iterdir()), names(p.name for p in path.glob("*/")), [(str(d.relative_to(path)), sorted(s), sorted(f)) for d, s, f in sorted(path.walk())][1]
list(path.glob(""))
list(path.glob("/abs"))
os.mkdir("a")
os.mkdir("x/y")
os.makedirs("m/n/o"), os.makedirs("m/n/o", exist_ok=True), os.path.isdir("m/n/o"), os.removedirs("m/n/o"), os.path.exists("m")
os.makedirs("a/b")
os.rmdir("a")
os.rmdir("nope")
os.remove("nope")
os.remove("a")
os.rename("nope", "x")
os.rename("top.txt", "moved.txt"), os.path.exists("top.txt"), os.replace("moved.txt", "top.txt"), os.path.getsize("top.txt")
os.symlink("top.txt", "link"), os.readlink("link"), os.path.islink("link"), os.path.exists("link"), os.lstat("link").st_size, os.path.realpath("link") == os.path.realpath("top.txt"), os.path.samefile("link", "top.txt"), os.unlink("link")
os.symlink("nowhere", "dangling"), os.path.exists("dangling"), os.path.lexists("dangling"), pathlib.Path("dangling").is_symlink(), os.unlink("dangling")
os.link("top.txt", "hard"), os.stat("hard").st_nlink, os.stat("hard").st_ino == os.stat("top.txt").st_ino, os.unlink("hard")
os.readlink("top.txt")
os.stat("nope")
os.chmod("top.txt", 0o640), stat.filemode(os.stat("top.txt").st_mode), oct(stat.S_IMODE(os.stat("top.txt").st_mode)), os.access("top.txt", os.R_OK), stat.S_ISREG(os.stat("top.txt").st_mode), stat.filemode(os.stat("a").st_mode), stat.filemode(0o104755), stat.filemode(0o41777)
os.utime("top.txt", (1, 2)), os.stat("top.txt").st_mtime, os.stat("top.txt").st_atime_ns, os.utime("top.txt", ns=(5, 6)), os.stat("top.txt").st_mtime_ns, os.path.getmtime("top.txt") == os.stat("top.txt").st_mtime
os.utime("top.txt", (1, 2), ns=(1, 2))
os.truncate("top.txt", 3), open("top.txt").read(), os.path.getsize("top.txt")
shutil.copy("a/1.txt", "copy.txt"), shutil.copyfile("a/1.txt", "copy2.txt"), shutil.copy2("a/1.txt", "c"), open("copy.txt").read(), shutil.move("copy.txt", "c/moved.txt"), os.remove("copy2.txt")
shutil.copyfile("top.txt", "top.txt")
shutil.copy("nope", "x")
shutil.copytree("a", "tree", ignore=shutil.ignore_patterns("*.py")), names(pathlib.Path("tree").rglob("*")), shutil.rmtree("tree"), os.path.exists("tree")
shutil.copytree("a", "c")
shutil.rmtree("nope")
shutil.rmtree("nope", ignore_errors=True), shutil.disk_usage(".")._fields, shutil.which("nope-no-such"), shutil.get_terminal_size((5, 6)).columns > 0
path.joinpath("new.txt").write_text("h\u00e9\n", encoding="utf-8"), path.joinpath("new.txt").read_bytes(), path.joinpath("new.txt").read_text("utf-8"), path.joinpath("n.bin").write_bytes(b"\0\1"), path.joinpath("new.txt").unlink(), path.joinpath("n.bin").unlink(missing_ok=True), path.joinpath("gone").unlink(missing_ok=True)
path.joinpath("gone").unlink()
path.joinpath("gone").read_text()
path.joinpath("a").read_text()
path.joinpath("t").touch(), path.joinpath("t").stat().st_size, path.joinpath("t").touch(), path.joinpath("t").rename(path / "u").name, path.joinpath("u").exists(), path.joinpath("u").replace(path / "v").is_file(), path.joinpath("v").unlink()
path.joinpath("t2").touch(exist_ok=False), path.joinpath("t2").unlink(), path.joinpath("d1/d2").mkdir(parents=True), path.joinpath("d1/d2").rmdir(), path.joinpath("d1").rmdir()
path.joinpath("a").mkdir()
path.joinpath("q/r").mkdir()
path.joinpath("a").is_dir(), path.joinpath("a").is_file(), path.joinpath("a/1.txt").samefile("a/1.txt"), path.joinpath("a/../a/1.txt").resolve().name, path.joinpath("nope").resolve(strict=False).name, path.joinpath("a").owner() == path.joinpath("a").owner(), path.joinpath("a/1.txt").copy("cp.txt").name, path.joinpath("cp.txt").move("mv.txt").name
os.getcwd() == os.path.realpath(root), os.chdir("a"), os.path.basename(os.getcwd()), os.chdir("..")
os.chdir("nope")
os.open("nope", os.O_RDONLY)
(lambda fd: (os.write(fd, b"hello"), os.lseek(fd, 1, os.SEEK_SET), os.read(fd, 3), os.fstat(fd).st_size, os.pread(fd, 2, 0), os.pwrite(fd, b"J", 0), os.ftruncate(fd, 2), os.isatty(fd), os.get_inheritable(fd), os.close(fd)))(os.open("raw", os.O_RDWR | os.O_CREAT | os.O_EXCL))
os.close(9999)
tempfile.TemporaryDirectory(dir=root).__enter__().startswith(root), os.path.basename(tempfile.NamedTemporaryFile(dir=root, prefix="pre", suffix=".suf").name)[:3], tempfile.TemporaryFile().read(), tempfile.SpooledTemporaryFile(max_size=3).write(b"ab"), tempfile.gettempprefix(), (lambda t: (os.close(t[0]), t[1].endswith(".x"), os.unlink(t[1])))(tempfile.mkstemp(".x", dir=root))""".splitlines():
    attempt(text)
shutil.rmtree(root)
