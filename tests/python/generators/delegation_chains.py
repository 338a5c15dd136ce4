"""Chains of `yield from` and `await`: what goes through them, who runs meanwhile, what frames and tracebacks show, however often."""
import inspect
import sys
import traceback
import types


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def build(values):
    if not values:
        return None
    middle = len(values) // 2
    return Tree(build(values[:middle]), values[middle], build(values[middle + 1:]))


tree = build(range(300))
for _ in range(30):
    assert list(tree) == list(range(300))
    total = 0
    for value in tree:
        total += value
    iterator = iter(tree)
    assert [next(iterator) for _ in range(150)] == list(range(150))
    assert sum(iterator) == total - sum(range(150))
print(total, max(tree), min(tree), sorted(tree, reverse=True)[:3])


# -- results and sent values
def level(depth, log):
    if depth:
        result = yield from level(depth - 1, log)
        log.append((depth, result))
        return result + 1
    got = yield "first"
    log.append(got)
    got = yield "second"
    log.append(got)
    return 0


def once():
    log = []
    g = level(5, log)
    seen = [next(g), g.send("a")]
    try:
        g.send("b")
    except StopIteration as stop:
        seen.append(stop.value)
    return seen, log


results = {repr(once()) for _ in range(200)}
print(results)


# -- exceptions from the inside are caught at whatever level
def raising(depth, catches):
    try:
        if depth:
            yield from raising(depth - 1, catches)
        else:
            yield "in"
            raise KeyError("inside")
    except KeyError as error:
        if depth != catches:
            raise
        yield f"caught at {depth}: {len(traceback.extract_tb(error.__traceback__))} entries"
    finally:
        events.append(depth)


for catches in (0, 3, 5):
    seen = set()
    for _ in range(100):
        events = []
        seen.add((tuple(raising(5, catches)), tuple(events)))
    print(catches, seen)
for _ in range(100):
    events = []
    try:
        for item in raising(4, -1):
            pass
    except KeyError as error:
        names = [(entry.name, entry.lineno - raising.__code__.co_firstlineno) for entry in traceback.extract_tb(error.__traceback__)[1:]]
print(names, events)


# -- throwing and closing go level by level
def catching(depth, log):
    try:
        if depth:
            yield from catching(depth - 1, log)
        else:
            while True:
                try:
                    yield depth
                except ValueError as error:
                    yield f"swallowed {error}"
    except BaseException as error:
        log.append((depth, type(error).__name__))
        raise


def throw():
    log = []
    g = catching(3, log)
    seen = [next(g), g.throw(ValueError("v")), next(g)]
    try:
        g.throw(LookupError("l"))
    except LookupError as error:
        seen.append(str(error))
    h = catching(2, log)
    next(h)
    h.close()
    return seen, log


print({repr(throw()) for _ in range(100)})


# -- who runs, while the innermost one does
def spy(depth):
    if depth:
        made.append(spy(depth - 1))
        yield from made[-1]
    else:
        for _ in range(3):
            states = [inspect.getgeneratorstate(g) for g in made]
            waits = [g.gi_yieldfrom is not None for g in made]
            frame, names = sys._getframe(), []
            while frame.f_code is spy.__code__:
                names.append((frame.f_locals["depth"], frame.f_lineno - spy.__code__.co_firstlineno))
                frame = frame.f_back
            yield states, waits, names, [g.gi_frame.f_back is not None for g in made]


def watch():
    global made
    made = [spy(3)]
    made[0:1] = [made[0]]
    return [item for item in made[0]]


for _ in range(30):
    seen = watch()
print(len(seen), seen[0] == seen[1] == seen[2])
for part in seen[1]:
    print("  ", part)
made = [spy(2)]
next(made[0])
print([inspect.getgeneratorstate(g) for g in made], [g.gi_yieldfrom is not None for g in made])
print([g.gi_frame.f_locals["depth"] for g in made])


# -- resuming a level that runs
def calling(depth, what):
    if depth:
        levels.append(calling(depth - 1, what))
        yield from levels[-1]
    else:
        for _ in range(2):
            found = []
            for g in levels:
                try:
                    what(g)
                    found.append("no error")
                except (ValueError, RuntimeError) as error:
                    found.append(str(error))
            yield found


for what in (next, lambda g: g.send(None), lambda g: g.throw(KeyError), lambda g: g.close()):
    for _ in range(20):
        levels = [calling(2, what)]
        seen = list(levels[0])
    print(seen)


# -- a level that somebody else finishes, or goes on with
def three():
    yield 1
    yield 2
    yield 3
    return "three"


def outer(inner):
    result = yield from inner
    yield ("outer", result)


def middle(inner):
    result = yield from outer(inner)
    yield ("middle", result)


def meddle(times):
    inner = three()
    g = middle(inner)
    seen = [next(g)]
    for _ in range(times):
        seen.append(next(inner, "end"))
    seen.extend(g)
    return seen


for times in (1, 2, 3):
    print({repr(meddle(times)) for _ in range(50)})


# -- handlers of outer levels see their own exception
def handling(depth):
    try:
        raise ValueError(depth)
    except ValueError:
        if depth:
            yield from handling(depth - 1)
        else:
            yield repr(sys.exception())
            yield repr(sys.exception())
        yield repr(sys.exception())


def within():
    try:
        raise KeyError("outside")
    except KeyError:
        return list(handling(3)), repr(sys.exception())


print({repr(within()) for _ in range(50)})


# -- other iterators in the chain
class Counter:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration("counted")
        return self.n


def mixed(depth):
    if depth:
        return (yield from mixed(depth - 1))
    first = yield from Counter(3)
    yield from [first, "list"]
    yield from range(2)
    yield from (x * x for x in range(3))
    return "mixed"


def whole():
    result = yield from mixed(4)
    yield result


print({tuple(whole()) for _ in range(60)})


# -- coroutines
@types.coroutine
def suspend(value):
    return (yield value)


async def sleeper(depth):
    if depth:
        return 1 + await sleeper(depth - 1)
    total = 0
    for k in range(4):
        total += await suspend(k)
    return total


def drive():
    c = sleeper(6)
    seen = [c.send(None)]
    try:
        for k in range(10):
            seen.append(c.send(k * 10))
    except StopIteration as stop:
        seen.append(("result", stop.value))
    return seen


print({repr(drive()) for _ in range(100)})


# -- as deep as the limit lets it be
def deep(n):
    yield n
    yield from deep(n + 1)


def descend():
    last = None
    try:
        for last in deep(0):
            pass
    except RecursionError as error:
        return str(error), last > 100


limit = sys.getrecursionlimit()
sys.setrecursionlimit(300)
print({descend() for _ in range(3)})
sys.setrecursionlimit(limit)


def count(n):
    if n:
        yield n
        yield from count(n - 1)


print(sum(count(200)), len(list(count(150))))


# A generator of a running chain cannot be resumed from inside the chain; the chain goes on afterwards.
def outer():
    yield 0
    yield from inner()
    yield 3


def inner():
    yield 1
    try:
        yield from running
    except ValueError as error:
        print(error)
    yield 2


def driven(how):
    global running
    running = outer()
    return how()


def by_send():
    found = [next(running)]
    try:
        while True:
            found.append(running.send(42))
    except StopIteration:
        return found


for _ in range(3):
    print(driven(lambda: list(running)), driven(lambda: [x for x in running]), driven(by_send), driven(lambda: sum(running)))
