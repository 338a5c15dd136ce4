"""`__getattr__`, and built-in functions that call methods of the objects in a list, in hot loops."""
import traceback


class Lazy:
    def __init__(self, value):
        self.value = value

    def __getattr__(self, name):
        if name.startswith("plus_"):
            return self.value + int(name[5:])
        if name == "call":
            return lambda x: self.value * x
        if name == "broken":
            return self.missing
        if name == "loud":
            raise AttributeError("loud", name="own name")
        raise AttributeError(name)


class Defaults:
    def __getattr__(self, name, extra=5):
        return name, extra


class Late:
    pass


def fallbacks(n):
    total = 0
    for i in range(n):
        lazy = Lazy(i)
        total += lazy.plus_2 + lazy.call(3) + lazy.value
        if hasattr(lazy, "nothing"):
            total = 0
    return total


def errors(n):
    seen = set()
    for i in range(n):
        lazy = Lazy(i)
        try:
            if i % 3 == 0:
                lazy.nothing
            elif i % 3 == 1:
                lazy.broken
            else:
                lazy.loud
        except AttributeError as error:
            seen.add((str(error), error.name, error.obj is lazy))
    return sorted(seen)


def shown(n):
    for i in range(n):
        try:
            Lazy(i).nothing()
        except AttributeError as error:
            last = error
    return traceback.format_exception(last)


def added_later(n):
    """The class gets `__getattr__` while the loop runs, then the attribute itself."""
    late, seen = Late(), []
    for i in range(n):
        if i == n // 3:
            Late.__getattr__ = lambda self, name: name * 2
        if i == 2 * n // 3:
            late.attribute = "own"
        try:
            found = late.attribute
        except AttributeError:
            found = None
        if not seen or seen[-1] != found:
            seen.append(found)
    return seen


class Money:
    compared = 0

    def __init__(self, units):
        self.units = units

    def __lt__(self, other):
        Money.compared += 1
        return self.units < other.units

    def __add__(self, other):
        return Money(self.units + (other.units if isinstance(other, Money) else other))

    __radd__ = __add__

    def __repr__(self):
        return f"Money({self.units})"


def extremes(n):
    found = []
    for i in range(n):
        purse = [Money((i * 7 + k * 5) % 11) for k in range(6)]
        low, high, total = min(purse), max(purse), sum(purse)
        if i % 50 == 0:
            found.append((low.units, high.units, total.units))
    return found, Money.compared


class Stubborn:
    def __gt__(self, other):
        return NotImplemented


class Shrinking:
    def __init__(self, items):
        self.items = items

    def __gt__(self, other):
        if len(self.items) > 2:
            self.items.pop()
        return True


def odd_ones(n):
    seen = set()
    for i in range(n):
        for wrong in ([Stubborn(), Stubborn()], [Money(1), None], [Money(2), 3, Money(1)]):
            for function in (max, min, sum):
                try:
                    seen.add(repr(function(wrong)))
                except (TypeError, AttributeError) as error:
                    seen.add(str(error))
        items = []
        items.extend(Shrinking(items) for _ in range(6))
        seen.add((max(items) is items[-1], len(items)))
        seen.add(str(max([Money(4)])))
    return sorted(map(str, seen))


print(fallbacks(500))
for line in errors(600):
    print(line)
print(*shown(200))
print([Defaults().name for _ in range(300)][-1])
print(added_later(300))
print(extremes(300))
for line in odd_ones(200):
    print(line)


class Ordered:
    def __init__(self, key):
        self.key = key

    def __lt__(self, other):
        if self.key == 3:
            return NotImplemented
        return self.key < other.key

    def __ge__(self, other):
        return "ge"


class Other:
    key = 2


class Equal:
    def __eq__(self, other):
        return "equal"


class Heir(Other):
    def __gt__(self, other):
        return "heir"


def comparisons(n):
    """Orderings that only the right operand knows, and identity where nobody knows equality."""
    seen, plain = set(), Other()
    operands = [Ordered(1), Ordered(2), Ordered(3), Other(), Heir(), Equal(), plain]
    for i in range(n):
        a, b = operands[i % 7], operands[i // 7 % 7]
        for compare in (
            lambda: a > b, lambda: a < b, lambda: a >= b, lambda: a <= b, lambda: a == b, lambda: a != b,
        ):
            try:
                seen.add((type(a).__name__, type(b).__name__, compare()))
            except (TypeError, AttributeError) as error:
                seen.add(str(error))
    return sorted(map(str, seen))


for line in comparisons(700):
    print(line)
