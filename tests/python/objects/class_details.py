"""Operators that are None, globals of a class derived from dict, slots across `__class__`, descriptors without `__get__`, cells, breakpoint()."""
import os
import pickle
import sys
import types
import typing


class NoAdd:
    __add__ = __radd__ = __eq__ = __iadd__ = None


for operation in (lambda x: x + 1, lambda x: 1 + x, lambda x: x == 1, lambda x: 1 == x):
    try:
        operation(NoAdd())
    except TypeError as error:
        print(error)


class Upper(dict):
    def __missing__(self, name):
        return name.upper()


def globals_of_function():
    return first + (lambda: second)()


made = types.FunctionType(globals_of_function.__code__, Upper(second="own"))
print(made(), type(made.__globals__).__name__)


class Row(typing.NamedTuple):
    x: not_defined
    y: int = 3


print(Row(1))


class A:
    __slots__ = ("a", "b")


class B:
    __slots__ = ("a", "b")


changed = A()
changed.a = 1
changed.__class__ = B
print(changed.a, hasattr(changed, "b"))


class SetOnly:
    def __set__(self, instance, value):
        instance.__dict__["x"] = value


class Holder:
    x = SetOnly()


holder = Holder()
print(type(holder.x).__name__)
holder.x = 42
print(holder.x)


def cell(value):
    return (lambda: value).__closure__[0]


print(cell(1) < cell(2), cell(1) == cell(1), types.CellType() < cell(0), cell(1) != types.CellType())


class Base:
    def meth(self):
        return "Base"


class Derived(Base):
    def meth(self):
        return type(self.__up).__name__ + " " + self.__up.meth()


Derived._Derived__up = super(Derived)
print(Derived().meth())


class Error(OSError):
    def __new__(cls, message, extra=None):
        self = super().__new__(cls, message)
        self.extra = extra
        return self


error = Error("text", extra=1)
print(error.args, error.extra)
error = pickle.loads(pickle.dumps(ImportError("text", name="n", path="p")))
print(error.name, error.path, error.msg)
error.__init__()
print(error.name, error.msg)
members = [ValueError(1), TypeError(2)]
group = ExceptionGroup("group", members)
members.clear()
print(repr(group))

sys.breakpointhook = lambda *args, **keywords: print("hook", args, keywords)
breakpoint(1, x=2)
sys.breakpointhook = sys.__breakpointhook__
os.environ["PYTHONBREAKPOINT"] = "0"
print(breakpoint())
os.environ["PYTHONBREAKPOINT"] = "builtins.len"
print(breakpoint("four"))

from typing import Match, Pattern
print(Match, Pattern)
print(types.MethodType(lambda: None, 1).__self__, getattr(type, "__abstractmethods__", "none"))


@classmethod
def annotated(cls, x: int): ...


print(annotated.__annotations__)


def function(): ...


function.__dict__ = {"a": 1}
print(function.a)
