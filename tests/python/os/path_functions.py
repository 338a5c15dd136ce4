# os.path and pathlib's pure paths: joining, splitting, relations, patterns, for both kinds of systems.
import ntpath
import os
import posixpath
from pathlib import PurePath, PurePosixPath as P, PureWindowsPath as W


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[posixpath.join(*a) for a in (("a", "b"), ("a/", "b"), ("a", "/b"), ("", "b"), ("a", ""), ("a", "..", "c"), (b"a", b"b"))]
posixpath.join("a", b"b")
posixpath.join("a", 5)
[posixpath.split(p) for p in ("/a/b", "a", "/a/", "//a", "", "/", "a//b")], [posixpath.splitext(p) for p in ("a.b", ".a", "a.b.c", "a/.b", "a.b/c", "a.", "..", "...a")], [posixpath.basename(p) for p in ("/a/b", "/a/")], [posixpath.dirname(p) for p in ("/a/b", "a", "//")]
[posixpath.normpath(p) for p in ("a//b", "a/./b", "a/../b", "../a", "/../a", "//a", "///a", "", ".", "a/..", "/")], posixpath.isabs("/a"), posixpath.isabs("a"), posixpath.splitdrive("/a"), posixpath.splitroot("//a/b"), posixpath.splitroot("///a")
posixpath.commonprefix(["/usr/lib", "/usr/local"]), posixpath.commonpath(["/usr/lib", "/usr/local"]), posixpath.commonpath(["a/b", "a/c/d"]), posixpath.relpath("/a/b", "/a/c"), posixpath.relpath("a", "a"), posixpath.relpath("/a", "/"), posixpath.commonprefix([])
posixpath.commonpath(["/a", "b"])
posixpath.commonpath([])
posixpath.relpath("")
posixpath.expandvars("$NOPE_X ${NOPE_X} $"), posixpath.expanduser("a~b"), posixpath.normcase("A"), posixpath.lexists("/nope"), posixpath.exists("a\0b"), posixpath.isfile("/nope"), posixpath.ismount("/")
[ntpath.join(*a) for a in (("a", "b"), ("c:", "b"), ("c:\\a", "d:b"), ("c:a", "\\b"), ("\\\\s\\h", "x"))], [ntpath.splitdrive(p) for p in ("c:\\a", "\\\\s\\h\\a", "//s/h", "a")], ntpath.normpath("c:/a/../b\\.\\c"), [ntpath.splitroot(p) for p in ("c:a", "c:/a", "//s/h/a", "/a")], ntpath.isabs("c:\\a"), ntpath.isabs("/a"), ntpath.commonpath(["C:\\a\\b", "c:\\A\\c"]), ntpath.relpath("c:\\a\\b", "c:\\a\\c"), ntpath.isreserved("con.txt")
os.fspath("a"), os.fspath(P("a")), os.fspath(b"x")
os.fspath(5)
os.fsencode("a\udcff"), os.fsdecode(b"a\xff"), os.path is posixpath, os.sep, os.altsep, os.extsep, os.curdir, os.pardir, os.pathsep, os.linesep, os.devnull
P("a/b.tar.gz").parts, P("a/b.tar.gz").name, P("a/b.tar.gz").stem, P("a/b.tar.gz").suffix, P("a/b.tar.gz").suffixes, P("/a/b").parent, list(map(str, P("/a/b/c").parents)), P("/a/b").root, P("/a").anchor, P("a").anchor, P("//a/b").anchor, P("a/../b"), P("./a//b/."), P(""), P("a", "/b", "c"), P(".."), P("a.").suffix, P(".a").suffix
P("a") / "b" / P("c"), "x" / P("y"), P("a").joinpath("b", "/c"), P("a/b").with_name("c.d"), P("a/b.c").with_suffix(".d"), P("a/b.c").with_suffix(""), P("a/b.c").with_stem("z"), P("/a/b").relative_to("/a"), P("/a/b").relative_to("/a/c", walk_up=True), P("/a/b").is_relative_to("/a"), P("a") < P("b"), P("a") == P("a/"), P("a") == W("a"), hash(P("a")) == hash(P("a")), P("a b/c").as_posix()
P("a").relative_to("b")
P("a/b").with_name("")
P("a").with_suffix("b")
P("").with_name("x")
P("a") / 5
P(5)
P("/a/b/c.py").match("*.py"), P("/a/b/c.py").match("b/*.py"), P("/a/b/c.py").match("/a/*.py"), P("a/b/c").full_match("a/**/c"), P("a/b/c").full_match("a/**"), P("a/b.py").match("A/*.PY"), W("A/b.PY").match("a/*.py"), P("a/b").match("**"), P("a").full_match("**"), P(".hidden").match("*"), P("a.py").match("a.[pq]y"), P("A.py").match("a.py", case_sensitive=False)
P("a").match("")
W("c:/a/b").drive, W("c:/a/b").root, W("c:a").is_absolute(), W("c:/a") == W("C:\\A"), str(W("c:/a/../b")), W("//s/h/x").anchor, W("c:/a").as_posix(), W("c:/a").relative_to("C:/"), W("a/b").parts, W("c:/a", "d:b"), W("c:/a", "/b"), repr(W("a\\b")), W("a:b").name
PurePath("a").__class__.__name__, P("a").__reduce__()[1], P.__mro__[1].__name__, sorted([P("b"), P("a/c"), P("a")]), P("a").with_segments("x", "y"), P("a/b").parser.__name__, bytes(P("a\udcff"))
P("a") < W("a")""".splitlines():
    attempt(text)
