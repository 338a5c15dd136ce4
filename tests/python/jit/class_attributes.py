"""Attributes of classes in hot loops: constants, methods, and those that a program counts with."""
import enum


class Meta(type):
    made = 0
    hidden = 1

    @property
    def shown(cls):
        return cls.__name__

    @property
    def total(cls):
        return cls.count * 2


class Base(metaclass=Meta):
    shown = 5
    LIMIT = 3
    n = 0

    def __init__(self):
        Base.n += 1

    @staticmethod
    def scale(x, *, k=1, j=2):
        return x + k * j

    @classmethod
    def above(cls, x):
        return cls.LIMIT + x

    def method(self):
        return 7


class Derived(Base):
    LIMIT = 10


class Color(enum.Enum):
    RED = 1
    BLUE = 2


def constants(n):
    total = length = 0
    for i in range(n):
        total += Base.scale(i) + Derived.scale(i, k=3) + Base.above(1) + Derived.above(2) + Base.LIMIT + Derived.LIMIT
        total += Base.method(None) + Base.hidden + len(Base.shown)
        if i % 500 == 0:
            Base.LIMIT += 1
        if i == n // 2:
            Derived.above = classmethod(lambda cls, x: 1000)
        length += Color.RED is not Color.BLUE
        even, third = i % 2 == 0, i % 3 == 0
        truths = even & third, even | third, even ^ third, even + third, even * True - False, even // True
        total += sum(truths)
        length += sum(type(x) is bool for x in truths)
        Base()
        try:
            total += Base.nothing
        except AttributeError as error:
            length += len(str(error))
    return total, length, Base.n


class Task(metaclass=Meta):
    count = 0
    ratio = 0.5
    limit = None

    def __init__(self):
        Task.count += 1
        self.number = self.count

    def get(self):
        return self.number + Task.count


class Sub(Task):
    pass


def variables(n):
    total = 0
    for i in range(n):
        task = Task()
        total += task.get() + Sub.count + Task.total
        Task.ratio += 0.25
        Task.limit = i if i % 3 else None
        total += (task.limit or 0) + int(Sub().ratio)
        if i == n // 2:
            Sub.count = 7
        if i == n // 2 + 5:
            del Sub.count
        if i == n // 2 + 10:
            # It becomes a descriptor, and a number again.
            Task.count = property(lambda self: 11)
            total += task.count
            Task.count = 3
        if i % 1000 == 0:
            Task.extra = i
            total += Task.extra
            setattr(Task, "count", Task.count + 1)
        if i % 1500 == 7:
            kept = Task.count
            del Task.count
            try:
                total += task.count
            except AttributeError as error:
                total += len(str(error))
            Task.count = kept
        if i % 900 == 3:
            Task.count = 1 << 70
            Task.count -= (1 << 70) - i
        Meta.made += 1
        total += Task.made + Meta.made
    names = sorted(name for name in vars(Task) if name[0] != "_")
    return total, Task.count, Task.ratio, Task.limit, Meta.made, names, vars(Sub).get("count")


print(constants(4000))
print(variables(6000))
