# Sets and views of dicts: every operator and method between every pair of kinds, and what is refused.
kinds = {
    "set": lambda *v: set(v), "frozenset": lambda *v: frozenset(v), "keys": lambda *v: dict.fromkeys(v).keys(), "items": lambda *v: {x: x for x in v}.items(), "list": lambda *v: list(v), "dict": lambda *v: dict.fromkeys(v), "text": lambda *v: "".join(map(str, v)), "number": lambda *v: 5,
}


def show(value):
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}{sorted(value, key=repr)}"
    return value if isinstance(value, bool) or value is NotImplemented else type(value).__name__


for symbol in ("|", "&", "-", "^", "<", "<=", "==", ">", ">=", "!="):
    for left in ("set", "frozenset", "keys", "items", "list"):
        row = []
        for right in kinds:
            a, b = kinds[left](1, 2, 3), kinds[right](2, 3, 4)
            try:
                row.append(str(show(eval(f"a {symbol} b"))))
            except TypeError as error:
                row.append("!" if "unsupported" in str(error) or "not supported" in str(error) or "can only" in str(error) else str(error))
        print(left, symbol, *row)
for method in ("union", "intersection", "difference", "symmetric_difference", "isdisjoint", "issubset", "issuperset", "update", "intersection_update", "difference_update", "symmetric_difference_update", "add", "discard", "remove"):
    row = []
    for right in kinds:
        a, b = {1, 2, 3, "2"}, kinds[right](2, 3)
        try:
            result = getattr(a, method)(b)
            row.append(str(show(a if result is None else result)))
        except (TypeError, KeyError) as error:
            row.append(f"{type(error).__name__}: {error}"[:60])
    print(method, *row)
a = {1, 2}
alias = a
a |= {3}
a &= frozenset([2, 3, 4])
a ^= {4}
a -= {3}
print(a is alias, show(a))
f = g = frozenset("ab")
f |= {"c"}
print(f is g, sorted(f), frozenset(g) is g, g.copy() is g, set(g) == g, hash(g) == hash(frozenset("ba")))
print({1, 2}.union(), {1}.union([2], (3,), "4", {5: 6}) == {1, 2, 3, "4", 5}, {1, 2}.intersection([1], [2]), {1, 2, 3}.difference([1], [2]), set().union(range(3)))
for text in ("{[]}", "{1}.add([])", "{1}.remove(2)", "{frozenset([1])}.remove({1})", "{1} in {frozenset([1])}", "set().pop()", "{1} | [1]", "a.__ior__([1])", "hash({1})", "{1} < [1]", "set(5)", "set(1, 2)", "set(x=1)", "frozenset().add(1)", "{1: 2}.keys() | 5", "{1: []}.items() | set()", "{1: 2}.values() | {1}", "{1: 2}.keys() + {1}", "{1}.update(5)", "{1}.isdisjoint(5)", "{1}.symmetric_difference()", "{1: 2}.keys() == {1}", "{1: 2}.items() == {(1, 2)}", "{1: [2]}.items() == {1: [2]}.items()", "{1: 2}.values() == {1: 2}.values()", "(1, 2) in {1: 2}.items()", "(1,) in {1: 2}.items()", "[1, 2] in {1: 2}.items()", "{1: 2}.items().isdisjoint([(1, 3)])", "{1: 2}.keys().mapping", "{1: 2}.keys().mapping[1]", "[1] in {1: 2}.keys()", "[1] in {1: 2}.values()", "{1: 2}.keys() <= {1: 3, 4: 5}.keys()", "{}.keys() < {1}", "set() == frozenset()", "{1.0, True, 1}", "{0, False, 0.0, -0.0}", "{1, 2} > {1} > set()", "repr(set())", "repr(frozenset())", "repr({1})", "repr(frozenset({1}))"):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


class Sub(set):
    pass


s = Sub([1, 2])
print(type(s | {3}).__name__, type(s.copy()).__name__, type(s.union([1])).__name__, type({3} | s).__name__, type(s & s).__name__, type(s - {1}).__name__, repr(Sub([1])), s == {1, 2})
