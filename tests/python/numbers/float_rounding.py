for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 0.1, 1234.5678, -1234.5678, 5e-324, 1e22, 1e300, 0.0, -0.0, 15.0, 25.0, 250.0):
    print(round(x), int(x), x.__floor__(), x.__ceil__(), x.__trunc__(), type(round(x)).__name__)
    for digits in (0, 1, 2, 3, -1, -2, 10, 400, -400):
        print(round(x, digits), end=" ")
    print()
    print(*x.as_integer_ratio(), round(x, None))


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


inf, nan = float("inf"), float("nan")
print(round(inf, 2), round(nan, 2), round(1.5, 10**30), round(1.5, -10**30))
attempt(lambda: round(inf))
attempt(lambda: round(nan))
attempt(lambda: inf.__floor__())
attempt(lambda: inf.as_integer_ratio())
attempt(lambda: nan.as_integer_ratio())
attempt(lambda: round(1.7e308, -308))
attempt(lambda: round(5.5, "a"))
attempt(lambda: round(5.5, 2.0))
attempt(lambda: round("a"))
attempt(lambda: round(number=2.567, ndigits=1))


class Roundable:
    def __round__(self, digits=7):
        return digits


print(round(Roundable()), round(Roundable(), 3), round(Roundable(), None))
