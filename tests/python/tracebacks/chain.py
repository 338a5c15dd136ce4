def divide(a, b):
    return a / b


def outer(x):
    try:
        return divide(x, 0)
    except ZeroDivisionError as error:
        raise ValueError("bad divisor") from error


def third():
    try:
        outer(1)
    except ValueError:
        missing["key"] = 1


try:
    third()
except NameError:
    first = (
        1
        + 2
        + divide(
            3,
            0,
        )
    )
