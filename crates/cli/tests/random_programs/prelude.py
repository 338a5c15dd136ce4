"""What random programs use, and how one is run: rounds of calls, between them changes of what compiled code relies on."""

import math
import sys
from array import array
from contextlib import contextmanager, suppress
from collections import namedtuple
from dataclasses import dataclass
from functools import partial, reduce
from itertools import accumulate

ROUNDS = 24
FUEL = 150

fuel = 0
notes = []
global_list = [1, 2, 3]
weights = array("l", [3, 1, 4, 1, 5])
buffer = bytearray(b"random")
data = b"\x01\x02\xfe\xff"


class OutOfFuel(BaseException):
    """The round has lasted long enough; no program catches it."""


class Oops(ValueError):
    pass


def tick():
    global fuel
    fuel -= 1
    if fuel <= 0:
        raise OutOfFuel


def clip(value):
    """Keeps products from growing."""
    if isinstance(value, int) and not -(2**130) < value < 2**130:
        return value % 1000003
    return value


def note(value):
    notes.append(value)
    del notes[:-5]


def take(iterator, count):
    for value in iterator:
        if count <= 0:
            break
        count -= 1
        yield value


def counted(table, key, inner):
    made = table.get(key, {})
    made[inner] = made.get(inner, 0) + 1
    if len(table) < 9:
        table[key] = made
    return len(made)


def passed_on(*args, **kwargs):
    tick()
    return keyworded(*args, **kwargs) + len(kwargs)


def keyworded(x, /, *, step=1, **others):
    for name in others:
        if name == "k":
            x += others[name]
    return clip(x + step * 2 + len(others))


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def apply(function, *arguments):
    tick()
    return function(*arguments)


def pick(first, second, number):
    return second if number % 2 else first


def make(first, second, number):
    return (first if number % 3 else second)(number)


def e_line():
    return sys._getframe(1).f_lineno


class Base:
    rank = 1
    f = 2.5
    made = 0
    name = "base"

    def __init__(self, i, j=2):
        self.i = i
        self.j = j

    def __repr__(self):
        return f"<{type(self).__name__}>"

    def m0(self, a, b=1):
        tick()
        return a + b

    def m1(self, a, b=2):
        tick()
        return self.j + a

    @property
    def total(self):
        return self.i * 2

    def __lt__(self, other):
        return self.rank < other.rank

    def __iter__(self):
        yield self.i
        yield self.j

    def __getitem__(self, index):
        return self.j

    def __add__(self, other):
        return self

    def __call__(self, a, b=2):
        return a

    @classmethod
    def cm(cls, a, b=1):
        return a

    @staticmethod
    def sm(a, b=1):
        return b


@dataclass
class Point:
    x: object
    y: object = 2
    i = 7
    rank = 3


Pair = namedtuple("Pair", "i j")


class Guarded:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return self.value

    def __exit__(self, kind, error, traceback):
        note(kind and kind.__name__)
        return kind is KeyError


@contextmanager
def managed(value):
    try:
        yield value
    except IndexError:
        note("managed")


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


def pause(value):
    tick()
    return Pause(value)


async def stream(count):
    for number in range(count):
        tick()
        yield number


def drive(coroutine):
    """Runs a coroutine to its end; each pause gets 2."""
    sent = None
    try:
        while True:
            tick()
            coroutine.send(sent)
            sent = 2
    except StopIteration as end:
        return end.value
    finally:
        coroutine.close()


def show(value, depth=3):
    """A text that is the same on every implementation."""
    if isinstance(value, float | str | bytes | bool | int | None):
        return repr(value)
    if depth == 0:
        return type(value).__name__
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(show(item, depth - 1) for item in tuple.__iter__(tuple(value)))})"
    if isinstance(value, (set, frozenset)):
        return f"set({', '.join(sorted(show(item, depth - 1) for item in value))})"
    if isinstance(value, dict):
        return f"dict({', '.join(f'{show(key)}: {show(item, depth - 1)}' for key, item in value.items())})"
    attributes = getattr(value, "__dict__", None)
    if isinstance(value, (Base, Point)) and type(attributes) is dict:
        return f"{type(value).__name__}({', '.join(f'{key}={show(item, depth - 1)}' for key, item in attributes.items())})"
    return type(value).__name__


def run(changes, objects, *functions):
    global fuel
    for round in range(ROUNDS):
        if round % 4 == 3:
            try:
                print("change", next(changes, None))
            except Exception as error:
                print("change", type(error).__name__)
        for number, function in enumerate(functions):
            fuel = FUEL
            try:
                outcome = show(function(round - 2, 7 - round))
            except OutOfFuel:
                outcome = "out of fuel"
            except Exception as error:
                outcome = f"{type(error).__name__}: {error} line {error.__traceback__.tb_next and error.__traceback__.tb_next.tb_lineno}"
            print(round, number, FUEL - fuel, outcome)
    print(show(objects()), show(notes), show(global_list), weights.tolist(), bytes(buffer))
