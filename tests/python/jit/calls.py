# Functions and methods called from hot loops, and hot functions: recursion, defaults, keywords, closures, instances.


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(17))


def add(a, b=10, *, c=1):
    return a + b + c


def calls(n):
    s = 0
    for i in range(n):
        s += add(i)
        s += add(i, 2)
        s += add(i, c=3)
        s += add(b=i, a=1)
    return s


print(calls(500))


def rest(first, *args, **kwargs):
    return first + len(args) + sum(kwargs.values())


def star_calls(n):
    s = 0
    for i in range(n):
        s += rest(i)
        s += rest(i, 1, 2)
        s += rest(i, x=i)
        s += rest(*(i, 2), **{"y": 1})
    return s


print(star_calls(400))


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


step = counter()
for _ in range(1000):
    step()
print(step(5))


class Point:
    scale = 2

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        if not isinstance(other, Point):
            return NotImplemented
        return self.x == other.x and self.y == other.y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    @property
    def norm(self):
        return self.x * self.x + self.y * self.y

    @classmethod
    def origin(cls):
        return cls(0, 0)

    @staticmethod
    def twice(n):
        return 2 * n

    def scaled(self, k):
        return Point(self.x * k * self.scale, self.y * k)


def points(n):
    p = Point.origin()
    step = Point(1, 2)
    for i in range(n):
        p = p + step
        if i % 50 == 0:
            p = p.scaled(1)
    return p, p.norm, p == step, p == 5, p != Point(1, 1), Point.twice(4)


print(points(600))


def attributes(n):
    p = Point(0, 0)
    for i in range(n):
        p.x += 1
        p.y -= p.x
        if i == n // 2:
            p.z = 5
        if i > n // 2:
            p.z += 1
    return vars(p)


print(attributes(800))


def change_class(n):
    out = 0
    for i in range(n):
        out += Point.scale
        if i == 300:
            Point.scale = 5
        if i == 400:
            Point.twice = lambda n: 3 * n
        out += Point.twice(1)
    return out


print(change_class(600))

LIMIT = 3


def globals_change(n):
    global LIMIT
    s = 0
    for i in range(n):
        s += LIMIT
        if i % 100 == 99:
            LIMIT += 1
    return s


print(globals_change(2000), LIMIT)


class Base:
    def value(self):
        return 1

    def __len__(self):
        return 3


class Left(Base):
    def value(self):
        return super().value() + 10


class Right(Base):
    def value(self):
        return super().value() * 7

    def __bool__(self):
        return False


def polymorphic(n):
    objects = [Base(), Left(), Right()]
    s = 0
    for i in range(n):
        o = objects[i % 3]
        s += o.value()
        if o:
            s += len(o)
        if not o:
            s += 1000
    return s


print(polymorphic(900))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print([even(n) for n in range(0, 300, 41)])


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 9))


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


for n in (10, 100, 500, 10, 300):
    print(deep(n), end=" ")
print()


def endless(n):
    return endless(n + 1)


for _ in range(3):
    try:
        endless(0)
    except RecursionError as error:
        print(type(error).__name__, error)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 0
        self.b = 1.5


def slots(n):
    s = Slots()
    for i in range(n):
        s.a += i
        s.b += 0.5
    return s.a, s.b


print(slots(700))


class Getattr:
    def __getattr__(self, name):
        return len(name)


def dynamic(n):
    g = Getattr()
    s = 0
    for i in range(n):
        s += g.abc + g.defgh
        if i == n - 3:
            g.abc = 100
    return s


print(dynamic(500))
