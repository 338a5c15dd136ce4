# `f_locals` of a function's frame writes through to its variables (PEP 667).
import sys
from collections.abc import Mapping


def variables():
    x, y = 1, 2
    proxy = sys._getframe().f_locals
    proxy["x"] = 10
    proxy["added"] = 3
    print(x, proxy["x"], proxy["added"], "added" in locals(), sorted(proxy))
    del proxy["added"]
    for attempt in (
        lambda: proxy.pop("x"),
        lambda: proxy.__delitem__("y"),
        lambda: proxy["missing"],
        lambda: proxy.pop("missing"),
        lambda: proxy.update([1]),
        lambda: hash(proxy),
    ):
        try:
            attempt()
        except (KeyError, TypeError, ValueError) as error:
            print(type(error).__name__, error)
    print(proxy.pop("missing", None), proxy.get("y"), proxy.setdefault("z", 5), proxy.setdefault("y", 6))
    proxy |= {"y": 20}
    print(y, proxy.copy()["y"], isinstance(proxy, Mapping), isinstance(proxy.copy(), dict))
    match proxy:
        case {"y": value}:
            print("matched", value)


def closures():
    x = 1

    def inner():
        proxy = sys._getframe().f_locals
        proxy["x"] = x + 1
        return x

    print(inner(), x)


def of_the_caller():
    def callee():
        sys._getframe(1).f_locals["value"] = "changed"

    value = "as it was"
    callee()
    print(value)


def of_an_ended_frame():
    def made():
        x, y = 1, 2
        return sys._getframe()

    frame = made()
    print(dict(frame.f_locals), repr(frame.f_locals), len(frame.f_locals))


def of_a_generator():
    def numbers():
        n = 0
        while n < 100:
            yield n
            n += 1

    generator = numbers()
    print(next(generator))
    generator.gi_frame.f_locals["n"] = 50
    print(next(generator), generator.gi_frame.f_locals["n"])


class Body:
    sys._getframe().f_locals["made"] = 1
    print(made, type(sys._getframe().f_locals).__name__)


variables()
closures()
of_the_caller()
of_an_ended_frame()
of_a_generator()
print([sorted(sys._getframe().f_locals)[0] for first in "a"], "first" in dir())
print(type((lambda: sys._getframe().f_locals)()).__name__)
