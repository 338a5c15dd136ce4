"""Exceptions raised and caught, near and far, with finally and with blocks."""
import sys


class Problem(Exception):
    def __init__(self, code):
        super().__init__("problem", code)
        self.code = code


class Guard:
    def __init__(self):
        self.depth = 0

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, kind, value, traceback):
        self.depth -= 1
        return kind is Problem


def risky(i):
    if i % 3 == 0:
        raise Problem(i)
    if i % 5 == 0:
        raise ValueError(i)
    return i


def deep(i, depth):
    if depth == 0:
        return risky(i)
    try:
        return deep(i, depth - 1)
    finally:
        i += 1


def main(n):
    total = 0
    guard = Guard()
    table = {"a": 1}
    for i in range(n):
        try:
            total += risky(i)
        except Problem as problem:
            total += problem.code & 3
        except (ValueError, KeyError):
            total -= 1
        else:
            total += 2
        with guard:
            total += deep(i, 4) if i % 15 != 5 and i % 15 != 10 else 1
        try:
            table["b"]
        except KeyError:
            total += 1
        try:
            [].pop()
        except IndexError as error:
            total += len(error.args)
        try:
            int("x")
        except ValueError:
            pass
    print(total, guard.depth)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200000)
