# What generators and coroutines tell of themselves, their states, and what they refuse while they run.
import inspect
import types


def numbers(limit):
    n = 0
    while n < limit:
        got = yield n
        n += got or 1
    return "done"


def outer(inner):
    result = yield from inner
    yield ("result", result)


async def coroutine(awaitable):
    return await awaitable


@types.coroutine
def plain(value):
    got = yield value
    return got


async def agen():
    try:
        yield 1
        yield 2
    finally:
        pass


def states(make, *steps):
    g = make()
    seen = [inspect.getgeneratorstate(g)]
    for step in steps:
        try:
            seen.append(step(g))
        except BaseException as error:
            seen.append(repr(error))
        seen.append(inspect.getgeneratorstate(g))
    return seen


g = numbers(5)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""states(lambda: numbers(2), next, next, next, next), states(lambda: numbers(9), next, lambda g: g.send(5), lambda g: g.close(), next), states(lambda: numbers(3), lambda g: g.throw(KeyError("k")), next), states(lambda: numbers(3), lambda g: g.close(), lambda g: g.send(None))
g.gi_frame.f_lineno, g.gi_running, g.gi_suspended, g.gi_yieldfrom, g.gi_code.co_name, g.__name__, g.__qualname__, next(g), g.gi_suspended, g.gi_frame.f_locals, inspect.getgeneratorlocals(g)
setattr(g, "__name__", "renamed") or (g.__name__, repr(g).split(" at ")[0])
setattr(g, "__name__", 5)
setattr(g, "gi_running", True)
setattr(g, "gi_frame", None)
g.send()
g.throw()
g.throw(5)
list(g), g.close()
(lambda o: (next(o), o.gi_yieldfrom.__name__, next(o), next(o), next(o, "end")))(outer(numbers(2)))
(lambda o: (next(o), o.throw(LookupError("through"))))(outer(numbers(2)))
list(outer([1, 2])), list(outer("ab")), list(outer({3: 4}))
list(outer(5))
(lambda o: (next(o), o.send("x")))(outer([1, 2]))
(lambda c: (c.send(None), c.cr_await.__name__, c.cr_running, c.cr_suspended, c.cr_code.co_name, inspect.getcoroutinestate(c), c.close(), inspect.getcoroutinestate(c)))(coroutine(plain(5)))
(lambda c: (c.send(None), c.send("answer")))(coroutine(plain(5)))
(lambda c: (c.close(), c.send(None)))(coroutine(plain(1)))
(lambda c: (c.close(), c.close()))(coroutine(plain(1)))
(lambda c: (c.send(None), c.throw(KeyError("k"))))(coroutine(plain(1)))
(lambda c: c.send(None))(coroutine(5))
inspect.iscoroutinefunction(coroutine), inspect.isgeneratorfunction(numbers), inspect.isasyncgenfunction(agen), inspect.iscoroutinefunction(plain), inspect.isgenerator(plain(1))
(lambda a: (a.ag_running, a.ag_suspended, a.ag_await, a.ag_code.co_name, a.ag_frame is not None, a.__name__, inspect.getasyncgenstate(a), type(a).__name__))(agen())
(lambda a: a.asend(None).send(None))(agen())
(lambda a: a.asend(5).send(None))(agen())
(lambda a: (lambda s: (s.close(), s.send(None)))(a.asend(None)))(agen())
numbers.__code__.co_flags & 0x20, coroutine.__code__.co_flags & 0x80, agen.__code__.co_flags & 0x200, plain.__code__.co_flags & 0x100
type(g)(), type(g).__name__
(x for x in [1]).__name__, (x for x in [1]).gi_code.co_varnames, (x for x in [1]).gi_frame.f_locals.keys() >= {".0"}, next(x for x in [1])""".splitlines():
    attempt(text)


def running():
    try:
        next(me)
    except ValueError as error:
        yield str(error), me.gi_running, inspect.getgeneratorstate(me)
    try:
        me.close()
    except ValueError as error:
        yield str(error)


me = running()
print(list(me))


def returns_in_finally():
    try:
        yield 1
    finally:
        return "kept"


kept = returns_in_finally()
next(kept)
print(kept.close())
kept = returns_in_finally()
next(kept)
try:
    kept.throw(KeyError)
except StopIteration as stop:
    print("stopped with", stop.value)
