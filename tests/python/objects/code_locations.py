"""Code says where it comes from, in CPython's format, and can be given other names and places."""
import warnings


def function(x,
             y):
    z = [x,
         y]
    try:
        return z[0] + [value for value in z][
            1
        ]
    except TypeError:
        return None


def numbers(table):
    def read(values):
        value = shift = 0
        while True:
            byte = next(values)
            value |= (byte & 63) << shift
            shift += 6
            if not byte & 64:
                return value

    values = iter(table)
    line = function.__code__.co_firstlineno
    for first in values:
        kind, length = first >> 3 & 15, (first & 7) + 1
        if kind == 15:
            position = None, None, None, None
        elif kind == 14:
            number = read(values)
            line += -(number >> 1) if number & 1 else number >> 1
            end = line + read(values)
            position = line, end, read(values) - 1, read(values) - 1
        elif kind >= 10:
            line += kind - 10
            position = line, line, next(values), next(values)
        else:
            second = next(values)
            column = kind << 3 | second >> 4
            position = line, line, column, column + (second & 15)
        for _ in range(length):
            yield position


code = function.__code__
print(list(numbers(code.co_linetable)) == list(code.co_positions()))
print(sorted({line for _, _, line in code.co_lines() if line}) == sorted({p[0] for p in code.co_positions() if p[0]}))
without = code.replace(co_linetable=b"")
print(list(without.co_lines()), set(without.co_positions()), without == code)
print(code.replace(co_linetable=code.co_linetable) == code, code.replace(co_exceptiontable=b"") == code)
renamed = code.replace(co_varnames=("a", "b") + code.co_varnames[2:])
print(renamed.co_varnames[:2], renamed == code)
for wrong in ({"co_varnames": ("a",)}, {"co_varnames": 3}, {"co_nlocals": 77}):
    try:
        code.replace(**wrong)
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(type(code.co_lnotab))
print(caught[0].message)
