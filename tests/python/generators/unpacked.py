# Generators that are unpacked: as many items as there are targets, fewer, more, none, and what they do meanwhile.
def counted(n, log=None):
    for k in range(n):
        if log is not None:
            log.append(k)
        yield k
    if log is not None:
        log.append("end")


def run(n):
    total = 0
    for i in range(n):
        a, b = (x * i for x in (1, 2))
        c, d, e = (x + i for x in (1, 2, 3))
        f, g, h, j = map(lambda x: x - i, (1, 2, 3, 4))
        (k, l), m = (y for y in ((i, i + 1), 5))
        total += a + b + c + d + e + f + g + h + j + k + l + m
    return total


print(run(1500))


def errors(n):
    seen = {}
    for i in range(n):
        log = []
        try:
            a, b, c = counted(i % 6, log)
            key = (a, b, c)
        except ValueError as error:
            key = str(error)
        seen[key] = (seen.get(key, (0,))[0] + 1, log)
    return seen


for key, value in errors(600).items():
    print(key, value)


def endless():
    n = 0
    while True:
        yield n
        n += 1


def left_open(n):
    results = set()
    for _ in range(n):
        generator = endless()
        try:
            a, b = generator
        except ValueError as error:
            results.add((str(error), next(generator), error.__context__))
    return results


print(left_open(300))


def failing(k):
    yield 1
    if k % 3 == 0:
        raise KeyError(k % 2)
    yield 2
    if k % 3 == 1:
        return "early"
    yield 3


def raised(n):
    caught = {}
    for k in range(n):
        try:
            a, b, c = failing(k)
            name = "fine"
        except (KeyError, ValueError) as error:
            name = repr(error)
        caught[name] = caught.get(name, 0) + 1
    return caught


print(raised(600))


def finished(n):
    count = 0
    for _ in range(n):
        generator = counted(2)
        a, b = generator
        try:
            c, d = generator
        except ValueError as error:
            count += len(str(error))
    return count


print(finished(300))


class Own:
    def __iter__(self):
        yield from "xyz"


def objects(n):
    text = ""
    for i in range(n):
        a, b, c = Own()
        text = a + b + c
    return text


print(objects(300))


def running():
    try:
        a, b = itself
    except ValueError as error:
        yield str(error)


itself = running()
print(list(itself))


def star(n):
    rest = None
    for i in range(n):
        a, *rest = counted(4)
        (a, b), (c, d, e) = counted(2), (x for x in "abc")
    return rest, a, b, c, d, e


print(star(200))
one, = counted(1)
print(one)
try:
    a, b = counted(3)
except ValueError:
    import traceback

    traceback.print_exc(file=__import__("sys").stdout)
