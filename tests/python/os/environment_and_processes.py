# The environment, pipes, children and their exit states, descriptors, signals' names.
import os
import signal
import subprocess
import sys


def child(code, **options):
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, **options)
    return done.returncode, done.stdout, done.stderr.splitlines()[-1:]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""os.environ.__setitem__("TEST_X", "1"), os.environ["TEST_X"], os.getenv("TEST_X"), os.getenvb(b"TEST_X"), os.environb[b"TEST_X"], "TEST_X" in os.environ, os.environ.get("NOPE", 5), os.environ.pop("TEST_X"), os.getenv("TEST_X", "d")
os.environ["NOPE_X"]
os.environ.__setitem__("A", 5)
os.environ.__setitem__(5, "A")
os.environ.__delitem__("NOPE_X")
os.putenv("A=B", "c")
os.environ.__setitem__("A", "x\0y")
(os.environ | {"Q": "1"})["Q"], type(os.environ.copy()).__name__, os.environ.setdefault("TEST_Y", "y"), os.environ.popitem.__name__, os.unsetenv("TEST_Y"), os.environ.pop("TEST_Y")
child("print('out'); import sys; print('err', file=sys.stderr); sys.exit(3)"), child("import sys; sys.exit('text')"), child("raise SystemExit"), child("import os; os._exit(7)"), child("1/0"), child("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")[0]
child("import sys; print(sys.stdin.read().upper())", input="hello"), child("import os; print(os.environ.get('K'))", env={**os.environ, "K": "v"}), child("import os; print(os.path.basename(os.getcwd()))", cwd="/usr"), child("import sys; print(sys.argv)"), child("print(input())", input="")
subprocess.run(["true"]).returncode, subprocess.run(["false"]).returncode, subprocess.call("exit 5", shell=True), subprocess.check_output(["echo", "hi"]), subprocess.getoutput("echo a; echo b >&2"), subprocess.getstatusoutput("exit 3"), subprocess.run("echo $0 $1", shell=True, capture_output=True).stdout[:1] != b""
subprocess.check_call(["false"])
subprocess.check_output("echo out; exit 2", shell=True)
subprocess.run(["no-such-program-here"])
subprocess.run(["sleep", "5"], timeout=0.05)
subprocess.run([])
subprocess.run(["true"], nope=1)
subprocess.run(["true"], input=b"x", stdin=subprocess.PIPE)
subprocess.run(["true"], capture_output=True, stdout=1)
subprocess.run(["echo", "x"], stdout=subprocess.PIPE, encoding="utf-8"), subprocess.run(["sh", "-c", "echo e >&2"], stderr=subprocess.STDOUT, stdout=subprocess.PIPE).stdout, subprocess.run(["cat"], input=b"in", stdout=subprocess.PIPE).stdout
subprocess.CompletedProcess(["a", "b"], 1, "o", "e").check_returncode()
(lambda p: (p.poll() in (None, 0), p.wait(), p.poll(), p.returncode, p.args))(subprocess.Popen(["true"]))
(lambda p: (p.stdin.write(b"abc"), p.communicate(b"def"), p.returncode))(subprocess.Popen(["cat"], stdin=-1, stdout=-1))
(lambda p: (p.terminate(), p.wait(), p.kill()))(subprocess.Popen(["sleep", "5"]))
(lambda p: (p.send_signal(signal.SIGKILL), p.wait(), repr(p)))(subprocess.Popen(["sleep", "5"]))
(lambda r, w: (os.write(w, b"pipe"), os.close(w), os.read(r, 10), os.read(r, 10), os.close(r)))(*os.pipe())
(lambda r, w: (os.set_blocking(r, False), os.get_blocking(r), os.close(w), os.read(r, 1), os.close(r)))(*os.pipe())
(lambda r, w: (os.dup2(w, 50), os.write(50, b"x"), os.read(r, 1), os.close(50), os.close(r), os.close(w)))(*os.pipe())
(lambda pid: (os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])) if pid else os._exit(9))(os.fork())
(lambda p: (os.WIFEXITED(p), os.WEXITSTATUS(p), os.WIFSIGNALED(p)))(os.system("exit 4")), os.WTERMSIG(9), os.WIFSIGNALED(9), os.waitstatus_to_exitcode(9), os.waitstatus_to_exitcode(256)
os.waitpid(-1, os.WNOHANG)
os.kill(2**30 - 1, 0)
signal.SIGTERM, signal.Signals(2).name, signal.strsignal(15), signal.getsignal(signal.SIGINT).__name__, signal.getsignal(signal.SIGTERM), signal.Handlers.SIG_DFL, signal.SIGINT in signal.valid_signals()
signal.signal(signal.SIGKILL, print)
signal.signal(999, print)
signal.signal(signal.SIGUSR1, 5)
(lambda seen: (signal.signal(signal.SIGUSR1, lambda n, f: seen.append(n)), os.kill(os.getpid(), signal.SIGUSR1), signal.raise_signal(signal.SIGUSR1), seen, signal.signal(signal.SIGUSR1, signal.SIG_DFL).__name__))([])
os.strerror(2), os.getpid() == os.getpid(), os.getppid() > 0, os.cpu_count() > 0, os.name, os.uname()._fields if hasattr(os.uname(), "_fields") else os.uname().sysname, os.get_exec_path({"PATH": "/a:/b"}), os.times().user >= 0, os.supports_fd is not None, os.path.supports_unicode_filenames
os.execv("nope", [])
os.posix_spawn("/bin/true", ["true"], {}) > 0 and os.wait()[1]
os.urandom(0), len(os.urandom(5)), os.fspath("x"), os.major(259), os.makedev(1, 3), os.get_terminal_size.__name__, os.ctermid(), os.sched_yield(), os.getloadavg().__len__()""".splitlines():
    attempt(text)
