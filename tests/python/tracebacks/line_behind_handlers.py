# The line that a frame shows when an exception has left it: behind `finally`, `except` and `except*` not where it was raised.


def by_finally():
    try:
        1 / 0
    finally:
        x = 1
        y = 2


def by_two():
    try:
        try:
            1 / 0
        finally:
            x = 1
    except KeyError:
        pass
    finally:
        z = 1


def by_except():
    try:
        1 / 0
    except ValueError:
        x = 1
    except (
        KeyError
    ):
        y = 2


class Context:
    def __enter__(self):
        pass

    def __exit__(self, *exc):
        pass


def by_with():
    with Context():
        x = 1
        1 / 0
    return x


def by_another():
    try:
        raise ValueError
    except ValueError as e:
        x = 1
        raise KeyError


def by_group():
    for i in [1]:
        try:
            raise ValueError
        except* KeyError as e:
            x = 1
            y = 2


def by_generator():
    def inner():
        try:
            yield 1
            1 / 0
        finally:
            x = 3
            del x

    yield from inner()


def shown(function):
    try:
        result = function()
        if result is not None:
            list(result)
    except BaseException as e:
        entry, lines = e.__traceback__.tb_next, []
        first = function.__code__.co_firstlineno
        while entry:
            frame = entry.tb_frame
            line = frame.f_lineno
            lines.append((entry.tb_lineno - first, line and line - first))
            entry = entry.tb_next
        return lines


for function in by_finally, by_two, by_except, by_with, by_another, by_group, by_generator:
    print(function.__name__, shown(function))

for _ in range(1500):
    results = [shown(by_finally), shown(by_except), shown(by_another)]
print(results)
