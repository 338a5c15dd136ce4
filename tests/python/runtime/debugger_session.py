"""pdb: breakpoints at functions and lines, with conditions; steps, frames, listings, jumps."""
import io
import linecache
import pdb
import warnings

warnings.simplefilter("ignore")
SOURCE = '''\
def double(a):
    b = a * 2
    return b

def numbers():
    """Yields."""
    yield 1
    c = yield 2
    return c

class Account:
    def __init__(self, start):
        self.value = start

    @property
    def total(self):
        try:
            return self.value // 0
        except ZeroDivisionError:
            return self.value

def main():
    for i in range(4):
        double(i)
    items = [double(n)
             for n in (7, 8)]
    list(numbers())
    account = Account(5)
    return account.total + len(items)

result = main()
'''
NAME = "<session>"
linecache.cache[NAME] = len(SOURCE), None, SOURCE.splitlines(True), NAME


def session(*commands):
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("\n".join(commands) + "\n"), stdout=out, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    namespace = {"__name__": "session"}
    try:
        debugger.run(compile(SOURCE, NAME, "exec"), namespace)
    except Exception as error:
        print("ended by", type(error).__name__)
    for line in out.getvalue().splitlines():
        print("|", line)
    print("result", namespace.get("result"))
    print()


session("n", "n", "n", "n", "s", "s", "n", "s", "s", "u", "p i", "d", "a", "r", "p __return__", "c")
session(f"b {NAME}:2, a == 2", "c", "p a", "c")
session("tbreak 13", "c", "p start", "l", "u", "p len(items)", "c")
session("b 7", "b 8", "c", "n", "n", "n", "cl 1", "c")
session("b 17", "c", "s", "s", "s", "s", "s", "c")
session("tbreak 24", "c", "p i", "j 28", "p 'jumped'", "n", "c")
session("tbreak 23", "c", "until", "until", "until 27", "q")
session("b 2", "commands", "silent", "p a", "end", "c", "c", "clear", "c")
session("b 28", "c", "display len(items)", "n", "undisplay len(items)", "ll", "whatis account", "c")
