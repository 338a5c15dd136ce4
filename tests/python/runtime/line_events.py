"""Which lines sys.settrace shows: statements that do nothing, the ends of blocks, ways out of them; and jumps."""
import sys
import warnings

warnings.simplefilter("ignore")


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False


def nothing():
    while 0:
        pass
    if 0:
        x = 1
    elif 1:
        x = 2
    pass
    3
    ...


def ends_in_if(a):
    if a:
        if a:
            b = 1


def ends_in_loop(n):
    while n:
        n -= 1
        if n == 1:
            break


def ends_in_try(kind):
    try:
        raise kind
    except KeyError:
        a = 1
    except ValueError as error:
        b = 1


def leaves_with():
    for i in range(3):
        with Manager():
            if i == 0:
                continue
            break


def leaves_finally():
    for i in range(2):
        try:
            if i:
                break
            continue
        finally:
            c = i


def reraises():
    try:
        try:
            1 / 0
        except ZeroDivisionError as error:
            raise
        finally:
            if 1:
                d = 1
    except ZeroDivisionError:
        pass


def star(kinds):
    try:
        raise ExceptionGroup("g", [kind() for kind in kinds])
    except* KeyError:
        e = 1
    except* ValueError as error:
        f = 2


def jumps_out_of_break():
    while True:
        while True:
            break
        break


def constant_loop():
    n = 2
    while 1:
        n -= 1
        if not n:
            return n


shown = []


def trace(frame, event, argument):
    if frame.f_code.co_filename == __file__ and frame.f_code.co_name not in ("__enter__", "__exit__"):
        # The end of an except* has no line in CPython.
        line = "" if event == "return" else frame.f_lineno - frame.f_code.co_firstlineno
        shown.append(f"{event[0]}{line}")
        return trace


def show(function, *arguments):
    shown.clear()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(None)
        print(function.__name__, arguments, *shown)


show(nothing)
show(ends_in_if, 1)
show(ends_in_if, 0)
show(ends_in_loop, 3)
show(ends_in_loop, 1)
show(ends_in_try, KeyError)
show(ends_in_try, ValueError)
show(leaves_with)
show(leaves_finally)
show(reraises)
show(star, [KeyError])
show(star, [KeyError, ValueError])
show(jumps_out_of_break)
show(constant_loop)


def walk(steps):
    steps.append(1)
    try:
        steps.append(3)
        1 / 0
    except ZeroDivisionError:
        steps.append(6)
        steps.append(7)
    for i in (8,):
        steps.append(9)
    with Manager():
        steps.append(11)
    steps.append(sys.exception())


def jump(start, end, event="line"):
    steps = []

    def at(frame, what, argument):
        if frame.f_code is not walk.__code__:
            return
        first = frame.f_code.co_firstlineno
        if what == event and frame.f_lineno == first + start and not done:
            done.append(1)
            try:
                frame.f_lineno = first + end
            except ValueError as error:
                print(error)
        return at

    done = []
    sys.settrace(at)
    try:
        walk(steps)
    except Exception as error:
        steps.append(type(error).__name__)
    sys.settrace(None)
    print(start, end, steps)


jump(1, 8)
jump(6, 12)
jump(1, 6)
jump(1, 9)
jump(9, 12)
jump(1, 40)
jump(1, -3)
jump(0, 3, "call")
jump(12, 1, "return")
try:
    sys._getframe().f_lineno = 3
except ValueError as error:
    print(error)
