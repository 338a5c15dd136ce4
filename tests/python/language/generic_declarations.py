# Type parameters (PEP 695), defaults (PEP 696), aliases, and annotations that are evaluated when asked for (PEP 649).
import annotationlib
from typing import Generic, ParamSpec, TypeVar, TypeVarTuple, get_type_hints, Unpack, Protocol


class Box[T]:
    item: T

    def put[S: (int, str)](self, value: S, other: T) -> tuple[S, T]:
        return value, other


def first[T, *Ts, **P](a: T, *rest: *Ts) -> T:
    return a


type Pair[A, B = int] = tuple[A, B]
type Tree = list[Tree] | int
type Callback[**P = [int, str]] = None
type Rows[*Ts = *tuple[int, str]] = tuple[*Ts]

print(Box.__type_params__, Box.__parameters__, Box[int], Box[int].__args__, Box.__orig_bases__, Box.__mro__)
T, Ts, P = first.__type_params__
print(T, Ts, P, type(T).__name__, type(Ts).__name__, type(P).__name__, first.__annotations__)
S = Box.put.__type_params__[0]
print(S.__constraints__, S.__bound__, S.__name__, S.__covariant__, S.__infer_variance__, S.has_default(), S.__default__)
print(Pair, Pair.__value__, Pair.__type_params__, Pair[str], Pair[str, bytes], Pair[str].__args__, Pair.__type_params__[1].__default__, Pair.__module__, Pair.__name__)
print(Tree.__value__, Tree.__type_params__, Callback.__type_params__[0].__default__, Rows.__type_params__[0].__default__, Rows[int], Rows.__value__)
print(Tree | None, Pair[int] | int, isinstance(Tree, object), type(Tree).__name__)


class Lazy[T: Missing = OtherMissing]:
    attribute: Undefined

    def method(self, x: Later) -> "text":
        pass


bounded = Lazy.__type_params__[0]
for attempt in (lambda: bounded.__bound__, lambda: bounded.__default__, lambda: Lazy.__annotations__, lambda: Lazy.method.__annotations__):
    try:
        print(attempt())
    except NameError as error:
        print(error)
Later = int
print(Lazy.method.__annotations__, Lazy.method.__annotate__(annotationlib.Format.VALUE))
print(annotationlib.get_annotations(Lazy, format=annotationlib.Format.FORWARDREF)["attribute"].__class__.__name__, annotationlib.get_annotations(Lazy, format=annotationlib.Format.STRING))
Missing, OtherMissing = "bound", "default"
print(bounded.__bound__, bounded.__default__)
OtherMissing = "too late"
print(bounded.__default__)


class Outer[T]:
    U = list[T]

    class Inner[V]:
        pair: tuple[T, V]

    def method(self) -> U:
        return T

    type Alias = dict[T, int]


print(Outer.Inner.__annotations__, Outer.method.__annotations__, Outer().method() is Outer.__type_params__[0], Outer.Alias.__value__)
try:
    T2 = Outer.T
except AttributeError as error:
    print(error)


def conditional(flag):
    class Annotated:
        if flag:
            a: int
        else:
            b: str
        for c in "xy":
            d: list

    return Annotated.__annotations__


print(conditional(True), conditional(False))


def function(a: int, *args: str, b: float = 1.0, **kwargs: bytes) -> None:
    local: not_evaluated
    x: "also not"


print(function.__annotations__, get_type_hints(function))
function.__annotations__["new"] = 1
print(function.__annotations__ is function.__annotations__, "new" in function.__annotations__)
function.__annotations__ = {"a": "replaced"}
print(function.__annotations__, function.__annotate__)
del function.__annotations__
print(function.__annotations__)
function.__annotate__ = lambda format: {"format": format}
print(function.__annotations__)
for attempt in ("function.__annotate__ = 5", "function.__annotations__ = 5", "function.__annotate__ = lambda f: 5; function.__annotations__", "del function.__annotate__", "Box[int, str]", "Pair[1, 2, 3]", "Pair[()]", "Tree[int]", "first[int]", "Box.__type_params__ = 5", "TypeVar('T', int)", "TypeVar('T', bound=int, covariant=True, contravariant=True)", "TypeVar('T', int, str, bound=int)", "class A[T](Generic[T]): pass", "isinstance(1, Pair)", "isinstance(1, Box[int])", "TypeVar('T', default=int).__default__", "class B(Box[int]): pass\nprint(B.__orig_bases__, B.__parameters__)", "class B[X](Box[X], Protocol): pass"):
    try:
        exec(attempt)
        print(attempt.splitlines()[0], "passes")
    except Exception as error:
        print(attempt, "|", type(error).__name__, error)
for text in ("def f[T, T](): pass", "class A[T: (yield)]: pass", "type A[T] = (x := 1)", "def f[T: (await x)](): pass", "type X = yield", "class A[T=int, S]: pass", "def f[*T: int](): pass", "def f[**P: int](): pass", "type A[T] = T; type type = type; type = 5", "class A[T]: T: int", "def f[T](): nonlocal T", "def f[T](x: (T := 1)): pass", "def f(x: (yield)): pass", "x: (yield)", "x: (await y)", "x: (z := 1)", "def f[]() : pass", "class A[T,]: pass", "def f[*Ts = *x](): pass", "def f[T = *x](): pass"):
    try:
        compile(text, "<text>", "exec")
        print(text, "compiles")
    except SyntaxError as error:
        print(text, "|", error.msg, error.offset)
