"""`map` and `filter` with functions of the program, in loops, comprehensions and built-in functions."""
import sys
import traceback


def double(x):
    return x * 2


def odd(x):
    return x % 2


def loops(n):
    total = 0
    for x in map(double, range(n)):
        total += x
    for x in filter(odd, range(n)):
        total += x
        if x > n - 10:
            break
    for x in filter(lambda x: x > n - 5, list(range(n))):
        total += x
    else:
        total += 1
    return total


def consumed(n):
    k, found = 3, None
    for i in range(n):
        items = (i, i + 1, i + 2)
        found = (
            sum(map(lambda x: x + i, items)),
            list(filter(lambda x: x % k == 0, items)),
            max(map(double, items)),
            any(filter(odd, items)),
            all(map(odd, items)),
            tuple(map(str, items)),
            sorted(filter(lambda x: -x, items)),
            "".join(map(lambda x: chr(97 + x % 26), items)),
            sorted(set(map(odd, items))),
            [x for x in map(double, filter(odd, items))],
            dict(map(lambda x: (x, x), items)),
        )
    return found


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value > 2


def verdicts(n):
    results = {0: True, 1: 0, 2: 3, 3: None, 4: "", 5: "x", 6: [], 7: 0.0, 8: 1.5, 9: 2**70}
    kept = set()
    for i in range(n):
        for x in filter(lambda x: results[x % 10], range(i, i + 3)):
            kept.add(x % 10)
    for i in range(n):
        for x in filter(lambda x: Truth(x % 4), (i, i + 1)):
            kept.add(10 + x % 4)
    return sorted(kept)


def stops(x):
    if x == 7:
        raise StopIteration(x)
    return x


def raises(x):
    if x % 50 == 40:
        raise ValueError(x)
    return x


def ended(n):
    """A function that raises `StopIteration` ends the loop."""
    seen = []
    for i in range(n):
        for x in map(stops, range(i % 10 + 1)):
            last = x
        seen.append(last)
        for x in filter(stops, range(i % 10 + 1)):
            last = x
        seen.append(last)
    return seen[-20:]


def failing(n):
    total, texts = 0, []
    for i in range(n):
        try:
            for x in map(raises, range(i, i + 4)):
                total += x
            total += sum(filter(raises, [i, i + 1]))
        except ValueError as error:
            total -= error.args[0]
            texts = traceback.format_exception(error)
    return total, texts


def shared(n):
    """An iterator that two loops, and the function itself, take from."""
    source = iter(range(n))
    pairs = []
    for x in map(lambda x: (x, next(source, None)), source):
        pairs.append(x)
    numbers = map(double, range(n))
    for x in numbers:
        if x == 20:
            break
    return pairs[-3:], next(numbers), next(numbers), len(list(numbers))


def growing():
    items = [1, 2, 3]
    return [items.append(x) or x for x in map(lambda x: x + 1, items) if len(items) < 400][-1]


def looked_at(x):
    if x == 290:
        frame = sys._getframe(1)
        print(frame.f_code.co_name, sorted(frame.f_locals))
    return x


def frames(n):
    total = 0
    for x in map(looked_at, range(n)):
        total += x
    total += sum(map(looked_at, range(n)))
    return total


def several(n):
    total = 0
    for a in map(lambda x, y: x * y, range(n), range(1, n)):
        total += a
    for a in map(lambda x, y=2: x * y, range(n)):
        total += a
    for a in map(lambda *xs: len(xs), range(n)):
        total += a
    for a in filter(None, range(n)):
        total += a
    return total


def generated(n):
    def numbers():
        yield from map(double, range(n))
        for x in filter(odd, range(n)):
            yield x

    return sum(numbers())


def deep(n):
    return n and sum(map(deep, [n - 1])) + 1


print(loops(500))
print(consumed(300))
print(verdicts(300))
print(ended(300))
print(failing(300)[0], *failing(300)[1])
print(shared(401))
print(growing())
print(frames(300))
print(several(300))
print(generated(300))
print(deep(100))
try:
    deep(100000)
except RecursionError:
    print("too deep")
print(map(double, [1]).__next__(), type(map(double, [])), type(filter(odd, [])))
