# Division, modulo, shifts, powers, conversions, huge values, bit operations and their errors.
import sys

pairs = [(7, 3), (-7, 3), (7, -3), (-7, -3), (2**70, 3), (-(2**70), 2**35 + 1), (0, 5), (10**30, -(10**15))]
for a, b in pairs:
    assert a == (a // b) * b + a % b and divmod(a, b) == (a // b, a % b)
    print(a // b, a % b, a / b, a & b, a | b, a ^ b)
print(1 << 100, -1 >> 5, (1 << 100) >> 98, ~5, -(2**64) >> 3, 5 ** 0, 2 ** -2, pow(3, 1000, 7), pow(3, -1, 7), (-2) ** 3, 0 ** 0)
print(int("0x1f", 16), int("0b101", 0), int(" -12_345 "), int("z", 36), int(3.99), int(-3.99), int(b"12"), int("\u0663"), int(True), int("9" * 50))
print((255).to_bytes(2, "big"), (-2).to_bytes(3, "little", signed=True), int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\xff", "big", signed=True), (10**20).bit_length(), (7).bit_count(), (6).as_integer_ratio(), (5).__index__(), (5).is_integer())
print(hex(-255), oct(8), bin(-5), str(2**200), repr(-0), f"{2**64:,}", f"{10**18:_x}", 1_000_000, 0xFF, 0o17, 0b11)
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), round(5), divmod(-7.5, 2), 7 // 2.0, -7 % 2.5, 2**0.5, (-8) ** (1 / 3))
print(2**63 == float(2**63), 2**53 + 1 == float(2**53 + 1), 10**400 > 1e308, hash(2**61 - 1), hash(-1), hash(2**100), 1 == 1.0 == True, sorted([3, 1.5, True, -2**70]))
for attempt in (lambda: 1 // 0, lambda: 1 % 0, lambda: 0 ** -1, lambda: 1 << -1, lambda: int("x"), lambda: int("12", 1), lambda: int(float("nan")), lambda: int(float("inf")), lambda: float(10**400), lambda: (256).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"), lambda: pow(2, -1, 4), lambda: pow(2, 1, 0), lambda: 1 + None, lambda: "a" * "b", lambda: int("1" * 5000), lambda: str(10**5000), lambda: 5 @ 2, lambda: -"x", lambda: int("", 10), lambda: int([]), lambda: 1 < "x", lambda: 10**400 / 3):
    try:
        print(attempt())
    except (ArithmeticError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(sys.int_info.bits_per_digit > 0, sys.maxsize, sys.get_int_max_str_digits())
n, digits = 1, 0
for i in range(1, 200):
    n *= i
print(n % (10**9 + 7), len(str(n)), n.bit_length(), sum(map(int, str(n))))


def isqrt(n):
    x = n
    while x * x > n:
        x = (x + n // x) // 2
    return x


print(isqrt(2 * 10**80), isqrt(10**41) ** 2 <= 10**41)


class MyInt(int):
    def __add__(self, other):
        return MyInt(int(self) + other + 1)


print(MyInt(5) + 1, type(MyInt(5) + 1).__name__, type(MyInt(5) - 1).__name__, MyInt("7"), MyInt(3) == 3, [10, 20, 30, 40][MyInt(2)])
