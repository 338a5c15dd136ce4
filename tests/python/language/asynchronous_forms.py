# async def, async for, async with, asynchronous comprehensions and generators, driven by hand.
def drive(coroutine, log=None):
    """Runs a coroutine to its end, answering each await with the number of answers so far."""
    sent, answer = 0, None
    while True:
        try:
            asked = coroutine.send(answer)
        except StopIteration as stop:
            return stop.value
        if log is not None:
            log.append(asked)
        answer, sent = sent, sent + 1


class Ask:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        return (yield self.what)


class Countdown:
    def __init__(self, n, awaits=True):
        self.n, self.awaits = n, awaits

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        if self.awaits:
            await Ask(f"next{self.n}")
        return self.n


class Manager:
    def __init__(self, name, suppress=False):
        self.name, self.suppress = name, suppress

    async def __aenter__(self):
        print("enter", self.name, await Ask("enter"))
        return self.name

    async def __aexit__(self, kind, value, traceback):
        print("exit", self.name, kind and kind.__name__, await Ask("exit"))
        return self.suppress


async def loops():
    found = []
    async for n in Countdown(3):
        if n == 1:
            continue
        found.append(n)
    else:
        found.append("else")
    async for found_last in Countdown(5):
        if found_last == 3:
            break
    else:
        found.append("never")
    return found, found_last


async def managers():
    async with Manager("a", suppress=True), Manager("b") as b:
        print("body", b)
        raise ValueError("in body")
    async with (Manager("c") as c, Manager("d"),):
        return c


async def squares(n):
    try:
        for i in range(n):
            got = yield i * i
            if got:
                print("got", got)
            await Ask(f"square{i}")
    finally:
        print("squares over")


async def comprehensions():
    listed = [x async for x in Countdown(3)]
    doubled = {x: await Ask(x) async for x in squares(3) if x}
    nested = [[y async for y in Countdown(x)] for x in range(3)]
    both = {x + y for x in range(2) async for y in Countdown(2, awaits=False)}
    awaited = [await Ask(x) for x in "ab"]
    lazily = (x async for x in Countdown(2))
    print(type(lazily).__name__)
    summed = [x async for x in lazily]
    inner = (await Ask(x) for x in "cd")
    return listed, doubled, nested, sorted(both), awaited, summed, [x async for x in inner], [x async for x in (y async for y in Countdown(2)) if await Ask("if")]


async def by_hand():
    generator = squares(5)
    print(await anext(generator), await generator.asend("hello"), await generator.__anext__())
    try:
        await generator.athrow(KeyError("thrown"))
    except KeyError as error:
        print("came out", error)
    print(await anext(generator, "exhausted"), await generator.aclose())
    other = squares(2)
    print(await anext(other))
    print(await other.aclose(), await anext(other, "closed"))
    return "done"


async def wrong(kind):
    if kind == "for":
        async for x in [1]:
            pass
    if kind == "with":
        async with open:
            pass
    if kind == "await":
        await 5
    if kind == "await list":
        await [1]
    if kind == "sync for":
        for x in Countdown(1):
            pass
    if kind == "sync with":
        with Manager("x"):
            pass
    if kind == "not awaitable next":
        class Bad:
            def __aiter__(self):
                return self

            def __anext__(self):
                return 5
        async for x in Bad():
            pass
    if kind == "aiter":
        class Bad:
            def __aiter__(self):
                return 5
        async for x in Bad():
            pass
    if kind == "stop":
        raise StopIteration(1)
    if kind == "await twice":
        c = loops()
        await c
        await c


for coroutine in (loops(), managers(), comprehensions(), by_hand()):
    log = []
    print(coroutine.__name__, drive(coroutine, log), log)
for kind in ("for", "with", "await", "await list", "sync for", "sync with", "not awaitable next", "aiter", "stop", "await twice"):
    try:
        print(kind, drive(wrong(kind)))
    except Exception as error:
        print(kind, type(error).__name__, error, "|", repr(error.__cause__))
generator = squares(1)
for attempt in (lambda: iter(generator), lambda: next(generator), lambda: list(generator), lambda: generator.__anext__().send(5), lambda: aiter([]), lambda: anext([])):
    try:
        print(attempt())
    except TypeError as error:
        print(error)
