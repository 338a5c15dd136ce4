# What the library builds on tracing: pdb, bdb, trace, profile.
import bdb
import io
import pdb
import profile
import pstats
import re
import sys
import trace


def double(x):
    result = x * 2
    return result


def work(values):
    total = 0
    for value in values:
        total += double(value)
    return total


def fails(x):
    y = x - 1
    return 10 // y


print("# pdb")


def session(commands, function, *args, **options):
    output = io.StringIO()
    debugger = pdb.Pdb(
        stdin=io.StringIO("\n".join(commands) + "\n"), stdout=output, nosigint=True, readrc=False, **options
    )
    debugger.use_rawinput = False
    try:
        result = debugger.runcall(function, *args)
    except Exception as error:
        result = repr(error)
    text = output.getvalue().replace(__file__, "FILE")
    for line in text.splitlines():
        print("   |", line.rstrip())
    print("   ->", result)


session(["next", "next", "step", "args", "p x", "return", "continue"], work, [3])
session(["break 13, x > 1", "continue", "p x", "up", "p total", "down", "clear 1", "continue"], work, [1, 2, 3])
session(["next", "!values = [100]", "next", "p value", "jump 21", "continue"], work, [1, 2])
session(["until", "list 20, 25", "display total", "next", "next", "next", "continue"], work, [5])
session(["next", "next", "continue"], fails, 1)
session(["p undefined", "q"], work, [1])
session(["next", "step", "retval", "return", "retval", "continue"], double, 4, backend="settrace")
session(["next", "return", "continue"], double, 4, backend="monitoring")

print("# bdb")


class Watcher(bdb.Bdb):
    def show(self, what, frame):
        if frame.f_code.co_filename == __file__:
            print("   ", what, frame.f_code.co_name, frame.f_lineno)

    def user_call(self, frame, args):
        self.show("call", frame)
        self.set_step()

    def user_line(self, frame):
        self.show("line", frame)
        self.set_step()

    def user_return(self, frame, value):
        self.show(f"return {value}", frame)
        self.set_step()

    def user_exception(self, frame, info):
        self.show(f"exception {info[0].__name__}", frame)
        self.set_step()


Watcher().runcall(work, [1, 2])
try:
    Watcher().runcall(fails, 1)
except ZeroDivisionError as error:
    print(error)

print("# trace")
tracer = trace.Trace(count=True, trace=False, countfuncs=False)
print(tracer.runfunc(work, [1, 2, 3]))
counts = tracer.results().counts
for (name, line), count in sorted(counts.items()):
    if name == __file__:
        print("   ", line, count)
tracer = trace.Trace(count=False, trace=False, countfuncs=True)
tracer.runfunc(work, [1])
print(sorted(name for file, module, name in tracer.results().calledfuncs if file == __file__))
tracer = trace.Trace(count=False, trace=False, countcallers=True)
tracer.runfunc(work, [1])
print(sorted((caller[2].split(".")[-1], callee[2]) for caller, callee in tracer.results().callers if callee[0] == __file__))

print("# profile")
profiler = profile.Profile()
print(profiler.runcall(work, list(range(5))))
output = io.StringIO()
pstats.Stats(profiler, stream=output).sort_stats("name").print_stats("double|work")
for line in output.getvalue().splitlines():
    found = re.match(r"\s*(\d+)\s.*\((\w+)\)$", line)
    if found:
        print("   ", *found.groups())

print("# breakpoint()")
hooked = []
sys.breakpointhook = lambda *args: hooked.append(args)
breakpoint(1)
print(hooked)
