def show(function):
    try:
        function()
    except Exception as error:
        errors.append(error)


errors = []


def binary():
    return (1) + (
        2
        / 0  # division
    )


def subscript():
    table = {}
    return 1 + table [ "é" ] ["x"]


def call():
    return "é" + print(1, sep=
        3)


def attribute():
    x = None.missing; return x


def comparison():
    if 1 < "a" and True: pass


def wide():
    名前 = 1; return 名前 + "文" * 2


for f in [binary, subscript, call, attribute, comparison, wide]:
    show(f)
import sys
for error in errors:
    sys.excepthook(type(error), error, error.__traceback__)
