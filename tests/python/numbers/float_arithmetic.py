inf, nan = float("inf"), float("nan")
values = (0.0, -0.0, 1.0, -1.0, 0.1, 1.5, -2.5, 3.0, 1e300, -1e-300, 5e-324, inf, -inf, nan, 7, -3, 10**25)
for a in values:
    a = float(a)
    print(a, -a, +a, abs(a), bool(a), a.is_integer(), a.real, a.imag, a.conjugate())
    for b in values:
        print(a + b, b + a, a - b, b - a, a * b, a == b, a != b, a < b, a <= b, a > b, a >= b)
        if b:
            print(a / b, a // b, a % b, *divmod(a, b))


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, *e.args)


print(2.0 ** 0.5, 2 ** 0.5, 0.0 ** 0, inf ** 0, nan ** 0, 1.0 ** nan, (-8.0) ** 3, (-2.0) ** -2, 2.0 ** -1074, 0.0 ** inf)
print((-8) ** 0.5, (-1.0) ** 0.5)
attempt(lambda: 1.0 / 0)
attempt(lambda: 1.0 // 0.0)
attempt(lambda: 1.0 % 0)
attempt(lambda: divmod(1.0, 0))
attempt(lambda: 1 / 0.0)
attempt(lambda: 0.0 ** -1)
attempt(lambda: 2.0 ** 10000)
attempt(lambda: (-2.0) ** 10001)
attempt(lambda: pow(2.0, 3, 5))
attempt(lambda: pow(2, 3, 5.0))
attempt(lambda: pow(2, 3.0, 5))
attempt(lambda: 1.5 + "a")
attempt(lambda: 1.5 & 1)
attempt(lambda: ~1.5)
attempt(lambda: 1.0 + 10**400)
attempt(lambda: 1.0 .__add__("a"))
attempt(lambda: float.__add__(1, 2.0))
x = 1.5
x += 1
x *= 2
x -= 0.5
x /= 3
x **= 2
x //= 1
x %= 2
print(x)
