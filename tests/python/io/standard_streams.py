"""sys.stdin, sys.stdout, sys.stderr and print."""
import io
import sys


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(type(stream).__name__, stream.name, stream.mode, stream.encoding, stream.errors == "backslashreplace", stream.fileno(), stream.newlines)
    print(stream.readable(), stream.writable(), stream.closed)
print(sys.stdout is sys.__stdout__, sys.stdin is sys.__stdin__, sys.stderr is sys.__stderr__)
print(repr(sys.stdin.read()), repr(sys.stdin.readline()), list(sys.stdin))
attempt(input)
print(sys.stdout.write("written\n"), sys.stdout.writelines(["a", "b\n"]))
sys.stdout.flush()
sys.stdout.buffer.write(b"bytes\n")
sys.stdout.buffer.flush()
print("umlaut äöü € 𝄞")
attempt(sys.stdout.write, 5)
attempt(sys.stdout.write, b"x")
attempt(sys.stdout.read)
attempt(print, 1, sep=5)
attempt(print, 1, end=5)
attempt(print, 1, file=5)
attempt(print, 1, wrong=5)
print(1, 2.5, None, True, "s", b"b", [1], (2,), {3: 4})
print("a", "b", sep="", end="|")
print("c", "d", sep=None, end=None)
print()
print("", end="")
print(*range(5), sep="\n")


class Loud:
    def __str__(self):
        print("[loud]", end="")
        return "loud"


print("before", Loud(), "after")


class Failing:
    def __str__(self):
        raise ValueError("no text")


attempt(print, "shown", Failing())
print()
old = sys.stdout
sys.stdout = io.StringIO()
print("captured", 5)
text = sys.stdout.getvalue()
sys.stdout = old
print(repr(text))
sys.stdout = None
print("nobody hears this")
sys.stdout = old
del sys.stdout
try:
    print("lost")
except RuntimeError as error:
    sys.stdout = old
    print("RuntimeError", error)


class Recorder:
    def __init__(self):
        self.calls = []

    def write(self, text):
        self.calls.append(text)


recorder = Recorder()
print("a", 1, file=recorder)
print(file=recorder)
print("x", end="", file=recorder)
print(recorder.calls)
attempt(print, "x", file=recorder, flush=True)
sys.stderr.write("to standard error\n")
print("ä\udc80", file=sys.stderr)
sys.stdout.reconfigure(line_buffering=True)
print(sys.stdout.line_buffering)
sys.stdout.reconfigure(errors="replace")
print("lone \udcff surrogate", sys.stdout.errors)
