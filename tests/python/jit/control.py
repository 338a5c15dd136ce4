# Exceptions, generators, with statements and pattern matching in hot loops.
import sys


def raises(n):
    caught = []
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 5 == 0:
                {}[i]
            if i % 7 == 0:
                int("x")
        except ValueError as error:
            caught.append(str(error))
        except KeyError as error:
            caught.append(repr(error))
        finally:
            if i % 100 == 0:
                caught.append("f")
    return len(caught), caught[:6], caught[-3:]


print(raises(500))


def inner(i):
    if i % 4 == 0:
        raise KeyError(i)
    return i


def through(n):
    s = 0
    for i in range(n):
        try:
            s += inner(i)
        except LookupError as error:
            s += len(error.args)
    return s


print(through(600))


def traceback_of(n):
    depth = 0
    for i in range(n):
        try:
            inner(i * 4)
        except KeyError as error:
            tb = error.__traceback__
            depth = 0
            while tb is not None:
                depth += 1
                tb = tb.tb_next
    return depth, sys.exception()


print(traceback_of(400))


def context(n):
    kinds = set()
    for i in range(n):
        try:
            try:
                inner(0)
            except KeyError:
                raise TypeError("second")
        except TypeError as error:
            kinds.add(type(error.__context__).__name__)
    return kinds


print(context(300))


def numbers(n):
    for i in range(n):
        got = yield i
        if got:
            yield got * 100


def consume(n):
    s = 0
    for x in numbers(n):
        s += x
    return s


print(consume(10), consume(900))


def sending(n):
    g = numbers(n)
    out = [next(g)]
    for i in range(n - 1):
        value = g.send(i % 3 == 0)
        out.append(value)
        if value == 100:
            next(g)
    return out[:8], sum(out)


print(sending(400))


def delegate(n):
    total = yield from numbers(n)
    yield total
    return 5


def run_delegate(n):
    s = 0
    for x in delegate(n):
        s += x if x is not None else 1000000
    return s


print(run_delegate(600))


def chain(n):
    def evens(source):
        for x in source:
            if x % 2 == 0:
                yield x

    def squares(source):
        for x in source:
            yield x * x

    return sum(squares(evens(range(n))))


print(chain(1000))


def closes(n):
    log = []

    def g():
        try:
            yield 1
            yield 2
        finally:
            log.append("closed")

    for _ in range(n):
        for x in g():
            break
    return len(log)


print(closes(50) >= 0)


class Counter:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


def iterate(n):
    s = 0
    for _ in range(n):
        for x in Counter(7):
            s += x
    return s


print(iterate(150), sum(Counter(1000)))


class Manager:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        self.log[0] += 1
        return self

    def __exit__(self, kind, value, traceback):
        self.log[1] += 1
        return kind is ValueError


def withs(n):
    log = [0, 0]
    for i in range(n):
        with Manager(log) as m:
            if i % 5 == 0:
                raise ValueError
            m.log[0] += 1
    return log


print(withs(400))


def match(n):
    out = [0] * 5
    things = [1, "a", (1, 2), {"k": 3}, [4, 5, 6], None]
    for i in range(n):
        match things[i % 6]:
            case int(x):
                out[0] += x
            case str():
                out[1] += 1
            case (a, b):
                out[2] += a + b
            case {"k": v}:
                out[3] += v
            case [first, *rest]:
                out[4] += first + len(rest)
    return out


print(match(600))


def frames(n):
    names = set()
    for i in range(n):
        if i % 50 == 0:
            names.add(sys._getframe().f_code.co_name)
            names |= set(locals()) - {"names"}
    return sorted(names)


print(frames(500))


def evaluating(n):
    s = 0
    for i in range(n):
        s += eval("i * 2", {"i": i})
    exec("t = s + 1", globals(), box := {"s": s})
    return box["t"]


print(evaluating(300))


def deletes(n):
    out = 0
    for i in range(n):
        x = i
        if i % 3:
            del x
        try:
            out += x
        except UnboundLocalError:
            out += 1
    return out


print(deletes(400))


def repeat(action, n):
    return [action(i) for i in range(n)][-1]


print(repeat(lambda i: i**2 % 7, 500), repeat(str, 300), repeat(abs, 300))
