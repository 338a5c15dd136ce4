# Views of dicts: live, set-like, ordered.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

d = {1: "a", 2: "b"}
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items)
d[3] = "c"
print(keys, len(values), list(items))
print(1 in keys, 9 in keys, "b" in values, (1, "a") in items, (1, "b") in items, 1 in items, (1,) in items)
print(list(reversed(keys)), list(reversed(values)), list(reversed(items)))
print(sorted(keys & [1, 2, 9]), sorted(keys | [9]), sorted(keys - {1}), sorted(keys ^ [1, 9]))
print(sorted([1, 9] & keys), sorted({9} | keys), sorted({1, 9} - keys), sorted([1, 9] ^ keys), sorted([1, 9] - keys))
print(sorted(items & [(1, "a"), (2, "x")]), sorted(items - [(1, "a")]), type(keys & []), type(items | []))
print(keys == {1, 2, 3}, keys == [1, 2, 3], keys < {1, 2, 3, 4}, keys <= {1, 2, 3}, keys > {1}, keys >= {4}, keys != {1})
print({1, 2, 3} == keys, frozenset([1]) < keys, d.keys() == {3: 0, 2: 0, 1: 0}.keys(), items == {(1, "a"), (2, "b"), (3, "c")})
print(values == values, values == d.values(), values.__class__.__name__)
print(keys.isdisjoint([4, 5]), keys.isdisjoint({1}), items.isdisjoint([]))
show(lambda: keys & 1)
show(lambda: keys | 1)
show(lambda: keys < 1)
show(lambda: keys.isdisjoint(1))
show(lambda: values & {1})
show(lambda: hash(keys))
show(lambda: keys.mapping)
show(lambda: [] in keys)
show(lambda: iter(keys).__length_hint__())
d["self"] = d.values()
print(d)
print(type(keys).__name__, type(values).__name__, type(items).__name__)
for view in (keys, values, items):
    print(type(iter(view)).__name__, type(reversed(view)).__name__)
