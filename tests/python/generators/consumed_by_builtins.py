"""Built-in functions that consume generators, often enough to be compiled: results, exceptions, tracebacks, frames."""
import sys
import traceback


def numbers(n):
    for i in range(n):
        yield i


def failing(n):
    for i in range(n):
        if i == n - 1:
            raise LookupError(f"at {i}")
        yield i


CONSUMERS = [all, any, frozenset, list, max, min, set, sorted, sum, tuple]


def every(consumer, make, times=30):
    """What each of many calls gives, if it is always the same."""
    results = []
    for _ in range(times):
        try:
            result = consumer(make())
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
        results.append(repr(sorted(result, key=repr) if isinstance(result, (set, frozenset)) else result))
    return results[0] if len(set(results)) == 1 else results


for consumer in CONSUMERS:
    print(consumer.__name__)
    print("  ", every(consumer, lambda: numbers(5)))
    print("  ", every(consumer, lambda: numbers(0)))
    print("  ", every(consumer, lambda: (x * 0.1 for x in range(10))))
    print("  ", every(consumer, lambda: failing(3)))
    print("  ", every(consumer, lambda: (x for x in (1, "a", 2.5))))
print(every(",".join, lambda: (str(x) for x in range(5))))
print(every(",".join, lambda: (x for x in range(5))))
print(every(",".join, lambda: (x for x in "")))


class Text(str):
    def join(self, items):
        return "mine"


print(every(Text("-").join, lambda: (x for x in "abc")), every(lambda g: str.join(Text("-"), g), lambda: (x for x in "abc")))


# -- sums
def sums():
    yield [0.1] * 10
    yield [1e308, 1e308, -1e308]
    yield [1, 2.5, 3, True, 1 << 70, 0.5]
    yield [1, 1e100, 1, -1e100]
    yield [float("inf"), 1.0]
    yield [float("inf"), -float("inf")]
    yield [1, 2j, 0.5, 3]
    yield [0.1, 0.2, 1j, 0.3]
    yield [1 << 62, 1 << 62, 1 << 62, -5]
    yield [-0.0, -0.0]
    yield [True, True]
    yield [1e16, 1, 1, 1, 1, 1, -1e16]
    yield [0.5, 1 << 63, 0.25, 0.1]


for items in sums():
    print(items, every(sum, lambda: (x for x in items)))


class Adds:
    def __init__(self, n):
        self.n = n

    def __radd__(self, other):
        return Adds(self.n + other)

    def __add__(self, other):
        return Adds(self.n + (other.n if isinstance(other, Adds) else other))

    def __repr__(self):
        return f"Adds({self.n})"


print(every(sum, lambda: (Adds(x) for x in range(4))))
print(every(sum, lambda: (x for x in ("a", "b"))))


# -- what is left of a generator that was consumed in part
g = numbers(10)
for _ in range(3):
    print(any(x == 2 for x in g), end=" ")
print(list(g))
for k in range(20):
    g = numbers(5)
    first = any(g)
    assert (first, list(g)) == (True, [2, 3, 4]), k


# -- a generator that runs already
def itself():
    global me
    yield 1
    yield sum(me)


for _ in range(20):
    me = itself()
    try:
        sum(me)
    except ValueError as error:
        message = str(error)
print(message)


async def coroutine():
    return 1


for _ in range(12):
    c = coroutine()
    try:
        list(c)
    except TypeError as error:
        message = str(error)
    c.close()
print(message)


# -- tracebacks and frames do not show how the builtin does it
def names():
    frame, found = sys._getframe(1), []
    while frame is not None:
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def looking():
    for _ in range(2):
        yield tuple(names())


def look(consumer):
    return consumer(looking())


for consumer in (list, set, max):
    for _ in range(20):
        seen = look(consumer)
    print(consumer.__name__, seen)


def deep(consumer):
    return consumer(failing(4))


for consumer in CONSUMERS[2:]:
    for _ in range(20):
        try:
            deep(consumer)
        except LookupError as error:
            shown = [(entry.name, entry.line) for entry in traceback.extract_tb(error.__traceback__)]
    print(consumer.__name__, shown)
for _ in range(20):
    try:
        max(x for x in ())
    except ValueError as error:
        entries = traceback.extract_tb(error.__traceback__)
print([entry.name for entry in entries], error if False else "max of nothing")


# -- names that the source of a consumer uses may be rebound
def rebound():
    import builtins

    kept = builtins.type, builtins.float, builtins.tuple
    builtins.type = builtins.float = builtins.tuple = None
    try:
        return [(sum(x * 0.5 for x in range(4)), sum(x for x in range(3))) for _ in range(20)][-1]
    finally:
        builtins.type, builtins.float, builtins.tuple = kept


print(rebound())


# -- long ones
print(sum(x * x for x in range(20000)), max(x ^ 0x55 for x in range(3000)), min((x - 700) ** 2 for x in range(2000)))
print(len(set(x % 97 for x in range(5000))), len(list(x for x in range(5000) if x % 3)), any(x > 4000 for x in range(5000)))
print(sum(x + 0.5 for x in range(5000)), all(x < 6000 for x in numbers(5000)), len("".join(str(x) for x in numbers(3000))))
print(sum(x if x < 2500 else x * 0.25 for x in range(5000)))
