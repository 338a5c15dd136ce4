"""A generator into which the exception is thrown that its caller handles keeps handling it."""
import sys
import warnings


def keeps():
    try:
        yield 1
    except ValueError:
        yield sys.exception()
        yield sys.exception()
    yield sys.exception()


generator = keeps()
next(generator)
try:
    raise ValueError("one")
except ValueError as error:
    print(repr(generator.throw(error)))
    print(sys.exception() is error)
print(sys.exception(), repr(next(generator)), sys.exception())
try:
    raise KeyError("two")
except KeyError:
    print(repr(next(generator)), repr(sys.exception()))


def passes():
    for number in range(3):
        yield number, repr(sys.exception())


generator = passes()
print(next(generator))
try:
    raise KeyError("three")
except KeyError:
    print(next(generator))
print(next(generator))

function = lambda: (yield 1)
generator = function()
next(generator)
try:
    generator.send(2)
except StopIteration as stop:
    print(stop.value)


async def asynchronous():
    yield 1


for thrown in (passes(), asynchronous()):
    throw = getattr(thrown, "athrow", None) or thrown.throw
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            made = throw(ValueError, "text", None)
            made.close()
        except ValueError as error:
            print(error)
    print(caught[0].category.__name__, caught[0].message)
    if hasattr(thrown, "aclose"):
        thrown.aclose().close()
