# sys.settrace: the events of each kind of code, line by line.
import sys


def show(function, *args):
    """Runs a function and prints its events, with lines counted from its first one."""
    first = function.__code__.co_firstlineno
    events = []

    def tracer(frame, event, argument):
        if frame.f_code.co_filename != __file__:
            return None
        if event == "exception":
            argument = argument[0].__name__, str(argument[1])
        elif not isinstance(argument, (int, str, float, type(None), tuple)):
            argument = type(argument).__name__
        events.append((frame.f_code.co_name, event, frame.f_lineno - first, argument))
        return tracer

    sys.settrace(tracer)
    try:
        result = function(*args)
    except Exception as error:
        result = type(error).__name__
    finally:
        sys.settrace(None)
    print(function.__name__, "->", result)
    for name, event, line, argument in events:
        if event != "call" or name != "show":
            print("   ", name, event, line, argument)


def straight():
    a = 1
    b = 2

    return a + b


def branches(x):
    if x > 1:
        y = "big"
    elif x == 1:
        y = "one"
    else:
        y = "small"
    return y


def loop_for():
    total = 0
    for k in range(3):
        total += k
    else:
        total += 10
    return total


def loop_while(n):
    while n:
        n -= 1
        if n == 1:
            continue
        if n == 0:
            break
    return n


def nothing():
    pass


def one_line(): return 5


def calls():
    a = straight()
    b = one_line()
    return a + b


def several_lines():
    return sum(
        [
            1,
            one_line(),
        ]
    )


def catches():
    try:
        raise ValueError("wrong")
    except TypeError:
        return 1
    except ValueError as error:
        return str(error)
    finally:
        done = True


def fails():
    inner = 1
    raise KeyError(inner)


def passes_on():
    fails()


def cleans_up():
    try:
        fails()
    finally:
        x = 1


def generates():
    yield 1
    x = yield 2
    return x


def iterates():
    total = 0
    for item in generates():
        total += item
    return total


def throws():
    g = generates()
    next(g)
    try:
        g.throw(ValueError("thrown"))
    except ValueError:
        return "caught"


def closes():
    g = generates()
    next(g)
    g.close()
    return "closed"


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *info):
        return True


def manages():
    with Manager() as m:
        fails()
    return m is not None


def comprehends():
    squares = [k * k for k in range(2)]
    lazily = sum(k for k in squares)
    return lazily


def nests():
    x = 1

    def inner():
        return x

    return inner()


def with_class():
    class C:
        y = 1

        def method(self):
            return self.y

    return C().method()


def lambdas():
    f = lambda a: a + 1
    return f(1)


def assertion(x):
    assert x, "text"
    return x


def match_statement(x):
    match x:
        case 1:
            return "one"
        case [a, b]:
            return a + b
        case other:
            return "other"


for case in [
    (straight,), (branches, 2), (branches, 1), (branches, 0), (loop_for,), (loop_while, 3), (nothing,), (one_line,), (calls,),
    (several_lines,), (catches,), (fails,), (passes_on,), (cleans_up,), (iterates,), (throws,), (closes,), (manages,),
    (comprehends,), (nests,), (with_class,), (lambdas,), (assertion, 1), (assertion, 0), (match_statement, 1),
    (match_statement, [1, 2]), (match_statement, "x"),
]:
    show(*case)
