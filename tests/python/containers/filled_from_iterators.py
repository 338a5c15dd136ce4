"""What the runtime makes of iterators: containers filled from every kind of them, iterators that end, raise, change or are gone on with."""
import collections
import itertools
import struct
from array import array


def sources():
    yield reversed([1, 2, 3])
    yield iter((4, 5))
    yield iter(range(3))
    yield iter("añ€b")
    yield iter(b"xyz")
    yield iter(bytearray(b"abc"))
    yield iter(memoryview(b"def"))
    yield iter({1: 2, 3: 4})
    yield iter({1: 2}.items())
    yield iter({5})
    yield iter(collections.deque([1, 2]))
    yield reversed(collections.deque([1, 2]))
    yield iter(array("i", [7, 8]))
    yield struct.iter_unpack("<H", b"abcd")
    yield itertools.repeat("r", 3)
    yield itertools.islice(itertools.count(5), 1, 9, 3)
    yield itertools.chain([1], (), "ab")
    yield itertools.chain.from_iterable([[1], [2, 3]])
    yield itertools.accumulate([1, 2, 3])
    yield itertools.starmap(max, [(1, 2), (4, 3)])
    yield itertools.takewhile(bool, [1, 2, 0, 3])
    yield itertools.dropwhile(bool, [1, 0, 3])
    yield itertools.filterfalse(None, [0, 1, ""])
    yield itertools.compress("abc", [1, 0, 1])
    yield itertools.pairwise("abc")
    yield itertools.batched("abcde", 2)
    yield itertools.zip_longest("ab", "c")
    yield itertools.product("ab", [1, 2])
    yield itertools.product()
    yield itertools.permutations("abc", 2)
    yield itertools.permutations("abc", 0)
    yield itertools.combinations("abc", 2)
    yield itertools.combinations_with_replacement("ab", 2)
    yield itertools.tee("ab")[1]
    yield (k for k, g in itertools.groupby("aab"))
    yield iter([1, 2, 3, 0, 4].pop, 3)
    yield map(str, [1, 2])
    yield filter(None, [0, 1])
    yield zip("ab", [1, 2])
    yield enumerate("ab", 2**63 - 1)


class Sequence:
    def __getitem__(self, index):
        if index == 3:
            raise IndexError
        return index * 10


for source in sources():
    name = type(source).__name__
    print(name, list(source), list(source), next(source, "end"))
for source in sources():
    first = next(source)
    print(type(source).__name__, first, tuple(source), [*source])
print(list(iter(Sequence())), tuple(Sequence()), [*Sequence()], set(Sequence()) == {0, 10, 20}, bytes(Sequence()))
print(bytes(reversed([1, 2])), bytearray(itertools.repeat(65, 3)), sum(itertools.repeat(2, 4)), dict(itertools.pairwise("ab")))
print(sorted(reversed([2, 3, 1])), max(collections.deque([1, 9, 2])), "-".join(reversed(["a", "b"])))


def failing(kind):
    yield 1
    raise kind("inside")


def raiser(item):
    if item == 2:
        raise StopIteration("early")
    return item


print(list(map(raiser, [1, 2, 3])), list(itertools.starmap(raiser, [(1,), (2,), (3,)])), list(itertools.accumulate([1, 2], lambda a, b: raiser(b))))
for source in (itertools.chain([0], failing(KeyError)), itertools.islice(failing(KeyError), 5), map(int, ["1", "x"])):
    taken = []
    try:
        taken.extend(source)
    except (KeyError, ValueError) as error:
        print(taken, type(error).__name__, error)
queue = collections.deque([1, 2, 3])
taken = []
try:
    for item in queue:
        taken.append(item)
        queue.append(item)
except RuntimeError as error:
    print(taken, error)
changing = [1, 2, 3]
print([changing.pop() if len(changing) > 1 else item for item in reversed(changing)], changing)
grow = [1]
grow.extend(item + 1 for item in grow if item < 5)
print(grow)
own = [1, 2]
own.extend(own)
own += own[:1]
print(own, own * 2, own * 0, [] * 5, [None] * 3, own * -1, [[]] * 2)
own *= 2
print(own)
try:
    [0] * 2**62
except MemoryError:
    print("too much")


class Chained(itertools.chain):
    pass


class Counting(itertools.count):
    def __next__(self):
        value = super().__next__()
        if value > 3:
            raise StopIteration
        return value


print(list(Chained("ab", "c")), list(Counting()), list(itertools.zip_longest(Counting(2), "a")))
