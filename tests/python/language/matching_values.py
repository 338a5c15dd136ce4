# match: values, mappings, classes, or-patterns, guards, what is bound when a case fails, and patterns that are refused.
import enum
from collections import OrderedDict, UserDict, defaultdict
from dataclasses import dataclass
from types import SimpleNamespace


class Color(enum.Enum):
    RED = 1
    BLUE = "b"


class Names:
    one = 1
    text = "text"


def values(subject):
    match subject:
        case None:
            return "None"
        case True | False:
            return f"bool {subject}"
        case Color.RED | Color.BLUE as color:
            return f"color {color.name}"
        case Names.one:
            return "one"
        case -1 | -2.5 | 3 + 4j | -0 - 1j:
            return f"number {subject}"
        case "text" | b"bytes":
            return f"text {subject}"
        case "joined" "text" | r"\raw":
            return "joined"
        case int(n) | float(n) if n > 100:
            return f"large {n}"
        case str(n) | bytes(n) | bytearray(n):
            return f"some {n}"
        case int() | float():
            return "number"
        case _:
            return type(subject).__name__


for subject in (None, True, False, 1, 1.0, -1, -2.5, 3 + 4j, -1j, "text", b"bytes", "joinedtext", "\\raw", 101, 1e9, 7, "x", b"y", bytearray(b"z"), Color.RED, Color.BLUE, [], object):
    print(subject, "->", values(subject))


def mappings(subject):
    match subject:
        case {"kind": "point", "x": int(x), "y": int(y), **rest} if not rest:
            return x, y
        case {"kind": "point", **rest}:
            return "point", sorted(rest)
        case {Names.text: value, 1: other}:
            return value, other
        case {"nested": {"deep": [first, *_]}}:
            return "deep", first
        case {None: a} | {True: a}:
            return "key", a
        case {}:
            return "mapping", type(subject).__name__
    return "none"


default = defaultdict(lambda: 5)
for subject in ({"kind": "point", "x": 1, "y": 2}, {"kind": "point", "x": 1, "y": "2"}, {"text": 1, 1: 2}, {"nested": {"deep": (7, 8)}}, {None: 1}, {True: 2}, {1: 3}, {}, default, OrderedDict(kind="point"), UserDict(kind="point", z=1), [("kind", "point")], "kind"):
    print(mappings(subject))
print(dict(default))


@dataclass
class Point:
    x: int
    y: int = 0


class Slots:
    __match_args__ = ("a",)

    def __init__(self, a):
        self.a = a

    @property
    def b(self):
        print("b asked")
        return self.a * 2

    @property
    def fails(self):
        raise AttributeError("fails")

    @property
    def broken(self):
        raise LookupError("broken")


def classes(subject):
    match subject:
        case Point(0, 0):
            return "origin"
        case Point(x=x, y=0) | Point(x, y=1):
            return "x", x
        case Point(Point(x, y) as inner, other):
            return inner, x, y, other
        case Slots(1, b=2):
            return "slots"
        case Slots(a=int(a)) if a > 5:
            return "large", a
        case Slots(fails=_):
            return "never"
        case Slots(broken=_):
            return "never"
        case SimpleNamespace(name=str(name)):
            return name
        case [Point(x=a), Point(x=b), *_] if a == b:
            return "same", a
        case tuple((a, b)) | list([a, b]):
            return "pair", a, b
        case dict(d):
            return "dict", d
    return "none"


for subject in (Point(0, 0), Point(3, 0), Point(3, 1), Point(Point(1, 2), 9), Point(5, 5), Slots(1), Slots(6), Slots(2), SimpleNamespace(name="n"), SimpleNamespace(name=5), [Point(1), Point(1, 5)], (1, 2), [3, 4], {"a": 1}, (1, 2, 3)):
    try:
        print(classes(subject))
    except LookupError as error:
        print("raised", error)


def bound(subject):
    a = b = rest = None
    match subject:
        case [a, b, 0]:
            pass
        case [a, *rest] if a == "never":
            pass
        case {"k": b, "l": 5}:
            pass
    return a, b, rest


print(bound([1, 2, 3]), bound([1, 2, 0]), bound({"k": 4, "l": 6}))


class Wrong:
    __match_args__ = ["a"]


class Wrong2:
    __match_args__ = (1,)


class Twice:
    __match_args__ = ("a", "a")
    a = 1


match = case = 5
print(match, case, [match for match in [case]])
for text in ("match Wrong():\n case Wrong(x): pass", "match Wrong2():\n case Wrong2(x): pass", "match Twice():\n case Twice(x, y): pass", "match Twice():\n case Twice(x, a=1): pass", "match 5:\n case int(x, y): pass", "match 5:\n case values(): pass", "match Names():\n case Names(1): pass", "match {1: 2}:\n case {Names.one: 2, 1: 2}: pass", "match 1:\n case x: pass\n case 2: pass", "match 1:\n case x | 2: pass", "match 1:\n case [x, x]: pass", "match 1:\n case x | y: pass", "match 1:\n case {**rest, 'a': 1}: pass", "match 1:\n case {'a': 1, 'a': 2}: pass", "match 1:\n case 1 + 1: pass", "match 1:\n case f'a': pass", "match 1:\n case [*a, *b]: pass", "match 1:\n case A(x=1, x=2): pass", "match 1:\n case A(x=1, 2): pass", "match 1:\n case _ as _: pass", "match 1:\n case {**_}: pass", "match 1:\n case 1 as a.b: pass", "match 1:\n case -x: pass"):
    try:
        exec(text)
        print(text.replace("\n", ""), "passes")
    except SyntaxError as error:
        print(text.replace("\n", ""), "|", error.msg)
    except Exception as error:
        print(text.replace("\n", ""), "|", type(error).__name__, error)
