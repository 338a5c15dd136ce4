# `yield from` to iterators of all kinds: values, errors and closing that go through, and methods that iterators lack.
class Plain:
    def __init__(self, *items):
        self.items = list(items)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.items:
            raise StopIteration("plain's value")
        return self.items.pop(0)


class Full(Plain):
    def send(self, value):
        log.append(("send", value))
        return f"sent {value}"

    def throw(self, error):
        log.append(("throw", repr(error)))
        if isinstance(error, KeyError):
            raise StopIteration("from throw")
        raise error

    def close(self):
        log.append("close")


class BadClose(Plain):
    def close(self):
        raise LookupError("in close")


class NoIterator:
    def __iter__(self):
        return 5


def over(iterable):
    result = yield from iterable
    log.append(("result", result))
    yield "after"


def catching(iterable):
    try:
        yield from iterable
    except ValueError as error:
        yield f"caught {error}"


def inner():
    try:
        received = yield "first"
        log.append(received)
        yield "second"
    except ValueError as error:
        log.append(("inner caught", str(error)))
        return "inner value"
    finally:
        log.append("inner finally")


def steps(generator, *calls):
    log.clear()
    out = []
    for call in calls:
        try:
            out.append(call(generator))
        except BaseException as error:
            out.append(repr(error))
    return out, list(log)


log = []
send = lambda value: lambda g: g.send(value)
throw = lambda error: lambda g: g.throw(error)
close = lambda g: g.close()


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""steps(over(Plain(1, 2)), next, next, next, next)
steps(over(Full(1, 2)), next, send("x"), next, throw(ValueError("v")))
steps(over(Full(1)), next, throw(KeyError("k")), next)
steps(over(Full(1)), next, close, next)
steps(over(Plain(1)), next, send("x"))
steps(over(Plain(1)), next, throw(ValueError("v")))
steps(over(Plain(1)), next, close)
steps(over(BadClose(1)), next, close)
steps(over(BadClose(1)), next, throw(GeneratorExit()))
steps(over(NoIterator()), next)
steps(over(5), next)
steps(over(inner()), next, send("x"), next, next)
steps(over(inner()), next, throw(ValueError("v")), next)
steps(over(inner()), next, throw(KeyError("k")))
steps(over(inner()), next, close)
steps(over(over(inner())), next, throw(ValueError("v")), next, next)
steps(over(over(over(inner()))), next, send(5), close)
steps(catching(inner()), next, throw(ValueError("v")), next)
steps(catching(Plain(1)), next, throw(ValueError("v")), next)
steps(catching(catching(Plain(1))), next, throw(ValueError("v")), next)
steps(over(range(2)), next, next, next), steps(over("ab"), next, send("x")), steps(over({1: 2}.items()), next), steps(over([]), next), steps(over(iter([])), next)
steps(over(x for x in "ab"), next, send("y"), next), steps(over(map(lambda x: 1 // x, [1, 0])), next, next, next)
steps(over(inner()), throw(ValueError("before start"))), steps(over(inner()), close, next), steps(over(inner()), send(1))""".splitlines():
    attempt(text)


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(sum(deep(200)), list(deep(3)))


def loop():
    yield from me


me = loop()
try:
    next(me)
except ValueError as error:
    print(error)
shared = inner()
first, second = over(shared), over(shared)
print(next(first), next(second))
print(steps(first, next))
