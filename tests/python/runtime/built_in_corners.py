# Corners of built-in functions and types: streams that do not flush, names that are no text, docstrings, flags of abstract classes.
import abc
import array
import collections.abc
import io
import sys


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


class NeverFlushed:
    def write(self, text):
        pass


saved = sys.stdin, sys.stdout
sys.stdin, sys.stdout = io.StringIO("line\0"), NeverFlushed()
try:
    line = input("testing\n")
finally:
    sys.stdin, sys.stdout = saved
print(repr(line))

attempt(lambda: exec("1", [], {}))
attempt(lambda: eval("1", []))
attempt(lambda: setattr(type("A", (), {}), "__name__", "x\udcdcy"))
attempt(lambda: type("A\udcdcB", (), {}))
attempt(lambda: type("A", (), {"__doc__": "éx\udcdcy"}))

A = type("A", (), {"__firstlineno__": 42})
print(A.__firstlineno__)
A.__module__ = "elsewhere"
attempt(lambda: A.__firstlineno__)
A.__firstlineno__ = 43
print(A.__firstlineno__)

error = ValueError()


def delete():
    del error.__suppress_context__


attempt(delete)
attempt(lambda: setattr(error, "__suppress_context__", 1))
print(isinstance(array.array("b"), collections.abc.MutableSequence), issubclass(array.array, collections.abc.Sequence))


def both():
    class Both(metaclass=abc.ABCMeta):
        __abc_tpflags__ = 1 << 5 | 1 << 6


attempt(both)
print(bin.__doc__, hex.__doc__, oct.__doc__, sep="\n")
