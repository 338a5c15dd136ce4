"""Tuples as keys: of bytes, of named tuples, of subclasses that hash and compare as they like."""
import collections
import typing

Pair = collections.namedtuple("Pair", "left right")


class Point(typing.NamedTuple):
    x: int
    y: bytes = b""


class Long(tuple):
    __hash__ = tuple.__len__


class None_(tuple):
    __hash__ = None


class Own(tuple):
    def __hash__(self):
        return super().__hash__() ^ 1


class Equal(tuple):
    def __eq__(self, other):
        return len(self) == len(other)

    __hash__ = tuple.__hash__


class Loud(bytes):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(b"loud")


print(hash(Pair(1, 2)) == hash((1, 2)), hash(Point(1, b"a")) == hash((1, b"a")), Pair(1, 2) == (1, 2))
print(hash(Long("abc")), hash(Own((1, 2))) == hash((1, 2)) ^ 1, hash(Equal((1,))) == hash((1,)))
for wrong in [None_((1,)), Pair([], 1), (None_(), 1), Pair(None_(), Point({}))]:
    try:
        print(hash(wrong))
    except TypeError as error:
        print(error)
print({Equal((1, 2)): "e"}.get((1, 2)), (Loud(b"x"), 1) == (b"y", 1), (b"y", 1) == (Loud(b"x"), 1), b"a" == "a")
print((b"a", "a") == ("a", b"a"), (b"", 0) == (b"", False), (b"x", 0.0) == (b"x", 0), (b"ab", 1) == (bytearray(b"ab"), 1))


def count(turns):
    """Pairs of neighbours, as an encoder of byte pairs counts them."""
    text = [bytes([65 + i * i % 7]) for i in range(40)]
    counts, named, nested = collections.Counter(), {}, set()
    for turn in range(turns):
        for pair in zip(text, text[1:]):
            counts[pair] += 1
        key = Pair(turn % 5, Point(turn % 3, text[turn % 40]))
        named[key] = named.get(key, 0) + 1
        nested.add((key, text[turn % 7]))
        if turn % 100 == 50:
            text[turn % 40] = text[turn % 40] + b"x"
    return sorted(counts.items())[:6], sorted(named.items())[:4], len(named), len(nested)


for part in count(500):
    print(part)
deep = ()
for _ in range(60):
    deep = Pair(deep, 1)
print(hash(deep) == hash(eval(repr(deep))), len({deep, deep}))
