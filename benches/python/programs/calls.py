"""Calls of all kinds: methods, keywords, defaults, star arguments, properties, class methods, built-in functions, recursion."""
import sys


class Base:
    count = 0

    def __init__(self, value=0, *, step=1):
        self.value = value
        self.step = step

    def bump(self, by=1):
        self.value += by * self.step
        return self

    @property
    def doubled(self):
        return self.value * 2

    @classmethod
    def make(cls, value):
        return cls(value, step=2)

    @staticmethod
    def clamp(value, low, high):
        return low if value < low else high if value > high else value

    def kind(self):
        return 1


class Derived(Base):
    def bump(self, by=1):
        super().bump(by)
        return self

    def kind(self):
        return 2 + super().kind()


def keywords(a, b=2, *, c=3, d=4):
    return a + b * c - d


def stars(*args, **kwargs):
    return len(args) + len(kwargs)


def forward(*args, **kwargs):
    return stars(*args, **kwargs)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def main(n):
    total = fib(20) + ackermann(2, 60)
    things = [Base.make(1), Derived(2), Derived.make(3)]
    for i in range(n):
        for thing in things:
            thing.bump().bump(2).bump(by=i & 3)
            total += thing.doubled + thing.kind()
        total += keywords(i, c=1) + keywords(a=1, b=i, d=2) + keywords(i)
        total += stars(1, 2, x=i) + forward(i, i, y=1)
        total += Base.clamp(i, 10, 1000) + len(things) + abs(-i) + min(i, 7) + max(3, i)
        total += isinstance(thing, Base) + isinstance(i, str) + ord("a") + int(True)
    print(total, [t.value for t in things])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150000)
