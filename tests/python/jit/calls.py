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


# `ord` of characters of each length, and of a surrogate; keywords, star arguments and defaults that a trace binds by itself.
def codes(text):
    return [ord(c) for c in text]


def spread(a, *rest, b=2, **others):
    return a, rest, b, sorted(others.items())


def forward(*args, **keywords):
    return spread(*args, **keywords)


for i in range(30):
    last = codes("aé€\U0001f600\ud800\udfff\x7f\x80\u07ff\u0800\uffff")
    bound = (spread(i), spread(i, 1, 2), spread(i, b=i, c=3), forward(), ) if i < 0 else (
        spread(i), spread(i, 1, 2), spread(i, b=i, c=3), forward(i, 5), forward(i, x=1, b=0))
print(last, bound)


class Made:
    def __init__(self, a, *, b=1, **more):
        self.all = a, b, more


def make(n):
    for i in range(n):
        made = Made(i, b=i), Made(a=i, c=2), Made(i)
    return [m.all for m in made]


print(make(50))
for wrong in (lambda: Made(), lambda: Made(1, a=2), lambda: Made(1, 2), lambda: spread(b=1), lambda: forward(*[1, 2], a=3)):
    for i in range(30):
        try:
            wrong()
        except TypeError as error:
            text = str(error)
    print(text)


def numbers(values):
    found = []
    for x in values:
        found.append((abs(x), min(x, 1), max(x, 1), int(x), float(x)))
    return found


for values in ([1, -2, True, 2**60, -2**62] * 8, [0.5, -0.0, -2.75, 1e300 * 0, -1e15] * 8):
    print(numbers(values)[-5:])
print([min(x, y) for x in (0.0, -0.0, 1, float("nan")) for y in (-0.0, 0, 1.0)] * 1)


def pairs(a, b):
    found = []
    for i, (x, y) in enumerate(zip(a, b)):
        found.append(i * x - y)
    for i, x in enumerate(a):
        found.append(i * x)
    it = iter(a)
    found += [x + y for x, y in zip(it, it)]
    left, right = iter(range(40)), iter(range(39))
    for x, y in zip(left, right):
        pass
    return found, next(left, "none"), next(right, "none")


print(pairs(list(range(40)), tuple(range(35))))


def popping(values):
    s = 0
    while values:
        s = s * 3 % 1000 + values.pop()
    try:
        values.pop()
    except IndexError as error:
        return s, str(error)


print(popping(list(range(100))))


def made_functions(n):
    functions = []
    for i in range(n):
        functions.append(lambda x, k=i, *, d=2: x + k + i + d)
    def named(a: int, b: str = "b") -> None:
        "doc"
    return [f(1) for f in functions[:3]], functions[0].__name__, named.__doc__, named.__module__, named.__defaults__, named.__qualname__


print(made_functions(40))
