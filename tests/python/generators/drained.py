"""Generators whose items are taken by built-in functions: they may be resumed meanwhile, raise, end early, or look at their frames."""
import sys


def count(n):
    for i in range(n):
        yield i
    return "result"


print(sum(count(5)), sum(count(0)), sum(count(3), 0.5), list(count(4)), tuple(count(2)), sorted(count(3), reverse=True))
print(set(count(3)), max(count(4)), min(count(4), key=lambda x: -x), ",".join(str(i) for i in count(3)))

# What stops early leaves the generator where it is.
g = count(5)
print(any(x == 2 for x in g), list(g))
g = count(5)
print(all(x < 1 for x in g), next(g), list(g))


class Greedy:
    """Hashing one takes another item."""

    def __init__(self, source):
        self.source = source

    def __hash__(self):
        print("took", type(next(self.source, None)).__name__)
        return 1

    def __eq__(self, other):
        return self is other


def greedy():
    for _ in range(5):
        yield Greedy(g)


g = greedy()
try:
    print(len(set(g)))
except ValueError as error:
    print(error)
print(list(g))


def numbers():
    total = yield 1
    print("sent", total)
    yield 2


source = numbers()


def resumed():
    for x in source:
        yield x


class Sum:
    def __init__(self, taken):
        self.taken = taken

    def __add__(self, other):
        self.taken.append((other, next(pairs, None)))
        return self


pairs = count(6)
print(sum(pairs, Sum([])).taken)


# Exceptions: of the generator, and of whoever takes.
def failing():
    yield 1
    raise KeyError("inside")


for take in (sum, list, set, tuple, sorted, all, max):
    try:
        take(failing())
    except KeyError as error:
        depth, entry = 0, error.__traceback__
        while entry is not None:
            depth, entry = depth + 1, entry.tb_next
        print(take.__name__, error, depth)
try:
    sum(count(3), [])
except TypeError as error:
    print(error)


def stopping():
    yield 1
    raise StopIteration


try:
    list(stopping())
except RuntimeError as error:
    print(error, type(error.__cause__).__name__)


# The frames below are seen from inside.
def watching():
    yield sys._getframe().f_code.co_name
    yield sys._getframe(1).f_code.co_name


def watcher():
    return list(watching())


print(watcher())


def again():
    yield 1
    yield list(me)


me = again()
try:
    list(me)
except ValueError as error:
    print(error)


# An exception that is being handled stays with whoever handles it.
def handling():
    try:
        1 / 0
    except ZeroDivisionError:
        yield type(sys.exception()).__name__
    yield sys.exception()


try:
    raise LookupError
except LookupError:
    print(list(handling()), type(sys.exception()).__name__)


def nested(n):
    if n:
        yield sum(nested(n - 1)) + 1
    else:
        yield 0


print(list(nested(50)))


# Variables survive being suspended, deleted ones do not come back.
def variables():
    first = 1
    yield sorted(locals())
    del first
    second = 2
    yield sorted(locals())
    yield second


print(list(variables()))
