# os.path on top of posix, and what os does to text and bytes.
import os
import posix

for path in ("", ".", "/", "//", "///", "a//b/../c/.", "../a", "/..", "//a", "///a/..", "a/b/", "./a", "a/../..", "/a/../../b"):
    print(repr(path), os.path.normpath(path), os.path.normpath(path.encode()))
for path in ("", "a", "/a", "//a/b", "///a", b"/x/y"):
    print(posix._path_splitroot_ex(path))
print(os.path.join("a", "b", "/c", "d"), os.path.split("/a/b"), os.path.splitext("x.tar.gz"))
print(os.path.commonpath(["/a/b/c", "/a/b/d"]), os.path.relpath("/a/b", "/a/c"))
print(os.fsencode("ä\udcff"), ascii(os.fsdecode(b"\xc3\xa4\xff")))
print(os.path.expanduser("~nobodyhere/x"))
os.environ["TAIPAN_TEST"] = "value\udcff"
print(os.environb[b"TAIPAN_TEST"], os.path.expandvars("$TAIPAN_TEST-${TAIPAN_TEST}-$NOPE").encode("utf-8", "surrogateescape"))
del os.environ["TAIPAN_TEST"]
print(os.getenv("TAIPAN_TEST"), "TAIPAN_TEST" in os.environ)
print(os.sep, os.linesep.encode(), os.name, os.curdir, os.devnull)
for name in ("O_RDONLY", "O_CREAT", "SEEK_HOLE", "EX_OK", "WNOHANG", "P_ALL", "F_OK", "SCHED_OTHER", "RTLD_LAZY"):
    print(name, getattr(os, name))
print(sorted(f.__name__ for f in os.supports_dir_fd))
print(sorted(f.__name__ for f in os.supports_fd))
print(sorted(f.__name__ for f in os.supports_follow_symlinks))
