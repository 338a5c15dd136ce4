for a in (True, False):
    print(a, repr(a), not a, int(a), float(a), -a, +a, a + 1, a * 3, hash(a), a == int(a), f"{a}", f"{a:d}", f"{a:>6}")
    for b in (True, False):
        print(a & b, a | b, a ^ b, a + b, a - b, a == b, a < b, a is b)
    for b in (0, 1, 6, 2**70):
        print(a & b, a | b, a ^ b, b & a, b | a, b ^ a)
print(True.__and__(1), True.__and__(False), True.__rand__(2), type(True | 2).__name__, type(True ^ True).__name__)
print(True.real, True.numerator, True.bit_length(), True.conjugate(), True.denominator, True.imag)
print(bool(), bool(0), bool(""), bool([]), bool(0.0), bool(0j), bool(range(0)), bool(None), bool(5), bool("a"), bool(1e-300))
print(True in (1, 2), False == 0.0, True < 1.5, sum((True, True, False)))
print(True.__bool__(), bool.__doc__)
print(*True.to_bytes(), bool.from_bytes(b"\x00"), bool.from_bytes(b"\x02"))


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: bool(1, 2))
attempt(lambda: bool(x=1))
attempt(lambda: True & 1.0)
attempt(lambda: f"{True:s}")


class Odd:
    def __bool__(self):
        return 1


class Sized:
    def __len__(self):
        return 0


attempt(lambda: bool(Odd()))
attempt(lambda: bool(Sized()))


def subclass():
    class Sub(bool):
        pass


attempt(subclass)
