# What the runtime does with numbers, strings and tuples of them in hot loops, and with what looks like them but asks user code.
from collections import namedtuple
import math

calls = []


class Odd:
    """Equal to 1 and to (1,)'s item, and says when it is asked."""

    def __hash__(self):
        calls.append("hash")
        return hash(1)

    def __eq__(self, other):
        calls.append("eq")
        return other == 1

    def __lt__(self, other):
        calls.append("lt")
        return True

    def __repr__(self):
        calls.append("repr")
        return "Odd()"

    def __str__(self):
        calls.append("str")
        return "odd"

    def __format__(self, spec):
        calls.append("format")
        return "odd" + spec


def hot(function, *rounds):
    """Calls it often with the first, then once with each of the others."""
    for _ in range(60):
        result = function(*rounds[0])
    print(function.__name__, repr(result))
    for arguments in rounds[1:]:
        calls.clear()
        try:
            result = function(*arguments)
        except Exception as e:
            result = f"{type(e).__name__}: {e}"
        asked = len(calls) > 0
        print("   ", repr(result), asked)


def lookup(d, key):
    total = 0
    for _ in range(3):
        if key in d:
            total += d[key]
        total += d.get(key, 5)
    return total


odd = Odd()
table = {(k, k + 1): k for k in range(9)}
hot(lookup, (table, (1, 2)), (table, (1, odd)), (table, (1, 5)), (table, (1, [2])), ({(odd,): 3}, (1,)), ({odd: 3}, 1), (table, "x"))


def members(s, x):
    before = len(s)
    s.add(x)
    found = x in s
    s.discard(x)
    return before, found, len(s), x in s


hot(members, ({2, 3}, 4), ({2, 3}, "a"), ({2, 3}, (1, 2)), ({odd, 3}, 1), ({2, 3}, odd), ({2, 3}, []))


def within(container, x):
    n = 0
    for _ in range(3):
        n += x in container
    return n


hot(within, ("abc", "b"), ("abc", 1), ([1, 2, "b"], "b"), ([odd, 2], 1), ((1, 2), 2), ((odd,), 1), (b"abc", 98), (range(3), 2), ({1: 2}, 1), (7, 7))


def part(a, i, j):
    return a[i], a[i:j], a[:j], a[i:], a[::-1][i], a[j:i]


hot(
    part, ("hello", 1, 3), ("h\xe9llo\u20ac", 1, 3), ([1, 2, 3, 4], 1, 3), ((1, 2, 3, 4), -3, -1), (b"bytes", 1, True), (range(9), 1, 3),
    ("abc", 7, 3), ("abc", None, 3), ("abc", 1, odd), (bytearray(b"abcd"), 1, 2),
)


def texts(a, b):
    return (
        a.upper(), a.find(b), a.split(b), a.replace(b, "-"), a.startswith(b), b.join([a, a]), a + b, a < b, a * 2, a.strip(), a.encode(),
        a.partition(b), f"{a}{b!r:>6}|{a:>8}|", "%s|%5s|%-5s" % (a, b, b), a.title().swapcase(), a.isalnum(), a.count(b), a.rjust(9, "*"),
    )


hot(texts, ("hello world", "o"), ("h\xe9\u20ac", "\xe9"), ("ab" * 100 + "needle" + "ab" * 100, "needle"), ("abc", ""), ("abc", 1), (odd, "a"))


def formatted(x):
    return f"{x}|{x!r}|{x!s}|{x!a}", "%s %r" % (x, x), str(x), repr(x), "{}-{:>8}".format(x, x)


hot(formatted, (12,), (1.5,), (True,), (None,), ("a'\xe9",), (2**70,), ((1, "a", (2.5,)),), (odd,), ((odd,),), ([1, odd],), (b"x",))


def integers(n):
    return (
        "%d|%5d|%-5d|%05d|%+d|% d|%x|%#X|%o|%#o|%i" % ((n,) * 11),
        f"{n:d}|{n:>7}|{n:<7}|{n:^7}|{n:07}|{n:+}|{n: }|{n:#x}|{n:#010b}|{n:X}|{n:,}|{n:_}|{n:*^9}",
        int(str(n)), int(" %d " % n), int("%+d" % n), int(hex(n), 16), divmod(n, 7), n.bit_length(), hash(n), -n, n + True, True - n, n * False,
    )


hot(integers, (1234,), (-1234,), (0,), (2**63,), (-(2**63),), (2**64 + 1,), (10**30,), (-(10**17),), (True,), (1.5,), ("a",))


def floats(x, y):
    return math.sqrt(x), math.floor(x), math.hypot(x, y), round(x, 1), abs(-x), max(x, y, 3), pow(x, 2), "%.2f|%8.3e|%g" % (x, y, x), f"{x:.3f}{y:10.2%}"


hot(floats, (2.25, 3.0), (4, 5), (True, 2**70), (-1.0, 2.0), (math.inf, 1.0), (math.nan, 1.0), ("a", 1), (odd, 1))


def lists(a, x):
    b = a[:]
    b.append(x)
    b.extend((1, 2))
    b.insert(1, 0)
    b += [7]
    b = b + [8]
    del b[0]
    last = b.pop(-2)
    b.reverse()
    return b, last, sum(a), max(a), min(a), sorted(a), any(a), all(a), len(b * 2), tuple(a), list(set(a)) != [], x in a


hot(lists, ([3, 1, 2], 5), ([2.5, 1], "a"), ([True, 2], None), (["b", "a"], 1), ([odd, odd], 1), ([], 1), ([(1, 2), (1,)], 2))


def dicts(d, key):
    d = dict(d)
    first = d.setdefault(key, 1), d.pop(key), d.pop(key, 9), len(d)
    d[key] = 4
    d[key] += 1
    shown = list(d), list(d.values())[-1], [k for k, v in d.items() if v == 5] == [key]
    del d[key]
    made = {x: key for x in (1, 2)}, {key: 1, **{}}, {x for x in (1, key)} == {1, key}, {key, 2} == {2, key}
    return first, shown, made, key in d


hot(dicts, ({"a": 1}, "b"), ({}, 3), ({(1,): 1}, (1, 2)), ({1: 2}, odd), ({}, []))


def absent(d, key):
    try:
        del d[key]
    except KeyError as e:
        return "absent", e.args


hot(absent, ({1: 2}, 5), ({1: 2}, "x"), ({1: 2}, (1, 2)))


def set_operations(a, b):
    c = a & b, a | b, a - b, a ^ b
    a = set(a)
    a |= b
    a -= {1}
    return [len(x) for x in c], len(a), a >= b, a == b, a < b, a.isdisjoint(b)


hot(set_operations, ({1, 2}, {2, 3}), (frozenset("ab"), {"b"}), ({odd, 5}, {1, 5}), ({1}, [1]))

Point = namedtuple("Point", "x y", defaults=[2])


class Named(Point):
    def total(self):
        return self.x + self.y


class Initialised(Point):
    def __init__(self, *rest):
        calls.append("init")


def points(kind, *arguments):
    p = kind(*arguments)
    x, y = p
    return p, p.x, p.y, x + y, p[0], len(p), type(p).__name__, p._replace(x=0), p == arguments


hot(points, (Point, 1, 2), (Named, 3, 4), (Initialised, 5, 6), (Point, 1), (Point,), (Point, 1, 2, 3), (Named, 2**70, 1))


def broken():
    p = tuple.__new__(Point, (1,))
    try:
        return p.x, p.y
    except IndexError as e:
        return e.args


hot(broken, ())


def changed(p):
    return p.x


hot(changed, (Point(1, 2),))
Point.x = property(lambda self: "changed")
hot(changed, (Point(1, 2),))


def ordered(values, **options):
    return sorted(values, **options), sorted(values, key=lambda v: (v, 1), reverse=True)


hot(
    ordered, ([3, 1, 2],), (["b", "ab", "a", "abcdefghi", "abcdefgh", "abcdefg\0", ""],), ([(2, "b"), (1, "z"), (1, "a"), (1,)],),
    ([(1, "a"), ("a", 1)],), ([(1, math.nan), (1, 2.0), (1, 1.0)],), ([(1, [2]), (1, [1])],), (["\u20ac", "\U0001f600", "\xe9"],), ([1, "a"],),
)


def replaced(text, old, new, count):
    return text.replace(old, new, count), text.split(old), text.split(old, 1)


hot(replaced, ("a--b--c", "--", "+", -1), ("a--b--c", "--", "+", 1), ("--" * 200, "--", "", 150), ("none", "--", "x", -1), ("x" * 300 + "--", "--", "y", 9))
