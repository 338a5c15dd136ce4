# try, finally, with, loops: where return, break, continue and exceptions go, and what is said on the way.
import contextlib

trail = []


class Manager:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        trail.append(f"+{self.name}")
        if self.fail == "enter":
            raise KeyError(self.name)
        return self

    def __exit__(self, kind, value, traceback):
        trail.append(f"-{self.name}:{kind and kind.__name__}")
        if self.fail == "exit":
            raise LookupError(self.name)
        return self.suppress


def run(function, *args):
    trail.clear()
    try:
        result = function(*args)
    except BaseException as error:
        result = f"{error!r} context={error.__context__!r}"
    print(function.__name__, args, "->", result, trail)


def nested(how):
    for i in range(3):
        with Manager("a"), Manager("b", suppress=how == "raise"):
            try:
                trail.append(i)
                if how == "return":
                    return i
                if how == "break":
                    break
                if how == "continue":
                    continue
                if how == "raise":
                    raise ValueError(i)
            finally:
                trail.append("finally")
        trail.append("after")
    else:
        trail.append("else")
    return "end"


for how in ("return", "break", "continue", "raise", "nothing"):
    run(nested, how)


def overridden(how):
    for i in range(2):
        try:
            if how == "raise":
                1 / 0
            if how == "return":
                return "try"
            if how == "break":
                break
        finally:
            trail.append(f"finally{i}")
            if how == "return":
                continue
            if how == "raise":
                break
            if how == "break":
                return "finally"
    return "end"


for how in ("raise", "return", "break", "none"):
    run(overridden, how)


def value_kept():
    x = 1
    try:
        return x
    finally:
        x = 2
        trail.append(x)


def deep():
    try:
        try:
            try:
                raise ValueError("first")
            finally:
                trail.append(1)
                raise KeyError("second")
        except KeyError:
            trail.append(2)
            raise
        else:
            trail.append("never")
    finally:
        trail.append(3)


def handler_name():
    try:
        raise ValueError(1)
    except ValueError as e:
        try:
            raise KeyError(2)
        except KeyError as e:
            pass
        try:
            return e
        except UnboundLocalError as error:
            return str(error)


def else_raises():
    try:
        pass
    except KeyError:
        trail.append("wrong")
    else:
        trail.append("else")
        raise KeyError("from else")
    finally:
        trail.append("finally")


def bare_raise():
    try:
        raise
    finally:
        trail.append("x")


def in_handler():
    try:
        1 / 0
    except ZeroDivisionError:
        for x in (1, 2):
            try:
                continue
            finally:
                trail.append(x)
        raise


def not_a_class():
    try:
        1 / 0
    except (KeyError, "text"):
        pass


def not_an_exception():
    raise 5


def cause_of_another_kind():
    raise ValueError from 5


class Refuses(Exception):
    def __new__(cls):
        return 5


def makes_no_exception():
    raise Refuses


for function in (value_kept, deep, handler_name, else_raises, bare_raise, in_handler, not_a_class, not_an_exception, cause_of_another_kind, makes_no_exception):
    run(function)


def managers(*fails):
    with Manager("a", fail=fails[0]), Manager("b", fail=fails[1], suppress=True) as b, Manager("c", fail=fails[2]):
        trail.append(b.name)
        return "body"
    return "suppressed"


for fails in ((None,) * 3, ("enter", None, None), (None, "enter", None), (None, None, "enter"), (None, None, "exit"), (None, "exit", "exit"), ("exit",) * 3):
    run(managers, *fails)


class Half:
    def __enter__(self):
        return self


class Truth:
    def __bool__(self):
        raise OverflowError("no truth")


def protocol(*objects):
    with objects[0]:
        raise ValueError("body")


class Odd(Half):
    def __exit__(self, *args):
        return Truth()


for o in (5, Half(), Odd(), contextlib.nullcontext(), contextlib.suppress(ValueError)):
    trail.clear()
    try:
        print(protocol(o))
    except Exception as error:
        print(type(error).__name__, error, repr(error.__context__))


def stacked():
    with contextlib.ExitStack() as stack:
        for name in "xyz":
            stack.enter_context(Manager(name, suppress=name == "y"))
        stack.callback(trail.append, "callback")
        raise ValueError("body")
    return "out"


run(stacked)
