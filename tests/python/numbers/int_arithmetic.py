# Arithmetic around the sizes where the representation changes.
edges = (0, 1, -1, 2, 7, -7, 2**31, 2**49 - 1, 2**49, -2**49, -2**49 - 1, 2**53 + 1, 2**62, 2**63 - 1, 2**63, -2**63,
         -2**63 - 1, 2**64, 10**20, -10**30, 3**100)
for a in edges:
    print(a, -a, +a, ~a, abs(a), bool(a))
    for b in edges:
        print(a + b, a - b, a * b, a & b, a | b, a ^ b)
        if b:
            print(a // b, a % b, *divmod(a, b), a / b)
        print(a < b, a <= b, a == b, a != b, a > b, a >= b)

for a in (1, -1, 5, 2**60, -2**62, 10**25, -10**25):
    for n in (0, 1, 3, 31, 62, 63, 64, 100, 1000):
        print(a << n, a >> n)

for base in (0, 1, -1, 2, -3, 10, 2**40):
    for exponent in (0, 1, 2, 5, 63, 64, 101):
        print(base ** exponent)
print(2 ** -1, (-2) ** -3, 10 ** -5, 4 ** 0)
for args in ((2, 10, 1000), (3, -1, 7), (-3, 5, 7), (3, 5, -7), (10**30, 10**20, 10**9 + 7), (0, 0, 1), (5, 3, 1), (7, -2, 9)):
    print(pow(*args))

x = 2**62
x += x
print(x)
x *= x
print(x)
x -= 1
x //= 3
x %= 10**15
x <<= 70
x >>= 3
x |= 1
x &= 2**64 - 1
x ^= 12345
x **= 2
print(x)


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: 1 // 0)
attempt(lambda: 1 % 0)
attempt(lambda: 1 / 0)
attempt(lambda: 10**30 // 0)
attempt(lambda: 10**30 / 0)
attempt(lambda: divmod(1, 0))
attempt(lambda: 0 ** -1)
attempt(lambda: 1 << -1)
attempt(lambda: 1 >> -1)
attempt(lambda: 1 << (1 << 70))
attempt(lambda: 0 << (1 << 70))
attempt(lambda: -1 >> (1 << 70))
attempt(lambda: pow(2, 3, 0))
attempt(lambda: pow(2, -1, 4))
attempt(lambda: 10**400 / 3)
attempt(lambda: 10**400 / 10**398)
attempt(lambda: 10**400 + 1.0)
attempt(lambda: float(10**400))
attempt(lambda: 1 + None)
attempt(lambda: 1 & 1.0)
attempt(lambda: 5 .__add__(1.0))
attempt(lambda: 5 .__pow__(2, None))
attempt(lambda: int.__add__(1.5, 1))
attempt(lambda: int.bit_length(1.5))
