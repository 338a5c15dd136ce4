"""Exceptions that compiled code makes, raises and handles: what programs and debuggers see of them."""
import sys
import traceback


class Problem(Exception):
    def __init__(self, code, *rest):
        super().__init__("problem", code, *rest)
        self.code = code


class Quiet(LookupError):
    pass


class Counted(Exception):
    made = 0

    def __new__(cls, *args):
        cls.made += 1
        return super().__new__(cls, *args)


class Guard:
    def __init__(self):
        self.log = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.log.append((kind and kind.__name__, value and value.args, trace and trace.tb_lineno))
        return kind is Quiet


def risky(i):
    if i % 3 == 0:
        raise Problem(i)
    if i % 5 == 0:
        raise Quiet
    if i % 7 == 0:
        raise ValueError(i, "seven")
    return i


def through(i, depth):
    local = i + depth
    if depth == 0:
        return risky(i)
    try:
        return through(i, depth - 1)
    finally:
        local += 1


def entries(error):
    trace, found = error.__traceback__, []
    while trace is not None:
        frame = trace.tb_frame
        names = sorted(name for name, value in frame.f_locals.items() if isinstance(value, int))
        outer = frame.f_back.f_code.co_name if frame.f_back else None
        found.append((frame.f_code.co_name, trace.tb_lineno, [(name, frame.f_locals[name]) for name in names], outer))
        trace = trace.tb_next
    return found


def caught(n):
    total = 0
    for i in range(n):
        try:
            total += risky(i)
        except Problem as problem:
            total += problem.code & 3
            total += len(problem.args)
        except (KeyError, Quiet) as quiet:
            total -= len(quiet.args)
        except ValueError as error:
            total += error.args[0]
        else:
            total += 2
    return total


def unwound(n):
    shown = []
    for i in range(n):
        try:
            through(i, 3)
        except (Problem, LookupError, ValueError) as error:
            if i in (9, 14, n - 5, n - 4, n - 2):
                shown.append((repr(error), entries(error)))
    return shown


def kept(n):
    """An exception that outlives the loop keeps the frames that it passed, also the one that still runs."""
    last = None
    for i in range(n):
        try:
            risky(i)
        except Problem as problem:
            last = problem
        except (LookupError, ValueError):
            pass
    total = -1
    return entries(last), last.__traceback__.tb_frame.f_locals["total"]


def chained(n):
    texts = set()
    for i in range(n):
        try:
            try:
                risky(i)
            except Problem as problem:
                raise KeyError(i % 4) from problem
            except Quiet:
                raise OSError(2, "none", "file")
            except ValueError:
                raise RuntimeError("hidden") from None
        except Exception as error:
            texts.add((type(error).__name__, repr(error.__cause__)[:12], repr(error.__context__)[:12],
                       error.__suppress_context__))
    return sorted(texts)


def again(n):
    """The same exception raised again and again; its traceback grows."""
    error, lengths = Quiet("again"), []
    for i in range(n):
        try:
            raise error
        except Quiet as same:
            assert same is error
            if i in (0, 1, 50):
                lengths.append(len(entries(error)))
            if i % 10 == 9:
                error = Quiet("again").with_traceback(None)
    return lengths


def guarded(n):
    guard = Guard()
    for i in range(n):
        try:
            with guard:
                risky(i)
        except (Problem, ValueError):
            pass
    return guard.log[:4], guard.log[-8:]


def nested(n):
    """What is being handled, seen from inside handlers and behind them."""
    seen = set()
    for i in range(n):
        try:
            risky(i)
        except Problem:
            try:
                risky(5 * i + 5)
            except (LookupError, Problem, ValueError) as inner:
                seen.add((type(inner).__name__, type(sys.exception()).__name__, type(inner.__context__).__name__))
            seen.add(type(sys.exception()).__name__)
        except (LookupError, ValueError):
            seen.add(type(sys.exc_info()[1]).__name__)
        assert sys.exception() is None
    return sorted(map(str, seen))


def counted(n):
    for i in range(n):
        try:
            raise Counted(i)
        except Counted as error:
            assert error.args == (i,)
    return Counted.made


def reraised(n):
    texts = []
    for i in range(n):
        try:
            try:
                risky(i)
            except Problem as problem:
                problem.code += 1
                raise
        except Problem as problem:
            if i == n - 1 - (n - 1) % 3:
                texts += traceback.format_exception(problem)
                texts.append(problem.code == i + 1)
        except Exception:
            pass
    return texts


def made(i):
    if i % 2:
        return Problem(i)
    return ValueError()


def rebased(n):
    """The class that an exception is of gets another base while the loop runs."""
    class Base(Exception):
        pass

    class Other(Exception):
        pass

    class Leaf(Base):
        pass

    caught = {"base": 0, "other": 0}
    for i in range(n):
        if i == n // 2:
            Leaf.__bases__ = (Other,)
        try:
            raise Leaf(i)
        except Base:
            caught["base"] += 1
        except Other:
            caught["other"] += 1
    return caught


print(caught(1000))
for line in unwound(200):
    print(line)
print(kept(300))
for line in chained(300):
    print(line)
print(again(100))
print(guarded(200))
print(nested(300))
print(counted(300))
print(*reraised(200), sep="\n")
print([repr(made(i)) for i in range(400)][-2:])
print(rebased(200))
