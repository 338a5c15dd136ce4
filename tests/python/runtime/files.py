import sys


def show(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


name = sys.path[0] + "/__scratch_file__.txt"
with open(name, "w") as out:
    print(out.write("first\n"), out.writable(), out.readable(), out.closed)
    out.writelines(["zweite é\n", "third"])
    print("printed", file=out)
print(out.closed)
show(out.write, "x")
with open(name) as lines:
    print([line for line in lines])
with open(name) as text:
    print(repr(text.read(3)), repr(text.readline()), repr(text.read(8)), repr(text.read()), repr(text.read()))
    print(text.seek(0), text.readlines(), text.encoding, text.mode)
with open(name, "rb") as raw:
    print(raw.read(4), raw.readline(), raw.tell(), raw.seek(-3, 2), raw.read())
with open(name, "ab") as more:
    more.write(b"\r\nend\rlast")
print(open(name).read().split("\n"), open(name, newline="").readline())
with open(name, "r+") as both:
    both.readline()
    both.seek(0)
    both.truncate(2)
print(open(name).read())
show(open, name, "q")
show(open, name, "rw")
show(open, name, "rbt")
show(open, name, "rb", encoding="utf-8")
show(open, name, "r", 0)
show(open, "no/such/file")
show(open, name, encoding="klingon")
try:
    open("no/such/file")
except OSError as error:
    print(type(error).__name__, error.errno, error.filename, error.strerror)
open(name, "wb").close()
show(open(name).read)
print(sys.stdin.read() == "", sys.stdout.isatty(), sys.stderr.fileno())
try:
    input("prompt ")
except EOFError as error:
    print(error)
