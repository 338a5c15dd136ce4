# Recipes that combine iterators, and how they behave when they end early.
import itertools
import operator
from itertools import accumulate, batched, chain, combinations, combinations_with_replacement, compress, count, cycle, dropwhile, filterfalse, groupby, islice, pairwise, permutations, product, repeat, starmap, takewhile, tee, zip_longest

print(list(accumulate([1, 2, 3, 4], operator.mul)), list(accumulate([1, 2], initial=10)), list(batched("abcdefg", 3)), list(chain.from_iterable(["ab", "c"])))
print(list(combinations("abc", 2)), list(combinations_with_replacement("ab", 2)), list(permutations([1, 2, 3], 2)), list(product("ab", repeat=2)), list(product([1], [])))
print(list(compress("abcd", [1, 0, 1])), list(islice(count(10, 3), 3)), list(islice(cycle("ab"), 5)), list(islice("abcdefg", 1, None, 2)), list(dropwhile(str.isupper, "ABcD")), list(takewhile(str.isupper, "ABcD")), list(filterfalse(str.isupper, "ABcD")))
print([(key, list(group)) for key, group in groupby("aabbbc")], list(pairwise("abc")), list(starmap(pow, [(2, 3), (3, 2)])), list(zip_longest("ab", "c", fillvalue="-")), list(repeat(1, 3)))
first, second = tee(iter("abc"))
print(next(first), list(second), list(first))
groups = groupby(range(6), lambda n: n // 2)
key, group = next(groups)
next(groups)
print(list(group))


def flatten(items):
    for item in items:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def sieve(n):
    data = bytearray((0, 1)) * (n // 2)
    for p in range(3, int(n**0.5) + 1, 2):
        if data[p]:
            data[p * p :: p + p] = bytes(len(range(p * p, n, p + p)))
    data[2] = 1
    return [i for i in range(2, n) if data[i]]


def grouper(iterable, n):
    return zip(*[iter(iterable)] * n, strict=True)


print(list(flatten([1, [2, [3, []], 4]])), sieve(60), list(grouper("abcdef", 2)))
for attempt in (lambda: list(grouper("abcde", 2)), lambda: list(batched("abc", 2, strict=True)), lambda: islice([], -1), lambda: next(iter([])), lambda: list(zip([1], [], strict=True)), lambda: batched("a", 0), lambda: combinations("a", -1)):
    try:
        print(attempt())
    except (ValueError, StopIteration) as error:
        print(type(error).__name__, error)
shared = iter(range(10))
print(list(zip(shared, shared)), list(map(operator.add, [1, 2], [3, 4])), list(map(max, [1, 5], [4, 2], strict=True)))
print(repr(count(1.5, 0.5)), repr(repeat("x", 2)), operator.length_hint(repeat(1, 7)), sum(1 for _ in itertools.product(range(10), repeat=3)))
