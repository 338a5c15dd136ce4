"""`tracemalloc`: how much memory is in use. Where it was allocated, only CPython knows."""
import subprocess
import sys
import tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory())
tracemalloc.start(5)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
kept = [bytearray(1_000_000) for _ in range(20)]
now, peak = tracemalloc.get_traced_memory()
print(15_000_000 < now < 40_000_000, peak >= now)
snapshot = tracemalloc.take_snapshot()
print(type(snapshot).__name__, snapshot.traceback_limit, isinstance(snapshot.statistics("lineno"), list))
del kept, snapshot
tracemalloc.clear_traces()
now, peak = tracemalloc.get_traced_memory()
print(now < 10_000_000, tracemalloc.get_tracemalloc_memory() >= 0)
tracemalloc.reset_peak()
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_object_traceback(object()))
try:
    tracemalloc.take_snapshot()
except RuntimeError as error:
    print(error)
for wrong in (0, -1, 70000):
    try:
        tracemalloc.start(wrong)
    except ValueError as error:
        print(error)
for option in ("tracemalloc", "tracemalloc=7", "tracemalloc=0", "tracemalloc=x"):
    source = "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"
    done = subprocess.run([sys.executable, "-X", option, "-c", source], capture_output=True, text=True)
    print(option, done.returncode, done.stdout.strip(), done.stderr.split("\n")[0])
