# Functions whose code and defaults are assigned while loops run that know them.
def add(a, b=1):
    return a + b


def subtract(a, b=1):
    return a - b


def multiply(a, b=3, *, c=2):
    return a * b * c


class Counter:
    def __init__(self, step=1):
        self.step = step
        self.n = 0

    def advance(self, by=2):
        self.n += self.step * by
        return self.n


def reset(self, step=7):
    self.step = step * 100
    self.n = 0


def other_advance(self, by=5):
    self.n -= by
    return self.n


def maybe_change(i):
    if i == 400:
        add.__code__ = subtract.__code__
    elif i == 500:
        add.__defaults__ = (10,)
    elif i == 600:
        multiply.__kwdefaults__ = {"c": 5}
    elif i == 700:
        Counter.advance.__code__ = other_advance.__code__
    elif i == 800:
        Counter.advance.__defaults__ = (50,)
    elif i == 900:
        Counter.__init__.__code__ = reset.__code__
    elif i == 950:
        add.__defaults__ = None


def run():
    total = 0
    counter = Counter()
    seen = []
    for i in range(1000):
        maybe_change(i)
        try:
            total += add(i)
        except TypeError as error:
            total += 3
            if i % 25 == 0:
                seen.append(str(error))
        total += add(i, b=2) + add(b=i, a=3)
        total += multiply(i, c=1) + multiply(2)
        total += counter.advance() + counter.advance(by=1)
        total += Counter().step + Counter(step=3).step
        total += sum(map(add, (i, i + 1), (1, 2)))
        if i % 100 == 0:
            seen.append(total)
    return total, seen


print(run())


# A function that changes its own code, and one that is changed more often than traces put up with.
def first(n):
    if n == 300:
        first.__code__ = second.__code__
    return 1


def second(n):
    if n == 600:
        second.__defaults__ = (2,)
        first.__code__ = third.__code__
    return 10


def third(n):
    return 100


print(sum(first(n) for n in range(1000)))


def often(x=0):
    return x


total = 0
for k in range(3000):
    if k % 60 == 0:
        often.__defaults__ = (k,)
    total += often()
print(total)


# Closures, each with the code of one definition.
def maker(k):
    def inner(x, y=k):
        return x * k + y

    return inner


makers = [maker(k) for k in range(4)]
total = 0
for k in range(2000):
    if k == 1500:
        makers[2].__code__ = makers[1].__code__
        makers[3].__defaults__ = (1000,)
    total += makers[k % 4](k)
print(total)
