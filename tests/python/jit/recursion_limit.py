# The recursion limit is the same whatever of a recursion is compiled.
import sys


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


for _ in range(1000):
    down(5)
for n in (900, 950, 985, 990, 995, 996, 997, 998, 999, 5000):
    try:
        print(n, down(n))
    except RecursionError as error:
        print(n, error)


def depth():
    count = 0

    def go():
        nonlocal count
        count += 1
        go()

    try:
        go()
    except RecursionError:
        return count


print([depth() for _ in range(5)])
sys.setrecursionlimit(3000)
print([depth() for _ in range(5)], down(2900))


def walk(n):
    if n:
        yield from walk(n - 1)
    yield n


print(sum(walk(400)))
sys.setrecursionlimit(300)
try:
    print(sum(walk(400)))
except RecursionError as error:
    print(error)
print([depth() for _ in range(3)])
