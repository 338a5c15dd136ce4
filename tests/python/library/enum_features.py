# Enumerations, flags, aliases, members with methods and functional creation.
import enum
from enum import CONTINUOUS, Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique, verify


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    CRIMSON = 1

    @property
    def shout(self):
        return self.name.upper() + "!"


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Word(StrEnum):
    ALPHA = auto()
    BETA = "b"


class Planet(Enum):
    MERCURY = (3.303e23, 2.4397e6)
    EARTH = (5.976e24, 6.37814e6)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def gravity(self):
        return round(6.67300e-11 * self.mass / self.radius**2, 2)


print(list(Color), Color.CRIMSON is Color.RED, Color(2), Color["BLUE"], Color.RED.shout, Color.__members__)
print(repr(Perm.R | Perm.X), Perm.RW, ~Perm.R, Perm.R in Perm.RW, list(Perm.RW), bool(Perm(0)), Perm(0))
print(Level.HIGH > Level.LOW, Level.LOW + 1, f"{Level.HIGH}", repr(Level.LOW), Word.ALPHA, Word.BETA == "b")
print([p.gravity for p in Planet], isinstance(Color.RED, Color), Color.RED in Color, 1 in Color, 7 in Color)
for attempt in (lambda: Color(9), lambda: Color["NO"], lambda: Color.RED.missing, lambda: setattr(Color, "RED", 5), lambda: Perm(99)):
    try:
        print(attempt())
    except (ValueError, KeyError, AttributeError) as error:
        print(type(error).__name__, error)
try:
    @unique
    class Twice(Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)
try:
    @verify(CONTINUOUS)
    class Gap(Enum):
        A = 1
        C = 3
except ValueError as error:
    print(error)
try:
    class More(Color):
        PINK = 4
except TypeError as error:
    print(error)
Animal = Enum("Animal", "ANT BEE CAT")
print(list(Animal), Animal.BEE.value, type(Animal.ANT), IntFlag("F", ["A", "B"])(3))


class Missing(Enum):
    KNOWN = 1

    @classmethod
    def _missing_(cls, value):
        return cls.KNOWN


print(Missing("anything"), enum.nonmember(3).value, hash(Color.RED) == hash("RED"))
