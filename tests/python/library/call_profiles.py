"""cProfile: who calls whom how often, for functions of both kinds, recursion, generators and exceptions."""
import cProfile
import io
import os
import pstats
import re
import subprocess
import sys
import tempfile


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def numbers(n):
    for i in range(n):
        yield i


def fails():
    try:
        [].pop()
    except IndexError:
        pass
    raise KeyError(1)


def work():
    values = []
    for i in range(10):
        values.append(fibonacci(6))
    values.sort()
    even(7)
    total = sum(numbers(3))
    try:
        fails()
    except KeyError:
        pass
    return len(values), total, ",".join(map(str, values))


def table(profile):
    """The report without its times."""
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out).strip_dirs().sort_stats("nfl")
    stats.print_stats()
    stats.print_callers()
    stats.print_callees()
    for line in re.sub(r"\d+\.\d{3}", "T", out.getvalue()).splitlines():
        print(line.rstrip())


profile = cProfile.Profile()
print(profile.runcall(work))
table(profile)

profile = cProfile.Profile(subcalls=False, builtins=False)
profile.enable(subcalls=False, builtins=False)
fibonacci(3)
len("")
profile.disable()
for entry in sorted(profile.getstats(), key=lambda entry: str(entry.code)):
    if not isinstance(entry.code, str):
        print(entry.code.co_name, entry.callcount, entry.reccallcount, entry.calls, entry.totaltime >= entry.inlinetime >= 0)

# Times of a clock that counts calls of itself.
ticks = 0


def clock():
    global ticks
    ticks += 1
    return ticks


with cProfile.Profile(clock) as profile:
    pass
profile.clear()
print(profile.getstats())
try:
    with cProfile.Profile() as outer, cProfile.Profile():
        pass
except ValueError as error:
    print(error)

with tempfile.TemporaryDirectory() as directory:
    script, result = os.path.join(directory, "script.py"), os.path.join(directory, "result")
    with open(script, "w") as file:
        file.write("import sys\ndef f(): return 1\nf()\nprint(__name__, sys.argv[1:], __file__[-9:])\n")
    for arguments in (["-s", "ncalls", script, "a"], ["-o", result, script], ["-m", "this"], ["-s", "demo", script], []):
        done = subprocess.run([sys.executable, "-m", "cProfile", *arguments], capture_output=True, text=True)
        print(done.returncode, done.stdout.splitlines()[:1], done.stderr.splitlines()[-1:])
    print(sorted(name for _, _, name in pstats.Stats(result).stats if name in ("f", "<module>")))
cProfile.run("1 + 1", result := os.devnull)


# A timer that fails is reported, and counts as zero.
def broken():
    raise OSError("no clock")


reported = []
sys.unraisablehook = lambda args: reported.append(type(args.exc_value).__name__)
profile = cProfile.Profile(broken)
profile.enable()
fibonacci(1)
profile.disable()
print(set(reported), [entry.totaltime for entry in profile.getstats() if not isinstance(entry.code, str)])
