"""Dicts of few entries: keyword arguments passed on, displays, copies; what is changed in them between two calls is seen."""
import types
from collections import OrderedDict


def count(*args, **kwargs):
    return len(args) + len(kwargs), kwargs


def forward(*args, **kwargs):
    return count(*args, **kwargs)


def look(**names):
    return names["alpha"] + names.get("beta", 5) if "alpha" in names else len(names)


def defaults(x, *, factor=3, offset=1):
    return x * factor + offset


def calls(n):
    total = 0
    for i in range(n):
        number, kwargs = forward(i, i, y=1, z=i)
        total += number + kwargs["z"]
        total += look(alpha=i, beta=2) + look(alpha=i) + look(gamma=1) + look()
        total += defaults(i) + defaults(i, offset=i)
        if i == n // 2:
            defaults.__kwdefaults__["factor"] = 7
        display = {"a": i, "b": 2}
        display["c"] = 3
        total += len(display) + display["a"] + display.get("zz", 1) + sum(display.values())
        if i % 7 == 0:
            kwargs["extra"] = total
            total += len({**kwargs, "a": 1})
        if i % 100 == 0:
            total += forward(**{f"n{j}": j for j in range(i // 100)})[0]
            try:
                forward(**{1: 2})
            except TypeError as error:
                total += len(str(error))
    return total


def changing(n):
    module = types.ModuleType("few")
    vars(module).clear()
    module.alpha = 1
    total = 0
    names = {"alpha": 1}
    held = [names]
    for i in range(n):
        total += look(**names) + look(**vars(module))
        names["alpha"] = i
        total += look(**names)
        module.alpha = i
        made = dict(x=i, y=2)
        held[0] = made
        copied = {**made, "x": 5}
        made["x"] += 1
        total += sum(made.values()) + copied["x"] + held[0]["x"]
        held[0]["y"] = i
        total += look(**made) + made["y"]
        if i % 5 == 0:
            del made["x"]
            total += look(**made)
    return total


def tables():
    """Each size around the one from which on a table has an index."""
    for size in range(20):
        d = {}
        for i in range(size):
            d[f"k{i}"] = i
        for i in range(0, size, 2):
            del d[f"k{i}"]
        for i in range(size):
            d.setdefault(f"k{i}", -i)
        merged = d.copy()
        merged.update({i: i for i in range(size)})
        print(size, d, len(merged), d == dict(sorted(d.items())))
        while d:
            print(d.popitem(), end=" ")
        for i in range(30):
            d[i] = i
            if len(d) > size:
                d.popitem()
        print(d)
    elements = set()
    for i in range(30):
        elements.add(i % 11)
        elements.discard(i % 5)
    print(sorted(elements))
    ordered = OrderedDict((i, i) for i in range(5))
    for i in (3, 1, 4):
        ordered.move_to_end(i, last=i == 1)
    print(ordered, ordered.popitem(last=False))
    for i in range(20):
        ordered[i] = i
        ordered.move_to_end(i, last=False)
    print(ordered)


class Meddling:
    """Comparing keys changes the dict that they are sought in."""
    compared = 0

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return 7

    def __eq__(self, other):
        Meddling.compared += 1
        if Meddling.compared == 3:
            meddled["new"] = 1
        if Meddling.compared == 9:
            meddled.clear()
            meddled[1] = 2
        return isinstance(other, Meddling) and self.value == other.value


tables()
meddled = {}
for number in range(12):
    meddled[Meddling(number)] = number
print(len(meddled), Meddling.compared, list(meddled.values()))
print(calls(3000), changing(3000))
