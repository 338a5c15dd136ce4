"""Dicts and sets whose keys are tuples: equal ones that are not the same, of items that are equal without being alike, found in hot loops."""
import collections

nan = float("nan")
keys = [(1, 2), (1, "a"), ("a", "b"), (1.0, 2), (True, "a"), (2**70, 1), (2**63, "x"), ((1, 2), 3), (nan, 1), (), (None,), (b"a", 1), ("a" * 50, 7)]
table = {}
for number, key in enumerate(keys):
    table[key] = number
print(len(table), list(table.items())[:4])
print(table[1, 2.0], table[True, 2], table["".join(["a", ""]), "b"], table[2**70, 1], table[int("9223372036854775808"), "x"], table[(1, 2), 3])
print(table[nan, 1], (float("nan"), 2) in table, (1,) in table, (1, 2, 3) in table, ("a" * 50, 7) in table, ("a" * 50, 8) in table)


class Equal:
    def __init__(self, n):
        self.n = n
        self.asked = 0

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        self.asked += 1
        return self.n == getattr(other, "n", other)


one = Equal(1)
print(table.get((one, 2)), one.asked > 0, {(one, "z"): 5}[1, "z"], (1, "z") in {(Equal(1), "z")})


def grid(n):
    cells = {(x, y): x * y for x in range(20) for y in range(20)}
    names = ["n%d" % k for k in range(7)]
    named = {(name, k): k for name in names for k in range(5)}
    total = missing = 0
    for i in range(n):
        x, y = i % 20, i // 20 % 20
        total += cells[x, y] + cells.get((y, x), 0)
        if (x + 1, y) not in cells:
            missing += 1
        total += named["n%d" % (i % 7), i % 5]
        if i % 400 == 0:
            cells[x, y] += 1
    return total, missing


def mixed(n):
    seen = set()
    for i in range(n):
        seen.add((i % 3, "s%d" % (i % 4), i % 2 * 1.0 if i % 5 else i % 2))
    return len(seen), sorted(seen)[0]


def counted(n):
    counts = collections.Counter()
    for i in range(n):
        counts[i % 3, i % 2] += 1
    return counts.most_common(2)


print(grid(4000), mixed(3000), counted(2000))
print(dict([(1, 2), [3, 4], "ab", ((5, 6), 7)]), dict(zip("abc", range(3))), dict(enumerate("xy")), dict([((1, 2), 3)] * 2))
for pairs in ([(1, 2), (3,)], [(1, 2, 3)], [1], [(1, 2), 5], ["abc"], [([], 1)], [()]):
    made = {"first": 0}
    try:
        made.update(pairs)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error, made)


def stops():
    yield (1, 2)
    raise KeyError("inside")


made = {}
try:
    made.update(stops())
except KeyError as error:
    print(error, made)
for items in ([], [1, 2, 3], [1, True, 2], [2**49, 2**49], [2**62, 2**62, 1], [1, 2.5], [1, "a"], [2**63 - 1, 1], [-1, 1.0, 2**70], [0.1] * 10, [True, 0.1, 0.2, 0.3] * 3, [2**63 - 1, 1] + [0.1] * 10, [1j] + [0.1] * 10, [0.1, 1j, 2]):
    for start in (0, 5, -(2**63), 1.5, True):
        try:
            print(sum(items, start), end=" ")
        except TypeError as error:
            print(error, end=" ")
    print()

import operator
import pickle
import sys


class A:
    b = 3


class Name(str):
    pass


A.a = A
sys.intern("a.b")
for names in (("b",), ("a.b",), ("a.a.b", "b"), (Name("b"),), ("a.c",), ("c",), ("",)):
    getter = operator.attrgetter(*names)
    try:
        print(getter(A()), end=" ")
    except AttributeError as error:
        print(error, end=" ")
    print(getter, pickle.loads(pickle.dumps(operator.attrgetter("a.b")))(A))
interned = operator.attrgetter(sys.intern("a.b"))
print(interned(A), interned, sum(map(operator.attrgetter("b"), [A()] * 2000)))
