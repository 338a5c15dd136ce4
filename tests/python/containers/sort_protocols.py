# Sorting: stability, keys, reverse, what is compared, errors half way, and lists that change under it.
import functools
import random


class Item:
    compared = 0

    def __init__(self, key, tag=""):
        self.key, self.tag = key, tag

    def __lt__(self, other):
        Item.compared += 1
        return self.key < other.key

    def __repr__(self):
        return f"{self.key}{self.tag}"


rows = [(k, t) for t in "abc" for k in (2, 1, 3)]
print(sorted((Item(*r) for r in rows)), sorted((Item(*r) for r in rows), reverse=True))
print(sorted(rows, key=lambda r: r[0]), sorted(rows, key=lambda r: r[0], reverse=True))
print(sorted(rows, key=lambda r: -r[0]), sorted(rows, key=lambda r: (r[1], -r[0])))
for n in (0, 1, 2, 3, 10, 50, 200):
    values = [random.Random(n).randrange(50) for _ in range(n)]
    random.Random(n).shuffle(values)
    Item.compared = 0
    made = [Item(v) for v in values]
    made.sort()
    first = Item.compared
    Item.compared = 0
    made.sort()
    again = Item.compared
    made.reverse()
    Item.compared = 0
    made.sort()
    print(n, [m.key for m in made] == sorted(values), first <= n * 8, again, Item.compared == again or Item.compared < n * 8)


def attempt(name, function):
    try:
        print(name, function())
    except Exception as error:
        print(name, type(error).__name__, error)


attempt("mixed", lambda: sorted([1, "a"]))
attempt("none", lambda: sorted([3, None, 1]))
attempt("complex", lambda: sorted([1j, 2j]))
attempt("one complex", lambda: sorted([1j]))
attempt("dicts", lambda: sorted([{}, {}]))
attempt("numbers", lambda: sorted([3, 2.5, True, -1, 10**30, float("inf")]))
attempt("texts", lambda: sorted(["b", "a", "\u00e9", "Z", "", "aa"]))
attempt("bytes", lambda: sorted([b"b", b"a"]))
attempt("tuples", lambda: sorted([(1, "b"), (1, "a"), (0, 5)]))
attempt("tuples mixed", lambda: sorted([(1, "b"), (1, 5)]))
attempt("lists", lambda: sorted([[2], [1, 5], [1]]))
attempt("sets", lambda: sorted([{1, 2}, {1}]) == [{1}, {1, 2}])
attempt("key fails", lambda: sorted([1, 0, 2], key=lambda x: 1 // x))
attempt("key is none", lambda: sorted([2, 1], key=None))
attempt("key is no function", lambda: sorted([2, 1], key=5))
attempt("list positional", lambda: [2, 1].sort(len))
attempt("reverse of another type", lambda: sorted([1, 2], reverse=[1]))
attempt("reverse text", lambda: sorted([1, 2], reverse="x"))
attempt("not iterable", lambda: sorted(5))
attempt("cmp_to_key", lambda: sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
attempt("cmp_to_key text", lambda: sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: "x")))
numbers = [3, 1, 2]


def watching(x):
    seen.append(list(numbers))
    return x


seen = []
numbers.sort(key=watching)
print(numbers, seen)


def changing(x):
    numbers.append(x)
    return x


attempt("changed", lambda: numbers.sort(key=changing))
print(numbers)


class Fails:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        if self.n == 3 or other.n == 3:
            raise ArithmeticError("three")
        return self.n < other.n

    def __repr__(self):
        return str(self.n)


broken = [Fails(n) for n in (5, 4, 3, 2)]
attempt("fails", broken.sort)
print(sorted(map(repr, broken)))


class Odd:
    def __lt__(self, other):
        return "truthy"

    def __gt__(self, other):
        raise LookupError


attempt("truthy", lambda: len(sorted([Odd(), Odd(), Odd()])))


class OnlyGreater:
    def __init__(self, n):
        self.n = n

    def __gt__(self, other):
        return self.n > other.n

    def __repr__(self):
        return str(self.n)


attempt("only greater", lambda: sorted([OnlyGreater(2), OnlyGreater(1)]))
attempt("min max", lambda: (min([3, 1, 2], key=lambda x: -x), max("abc", "b"), min([], default="d"), max([1, 1.0]), min(1.0, 1), max((2, "a"), (2, "b"))))
for text in ("min()", "min([])", "max(1)", "min([], key=len)", "max([1], default=2, key=None)", "max(1, 2, default=3)", "min(1, 'a')", "max([1, 2], key=5)"):
    attempt(text, lambda: eval(text))
