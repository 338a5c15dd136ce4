"""Slices in hot loops: read, stored and deleted, with steps, odd bounds, and bounds and items that run user code."""


def shuffle(n):
    numbers = list(range(20))
    for i in range(n):
        a = i % 7
        b = a + 5
        numbers[a:b] = numbers[b:a:-1]
        copy = numbers[:]
        copy[: a + 1] = copy[a::-1]
        thirds = copy[::3]
        backwards = tuple(numbers)[::-2]
        texts = "abcdefghijkl"[a:b:2] + "abcdefghijkl"[::-1] + "äöüß"[a % 4 :: -1]
        numbers.insert(a, i)
        numbers.pop(b)
        numbers.insert(-1, i)
        numbers.insert(100, i)
        if len(numbers) > 40:
            del numbers[10:30]
        numbers[2:2] = [i]
        numbers[-3:] = numbers[:2]
        numbers[a:a] = numbers
        numbers[5:1] = (i, "between")
        numbers = numbers[: 18 + a]
    return numbers, copy, thirds, backwards, texts


def refused(n):
    seen = []
    numbers = [1, 2, 3]
    for i in range(n):
        try:
            numbers[:: 0 if i % 100 == 99 else 1]
            numbers[1 : "x" if i % 100 == 98 else 2]
            numbers[1:2] = 5 if i % 100 == 97 else [2]
            numbers[::2] = [1] if i % 100 == 96 else [1, 3]
            numbers[1 << 70 : -1 << 70]
        except (TypeError, ValueError) as error:
            seen.append(repr(error))
    return seen[-4:], numbers


class Place:
    def __init__(self, log):
        self.log = log

    def __index__(self):
        self.log.append("index")
        return 1


class Slices:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        self.stored = key, value


def observed(n):
    log = []
    numbers = [1, 2, 3]
    slices = Slices()
    kept = []
    for i in range(n):
        bound = Place(log) if i > n - 3 else 1
        numbers[bound:] = [2, 3]
        made = slices[i : bound if i < n - 3 else None : 2]
        slices[:i] = made
        kept.append(made)
    return numbers, log, kept[-1], slices.stored, len({id(s) for s in kept[:50]})


class Numbers(list):
    def __setitem__(self, key, value):
        super().__setitem__(key, [v * 2 for v in value])


def subclass(n):
    for i in range(n):
        numbers = Numbers([1, 2, 3]) if i > n - 3 else [1, 2, 3]
        numbers[1:] = [i, i]
    return numbers


print(shuffle(3000))
print(refused(1000))
print(observed(500))
print(subclass(500))
