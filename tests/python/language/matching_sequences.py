# Sequence and mapping patterns: stars, guards, captures that fail late, classes, or-patterns.
from collections import OrderedDict, deque
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


def describe(value):
    match value:
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [Point(x=0, y=y), *_]:
            return f"starts on the axis at {y}"
        case [1 | 2 as first, *rest] if len(rest) > 1:
            return f"{first} and {rest}"
        case (first, *middle, last):
            return f"{first}..{last} around {middle}"
        case {"kind": "circle", "r": float(r) | int(r)}:
            return f"circle {r}"
        case {"kind": str(kind), **others}:
            return f"{kind} with {others}"
        case {}:
            return "a mapping"
        case Point(0, 0):
            return "origin"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point():
            return "point"
        case str() as text if text.isdigit():
            return f"digits {text}"
        case bytes(b):
            return f"bytes {b}"
        case None | True | False:
            return f"constant {value}"
        case -1 | 1.5 | 2 + 3j:
            return f"number {value}"
        case int(n) | float(n):
            return f"other number {n}"
        case _:
            return "something else"


for value in ([], [5], (Point(0, 3), 1), [1, 2, 3], [2, 9], [7, 8], range(4), deque([1, 2]), {"kind": "circle", "r": 2}, {"kind": "circle", "r": "x"}, {"kind": "square", "a": 1}, OrderedDict(q=1), Point(0, 0), Point(2, 2), Point(1, 2), "12", "ab", b"x", None, True, -1, 2 + 3j, 9, 1.25, {1}, iter([])):
    print(describe(value))


class Pair:
    __match_args__ = ("left", "right")

    def __init__(self, left, right):
        self.left, self.right = left, right


class NoArguments:
    pass


match Pair(1, [2, {"k": Pair("deep", None)}]):
    case Pair(left, [_, {"k": Pair(right="never")}]):
        print("wrong")
    case Pair(left, [_, {"k": Pair("deep" as text)}]):
        print(left, text)
for attempt in (lambda v: [v for _ in [0] if matches(v)],):
    def matches(v):
        match v:
            case NoArguments(1):
                return True
        return False

    try:
        attempt(NoArguments())
    except TypeError as error:
        print(error)


def too_many(v):
    match v:
        case Pair(1, 2, 3):
            pass


try:
    too_many(Pair(1, 2))
except TypeError as error:
    print(error)


class Codes:
    OK = 200


match 200:
    case Codes.OK:
        print("by dotted name")
match {"a": 1, "b": 2}:
    case {"a": 1, **rest}:
        print(rest)
match (1, 2), 3:
    case (a, b), c:
        print(a, b, c)
