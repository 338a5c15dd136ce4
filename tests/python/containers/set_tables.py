# Sets made from whole tables: copies, ranges, operators, and what comparing keys may do meanwhile.

whole = set(range(40))
gaps = set(range(40))
for n in range(0, 40, 3):
    gaps.discard(n)


def show(name, made):
    print(name, len(made), sorted(made), made == set(sorted(made)))


show("copy", set(whole))
show("copy of gaps", set(gaps))
show("frozen", frozenset(gaps))
show("of dict", set({n: str(n) for n in range(30)}))
show("of small dict", set({"a": 1, "b": 2}))
for made in (set(whole), set(gaps), whole | gaps, whole - gaps, whole ^ gaps, whole & gaps, set(range(5, -45, -5))):
    before = len(made)
    made.add(1000)
    made.discard(7)
    made.add(7)
    made.remove(1000)
    print(before, len(made), 7 in made, 1000 in made, sum(made))

for bounds in ((0,), (1,), (3, 11), (10, 0, -1), (-2, 2), (2**49 - 2, 2**49 + 2), (2**62, 2**63 + 3, 2**61), (-2**63, -2**63 + 2)):
    made = set(range(*bounds))
    show(bounds, made)
    print(all(n in made for n in range(*bounds)), -1 in made)

emptied = set(range(20))
for n in range(20):
    emptied.remove(n)
emptied.update(range(3))
show("emptied, then a range", emptied)
emptied.clear()
emptied.update({9: 1, 8: 2})
show("cleared, then a dict", emptied)
emptied |= emptied
show("itself", emptied)

listed = [3, 1, 3, True, 1.0, "3"]
print(len(set(listed)), set([1, 1.0, True]), set(tuple(listed)) == set(listed))


class Grows:
    def __init__(self, source, left):
        self.source, self.left = source, left

    def __hash__(self):
        if self.left:
            self.left -= 1
            self.source.append(len(self.source))
        return 7


growing = []
growing.append(Grows(growing, 3))
print(len(set(growing)))


class Same:
    """Equal to what has its number; comparing takes a key out of a set and puts it back."""
    victim = None

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return hash(self.number)

    def __eq__(self, other):
        if Same.victim is not None and 5 in Same.victim:
            Same.victim.remove(5)
            Same.victim.add(5)
        return isinstance(other, (int, Same)) and int(other) == self.number

    def __int__(self):
        return self.number


left, right = {1, 2, 5, 3, 4}, {Same(1), Same(3), 9}
for operation in ("__and__", "__or__", "__sub__", "__xor__"):
    Same.victim = left
    try:
        made = getattr(left, operation)(right)
        print(operation, sorted(int(k) for k in made), len({int(k) for k in made}) == len(made))
    except RuntimeError as error:
        print(operation, error)
    Same.victim = None
taken = {1, 2}
taken ^= {Same(2), Same(8)}
print(sorted(int(k) for k in taken), 8 in taken, Same(8) in taken, 2 in taken)

table = {n: n * n for n in range(50)}
copied = dict(table)
del table[3]
again = dict(table)
copied[3] = None
again[3] = "back"
print(list(copied)[:5], list(again)[-1], len(table), len(copied), len(again), copied[49], again[3])
print({**copied, 50: 1} == copied | {50: 1}, list(copied.copy()) == list(copied))
