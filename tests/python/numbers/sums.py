print(sum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]), sum([1, 0.1, 10**20, -10**20]), sum([0.1, 0.1, 0.1, 1]))
print(sum([1e100, 1.0, -1e100]), sum([1j, 0.1, 0.1, 0.1]), sum([0j, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]))
print(sum([]), sum([], 5), sum([1.5, 1e308, 1e308]), sum([0.1, True]), sum([True, True]), sum(range(100)), sum([2**62, 2**62, -1]))
print(sum([1, 2], start=10), sum([10**30, 1, 1.5]), sum(x * x for x in range(10)), sum([float("inf"), -1.0]), sum([1.0, float("nan")]))


class Add:
    def __radd__(self, other):
        return f"added to {other}"


print(sum([1, 2, Add()]))


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: sum(["a"]))
attempt(lambda: sum(["a"], ""))
attempt(lambda: sum([b"a"], b""))
attempt(lambda: sum([b"a"], bytearray()))
attempt(lambda: sum(5))
attempt(lambda: sum([1], 2, 3))
attempt(lambda: sum())
attempt(lambda: pow(2, 3, "a"))
attempt(lambda: pow("a", 3, 5))
attempt(lambda: pow(2, 3, 4, 5))
attempt(lambda: pow(base=2, exp=10, mod=1000))
attempt(lambda: abs("a"))
attempt(lambda: abs(-5) + abs(-2.5) + abs(3 + 4j))
attempt(lambda: divmod("a", 1))
print(*divmod(-7, 2), *divmod(7.5, -2), *divmod(-10**20, 7))
