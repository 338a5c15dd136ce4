# Coroutines and asynchronous generators driven by hand.
class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


async def work(x):
    got = await Suspend(x)
    print("got", got)
    return got * 2


async def main():
    a = await work(1)
    b = await work(2)
    return a + b


c = main()
print(c.cr_running, c.cr_suspended, c.cr_await)
print(c.send(None), c.cr_await is not None, c.cr_suspended)
print(c.send(10))
try:
    c.send(20)
except StopIteration as e:
    print("result", e.value)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
print(repr(c).split(" at ")[0], c.cr_code.co_name, c.cr_origin)

c = work(3)
w = c.__await__()
print(type(w).__name__, next(w))
try:
    w.send(4)
except StopIteration as e:
    print(e.value)
c = work(3)
c.close()
try:
    c.throw(ValueError)
except RuntimeError as e:
    print(e)


def drive(coroutine):
    sent = None
    while True:
        try:
            yielded = coroutine.send(sent)
        except StopIteration as e:
            return e.value
        print("  suspended with", yielded)
        sent = yielded


async def counter(n):
    try:
        for i in range(n):
            await Suspend(("tick", i))
            got = yield i
            if got is not None:
                print("asend got", got)
    except ValueError as e:
        print("caught", e)
        yield "after throw"
    finally:
        print("counter done")


async def consume():
    async for x in counter(2):
        print("item", x)
    print([x async for x in counter(2) if x])
    g = counter(3)
    print(await g.__anext__())
    print(await g.asend("hi"))
    print(await g.athrow(ValueError("boo")))
    print(await g.aclose())
    try:
        await g.__anext__()
    except StopAsyncIteration as e:
        print("stopped", e.args)
    return "consumed"


print(drive(consume()))


async def early():
    g = counter(5)
    await g.asend(None)
    await g.aclose()
    await g.aclose()
    a = g.__anext__()
    try:
        await a
    except StopAsyncIteration:
        print("end")
    try:
        await a
    except RuntimeError as e:
        print(e)
    try:
        await counter(1).asend(3)
    except TypeError as e:
        print(e)


drive(early())
g = counter(1)
print(repr(g).split(" at ")[0], g.ag_running, g.ag_await, g.__aiter__() is g)


async def bad():
    raise StopAsyncIteration
    yield


async def check():
    try:
        async for _ in bad():
            pass
    except RuntimeError as e:
        print(e, repr(e.__cause__))
    try:
        await 3
    except TypeError as e:
        print(e)


drive(check())
