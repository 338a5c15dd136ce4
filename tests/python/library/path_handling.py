# pathlib, os.path, fnmatch, glob, tempfile and shutil on a scratch directory.
import fnmatch
import glob
import os
import os.path
import pathlib
import shutil
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath

pure = PurePosixPath("/usr/lib/../share/file.tar.gz")
print(pure.parts, pure.name, pure.stem, pure.suffixes, pure.parent, pure.parents[1], pure.with_suffix(".zip"), pure.with_name("x"), pure / "a" / "/b", pure.relative_to("/usr"), pure.is_absolute(), pure.match("*.gz"), repr(pure))
print(PureWindowsPath("c:/a/b.txt").parts, PureWindowsPath("c:a").drive, PureWindowsPath("C:/A") == PureWindowsPath("c:/a"), PurePosixPath("a//b/./c"), PurePosixPath("a").joinpath("b", "c"), PurePosixPath("/a/b").is_relative_to("/a"), PurePosixPath("a/b").full_match("**/b"))
for attempt in (lambda: pure.relative_to("/etc"), lambda: PurePosixPath("a").with_name(""), lambda: PurePosixPath("a").with_suffix("x"), lambda: Path("/no/such/file").read_text()):
    try:
        print(attempt())
    except (ValueError, OSError) as error:
        print(type(error).__name__, error)
print(os.path.join("a", "b", "/c", "d"), os.path.split("/a/b/"), os.path.splitext(".bashrc"), os.path.normpath("a/./b/../c//d"), os.path.relpath("/a/b", "/a/c"), os.path.commonpath(["/a/b/c", "/a/b/d"]), os.path.commonprefix(["abc", "abd"]), os.path.basename("x/y"), os.path.isabs("x"), os.path.expandvars("$NOPE/x"))
with tempfile.TemporaryDirectory() as name:
    root = Path(name)
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "a.txt").write_text("alpha\nbeta\n")
    (root / "sub" / "b.py").write_bytes(b"x = 1\n")
    (root / "sub" / "deep" / "c.txt").touch()
    (root / "link").symlink_to("a.txt")
    print(sorted(p.relative_to(root).as_posix() for p in root.rglob("*")), sorted(p.name for p in root.glob("*.txt")), sorted(p.name for p in root.iterdir()))
    print((root / "a.txt").read_text().splitlines(), (root / "a.txt").stat().st_size, (root / "link").is_symlink(), os.readlink(root / "link"), (root / "link").resolve() == (root / "a.txt").resolve(), (root / "sub").is_dir(), (root / "nope").exists())
    print([(os.path.relpath(top, name), sorted(dirs), sorted(files)) for top, dirs, files in os.walk(name)], sorted(glob.glob("**/*.txt", root_dir=name, recursive=True)))
    shutil.copytree(root / "sub", root / "copy")
    shutil.move(root / "a.txt", root / "moved.txt")
    (root / "moved.txt").rename(root / "renamed.txt")
    print(sorted(p.relative_to(root).as_posix() for p in (root / "copy").rglob("*")), (root / "renamed.txt").exists())
    for attempt in (lambda: (root / "sub").rmdir(), lambda: (root / "sub").mkdir(), lambda: os.remove(root / "nope"), lambda: os.listdir(root / "nope")):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__, error.errno, error.strerror, os.path.basename(error.filename))
    shutil.rmtree(root / "sub")
    (root / "copy" / "b.py").unlink()
    (root / "gone").unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile("w+", dir=name, suffix=".tmp") as file:
        file.write("text")
        file.seek(0)
        print(file.read(), os.path.exists(file.name))
    print(sorted(os.listdir(name)), sorted(entry.name for entry in os.scandir(name) if entry.is_file()))
print(os.path.exists(name), fnmatch.filter(["a.py", "b.txt", "c.PY"], "*.py"), fnmatch.fnmatchcase("x[1]", "x[[]1]"), fnmatch.translate("a*?[!b]"), tempfile.gettempprefix())
