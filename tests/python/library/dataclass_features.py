# Fields, defaults, ordering, frozen instances, slots, inheritance and conversion of dataclasses.
import dataclasses
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, replace


@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    value: float = 1.5


@dataclass
class Account:
    owner: str
    _: KW_ONLY
    balance: int = 0
    rate: InitVar[int] = 2

    def __post_init__(self, rate):
        self.scaled = self.balance * rate


@dataclass
class Child(Point):
    z: int = 9


print(Point(1, 2), Point(1) < Point(1, 1), sorted([Point(2), Point(1, 5), Point(1, 3)]))
print(Point(1, 2) == Point(1, 2, ["other"]), Point(3).tags is Point(3).tags)
frozen = Frozen("a")
print(frozen, hash(frozen) == hash(Frozen("a")), Frozen.__slots__, hasattr(frozen, "__dict__"))
for attempt in (lambda: setattr(frozen, "name", "b"), lambda: delattr(frozen, "value")):
    try:
        attempt()
    except dataclasses.FrozenInstanceError as error:
        print(error)
account = Account("me", balance=10, rate=3)
print(account, account.scaled, [f.name for f in fields(account)])
print(asdict(Child(1, 2, ["t"])), astuple(Child(1)), replace(frozen, value=2.0))
for attempt in (lambda: Account("me", 5), lambda: Point(), lambda: replace(account, owner="x")):
    try:
        print(attempt())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
made = dataclasses.make_dataclass("Made", [("a", int), ("b", str, field(default="q"))], namespace={"twice": lambda self: self.a * 2})
print(made(4), made(4).twice(), dataclasses.is_dataclass(made), made.__match_args__)
try:
    @dataclass
    class Wrong:
        a: int = 1
        b: str
except TypeError as error:
    print(error)
try:
    @dataclass
    class Mutable:
        a: list = []
except ValueError as error:
    print(error)
