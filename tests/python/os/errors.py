# Arguments of the wrong kind, and the errors of the system.
import os


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


def attempt(function, *args, **kwargs):
    try:
        print(function.__name__, function(*args, **kwargs))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)
        if isinstance(error, OSError):
            print("   ", error.errno, repr(error.filename), repr(error.filename2))


attempt(os.stat, "nope")
attempt(os.stat, b"nope")
attempt(os.stat, Path("nope"))
attempt(os.stat, Path(3))
attempt(os.stat, None)
attempt(os.stat, 3.5)
attempt(os.stat, 2**40)
attempt(os.stat, -(2**40))
attempt(os.stat, "a\0b")
attempt(os.stat, "\ud800")
attempt(os.stat, 1, dir_fd=1)
attempt(os.stat, 1, follow_symlinks=False)
attempt(os.stat, "x", dir_fd=1.5)
attempt(os.stat, "x", dir_fd=2**40)
attempt(os.listdir, 1.5)
attempt(os.listdir, "nope")
attempt(os.mkdir, 3)
attempt(os.mkdir, "x", "y")
attempt(os.mkdir, "/nope/x")
attempt(os.close, 10**6)
attempt(os.close, 2**40)
attempt(os.close, "x")
attempt(os.read, 0, -1)
attempt(os.write, 1, "text")
attempt(os.fsync, "x")
attempt(os.fsync, -3)
attempt(os.chown, "x", "y", 1)
attempt(os.chown, "x", -2, 1)
attempt(os.rename, "nope1", "nope2")
attempt(os.link, "nope1", b"nope2")
attempt(os.symlink, "a", "/")
attempt(os.utime, "nope")
attempt(os.utime, ".", (1,))
attempt(os.utime, ".", (1, 2), ns=(1, 2))
attempt(os.utime, ".", ns="x")
attempt(os.putenv, "a=b", "c")
attempt(os.putenv, "a\0", "c")
attempt(os.unsetenv, "a=b")
attempt(os.sysconf, "x")
attempt(os.sysconf, 3.5)
attempt(os.urandom, -1)
attempt(os.fspath, 3)
attempt(os.fspath, Path(3))
attempt(os.fspath, Path(b"x"))
attempt(os.strerror, 2)
attempt(os.strerror, 2**70)
attempt(os.execv, "nope", [])
attempt(os.execv, "nope", [""])
attempt(os.execv, "nope", 3)
attempt(os.execve, "nope", ["a"], 3)
attempt(os.execve, "nope", ["a"], {"a=": "b"})
attempt(os.execve, "nope", ["a"], {})
attempt(os.readlink, ".")
attempt(os.register_at_fork)
attempt(os.register_at_fork, before=3)
attempt(os.waitstatus_to_exitcode, 256)
attempt(os.waitstatus_to_exitcode, 9)
attempt(os.waitstatus_to_exitcode, 0x137F)
attempt(os.sched_setaffinity, 0, [-1])
attempt(os.copy_file_range, 0, 1, -1)
attempt(os.memfd_create, "a\0")
attempt(os.posix_spawn, "nope", ["a"], {})
attempt(os.DirEntry)
