# Exceptions that nobody can catch: what is said of them, and what the hook is told; limits of recursion that are too low.
import gc
import io
import re
import sys


def callback(phase, details): x = 1; raise ValueError("callback")


class D:
    def __del__(self): x = 1; raise ValueError("del")


def all_of_them():
    gc.callbacks.append(callback)
    gc.collect()
    gc.callbacks.clear()
    # By code that runs once: compiled code may keep what it has made on its stack for a while.
    exec("D()")
    gc.collect()


def said(function):
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        function()
        text = sys.stderr.getvalue()
    finally:
        sys.stderr = saved
    print(re.sub(" at 0x[0-9a-f]+", "", re.sub('File ".*?"', "File", text)))


said(all_of_them)
sys.unraisablehook = lambda told: print(told.exc_value, told.err_msg.split(" at 0x")[0], told.object)
all_of_them()


def set_limit(limit, depth):
    if depth:
        return set_limit(limit, depth - 1)
    try:
        sys.setrecursionlimit(limit)
    except RecursionError as error:
        print(error)


saved = sys.getrecursionlimit()
set_limit(1, 0)
set_limit(5, 10)
set_limit(12, 10)
set_limit(100, 10)
print(sys.getrecursionlimit())
sys.setrecursionlimit(saved)
