"""Writes expected/*.txt: what CPython 3.14 answers, one case a line, fields separated by tabs.

Run it with CPython 3.14 and PYTHONHASHSEED=0. A line is an operation, its arguments and the result. Integers are decimal (hexadecimal with 0x
when long), floats are their 16 hexadecimal digits of bits, texts are as they are, an exception is `!Type: text`.
"""

import math
import os
import random
import struct
import sys
from fractions import Fraction

assert sys.version_info[:2] == (3, 14) and os.environ.get("PYTHONHASHSEED") == "0"
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected")
rng = random.Random(20250314)


def show(value):
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return hex(value) if abs(value) > 10**40 else str(value)
    if isinstance(value, float):
        if value != value:
            return "nan"
        return struct.pack(">d", value).hex()
    if isinstance(value, complex):
        return show(value.real) + "," + show(value.imag)
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, tuple):
        return " ".join(show(v) for v in value)
    assert isinstance(value, str) and "\t" not in value and "\n" not in value, value
    return value


def answer(function, *args):
    try:
        return function(*args)
    except Exception as error:
        text = error.args[1] if isinstance(error, OverflowError) and len(error.args) == 2 else str(error)
        return f"!{type(error).__name__}: {text}"


class File:
    def __init__(self, name):
        self.name, self.lines = name, []

    def case(self, op, function, *args):
        self.lines.append("\t".join([op, *map(show, args), show(answer(function, *args))]))

    def write(self):
        with open(os.path.join(HERE, self.name), "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")


def int_of_bits(bits):
    n = rng.getrandbits(bits) | 1 << bits >> 1
    return -n if rng.random() < 0.5 else n


def floats():
    special = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 3.5, 0.1, 0.2, 0.3, 1e16, 9999999999999998.0, 1e15, 1e-4, 1e-5, 9.9999e-5,
               123456789.125, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308,
               float("inf"), float("-inf"), float("nan"), 1 / 3, math.pi, math.e, 2.0**53, 2.0**63, -2.0**63, 2.0**64,
               9007199254740993.0, 0.045, 1.005, 2.675, 1e-7, 12345.678, 0.00012345, 99.99999, 999999.5, 9.5, 0.95, 1e100, 1e300,
               5e-5, 4.35, 1234567.0, 3.0, 1e5, 1e6, 1e-300]
    yield from special
    for _ in range(60):
        yield struct.unpack(">d", struct.pack(">Q", rng.getrandbits(64)))[0]
    for _ in range(60):
        yield rng.choice([1, -1]) * round(rng.uniform(0, 10 ** rng.randrange(0, 9)), rng.randrange(0, 6))
    for _ in range(30):
        yield rng.randrange(1, 4000) / 2 ** rng.randrange(0, 12)


FLOATS = [x if x == x else float("nan") for x in floats()]


def integers():
    file = File("integers.txt")
    small = [0, 1, -1, 2, -2, 3, 7, -7, 10, 63, 64, 2**31, -2**31, 2**62, 2**63 - 1, -2**63, 2**63, 2**64, -2**64 + 1, 10**18]
    pairs = [(a, b) for a in small for b in small]
    for _ in range(60):
        pairs.append((int_of_bits(rng.randrange(1, 400)), int_of_bits(rng.randrange(1, 300))))
    for _ in range(3):
        pairs.append((int_of_bits(rng.randrange(4000, 9000)), int_of_bits(rng.randrange(1000, 5000))))
    for a, b in pairs:
        file.case("divmod", divmod, a, b)
        file.case("truediv", lambda a, b: a / b, a, b)
        file.case("bitops", lambda a, b: (a & b, a | b, a ^ b), a, b)
        file.case("gcd", math.gcd, a, b)
        file.case("lcm", math.lcm, a, b)
    for _ in range(150):
        a = int_of_bits(rng.randrange(1, 1200))
        b = int_of_bits(rng.randrange(1, 1200)) or 1
        file.case("truediv", lambda a, b: a / b, a, b)
    for shift in [1, 2, 3, 53, 54, 55, 60, 1022, 1023, 1024, 1070, 1073, 1074, 1075, 1076, 1080]:
        for a in [1, 3, 2**53 - 1, 2**53 + 1, 2**54 - 1, 2**54 + 3, 2**60 + 2**6, 2**60 + 2**7 + 1, -5]:
            file.case("truediv", lambda a, b: a / b, a, 2**shift)
            file.case("truediv", lambda a, b: a / b, a * 2**shift, 3)
            file.case("int_to_float", float, a * 2**shift)
            file.case("int_to_float", float, a * 2**shift + 1)
    numbers = small + [int_of_bits(rng.randrange(1, 500)) for _ in range(25)]
    for a in numbers:
        file.case("bits", lambda a: (a.bit_length(), a.bit_count()), a)
        file.case("int_to_float", float, a)
        file.case("hash", hash, a)
        for base in (2, 3, 8, 10, 16, 36):
            file.case("radix", lambda a, b: radix(a, b), a, base)
        for count in (0, 1, 5, 63, 64, 65, 200):
            file.case("shl", lambda a, b: a << b, a, count)
            file.case("shr", lambda a, b: a >> b, a, count)
        if a >= 0:
            file.case("isqrt", math.isqrt, a)
        for length in (0, 1, 8, 9, 20):
            for order in ("little", "big"):
                for signed in (0, 1):
                    file.case("to_bytes", lambda a, l, o, s: a.to_bytes(l, o, signed=bool(s)), a, length, order, signed)
        for digits in (1, 2, 17):
            file.case("round", lambda a, n: round(a, -n), a, digits)
    for a in (-1, -128, -129, 127, 128, 255, 256, -256, 32767, 32768, -32768, -32769):
        for length in (0, 1, 2):
            for signed in (0, 1):
                file.case("to_bytes", lambda a, l, o, s: a.to_bytes(l, o, signed=bool(s)), a, length, "big", signed)
    for n in range(0, 20):
        data = rng.randbytes(n)
        for order in ("little", "big"):
            for signed in (0, 1):
                file.case("from_bytes", lambda d, o, s: int.from_bytes(d, o, signed=bool(s)), data, order, signed)
    for a in (0, 1, -1, 2, -2, 3, 10, -10, 7**30):
        for b in (0, 1, 2, 3, 10, 62, 63, 64, 65, 200):
            file.case("pow", pow, a, b)
    for _ in range(120):
        bits = rng.choice([3, 8, 60, 64, 130, 300])
        a, b, m = (int_of_bits(rng.randrange(1, bits + 1)) for _ in range(3))
        file.case("powmod", pow, a, b, m)
    file.case("powmod", pow, 3, 5, 0)
    file.case("powmod", pow, 0, 0, 1)
    file.case("powmod", pow, 0, -1, 1)
    for a in numbers[:40]:
        for x in FLOATS[:70:3] + [float(2**63), float(-(2**63)), 2.0**62, 1e18, 9.223372036854775e18]:
            file.case("compare", lambda a, x: "none" if x != x else str((a > x) - (a < x)), a, x)
    file.write()


def radix(n, base):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    sign, n, out = "-" if n < 0 else "", abs(n), ""
    while n:
        n, d = divmod(n, base)
        out = digits[d] + out
    return sign + (out or "0")


def texts():
    file = File("int_texts.txt")
    cases = ["", " ", "0", "-0", "+0", "00", "0_0", "0__0", "_0", "0_", "12", " 12 ", "\x0b12\x0c", "1 2", "- 1", "--1", "+-1", "1_000", "1__0",
             "0x10", "0X_1f", "0x", "0x_", "0x__1", "0b101", "0b2", "0o17", "0O_7", "0o8", "x10", "1f", "z", "Zz", "010", "00_0", "0_1", "-0x10", "+0b1",
             "1.0", "1e5", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1" * 30, "9" * 18, "9" * 19,
             "f" * 20, "-" + "7" * 60, "inf", "0x1_2_3", "1_2_3_", "1\x00"]
    for text in cases:
        for base in (0, 2, 8, 10, 16, 36):
            def parse(text, base):
                try:
                    return int(text, base)
                except ValueError:
                    return "invalid"
            file.case("int", parse, text.replace("\x00", "~"), base)
    file.write()


def float_texts():
    file = File("float_texts.txt")
    for x in FLOATS:
        file.case("repr", repr, x)
        file.case("hex", lambda x: x.hex(), x)
        file.case("hash", lambda x: "nan" if x != x else hash(x), x)
        file.case("ratio", lambda x: x.as_integer_ratio(), x)
        file.case("toint", int, x)
        for style in "efg":
            for precision in (0, 1, 2, 6, 17, 25):
                file.case("format", lambda x, s: s % x, x, f"%.{precision}{style}")
        file.case("format", lambda x, s: s % x, x, "%+.3g")
        file.case("format", lambda x, s: s % x, x, "%#.4g")
        file.case("format", lambda x, s: s % x, x, "%#.0f")
        file.case("format", lambda x, s: s % x, x, "%#.0E")
        file.case("format", lambda x, s: s % x, x, "%#.3G")
        for digits in (-400, -308, -3, -2, -1, 0, 1, 2, 5, 15, 20, 400):
            file.case("round", lambda x, n: round(x, n), x, digits)
    for x in (5e-324, 1.7976931348623157e308, 0.1):
        for spec in ("%.1080e", "%.1100f", "%.800g", "%#.900g"):
            file.case("format", lambda x, s: s % x, x, spec)
    cases = ["", "1", " 1.5 ", "1.", ".5", ".", "-.5e-3", "1e", "1e+", "1e5", "1E+05", "1_0.0_1", "1_.0", "1._0", "1__0", "_1", "1_", "1e1_0", "1e_1",
             "inf", "-Infinity", "+iNF", "infin", "nan", "-nan", "NaN", "0x1p3", "1e400", "-1e400", "1e-400", "2.4703282292062327e-324",
             "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308", "9007199254740993", "9007199254740992.99999", "in_f", "1 2",
             "+ 1", "1f", "1.2.3", "0" * 50 + "1", "1" * 400, "0." + "0" * 400 + "1e400"]
    for text in cases:
        file.case("parse", lambda t: parse_float(float, t), text)
    cases = ["", "0", "1", "0x1", "0x1.8p1", "0x.8p0", "0x1.p0", "0x1.8", "1.8p-1", "0xp1", "0x1p", "0x1p+", "0x1p1023", "0x1p1024", "0x1.fffffffffffff8p1023",
             "0x1.fffffffffffff7p1023", "0x1.fffffffffffff7ffffffffp1023", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1.0000000001p-1075", "0x3p-1075", "0x3p-1076",
             "0x1.00000000000008p0", "0x1.000000000000080000000001p0", "0x1.00000000000018p0", "inf", "-INFINITY", "nan", " 0x1p4 ", "0x1g", "0x1.2.3", "-0x0p0", "0x1p-99999999999999999999",
             "0x0p99999999999999999999", "0x1p99999999999999999999", "0x123456789abcdef0123456789p-40", "0x0.0000000000000000000000000001p100"]
    for text in cases:
        file.case("fromhex", lambda t: float.fromhex(t), text)
    for a in [0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 1e300, -1e-300, 0.1, 7.0, math.inf, -math.inf, math.nan, 3.0, 0.5, 1e16]:
        for b in [0.0, -0.0, 1.0, -1.0, 2.5, -0.3, 1e-300, 1e300, math.inf, -math.inf, math.nan, 3.0, 2.0, -2.0, 0.5]:
            file.case("divmod", divmod, a, b)
            def power(a, b):
                r = a ** b
                return "complex" if isinstance(r, complex) else r
            file.case("pow", power, a, b)
    file.write()


def parse_float(function, text):
    try:
        return function(text)
    except ValueError:
        return "invalid"


def hashes():
    file = File("hashes.txt")
    for text in ["", "a", "abc", "hello world", "x" * 7, "x" * 8, "x" * 9, "x" * 300, "é", "ÿ", "Ā", "日本語", "\ud800", "a\U0001f600b", "\uffff", "\U0010ffff", "aé日"]:
        file.case("str", hash, text.encode("utf-8", "surrogatepass"))
        file.lines[-1] = "str" + "\t" + show(text.encode("utf-8", "surrogatepass")) + "\t" + show(hash(text))
    for n in range(0, 20):
        data = rng.randbytes(n)
        file.case("bytes", hash, data)
    for items in [(), (0,), (1,), (-1,), (1, 2), (1, 2, 3), tuple(range(20)), (2**70, -5)]:
        file.case("tuple", hash, items)
        file.case("frozenset", lambda items: hash(frozenset(items)), items)
    file.case("frozenset", lambda items: hash(frozenset(items)), tuple(range(-300, 300)))
    for parts in [(1, 2, 3), (0, 0, 0), (-1, 5, 2**61)]:
        file.case("slice", lambda parts: hash(slice(*parts)), parts)
    for _ in range(40):
        z = complex(rng.choice(FLOATS[:20]), rng.choice(FLOATS[:20]))
        file.case("complex", hash, z)
    for _ in range(40):
        f = Fraction(int_of_bits(rng.randrange(1, 200)), rng.getrandbits(rng.randrange(1, 200)) or 1)
        file.case("ratio", lambda n, d: hash(Fraction(n, d)), f.numerator, f.denominator)
    file.case("ratio", lambda n, d: hash(Fraction(n, d)), -5, 2**61 - 1)
    file.write()


def mathematics():
    file = File("mathematics.txt")
    parts = [0.0, -0.0, 1.0, -1.0, 2.5, -0.3, 1e200, 1e-200, 3.0, math.inf, -math.inf, math.nan]
    numbers = [complex(a, b) for a in parts for b in parts]
    for _ in range(300):
        z, w = rng.choice(numbers), rng.choice(numbers)
        file.case("cmul", lambda z, w: z * w, z, w)
        file.case("cdiv", lambda z, w: z / w, z, w)
    for z in numbers:
        file.case("crepr", repr, z)
        for n in (0, 1, 2, 3, 7, -1, -2):
            file.case("cpow", lambda z, w: z ** w, z, complex(n, 0))
    for text in ["1", "1j", "j", "-j", "+j", "1+2j", "1-j", "(1+2j)", " ( 1e3-2.5J ) ", "1+", "1+2", "j1", "1j2", "1+2jj", "nan+infj", "-inf-nanj", "1_0+2_0j", "1__0j", "_1j", "()", "", "(1", "1)",
                 "1 + 2j", "1e5j", "1e5+1e-5j", ".5j", "1.j", "+1.5-.5j", "i", "((1))", "infinityj", "--1j", "1+-2j"]:
        def parse(t):
            try:
                return complex(t)
            except ValueError:
                return "invalid"
        file.case("cparse", parse, text)
    for seed in (0, 1, -5, 2**31, 2**32, 2**64 + 17, 3**500):
        def draw(seed):
            r = random.Random(seed)
            return (r.random(), r.random(), r.getrandbits(5), r.getrandbits(32), r.getrandbits(33), r.getrandbits(64), r.getrandbits(200), *[r.getrandbits(32) for _ in range(700)][-3:])
        file.case("random", draw, seed)
    for n in [*range(0, 40), 64, 100, 171, 257, 1000]:
        file.case("factorial", math.factorial, n)
        for k in (0, 1, 2, 5, 17, 33, 34, 35, 36, 60, 100):
            file.case("comb", math.comb, n, k)
            file.case("perm", math.perm, n, k)
    for x in [0.1, 0.5, 1.0, 1.5, 2.0, 3.7, 10.0, 23.0, 24.0, 50.5, 100.1, 170.6, 171.6, 172.0, 1e-5, 1e-300, 1e-310, -0.5, -1.5, -10.3, -50.7, -170.5, -200.5, 0.0, -0.0, -1.0, 1e10, 1e300, math.inf, -math.inf, math.nan, 6.0, -3.2, 26.0, 30.0]:
        for function in (math.gamma, math.lgamma, math.erf, math.erfc):
            # The third field is CPython's value; a few units in the last place are allowed.
            file.case("near_" + function.__name__, lambda x, y: "near", x, domain(function, x))
    for n in (1, 2, 10, 10**22, 2**1000, 3**700, 10**400, 7**5000, 0, -5):
        for function in (math.log, math.log2, math.log10):
            file.case("near_" + function.__name__, lambda n, y: "near", n, domain(function, n))
    for n in (2**63, 2**64 - 1, 10**18):
        for k in (1, 3, 5, 40):
            file.case("comb", math.comb, n, k)
            file.case("perm", math.perm, n, k)
    for _ in range(80):
        xs = tuple(rng.choice([rng.uniform(-1, 1), rng.uniform(-1, 1) * 2.0 ** rng.randrange(-60, 60), 1e16, 1.0, -1e16, 1e-16]) for _ in range(rng.randrange(1, 12)))
        file.case("fsum", math.fsum, xs)
        file.case("hypot", lambda xs: math.hypot(*xs), xs)
        ys = tuple(rng.uniform(-1, 1) for _ in xs)
        file.case("sumprod", math.sumprod, xs, ys)
    for xs in [(1e308, 1e308), (math.inf, -math.inf), (math.inf, 1.0), (math.nan, 1.0), (1e308, 1e308, -1e308), (1e100, 1.0, -1e100, 1e-100), (5e-324, 1e-310), (1e308, 1e308, math.inf),
               (0.1,) * 10, (1.0, 2.0**-53, 2.0**-106), (3e-320, 4e-320)]:
        file.case("fsum", math.fsum, xs)
        file.case("hypot", lambda xs: math.hypot(*xs), xs)
    xs = FLOATS[:70]
    for x in xs:
        file.case("ulp", math.ulp, x)
        file.case("frexp", math.frexp, x)
        file.case("modf", math.modf, x)
        for y in (0.0, -0.0, 1.0, math.inf, -1.5, 1e300):
            file.case("nextafter", lambda x, y: math.nextafter(x, y), x, y)
            file.case("nextafter5", lambda x, y: math.nextafter(x, y, steps=5), x, y)
            file.case("remainder", lambda x, y: domain(math.remainder, x, y), x, y)
            file.case("fma", lambda x, y: domain(math.fma, x, y, -x), x, y)
        for n in (0, 1, -1, 1000, -1074, 2000, -3000):
            file.case("ldexp", lambda x, n: domain(math.ldexp, x, n), x, n)
    file.write()


def domain(function, *args):
    try:
        return function(*args)
    except ValueError:
        return "domain"
    except OverflowError:
        return "range"


if __name__ == "__main__":
    mathematics()
    integers()
    texts()
    float_texts()
    hashes()
