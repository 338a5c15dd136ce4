# inspect: signatures, sources, members, kinds of things, bound arguments; types and typing helpers.
import inspect
import types
import typing
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, Protocol, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints, overload, runtime_checkable


def function(a, /, b: int, c=3, *args: str, d, e=5, **kwargs) -> "float":
    """Its doc.

    More.
    """


signature = inspect.signature(function)
print(signature, signature.return_annotation, [p.kind.name for p in signature.parameters.values()], inspect.getdoc(function))
bound = signature.bind(1, 2, 3, 4, 5, d=6, z=7)
print(bound.args, bound.kwargs, bound.arguments)
for arguments, keywords in [((), {}), ((1,), {"d": 1}), ((1, 2), {"a": 1, "d": 2})]:
    try:
        print(signature.bind(*arguments, **keywords))
    except TypeError as error:
        print(error)


class Base:
    """Base's doc."""

    def method(self, x):
        """method's doc"""

    @classmethod
    def made(cls): ...

    @staticmethod
    def free(y=1): ...

    @property
    def prop(self): ...


class Derived(Base):
    def method(self, x): ...


print(inspect.signature(Derived.method), inspect.signature(Derived().method), inspect.signature(Base.made), inspect.signature(Base.free), inspect.signature(len), inspect.getdoc(Derived.method))
print([name for name, _ in inspect.getmembers(Base, inspect.isfunction)], inspect.getmro(Derived), inspect.isclass(Base), inspect.ismethod(Base().method), inspect.isgeneratorfunction(lambda: (yield)), inspect.isbuiltin(len), inspect.classify_class_attrs(Derived)[-1].name)
print(inspect.getsource(Base.made), inspect.getsourcelines(function)[1], inspect.getfullargspec(function), inspect.unwrap(function) is function, inspect.cleandoc("  a\n    b\n  "))
generator = (n for n in [1])
print(inspect.getgeneratorstate(generator), next(generator), inspect.getgeneratorstate(generator), inspect.getclosurevars(lambda: signature).globals.keys(), inspect.currentframe().f_lineno, inspect.stack()[0].function)


class Movie(TypedDict, total=False):
    name: typing.Required[str]
    year: int


class Employee(NamedTuple):
    name: str
    id: int = 3


@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=int)


class Box(Generic[T]):
    item: T
    other: "list[Box[Any]]"


print(Movie(name="x"), Movie.__required_keys__, Employee("a"), Employee.__annotations__, isinstance(open(__file__), Closes), isinstance(1, Closes), Box[int], Box[int].__args__, get_type_hints(Box), Box.__parameters__)
print(get_origin(dict[str, int]), get_args(Union[int, None]), Optional[int], Union[int, str, int], int | None, Literal[1, "a"], Annotated[int, "meta"].__metadata__, get_type_hints(function), list[int] == list[int], typing.Callable[[int], str], typing.get_args(Literal[1]))
for attempt in (lambda: Box[str, int], lambda: Union[1], lambda: isinstance(1, list[int]), lambda: Literal[1]()):
    try:
        print(attempt())
    except TypeError as error:
        print(error)
print(types.SimpleNamespace(a=1, b=[2]), types.MappingProxyType({"a": 1}), types.new_class("New", (Base,), {}, lambda ns: ns.update(x=1)).x, types.resolve_bases((int,)), types.coroutine, types.GenericAlias(list, int)) if False else print(types.SimpleNamespace(a=1, b=[2]), types.MappingProxyType({"a": 1}), types.new_class("New", (Base,), {}, lambda ns: ns.update(x=1)).x)
