# int: parsing in all bases, bytes, bits, rounding, powers with a modulus, and the limits of text.
import sys


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[int(x, 0) for x in ("0x1f", "0b11", "0o17", "-0X1F", "0", "00", " 5 ", "1_000")], int("z", 36), int("-1_0", 2), int("\u0661\u0662"), int(b"12"), int(bytearray(b"7"), 8), int("  -5\n"), int("+5"), int(5.99), int(-5.99), int(True), int(), int("0_0")
int("")
int("x")
int("1__0")
int("_1")
int("1_")
int("010", 0)
int("0x", 16)
int("12", 2)
int("1", 1)
int("1", 37)
int("1", -2)
int(1, 2)
int("1", "2")
int(base=2)
int(None)
int([])
int("1.5")
int("\x00")
int("1\x002")
int(1j)
(300).to_bytes(2, "big"), (300).to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True), (0).to_bytes(0), (5).to_bytes(), int.from_bytes(b"\1\2"), int.from_bytes(b"\xff\xfe", "little", signed=True), int.from_bytes([1, 0]), int.from_bytes(b""), bool.from_bytes(b"\0")
(256).to_bytes(1)
(-1).to_bytes(1)
(1).to_bytes(-1)
(1).to_bytes(1, "middle")
int.from_bytes("x")
int.from_bytes([300])
(0).bit_length(), (255).bit_length(), (-256).bit_length(), (255).bit_count(), (-7).bit_count(), (10).as_integer_ratio(), (5).is_integer(), (5).conjugate(), (5).numerator, (2**70).bit_length(), (5).real, (5).__ceil__(), (5).__round__(-1), (True).bit_count()
[round(x, n) for x, n in ((5, -1), (15, -1), (25, -1), (-15, -1), (1234, -2), (1250, -2), (1350, -2), (5, 3), (10**30 + 5, -1))], round(7), round(True), [divmod(a, b) for a, b in ((7, 3), (-7, 3), (7, -3), (-7, -3), (2**70, 7), (-2**70, 2**35))], [a // b for a, b in ((7, -2), (-1, 10**30))], [a % b for a, b in ((-1, 10**30), (5, -3))]
round(5, 1.5)
5 // 0
5 % 0
divmod(5, 0)
0 ** -1
pow(2, 10, 1000), pow(3, -1, 7), pow(-2, 3, 5), pow(2, 0, 1), pow(2**100, 2**50, 97), pow(5, 3, -7), 2 ** -1, (-2) ** 2, -2 ** 2, 0 ** 0, 2 ** 100, (-8) ** (1 / 3), pow(10, 2, mod=7), pow(base=2, exp=3)
pow(2, -1, 4)
pow(2, 3, 0)
pow(2, 3.0, 5)
1 << 100, -1 >> 100, 5 >> 1, -5 >> 1, 5 & -2, 5 | -8, 5 ^ -1, ~5, 2**70 & (2**70 - 1), -2**70 | 1, True & 3, True | False, True ^ True, ~0, 1 << 0
1 << -1
1 >> -1
bin(-5), oct(8), hex(255), hex(-2**70), f"{10**20:,}", f"{-5:08b}", repr(10**25), str(-0), int("9" * 4300) > 0, sys.get_int_max_str_digits(), sys.int_info.default_max_str_digits, hash(2**61 - 1), hash(-1), hash(2**61), hash(-(2**61)), hash(10**30)
int("9" * 4301)
len(str(10**4300))
(lambda: (sys.set_int_max_str_digits(0), len(str(10**5000)), sys.set_int_max_str_digits(4300)))()
5 .__add__(3), (5).__add__("x"), (5).__radd__(3), (5).__eq__(5.0), (5).__lt__(6), (5).__divmod__(2), (5).__rpow__(2), (5).__pow__(2, 3), (5).__floor__(), (5).__index__(), (5).__bool__(), (5).__sizeof__() > 0, (5).__format__("x"), (5).__getnewargs__(), (5).__hash__(), (5).__invert__(), int.__add__(True, 2), int.__new__(int, "7")
1 == 1.0 == True == 1 + 0j, 2**53 + 1 == float(2**53 + 1), 10**400 > float("inf"), 10**400 < float("inf"), 2**1024 > 1e308, sorted([3, 2.5, 10**20, -1.5]), max(1, 1.0), min(2, True), sum([1, 2.5, True]), 3 in [3.0], {1: "a", 1.0: "b", True: "c"}""".splitlines():
    attempt(text)
