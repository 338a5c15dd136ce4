"""Functions of floats, powers, ranges with steps, patterns and starred unpacking in hot loops: results, and what is refused."""
import math

inf, nan = float("inf"), float("nan")


def functions(n):
    total = 0.0
    whole = 0
    for i in range(1, n):
        x = i / 7
        total += math.sqrt(x) + math.sin(x) * math.cos(x) - math.atan(x) + math.log(x) + math.exp(-x) + math.fabs(-x)
        total += math.sqrt(i) + math.log(i)
        whole += math.floor(x) - math.ceil(-x) + math.floor(i) + math.ceil(i)
    return total, whole


def refused(values):
    seen = []
    for function in (math.sqrt, math.log, math.sin, math.exp, math.floor, math.ceil, math.tanh):
        for x in values:
            try:
                seen.append(repr(function(x)))
            except (ValueError, OverflowError, TypeError) as error:
                seen.append(f"{type(error).__name__}: {error}")
    return seen


def powers(bases, exponents):
    seen = []
    for a in bases:
        for b in exponents:
            try:
                seen.append(repr(a**b))
            except (ZeroDivisionError, OverflowError) as error:
                seen.append(f"{type(error).__name__}: {error}")
    return seen


def ranges(bounds, steps):
    seen = []
    for start in bounds:
        for stop in bounds:
            for step in steps:
                try:
                    r = range(start, stop, step)
                    seen.append((len(r), list(r[:3]), r[-1] if r else None))
                except (ValueError, OverflowError) as error:
                    seen.append(repr(error))
    return seen


def kinds(values):
    seen = ""
    for value in values:
        match value:
            case [a, b]:
                seen += "2"
            case [a, *rest, b]:
                seen += "*"
            case {"k": k, **others}:
                seen += "k"
            case {}:
                seen += "m"
            case str() | bytes():
                seen += "s"
            case _:
                seen += "."
    return seen


class Pairs:
    """Becomes a sequence while the loop runs."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return (1, 2)[index]


def starred(values):
    seen = []
    for value in values:
        try:
            first, *middle, last = value
            *_, end = value
            seen.append((first, middle, last, end))
        except (ValueError, TypeError) as error:
            seen.append(str(error))
    return seen


print(functions(3000))
for _ in range(60):
    result = refused([0.5, 4, -1.0, 0.0, 1e300, -1e300, inf, -inf, nan, True, 10**30, "x", 710, 9.3e18])
print(*result, sep="\n")
for _ in range(60):
    result = powers([2.0, -2.0, 0.0, -0.0, 1.5, inf, nan, 3, -3, 2**40, 0], [2, 2.0, 0.5, -1.0, -1, 1000.0, 0, nan, -inf, 1])
print(*result, sep="\n")
for _ in range(60):
    result = ranges([0, 1, 10, -7, 2**62], [1, 3, -1, -(2**62), 0, 7])
print(*result[:200], sep="\n")
values = [[1, 2], (1, 2, 3), {"k": 1}, {}, "ab", b"ab", 5, None, 2.5, range(2), range(5), [], Pairs(), 10**30]
for turn in range(300):
    if turn == 290:
        import collections.abc
        collections.abc.Sequence.register(Pairs)
    result = kinds(values)
    if turn in (289, 299):
        print(result)
for _ in range(200):
    result = starred([[1, 2, 3], (1, 2), "word", [1], (), range(5), 7, {1: 2, 3: 4}, iter([1, 2, 3])])
print(*result, sep="\n")
