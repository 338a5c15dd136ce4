for n in (0, 1, -1, 5, -37, 2**49, -2**63, 2**63, 10**30, -10**30):
    print(n, n.bit_length(), n.bit_count(), n.real, n.imag, n.numerator, n.denominator, n.conjugate(), n.is_integer())
    print(*n.as_integer_ratio(), n.__index__(), n.__int__(), n.__trunc__(), n.__floor__(), n.__ceil__(), n.__float__())
    print(n.__sizeof__(), *n.__getnewargs__(), hash(n))
    for digits in (None, 0, 2, -1, -2, -5, -20, -40):
        print(round(n, digits), end=" ")
    print()
for n in (5, 15, 25, -5, -15, 35, 250, 350, 14, 16, 10**20 + 5, 999):
    print(round(n, -1), round(n, -2), round(n, -3))
print(round(7), round(7, 10**30))
print(int.__doc__)
print(int.bit_length.__doc__)
print((5).__add__.__doc__, (5).__rsub__.__doc__, (5).__lt__.__doc__)


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: round(5, "a"))
attempt(lambda: round(5, 1.0))
attempt(lambda: (5).bit_length(1))
attempt(lambda: int(1, 2, 3))
attempt(lambda: int(base=10))
attempt(lambda: int(x=1))
attempt(lambda: int(12, 10))
attempt(lambda: int([]))
attempt(lambda: int(None))
attempt(lambda: int(1j))
attempt(lambda: int(float("inf")))
attempt(lambda: int(float("nan")))
print(int(), int(3.99), int(-3.99), int(1e30), int(True), int(2**70))
print(type(int(True)), type(True.__int__()), type(True + True))
