"""Functions that the runtime calls back again and again become machine code of their own; what they do stays the same."""
import functools
import sys


class Version:
    def __init__(self, number):
        self.number = number

    def __lt__(self, other):
        return self.number < other.number

    def __eq__(self, other):
        return self.number == other.number

    def __hash__(self):
        return hash(self.number)


def compare(a, b):
    if a == 777:
        raise ValueError("unlucky")
    return (a > b) - (a < b)


def depths(n):
    seen = []

    def key(x):
        if x % 500 == 499:
            seen.append(sys._getframe().f_back.f_code.co_name)
        return -x

    return sorted(range(n), key=key)[:3], seen


def recursive(n):
    def walk(k):
        return 0 if k == 0 else 1 + max(map(walk, [k - 1]))

    return walk(n)


versions = [Version(i * 7919 % 1000) for i in range(1000)]
print(sorted(versions)[10].number, max(versions).number, versions.index(Version(versions[900].number)), len(set(versions)))
print(sorted(range(700), key=functools.cmp_to_key(compare))[:3])
try:
    sorted(range(1500, 0, -1), key=functools.cmp_to_key(compare))
except ValueError as error:
    print(error, error.__traceback__.tb_next.tb_frame.f_code.co_name, error.__traceback__.tb_next.tb_lineno)
print(depths(2000))
print([recursive(20) for _ in range(60)][-1])
try:
    recursive(sys.getrecursionlimit())
except RecursionError as error:
    print(error)
print(sum(map(lambda x: x * x, range(3000))), len(list(filter(lambda x: x % 3, range(3000)))))
print(functools.reduce(lambda a, b: a * 31 + b & 0xFFFF, range(3000)))
