# itertools at its corners: lengths, shared tees, groups that are passed by, batches, accumulations, copies, and wrong arguments.
import copy
import itertools as i
import operator


def take(iterable, n=8):
    return list(i.islice(iterable, n))


shared = i.tee(iter("abc"), 3)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""take(i.count()), take(i.count(5, -2), 3), take(i.count(0.5, 0.25), 3), take(i.count(1j, 2), 2), repr(i.count(3)), repr(i.count(1, 2)), repr(i.repeat("x", 2)), list(i.repeat(1, -5)), take(i.cycle("ab"), 5), list(i.cycle([]))
list(i.accumulate([1, 2, 3])), list(i.accumulate([1, 2, 3], operator.mul)), list(i.accumulate([], initial=5)), list(i.accumulate([3, 1, 2], max, initial=2)), list(i.accumulate("abc")), list(i.accumulate([1, 2], lambda a, b: f"{a}{b}"))
list(i.batched("abcde", 2)), list(i.batched([], 3)), list(i.pairwise("abcd")), list(i.pairwise("a")), list(i.chain("ab", [1], {2: 3})), list(i.chain.from_iterable(["ab", "c"])), list(i.compress("abcd", [1, 0, True])), list(i.dropwhile(lambda x: x < 3, [1, 3, 2])), list(i.takewhile(lambda x: x < 3, [1, 3, 2])), list(i.filterfalse(None, [0, 1, ""])), list(i.starmap(pow, [(2, 3), (3, 2)]))
list(i.batched("abc", 0))
list(i.batched("abc", 2, strict=True))
list(i.islice("abcdef", 1, 5, 2)), list(i.islice("abc", None)), list(i.islice("abc", 5)), list(i.islice("abc", 2, None)), (lambda it: (list(i.islice(it, 1, 2)), list(it)))(iter("abcd"))
i.islice("abc", -1)
i.islice("abc", 1, 2, 0)
i.islice("abc", "x")
i.islice("abc")
[(k, list(g)) for k, g in i.groupby("aabba")], [(k, list(g)) for k, g in i.groupby([1, 1.0, True, 2])], [k for k, g in i.groupby("aab")], (lambda gs: [list(g) for k, g in gs])([*i.groupby("aab")]), [(k, len(list(g))) for k, g in i.groupby(["a", "bb", "cc"], key=len)], list(i.groupby([]))
[list(f("abc", 2)) for f in (i.permutations, i.combinations, i.combinations_with_replacement)], list(i.permutations("ab")), list(i.permutations("ab", 3)), list(i.combinations("ab", 0)), list(i.product("ab", [1, 2])), list(i.product("ab", repeat=2)), list(i.product()), list(i.product("a", [])), list(i.product(repeat=2))
i.permutations("ab", -1)
i.combinations("ab", "x")
i.product("a", repeat=-1)
i.product("a", nope=1)
list(i.zip_longest("abc", [1], fillvalue="-")), list(i.zip_longest()), list(zip("ab", [1, 2], strict=True)), next(i.zip_longest("a", "bc"))
list(zip("ab", [1], strict=True))
list(zip("a", [1, 2], strict=True))
list(zip("ab", [1, 2], "abc", strict=True))
list(map(pow, [1, 2], [3])), list(map(lambda *a: a, "ab", "cd", "ef")), list(map(str, [])), list(map(pow, [2], [3], strict=True))
list(map(pow, [2], [3, 4], strict=True))
map(5)
list(shared[0]), next(shared[1]), list(shared[2]), list(shared[1]), i.tee("ab", 0), [list(t) for t in i.tee("ab")], type(i.tee([])[0]).__name__
i.tee([], -1)
i.tee(5)
i.count("x")
i.repeat()
i.chain(5).__next__()
i.starmap(pow, [5]).__next__()
i.cycle(5)
i.accumulate(5)
i.groupby(5)
i.repeat(1, 3).__length_hint__(), operator.length_hint(i.islice([1, 2], 1)), list(enumerate("ab", 5)), list(enumerate("ab", start=-1)), list(reversed(range(3))), list(filter(None, [0, 1])), list(filter(str.isalpha, "a1b")), next(iter([]), "d"), list(iter([1, 2, 3].pop, 2)), all([]), any([]), sum([[1], [2]], [])
enumerate(5)
enumerate("a", "x")
reversed({1})
sum(["a"])
sum(["a"], "")
iter(5)
iter(5, 1)
next(5)""".splitlines():
    attempt(text)
