# Order, views, merging, missing keys, deletion while iterating, keys that are equal, set algebra.
d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] = 10
del d["b"]
d["b"] = 20
print(d, list(d), d.keys() & {"a", "z"}, sorted(d.items() - {("a", 10)}), d.values(), len(d), "a" in d, list(reversed(d)), d.keys().isdisjoint("xyz"))
print(d | {"z": 0}, {**d, "a": 0}, d.get("q"), d.get("q", 5), d.setdefault("s", []), d.pop("s"), d.pop("s", None), d.popitem(), dict.fromkeys("ab", 0), dict([("x", 1)], y=2), dict(zip("ab", [1, 2])))
d |= [("p", 1)]
d.update({"q": 2}, r=3)
print(d, d == dict(reversed(d.items())), {1: "int", 1.0: "float", True: "bool"}, {0: 1}.get(False), d.copy() is d)
for attempt in ("{}['x']", "{}.popitem()", "{[]: 1}", "{}.pop('k')", "dict([1])", "dict([(1, 2, 3)])", "d.update(5)", "{1, []}", "set().pop()", "{1}.remove(2)", "frozenset().add(1)", "hash({})", "{} < {}", "{1: 2} + {}", "next(iter({}))"):
    try:
        exec(attempt)
    except Exception as error:
        print(type(error).__name__, error)
for change in (lambda: d.update(new=1), lambda: d.pop("p"), lambda: d.clear()):
    try:
        for key in d:
            change()
    except RuntimeError as error:
        print(error)
view = (d := {"k": 1}).keys()
d["later"] = 2
print(view, len(view), sorted(view | {"x"}), view == {"k", "later"}, d.items() <= {("k", 1), ("later", 2), ("m", 3)}, view.mapping)


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        return self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"


table = {Key(n): n for n in range(6)}
print(table[Key(4)], Key(7) in table, table, {Key(1), Key(4), Key(1)} == {Key(4), Key(1)})


class Default(dict):
    def __missing__(self, key):
        self[key] = key * 2
        return self[key]


default = Default()
print(default["ab"], default, default.get("zz"), "zz" in default)
s, t = {1, 2, 3, 4}, frozenset({3, 4, 5})
print(s & t, sorted(s | t), s - t, sorted(s ^ t), s <= {1, 2, 3, 4, 5}, s > {1}, s.isdisjoint({9}), type(s & t).__name__, type(t & s).__name__, s == frozenset(s), {s for s in ()} == set())
s.add(9)
s.discard(100)
s.update([7], (8,))
s -= {7, 8}
s &= {1, 2, 9}
s ^= {2, 3}
print(sorted(s), len(s), s.copy() == s, sorted(s.union("a", [1], key) if False else s.union([5], {6})), s.intersection([1]), s.difference([1], [9]), s.issubset(range(10)), frozenset([frozenset()]), hash(frozenset([1, 2])) == hash(frozenset([2, 1])))
print({frozenset("ab"): 1}[frozenset("ba")], set("hello") == set("olleh"), sorted({*"ab", *range(2)}, key=str), repr(set()), {1, 1.0, True})
big = {n: str(n) for n in range(1000)}
for n in range(0, 1000, 3):
    del big[n]
print(len(big), list(big)[:4], sum(big), big[998], 999 in big, list(big.items())[-1])
