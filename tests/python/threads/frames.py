"""Looking at other threads: sys._current_frames, sys._current_exceptions, faulthandler."""
import faulthandler
import sys
import tempfile
import threading
import traceback

ready, go_on = threading.Event(), threading.Event()


def outer(marker):
    inner(marker + 1)


def inner(marker):
    try:
        raise KeyError(marker)
    except KeyError:
        ready.set()
        go_on.wait()


thread = threading.Thread(target=outer, args=(41,))
thread.start()
ready.wait()

frames = sys._current_frames()
print(sorted(frames) == sorted([thread.ident, threading.get_ident()]))
print(frames[threading.get_ident()] is sys._getframe())
stack = traceback.extract_stack(frames[thread.ident])
names = [entry.name for entry in stack]
print(names[names.index("outer") :][:2], "wait" in names)
frame = frames[thread.ident]
while frame.f_code.co_name != "inner":
    frame = frame.f_back
print(frame.f_locals, frame.f_back.f_locals, stack[names.index("inner")].line)

exceptions = sys._current_exceptions()
print(repr(exceptions[thread.ident]), exceptions[threading.get_ident()])

with tempfile.TemporaryFile("w+") as file:
    faulthandler.dump_traceback(file, all_threads=True)
    file.seek(0)
    lines = file.read().splitlines()
print([line.split()[0] for line in lines if "most recent call first" in line])
print([line.rpartition(" ")[2] for line in lines if line.endswith((" outer", " inner", " <module>"))])

go_on.set()
thread.join()
print(list(sys._current_frames()) == [threading.get_ident()])
