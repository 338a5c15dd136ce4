inf, nan = float("inf"), float("nan")
values = (0j, 1j, -1j, 1 + 2j, -1.5 + 0.5j, 3 + 0j, complex(-0.0, 0.0), complex(0.0, -0.0), complex(inf, 1), complex(1, -inf))
others = (*values, 2, -3, 0.5, -0.0, 10**20, True)
for a in values:
    print(a, -a, +a, bool(a), a.conjugate(), a.real, a.imag, abs(a))
    for b in others:
        print(a + b, b + a, a - b, b - a, a * b, b * a, a == b, a != b)
        if b:
            print(a / b)
        if a:
            print(b / a)
print((1 + 2j) ** 2, (1 + 2j) ** -2, (1 + 2j) ** 0, 1j ** 2, 0j ** 0, 0j ** 2, (3 - 4j) ** 7, (2 + 0j) ** 0.5)
print((-0.0 + 1j) + 2, 2 - (1 + 0j), complex(1, -0.0) + 1, 1 - complex(1, 0.0))


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: 1j / 0)
attempt(lambda: 1j / 0j)
attempt(lambda: 1 / 0j)
attempt(lambda: 0j ** -1)
attempt(lambda: 0j ** 1j)
attempt(lambda: 1j < 2j)
attempt(lambda: 1j < 2)
attempt(lambda: 1j // 1)
attempt(lambda: 1j % 1)
attempt(lambda: divmod(1j, 1))
attempt(lambda: pow(1j, 2, 3))
attempt(lambda: 1j + "a")
attempt(lambda: 1j + 10**400)
attempt(lambda: (1e200 + 1e200j) ** 5)
attempt(lambda: abs(1.5e308 + 1.5e308j))
attempt(lambda: int(1j))
attempt(lambda: round(1j))
attempt(lambda: complex.__add__(1, 1j))
z = 1 + 1j
z += 1
z *= 2j
z -= 1j
z /= 2
z **= 2
print(z)
