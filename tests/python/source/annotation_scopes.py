"""The scopes of annotations, bounds and aliases: their names, and what they see later."""
import weakref
from typing import TypeAliasType, TypeVar, Unpack


class format:
    pass


def function(x: format) -> int: ...


class Outer:
    class format:
        pass

    y: int

    def method(self, x: format): ...


print(function.__annotations__["x"] is format, Outer.method.__annotations__["x"] is Outer.format)
print(function.__annotate__.__qualname__, Outer.method.__annotate__.__qualname__, Outer.__annotate__.__qualname__)
print(function.__annotate__.__code__.co_varnames)


class Later:
    T = int

    def method[U: T](self): ...

    type Alias = T


Later.T = float
print(Later.method.__type_params__[0].__bound__, Later.Alias.__value__, "__classdictcell__" in Later.__dict__)

type Pair = tuple[int, int]
type Many[T, *Ts] = tuple[T, *Ts]
print((*Pair,)[0] == Unpack[Pair], Many.__parameters__, Many.__type_params__)
A = TypeVar("A", default=int)
B = TypeVar("B")
try:
    TypeAliasType("C", int, type_params=(A, B))
except TypeError as error:
    print(error)
print(type.__type_params__, TypeAliasType.__module__, weakref.ref(B)() is B)
try:
    exec("__conditional_annotations__ = 0\nx: int")
except TypeError:
    print("TypeError")
