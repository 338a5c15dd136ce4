"""`in` and `not in` where methods written in Python decide, in hot loops."""


class Money:
    def __init__(self, units):
        self.units = units

    def __eq__(self, other):
        return isinstance(other, Money) and self.units == other.units

    __hash__ = None


class Shelf:
    def __init__(self, items):
        self.items = items

    def __contains__(self, item):
        return item in self.items


class Odd:
    """Answers with what is no bool."""

    def __contains__(self, item):
        return [item] if item else ""


class Truthy:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value


class Deciding:
    def __contains__(self, item):
        return Truthy(item == 3)


class Strange:
    def __init__(self, answers):
        self.answers = answers

    def __eq__(self, other):
        if self.answers == "raise":
            raise ValueError("asked")
        return self.answers


class Growing:
    """Changes the list in which it is looked for."""

    def __init__(self, items, limit):
        self.items, self.limit = items, limit

    def __eq__(self, other):
        if len(self.items) < self.limit:
            self.items.append(Money(len(self.items)))
        return other is not self and isinstance(other, Money) and other.units == self.limit - 1


class Never:
    __contains__ = None


class Iterated:
    def __iter__(self):
        return iter([1, 2, 3])


def counted(items, wanted):
    found = 0
    for each in wanted:
        if each in items:
            found += 1
        if each not in items:
            found += 1000
    return found


def raised(container, item):
    try:
        return item in container
    except Exception as error:
        return type(error).__name__, str(error)


money = [Money(i) for i in range(20)]
for turn in range(60):
    results = [
        counted(money, [Money(i) for i in range(0, 40, 3)]),
        counted(Shelf(money), [Money(i) for i in range(0, 40, 3)]),
        counted(Shelf(range(5)), range(10)),
        counted(Odd(), [0, 1, "", "x", None]),
        counted(Deciding(), range(6)),
        counted([1, 2.0, "x"], [Money(1), Strange(1), Strange([]), Strange("yes"), 2]),
        counted([Strange(0), Strange("")], [Strange(1), 5]),
        counted([Strange(NotImplemented)], [Strange(NotImplemented)]),
        counted(Iterated(), range(5)),
        raised([1, 2], Strange("raise")),
        raised([Strange("raise")], Strange("raise")),
        raised(Never(), 1),
        raised(5, Money(1)),
    ]
    items = []
    items.append(Money(-1))
    results.append((Growing(items, 9) in items, len(items)))
    same = Strange(False)
    results.append(same in [same])
    nan = float("nan")
    results.append((nan in [nan], same in [Strange(False)] * 3))
for line in results:
    print(line)

Shelf.__contains__ = lambda self, item: item == "changed"
print(counted(Shelf([]), ["changed", 1]))
Money.__eq__ = lambda self, other: True
print(counted(money, [Money(99)]))
