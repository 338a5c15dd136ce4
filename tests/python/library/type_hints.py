# typing at run time: hints, aliases, protocols, named tuples, typed dicts, overloads, and what is refused.
import typing as t
from typing import Annotated, Any, Callable, ClassVar, Concatenate, Final, Generic, Literal, NamedTuple, NewType, NotRequired, Optional, ParamSpec, Protocol, Required, Self, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints, overload, runtime_checkable

T = TypeVar("T")
K = TypeVar("K", bound=int)
P = ParamSpec("P")


class Row(NamedTuple):
    """A row."""

    a: int
    b: str = "x"

    def both(self):
        return self.a, self.b


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int


class More(Movie):
    stars: NotRequired[int]
    name: str


@runtime_checkable
class Closes(Protocol):
    name: str

    def close(self) -> None: ...


class File:
    name = "f"

    def close(self):
        pass


class Box(Generic[T]):
    item: T
    shared: ClassVar[int] = 1
    last: "Box[int]"
    kind: Annotated[str, "meta"]

    @overload
    def get(self, x: int) -> int: ...
    @overload
    def get(self, x: str) -> str: ...
    def get(self, x):
        return x


UserId = NewType("UserId", int)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""get_type_hints(Box), get_type_hints(Box, include_extras=True)["kind"], get_type_hints(Row), get_type_hints(More), get_type_hints(Box.get), get_type_hints(len)
Row(1), Row(1)._asdict(), Row._fields, Row._field_defaults, Row(1).both(), Row.__doc__, Row.__annotations__, Row.__bases__
Movie(title="x"), Movie.__required_keys__, Movie.__optional_keys__, sorted(More.__required_keys__), sorted(More.__optional_keys__), Movie.__total__, More.__orig_bases__, Movie.__annotations__, t.is_typeddict(Movie), TypedDict("D", {"k": int})(k=1), Movie.__mro__
isinstance(File(), Closes), isinstance(5, Closes), t.is_protocol(Closes), t.get_protocol_members(Closes), Closes.__protocol_attrs__ == {"name", "close"}
issubclass(File, Closes)
Closes()
isinstance(5, Movie)
len(t.get_overloads(Box.get)), Box.get.__qualname__, t.clear_overloads(), UserId(5), UserId, UserId.__supertype__, UserId.__name__
get_origin(list[int]), get_args(dict[str, int]), get_origin(Union[int, str]), get_args(Callable[[int], str]), get_args(Callable[..., int]), get_origin(Literal[1]), get_args(Annotated[int, 1, 2]), get_origin(int), get_args(Callable[P, int]), get_args(Callable[Concatenate[int, P], str]), get_origin(Generic[T]), get_origin(P.args)
Optional[int], Union[int, None, str], Union[int], Union[int, int], int | str | int, Union[list[int], T], Optional[None], Literal[1, "a", True, 1], Literal[Literal[1], 2], Annotated[Annotated[int, 1], 2], ClassVar[int], Final[str], Any, Self, t.Never, t.LiteralString, t.Type[int], t.List[int], t.Dict, t.Tuple[int, ...], t.Tuple[()], Callable[[], int], Callable[..., T], type[int]
Union[int, str] == Union[str, int], hash(Union[int, str]) == hash(Union[str, int]), Literal[1] == Literal[True], Literal[1, 2] == Literal[2, 1], list[T][int], dict[T, K][str, int], Callable[[T], K][int, bool], Box[T][int], Box[int] == Box[int], Box[int].__origin__, Box[int]().__orig_class__, Optional[T][int]
Box[int, str]
Union[()]
Optional[1, 2]
ClassVar[1, 2]
Literal[()]
Callable[int]
Callable[int, str]
Annotated[int]
list[T][int, str]
Union[int, 5]
Generic[int]
Generic[T, T]
TypeVar("A", bound=int, covariant=True), ParamSpec("Q").args, ParamSpec("Q").kwargs.__origin__, T.__constraints__, TypeVar("C", int, str).__constraints__, T.has_default(), repr(K), K.__bound__
exec("class B(Union[int, str]): pass")
exec("class B(Any): pass\nprint(B.__mro__)")
exec("class B(Literal[1]): pass")
exec("class B(Protocol, int): pass")
exec("class B(NamedTuple):\n a: int = 1\n b: int")
exec("class B(NamedTuple):\n _a: int")
exec("class B(NamedTuple, File): pass")
exec("class B(TypedDict, int): pass")
exec("@t.final\nclass B: pass\nprint(B.__final__)")
NamedTuple("N", [("a", int)])(1), NamedTuple("N", [])(), t.cast(int, "x"), t.assert_type(1, str), t.no_type_check(File) is File, t.TYPE_CHECKING, t.Text, t.AnyStr.__constraints__
t.assert_never(5)
t.get_type_hints(5)
t.ForwardRef("int"), t.ForwardRef("x") == t.ForwardRef("x"), t.get_type_hints(type("A", (), {"__annotations__": {"x": "list['int']"}})), t.evaluate_forward_ref(t.ForwardRef("T"), globals=globals())
t.get_type_hints(type("A", (), {"__annotations__": {"x": "nope"}}))
t.ForwardRef("1 +")
isinstance([], t.List), issubclass(dict, t.Dict), isinstance({}, t.Mapping), isinstance(1, Union[int, str]), isinstance("", int | str), issubclass(bool, int | None)
isinstance([], list[int])
isinstance([], t.List[int])
isinstance(1, Any)
isinstance(1, Literal[1])
isinstance(1, Optional[list[int]])""".splitlines():
    attempt(text)
