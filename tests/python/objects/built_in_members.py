# Attributes of built-in objects that cannot be assigned: how each says so. What calls of classes take. Classes with a borrowed __new__.
import collections
import inspect
import symtable
import sys
import types


def attempt(action, *args):
    try:
        return action(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def function():
    pass


class Slotted:
    __slots__ = ("a",)

    @property
    def computed(self):
        pass


for owner, name in [
    (1, "real"), (1.0, "real"), (1j, "imag"), (slice(1), "start"), (range(3), "stop"), (function, "__closure__"),
    (function, "__globals__"), (function.__code__, "co_name"), (function.__code__, "co_varnames"), (len, "__self__"),
    (Slotted.a, "__name__"), (Slotted.a, "__objclass__"), (int.real, "__name__"), (property(), "fget"),
    (staticmethod(function), "__func__"), (classmethod(function), "__wrapped__"), (super(Slotted, Slotted()), "__self__"),
    (sys, "__dict__"), (Slotted, "__mro__"), (Slotted, "__base__"), (Slotted, "__basicsize__"), (int, "__dictoffset__"),
    (int, "__name__"), (collections.OrderedDict, "x"), (types.MethodType(function, 1), "__func__"), (int | str, "__args__"),
    (list[int], "__origin__"), (types.SimpleNamespace(), "__dict__"), (memoryview(b""), "obj"), (Slotted(), "computed"),
    ((x for x in ()), "gi_running"), (collections.deque(), "maxlen"),
]:
    print(type(owner).__name__, name, attempt(setattr, owner, name, 1), attempt(delattr, owner, name), sep=" | ")

for descriptor in [slice.start, types.FunctionType.__closure__, types.CodeType.co_name, int.real, complex.real, super.__self__]:
    print(descriptor, inspect.ismemberdescriptor(descriptor), inspect.isgetsetdescriptor(descriptor))

for cls in [object, list, tuple, float, zip, property, int, dict, Slotted, type("Sub", (list,), {})]:
    print(cls.__name__, cls.__text_signature__, attempt(inspect.signature, cls))


class OfObject(list):
    __new__ = object.__new__


class OfList:
    __new__ = list.__new__


class OfTuple(dict):
    __new__ = tuple.__new__


print(OfObject("ab"), type(OfList()).__name__, OfTuple(a=1))
for new, arguments in [
    (object, (int,)), (object, (type("Sub", (list,), {}),)), (tuple, (int,)), (int, (str,)), (dict, (list,)), (int, ()), (list, (1,)),
]:
    print(attempt(new.__new__, *arguments))

print(attempt(collections.OrderedDict(a=1).update, 1, 2), attempt(collections.OrderedDict, 1, 2), sep=" | ")


def show(table, depth=0):
    print("  " * depth, table.get_type(), table.get_name(), sorted(table.get_identifiers()))
    for child in table.get_children():
        show(child, depth + 1)


for source in ["list(x for x in y)", "type X[T] = list[T]", "class C:\n    x: int"]:
    show(symtable.symtable(source, "?", "exec"))

for source in [
    "if 1:\n    from __future__ import annotations", "x = 1\nfrom __future__ import annotations",
    "try:\n    from __future__ import division\nfinally:\n    pass", "def f():\n    from __future__ import division",
]:
    print(attempt(compile, source, "?", "exec"))
