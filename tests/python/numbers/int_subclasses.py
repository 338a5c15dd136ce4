class Number(int):
    def __add__(self, other):
        return Number(int(self) + int(other))

    def __radd__(self, other):
        return "reflected"


class Loud(int):
    def __new__(cls, value, name="?"):
        self = super().__new__(cls, value)
        self.name = name
        return self

    def __repr__(self):
        return f"Loud<{int(self)}>"


n = Number(5)
print(n, n + 1, type(n + 1).__name__, 1 + n, n * 2, type(n * 2).__name__, -n, type(-n).__name__)
print(n == 5, 5 == n, hash(n) == hash(5), n < 6, bool(Number(0)), range(10, 40, 10)[Number(1)])
print(type(int(n)).__name__, type(n.real).__name__, type(+n).__name__, type(n.__index__()).__name__)
x = Loud(7, "seven")
print(repr(x), str(x), x.name, f"{x}", f"{x:3d}|", x + 1, isinstance(x, int), x.bit_length())
big = Loud(10**30, "big")
print(big.name, big + 1, big // 10**29, -big, big == 10**30, round(big, -30))
print(Number("12", 8), Number(), Number(3.7))
print(pow(Number(2), 10), 2 ** Number(3), divmod(Number(7), 2)[0])


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Both:
    def __int__(self):
        return 10

    def __index__(self):
        return 20


class Bad:
    def __int__(self):
        return "10"

    def __index__(self):
        return 1.5

    def __float__(self):
        return 1


class Truncating:
    def __trunc__(self):
        return 5


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


print(int(Index(3)), int(Both()), float(Index(4)), range(1, 4)[Index(2)], range(Index(3)))
print(1 << Index(2).value, int("11", Index(2)))
attempt(lambda: int(Bad()))
attempt(lambda: range(Bad()))
attempt(lambda: float(Bad()))
attempt(lambda: int(Truncating()))
attempt(lambda: 1 + Index(1))
attempt(lambda: int(Index("x")))


class Meters(float):
    def __repr__(self):
        return f"{float(self)} m"


m = Meters(2.5)
print(m, repr(m), m + 1, type(m + 1).__name__, m == 2.5, hash(m) == hash(2.5), m.is_integer(), f"{m:.2f}", f"{m}")
print(type(float(m)).__name__, type(Meters.fromhex("0x1p3")).__name__, Meters.fromhex("0x1p3"), Meters("1e3"))
