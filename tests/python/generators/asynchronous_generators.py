# The protocol of asynchronous generators: asend, athrow, aclose, what they raise, delegation by loops, and hooks.
import sys


def drive(awaitable):
    """Runs an awaitable that never has to wait."""
    try:
        awaitable.__await__().send(None)
    except StopIteration as stop:
        return stop.value
    return "waits"


def attempt_all(generator, *steps):
    out = []
    for step in steps:
        try:
            out.append(drive(step(generator)))
        except BaseException as error:
            out.append(repr(error))
    return out


async def echo():
    try:
        got = yield "first"
        while True:
            got = yield ("got", got)
    except KeyError as error:
        yield ("caught", error.args)
    finally:
        log.append("closed")


async def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield "again"


async def stops():
    yield 1
    raise StopAsyncIteration("inside")


async def stops_too():
    yield 1
    raise StopIteration("inside")


async def empty():
    return
    yield


async def collect(iterable):
    return [x async for x in iterable]


async def nested():
    async for x in echo():
        yield x
        if x != "first":
            break
        async for y in squares(2):
            yield y


async def squares(n):
    for x in range(n):
        yield x * x


class Plain:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    def __anext__(self):
        async def step():
            if not self.n:
                raise StopAsyncIteration
            self.n -= 1
            return self.n

        return step()


log = []
nxt = lambda g: g.__anext__()
send = lambda v: lambda g: g.asend(v)
throw = lambda *e: lambda g: g.athrow(*e)
close = lambda g: g.aclose()


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""attempt_all(echo(), nxt, send("a"), send("b"), close, nxt), log
attempt_all(echo(), nxt, throw(KeyError("k")), nxt, nxt), attempt_all(echo(), nxt, throw(ValueError("v")), nxt), attempt_all(echo(), throw(ValueError("v")), nxt), attempt_all(echo(), close, nxt, close), attempt_all(echo(), send("early"))
attempt_all(stubborn(), nxt, close), attempt_all(stops(), nxt, nxt, nxt), attempt_all(stops_too(), nxt, nxt), attempt_all(empty(), nxt, nxt), attempt_all(echo(), nxt, throw(GeneratorExit()))
drive(collect(squares(4))), drive(collect(empty())), drive(collect(Plain(3))), drive(collect(nested())), drive(collect(x async for x in squares(3) if x))
drive(collect(5))
drive(collect([1]))
drive(anext(squares(1))), drive(anext(empty(), "default")), drive(anext(Plain(0), "d")), drive(anext(Plain(1), "d")), aiter(Plain(1)).n
drive(anext(empty()))
anext(5)
aiter(5)
aiter()
anext()
(lambda g: (drive(g.asend(None)), drive(g.asend("x")), g.ag_frame is not None, g.ag_running, drive(g.aclose()), g.ag_frame))(echo())
(lambda g: (lambda first: (drive(first), drive(first)))(g.asend(None)))(squares(3))
(lambda g: [(type(x).__name__, x.close()) for x in (g.asend(None), g.athrow(KeyError), g.aclose())])(squares(1))
(lambda g: drive(g.athrow(5)))(squares(1))
(lambda seen: (sys.set_asyncgen_hooks(firstiter=lambda g: seen.append(g.__name__)), drive(anext(squares(2))), drive(anext(empty(), 0)), sys.get_asyncgen_hooks().finalizer, sys.set_asyncgen_hooks(None, None), seen))([])
sys.set_asyncgen_hooks(firstiter=5)""".splitlines():
    attempt(text)
