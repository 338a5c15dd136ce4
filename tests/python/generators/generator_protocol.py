# send, throw, close, return values, delegation, and what goes wrong.
def echo():
    received = []
    while True:
        try:
            received.append((yield len(received)))
        except KeyError as error:
            received.append(error)
        except GeneratorExit:
            print("closing", received)
            return "never seen"


generator = echo()
print(next(generator), generator.send("a"), generator.throw(KeyError("k")), generator.send("b"))
print(generator.close(), generator.gi_frame, generator.gi_running)


def returns():
    yield 1
    return "value"


def delegates():
    result = yield from returns()
    print("inner returned", result)
    try:
        yield from echo()
    finally:
        print("delegation over")


generator = delegates()
print(next(generator), next(generator), generator.send("x"))
generator.close()
generator = returns()
next(generator)
try:
    next(generator)
except StopIteration as stop:
    print(stop.value, stop.args)
print(list(generator), next(generator, "default"))


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


generator = stubborn()
next(generator)
try:
    generator.close()
except RuntimeError as error:
    print(error)


def leaks():
    yield 1
    raise StopIteration("inside")


try:
    list(leaks())
except RuntimeError as error:
    print(error, repr(error.__cause__))


def reenters():
    yield next(generator)


generator = reenters()
try:
    next(generator)
except ValueError as error:
    print(error)
generator = returns()
try:
    generator.send(5)
except TypeError as error:
    print(error)
try:
    generator.throw(5)
except TypeError as error:
    print(error)


class Iterable:
    def __iter__(self):
        return self

    def __next__(self):
        return 7

    def throw(self, error):
        print("thrown into", type(error).__name__ if isinstance(error, BaseException) else error)
        return 8

    def close(self):
        print("closed")


def over():
    yield from Iterable()


generator = over()
print(next(generator), generator.throw(ValueError()), next(generator))
generator.close()


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(4)), sum(x for x in tree(3)))


def counter(limit):
    n = 0
    while n < limit:
        step = yield n
        n += step or 1


generator = counter(10)
print([next(generator), generator.send(3), next(generator), generator.send(5), next(generator, None)])
print((x for x in "ab").__name__, counter.__name__, generator.__qualname__, generator.gi_code.co_name)
lazy = (print("evaluated", n) or n for n in [1, 2])
print("made")
print(list(lazy))
