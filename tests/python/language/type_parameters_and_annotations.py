# PEP 695 functions, classes and aliases; lazily evaluated annotations; generics at run time.
import annotationlib
import typing
from annotationlib import Format, get_annotations


def first[T](items: list[T], default: T | None = None) -> T:
    return items[0] if items else default


class Stack[T: (int, str), *Ts, **P]:
    items: list[T]

    def push[U](self, item: T, other: U) -> "Stack[T]":
        return self


type Pair[A, B = int] = tuple[A, B]
type Recursive = dict[str, Recursive] | None
print(first([1, 2]), first.__type_params__, Stack.__type_params__, Stack.__type_params__[0].__constraints__, Stack.push.__type_params__, Stack.__orig_bases__, Stack.__parameters__)
print(Pair, Pair.__value__, Pair[str, bool], Pair.__type_params__, Recursive.__value__, Pair.__type_params__[1].__default__, Pair[str].__args__)
print(get_annotations(first), get_annotations(Stack.push), Stack.__annotations__)


class Later:
    attribute: Undefined
    other: int = 3

    def method(self, x: AlsoUndefined) -> Later: ...


try:
    Later.__annotations__
except NameError as error:
    print(error)
print(get_annotations(Later, format=Format.FORWARDREF), get_annotations(Later, format=Format.STRING), get_annotations(Later.method, format=Format.STRING))
Undefined = float
print(Later.__annotations__, Later.__annotate__(Format.VALUE), typing.get_type_hints(Later))
x: int
y: "list[int]" = []
print(__annotate__(1), __import__("sys").modules[__name__].__annotations__)


def evaluated(a: print("not evaluated") = 1): ...


print(evaluated.__annotations__)
for attempt in ("def f[T](T=1): ...", "class C[T, T]: ...", "type X[T] = T = 3", "def f[T: int = str](): ...\nprint(f.__type_params__[0].__bound__, f.__type_params__[0].__default__)", "def f[A=int, B](): ...", "class D[T]:\n    T = 5\n    def m(self): return T\nprint(D().m())", "x: int = 5; print(x)", "(x): int", "a.b: int", "def f(x: (yield)): ..."):
    try:
        exec(attempt, {"a": typing})
    except (SyntaxError, TypeError, NameError) as error:
        print(type(error).__name__, error.args[0])
print(list[int], dict[str, list[int]], tuple[int, ...], int | str | None, type[int], (int | str) == (str | int), isinstance(1, int | str), list[int]([1, 2]), (int | None).__args__, typing.Optional[int] == int | None)


class Base[T]:
    def __init_subclass__(cls, **kwargs):
        print("subclass", cls.__name__, cls.__orig_bases__)


class Child(Base[int]): ...


print(Child.__mro__, Base[int]() .__orig_class__, annotationlib.type_repr(list[int]), annotationlib.ForwardRef("int").evaluate())
