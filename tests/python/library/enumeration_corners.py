# Enums and flags: members, aliases, missing values, boundaries, own types, and what class bodies refuse.
import enum
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, member, nonmember, property as enum_property, unique, verify


class Color(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1
    _ignore_ = ["x"]
    x = 5

    def describe(self):
        return self.name.lower()

    @classmethod
    def _missing_(cls, value):
        return cls.RED if value == "red" else None


class Planet(Enum):
    EARTH = (1.0, "e")
    MARS = (2.0, "m")

    def __init__(self, mass, letter):
        self.mass = mass
        self.letter = letter


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Bits(IntFlag, boundary=enum.KEEP):
    A = 1
    B = 4


class Word(StrEnum):
    HELLO = auto()
    Other = "x"


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Own(bytes, Enum):
    def __new__(cls, value, label):
        made = bytes.__new__(cls, [value])
        made._value_ = value
        made.label = label
        return made

    A = (1, "first")
    B = (2, "second")


class Names(Enum):
    def _generate_next_value_(name, start, count, last):
        return f"{name}-{count}"

    ONE = auto()
    TWO = auto()


class Shapes(Enum):
    SQUARE = member(lambda self: 4)
    helper = nonmember(5)

    class Inner:
        pass


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""list(Color), Color.RED, Color(2), Color["GREEN"], Color.CRIMSON is Color.RED, Color.CRIMSON.name, Color("red"), len(Color), Color.RED in Color, 1 in Color, 7 in Color, Color.__members__.keys(), Color.RED.describe(), repr(Color), Color.RED == 1, hash(Color.RED) == hash("RED")
Color(7)
Color["NONE"]
Color.x
Color.RED.value, Color.RED._name_, str(Color.RED), f"{Color.RED}", f"{Level.LOW:03}", f"{Word.HELLO:>7}", str(Level.LOW), repr(Level.LOW), Word.HELLO, str(Word.HELLO), Word.HELLO == "hello", Level.LOW + 1, Level.HIGH > Level.LOW, Level(10)
setattr(Color, "RED", 5)
setattr(Color.RED, "value", 5)
delattr(Color, "RED")
Color.RED < Color.GREEN
Color.RED.RED, Color.RED.GREEN, dir(Color.RED)[:3], Color.__doc__, bool(Color.RED), isinstance(Color.RED, Color), type(Color), reversed(Color).__next__(), list(Color.__iter__())[0]
Planet.EARTH.mass, Planet((2.0, "m")).letter, Planet.MARS.value, Planet(1.0)
Perm.R | Perm.X, Perm.RW, Perm(5), ~Perm.R, Perm.R & Perm.W, Perm.R ^ Perm.RW, bool(Perm(0)), Perm(0), list(Perm.RW), len(Perm.RW), Perm.R in Perm.RW, list(Perm), Perm.RW.name, (Perm.R | Perm.X).name, Perm["RW"], Perm.R.value
Perm(8)
Perm.R | 1
Perm(-1), Perm.__members__.keys(), Perm._member_map_["RW"], Perm(7).name
Bits(6), Bits(8) | Bits.A, ~Bits.A, Bits.A | 2, Bits.A + 1, Bits(5), list(Bits(7)), Bits(0), Bits.A == 1, -Bits.A, Bits(-1)
Own.A.label, Own(2).name, Own.A == b"\x01", Own.A + b"x"
[m.value for m in Names], Shapes.SQUARE.name, Shapes.helper, Shapes.Inner, len(Shapes)
Enum("Made", "A B C"), list(Enum("Made", ["X", "Y"], start=5)), Enum("M", {"P": 1, "Q": 1})["Q"], Enum("M", [("A", 1)], type=int).A + 1, IntFlag("F", "A B C").C.value, Enum("E", "A", module="m", qualname="q.E").__qualname__
Enum("Made", 5)
type("Sub", (Color,), {})
exec("class T(Enum):\n A = 1\n A = 2")
exec("class T(Enum):\n A = auto()\n B = 'x'\n C = auto()")
exec("@unique\nclass T(Enum):\n A = 1\n B = 1")
exec("@verify(enum.CONTINUOUS)\nclass T(IntEnum):\n A = 1\n B = 4")
exec("@verify(enum.NAMED_FLAGS)\nclass T(Flag):\n A = 1\n B = 6")
exec("class T(Enum):\n mro = 1")
exec("class T(Enum):\n _bad_ = 1")
exec("class T(StrEnum):\n A = 1")
exec("class T(IntEnum):\n A = 'x'")
exec("class T(int, str, Enum):\n A = 1")
exec("class T(Flag):\n A = 'x'")
enum.EnumType.__name__, enum.Enum.__mro__, IntEnum.__mro__[1:3], enum.global_enum_repr(Color.RED), enum.show_flag_values(5), enum.bin(5), enum.bin(-5)
Color.RED.__reduce_ex__(2), __import__("copy").deepcopy(Color.RED) is Color.RED, __import__("pickle").loads(__import__("pickle").dumps(Perm.RW)) is Perm.RW
enum.FlagBoundary.STRICT, [b.name for b in enum.FlagBoundary], enum.auto().__class__.__name__, Flag("S", "A", boundary=enum.CONFORM)(9), Flag("S", "A", boundary=enum.EJECT)(9)""".splitlines():
    attempt(text)
