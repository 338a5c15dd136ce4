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


ticks = 0


def tick():
    global ticks
    ticks += 1


def sums(largest):
    """The last sum fits no immediate: a test that leaves with what the loop had not stored yet."""
    total = 0
    numbers = [largest, 2, 3]
    later = lambda: total
    try:
        for _ in range(3):
            tick()
            if numbers:
                total += numbers.pop()
    except Exception:
        pass
    yield


def passed_on(iterator):
    for value in iterator:
        yield value


def none_of_them():
    pass


def largest_sums():
    kept = []
    try:
        kept.append(max(passed_on(sums(2**49 - 1)), default=0))
    except TypeError:
        pass


def wide_sums(*functions):
    global ticks
    for _ in range(24):
        for function in functions:
            ticks = 0
            function()
            print(ticks, end=" ")
    print()


wide_sums(none_of_them, largest_sums)
