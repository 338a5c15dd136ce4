# What random programs and the stress modes found: compiled code that did not see what it should have.


def one(a, b=1):
    return "one"


def two(a, b=2):
    return "two"


def call_two(n):
    result = ""
    for i in range(n):
        result += two(i)[0]
    return result


def changed_code():
    for _ in range(5):
        print(call_two(10))
    two.__code__ = one.__code__
    print(call_two(10))
    print(two.__defaults__, two(0))


changed_code()


class Base:
    def who(self):
        return "base"


class Derived(Base):
    def renamed(self):
        parent = super
        return parent().who()

    def comprehended(self):
        return [super().who() for _ in "ab"]


def class_cells():
    derived = Derived()
    for _ in range(6):
        print(derived.renamed(), derived.comprehended())


class_cells()


def quotients(numbers, x, y):
    results = []
    for number in numbers:
        try:
            results.append(x // y + number % y)
        except ZeroDivisionError:
            results.append(None)
        if number % 3 == 0:
            x, y = y, 0 if y == 7 else 7
    return results


def changing_divisors():
    for _ in range(4):
        print(quotients(range(12), 100, 3))


changing_divisors()
