# Keys that compare by identity, or as the number, text or tuple that they are: until a class says something else.
from collections import namedtuple


class Plain:
    pass


class Number(int):
    pass


class Word(str):
    pass


class Equal:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return isinstance(other, Equal) and self.n == other.n

    def __hash__(self):
        return hash(self.n)


Pair = namedtuple("Pair", "a b")


def function():
    pass


def mixed(rounds):
    table, seen = {}, set()
    keys = [Plain, Number, int, function, Plain(), Number(3), Word("w"), Pair(1, Plain), (1, (Plain, "x")), Equal(4), len]
    total = 0
    for i in range(rounds):
        key = keys[i % len(keys)]
        if key in table:
            table[key] += 1
        else:
            table[key] = 1
        seen.add(key)
        total += table.get(key, 0)
        if i % 97 == 0:
            table.pop(key, None)
            seen.discard(key)
        if i % 101 == 0:
            table.setdefault(key, 5)
            del table[key]
    # Equal values are one key, whatever their classes are.
    return total, len(seen), table.get(3), table.get("w"), table.get((1, Plain)), table.get(Equal(4))


print(mixed(4000))


def sums(table, keys):
    total = 0
    for key in keys:
        if key in table:
            total += table[key]
    return total


class Late:
    pass


keys = [Late() for _ in range(10)]
table = {key: i for i, key in enumerate(keys)}
print(sum(sums(table, keys) for _ in range(1500)))

asked = []


def equal(a, b):
    asked.append(1)
    return a is b or isinstance(b, Late)


# From now on instances are equal: those that are keys are asked as well.
Late.__eq__ = equal
Late.__hash__ = lambda self: 7
one = {Late(): "first"}
print(one[Late()], len(asked) > 0)
fresh = {}
for key in keys:
    fresh[key] = fresh.get(key, 0) + 1
print(list(fresh.values()))


class Other:
    pass


class Becomes:
    pass


class Same:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


def count(table, key):
    found = 0
    for _ in range(3000):
        if key in table:
            found += 1
    return found


others = [Other() for _ in range(3)]
table = dict.fromkeys(others, 1)
print(count(table, others[1]), count(table, Other()))
changed = Becomes()
table = {changed: 1}
print(count(table, changed))
changed.__class__ = Same
table = {changed: 1}
print(count(table, Same()), table.get(Becomes()))


# A trace that believed a dict to be calm, and a class that stops being so in the middle of its loop.
class Turning:
    pass


def turning(rounds):
    key, table, calls = Turning(), {}, []
    table[key] = 0
    for i in range(rounds):
        if i == rounds // 2:
            Turning.__hash__ = lambda self: calls.append(1) or 5
            table = {key: table.get(key, -1) if False else 10}
        table[key] += 1
    return table[key], len(calls)


print(turning(2000))
