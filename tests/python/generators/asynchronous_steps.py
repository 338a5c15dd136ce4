"""Asynchronous generators, hot: what their awaitables yield, return and raise, by loops, by hand and through `anext`."""
import sys


class Suspend:
    def __await__(self):
        sent = yield "suspended"
        return sent


async def numbers(count, pause):
    for i in range(count):
        if pause and i % 5 == 4:
            await Suspend()
        got = yield i
        if got is not None:
            yield got * 100


def run(coroutine, send="sent"):
    steps, value = 0, None
    try:
        while True:
            coroutine.send(value)
            steps, value = steps + 1, send
    except StopIteration as end:
        return steps, end.value


async def total(count, pause):
    result = 0
    async for i in numbers(count, pause):
        result += i
    return result


print(run(total(2000, False)), run(total(2000, True)))


async def nested(depth):
    if depth:
        async for i in nested(depth - 1):
            yield i
        yield depth
        async for i in nested(depth - 1):
            yield i


async def walk(depth):
    return [i async for i in nested(depth)], sum([i async for i in nested(depth) if i % 2])


steps, (items, odd) = run(walk(9))
print(steps, len(items), items[:12], odd)


async def by_hand():
    made = numbers(6, True)
    out = [await made.asend(None), await made.asend(7), await anext(made)]
    out.append(await anext(made, "default"))
    async for i in made:
        out.append(i)
    out.append(await anext(made, "default"))
    try:
        await anext(made)
    except StopAsyncIteration as end:
        out.append((type(end).__name__, end.args))
    return out


print(run(by_hand()))


async def ends_with_tuple():
    yield (1, 2)
    yield StopIteration(3)
    yield None


async def values():
    return [repr(i) async for i in ends_with_tuple()]


print(run(values()))


async def raises(turns, error):
    async def source():
        for i in range(turns):
            yield i
        raise error

    seen = 0
    try:
        async for i in source():
            seen += 1
    except BaseException as found:
        return seen, type(found).__name__, str(found), type(found.__cause__).__name__
    return seen, "ended"


for error in [ValueError("v"), StopAsyncIteration("a"), StopIteration("s"), GeneratorExit("g")]:
    print(run(raises(700, error)))

one = numbers(3, False)
step = one.__anext__()
other = one.__anext__()
for awaitable in [step, other, step]:
    for _ in range(2):
        try:
            print(awaitable.send(None))
        except (StopIteration, RuntimeError) as end:
            print(type(end).__name__, end)
paused = numbers(9, True)
for _ in range(4):
    run(paused.__anext__())
step = paused.__anext__()
print(step.send(None))
try:
    paused.__anext__().send(None)
except RuntimeError as error:
    print(error)
try:
    step.throw(KeyError("thrown"))
except KeyError as error:
    print("out", error)
print(run(total(3, False)), sys.getrecursionlimit() > 0)
