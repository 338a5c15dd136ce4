"""Closures, decorators, higher-order functions and cells."""
import sys


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


def compose(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x

    return composed


def memoized(f):
    cache = {}

    def wrapper(*args):
        if args in cache:
            return cache[args]
        result = cache[args] = f(*args)
        return result

    return wrapper


@memoized
def paths(x, y):
    return 1 if x == 0 or y == 0 else paths(x - 1, y) + paths(x, y - 1)


def curry(a):
    return lambda b: lambda c: a * b + c


def main(n):
    step = counter()
    pipeline = compose(lambda x: x + 1, lambda x: x * 2, abs, lambda x: x % 1000)
    total = 0
    for i in range(n):
        total += pipeline(i) + step() + curry(i)(2)(3)
        total += paths(i % 12, i % 7)
        total += sum(map(lambda x: x + i, (1, 2, 3)))
        total += len(list(filter(lambda x: x > 1, (1, 2, 3))))
        adders = [lambda x, k=k: x + k for k in range(3)]
        total += adders[i % 3](i)
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 250000)
