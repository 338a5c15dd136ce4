# What send, throw and close do to a generator that delegates.
def inner():
    try:
        got = yield "inner 1"
        print("inner got", got)
        yield "inner 2"
    except ValueError as e:
        print("inner caught", e)
        yield "inner recovered"
    finally:
        print("inner finally")
    return "inner result"


def outer():
    result = yield from inner()
    print("outer has", result)
    yield "outer last"
    return "outer result"


g = outer()
print(next(g), g.gi_yieldfrom is not None, g.gi_running, g.gi_suspended)
print(g.send("hello"))
print(g.throw(ValueError("thrown")))
print(next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)
print(g.gi_frame, g.gi_suspended)

g = outer()
next(g)
print(g.close())
g = outer()
next(g)
try:
    g.throw(KeyError("k"))
except KeyError as e:
    print("KeyError", e)


class Iterator:
    def __iter__(self):
        return self

    def __next__(self):
        return "item"

    def throw(self, *args):
        print("thrown", args)
        return "from throw"

    def close(self):
        print("closed")


def over(it):
    yield from it


g = over(Iterator())
print(next(g))
print(g.throw(ValueError("x")))
try:
    g.send(3)
except AttributeError as e:
    print(e)
g = over(Iterator())
next(g)
g.close()


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        print("no")
        yield 2


g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)


def returning():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"


g = returning()
next(g)
print(g.close(), g.close())


def fresh():
    yield 1


g = fresh()
try:
    g.send(1)
except TypeError as e:
    print(e)
try:
    g.throw(ValueError)
except ValueError as e:
    print(repr(e))
print(list(g))
for bad in (3, "x", int):
    try:
        fresh().throw(bad)
    except TypeError as e:
        print(e)


def stops():
    raise StopIteration(3)
    yield


try:
    next(stops())
except RuntimeError as e:
    print(e, repr(e.__cause__))


def reenter():
    try:
        next(me)
    except ValueError as e:
        print(e)
    yield


me = reenter()
next(me)
g = fresh()
g.__name__ = "renamed"
g.__qualname__ = "q.renamed"
print(g.__name__, g.__qualname__, repr(g).split(" at ")[0], g.gi_code.co_name)
try:
    g.__name__ = 3
except TypeError as e:
    print(e)
print(iter(g) is g, type(g).__name__)


def handled():
    try:
        raise ValueError("a")
    except ValueError:
        yield 1
        try:
            raise
        except ValueError as e:
            yield repr(e)


try:
    raise KeyError("outer")
except KeyError:
    print(list(handled()))
