# Slices of all kinds, assignment and deletion through them, comparison, repetition, errors.
letters = list("abcdefgh")
print(letters[::2], letters[::-1], letters[-3:], letters[5:2:-1], letters[10:], letters[:-20], letters[2:2], letters[slice(1, None, 3)])
letters[2:4] = "XYZ"
print(letters)
letters[::3] = range(3)
print(letters)
del letters[1::2]
print(letters)
letters[1:1] = ["in", "serted"]
letters += ("t",)
letters *= 2
print(letters, len(letters))
for attempt in ("letters[::2] = [1]", "letters[100]", "letters['a']", "letters[0:2] = 5", "letters[::0]", "del letters[50]", "letters.index('zz')", "letters.remove('zz')", "[].pop()", "(1, 2)[0] = 5", "'abc'[0] = 'x'", "[1] + (2,)", "[1] * 1.5", "range(5)[10]", "slice(1, 2).indices('x')", "[3, 'a'].sort()"):
    try:
        exec(attempt)
    except Exception as error:
        print(type(error).__name__, error)
print([1, 2] < [1, 2, 0], (1, "b") > (1, "a"), [1] == (1,), [[]] * 3, () * 5, [0] * -1, [1, [2]] == [1, [2]], max([1, 2], [1, 3]), min((), default="none"))
rows = [[0] * 2] * 2
rows[0][0] = 1
print(rows, slice(5).indices(3), slice(None, None, -1).indices(5), slice(1, 2) == slice(1, 2), hash(slice(1)) == hash(slice(1)))
numbers = [5, 3, 9, 1]
print(sorted(numbers, reverse=True), numbers.sort(key=lambda n: -n), numbers, sorted("bca"), sorted([(2, "b"), (1, "z"), (2, "a")], key=lambda p: p[0]), list(reversed(numbers)))
numbers.insert(-1, 7)
numbers.insert(100, 8)
numbers.extend(n for n in [1, 1])
print(numbers, numbers.count(1), numbers.index(1, 5), numbers.pop(0), numbers.copy() is numbers, numbers.clear(), numbers)
r = range(10, 0, -3)
print(list(r), r[1], r[-1], r[1:], len(r), 7 in r, 8 in r, r.index(4), r == range(10, -1, -3), range(0) == range(2, 1), hash(range(3)) == hash(range(0, 3, 1)), range(2**70, 2**70 + 3)[1], repr(range(1, 2)))
t = 1, [2], "x"
t[1].append(3)
print(t, t + (4,), t.index("x"), (1, 2, 2).count(2), tuple("ab"), tuple([1]) is tuple([1]), (1,)[0], (*t, *t)[-1])
try:
    t[1] += [4]
except TypeError as error:
    print(error, t)


class Sequence:
    def __getitem__(self, index):
        if isinstance(index, slice):
            return index
        if index > 3:
            raise IndexError
        return index * 10


s = Sequence()
print(list(s), 20 in s, s[1:2:3], s[:], list(zip(s, "ab")), dict(enumerate(s)), list(reversed([1, 2])), [*s])
matrix = [[1, 2, 3], [4, 5, 6]]
print(list(zip(*matrix)), [list(row) for row in zip(*matrix)], sum(matrix, []), [n for row in matrix for n in row if n % 2], any(5 in row for row in matrix))
items = [1, 2, 3, 4]
for item in items:
    if item % 2:
        items.remove(item)
print(items)
