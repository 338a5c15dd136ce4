"""Loops over iterators of runtime modules, hot: they end, fail and change as they do when cold."""
import array
import collections
import itertools
import operator


def total(make, turns):
    result = []
    for turn in range(turns):
        count = 0
        for item in make(turn):
            count += 1
            last = item
        if turn % 100 == 99:
            result.append((count, last))
    return result


print(total(lambda turn: itertools.repeat(turn, 5), 400))
print(total(lambda turn: itertools.chain([1, turn], (3,), "ab"), 400))
print(total(lambda turn: itertools.islice(itertools.count(2**62 - 2), turn % 7 + 1), 400))
print(total(lambda turn: itertools.starmap(operator.add, [(turn, 1), (turn, 2)]), 400))
print(total(lambda turn: collections.deque(range(turn % 9 + 1)), 400))
print(total(lambda turn: array.array("d", [turn, 0.5]), 400))
print(total(lambda turn: itertools.accumulate([turn, 2, 3]), 400))


# One site, iterators of many classes, some of them Python's.
class Own:
    def __init__(self, count):
        self.left = count

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return self.left


class Derived(itertools.repeat):
    pass


class Asked(itertools.count):
    asked = 0

    def __next__(self):
        Asked.asked += 1
        return super().__next__() if self.asked % 3 else Asked.stop()

    @staticmethod
    def stop():
        raise StopIteration


kinds = [
    lambda turn: itertools.repeat("r", 2),
    lambda turn: Own(3),
    lambda turn: collections.deque("de"),
    lambda turn: Derived("s", 3),
    lambda turn: Asked(turn),
    lambda turn: itertools.chain(Own(1), Derived(0, 1)),
    lambda turn: iter(list("xy").pop, "x"),
]


def mixed(turns):
    counts = [0] * len(kinds)
    for turn in range(turns):
        which = turn % len(kinds)
        for item in kinds[which](turn):
            counts[which] += 1
    return counts


print(mixed(2100))


# A deque that changes, at last, while it is gone through.
def changing(turns):
    deque = collections.deque(range(4))
    for turn in range(turns):
        try:
            for item in deque:
                if turn == turns - 2 and item == 2:
                    deque.append(4)
        except RuntimeError as error:
            print(type(error).__name__, error)
    return len(deque)


print(changing(600))


# What the function of a starmap raises comes out of the loop; a StopIteration ends it.
def raising(turns, error):
    seen = 0

    def step(a, b):
        if a == turns - 1:
            raise error
        return a + b

    try:
        for item in itertools.starmap(step, ((i, 1) for i in range(turns + 5))):
            seen += 1
    except Exception as found:
        print(type(found).__name__, found)
    return seen


print(raising(500, ValueError("late")), raising(500, StopIteration("end")))


# An iterator that is gone through by two loops in turn, and once more when it has ended.
def shared(turns):
    source = itertools.chain(range(turns), range(3))
    first = second = 0
    for item in source:
        first += item
        for item in source:
            second += item
            if item % 4 == 3:
                break
    return first, second, list(source)


print(shared(1000))
