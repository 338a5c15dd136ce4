# set and frozenset: operators, methods, errors.
def show(f):
    try:
        result = f()
        print(sorted(result) if isinstance(result, (set, frozenset)) else repr(result), type(result).__name__)
    except Exception as e:
        print(type(e).__name__, e)

a, b = {1, 2, 3}, {3, 4}
f = frozenset([1, 2])
for x in (a, f):
    for y in (b, f, [1], 5):
        for op in ("__and__", "__or__", "__sub__", "__xor__", "__rand__", "__ror__", "__rsub__", "__rxor__", "__le__", "__lt__", "__ge__", "__gt__", "__eq__", "__ne__"):
            print(op, end=" ")
            show(lambda: getattr(x, op)(y))
    for y in (b, [3, 9], range(2), {1: 0}, 5, [[]]):
        for op in ("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"):
            print(op, end=" ")
            show(lambda: getattr(x, op)(y))
show(lambda: a.union([7], {8}, (9,)))
show(lambda: a.intersection())
show(lambda: a.intersection([1, 2], [2, 3]))
show(lambda: a.difference([1], [2]))
show(lambda: a.symmetric_difference())
show(lambda: a | [1])
show(lambda: a < [1])
show(lambda: a < 1)

def changed(action):
    s = {1, 2, 3}
    try:
        result = action(s)
        print(result if result is not s else "self", sorted(s))
    except Exception as e:
        print(type(e).__name__, e, sorted(s))
changed(lambda s: s.add(4))
changed(lambda s: s.add([]))
changed(lambda s: s.remove(1))
changed(lambda s: s.remove(9))
changed(lambda s: s.remove([]))
changed(lambda s: s.remove({1}))
changed(lambda s: s.discard(1))
changed(lambda s: s.discard(9))
changed(lambda s: s.discard([]))
changed(lambda s: s.clear())
changed(lambda s: s.update([4], (5,)))
changed(lambda s: s.update())
changed(lambda s: s.update(1))
changed(lambda s: s.update({7: 8}))
changed(lambda s: s.intersection_update([1, 9], {1, 2}))
changed(lambda s: s.difference_update([1], {2}))
changed(lambda s: s.symmetric_difference_update([1, 9]))
changed(lambda s: s.__ior__({9}))
changed(lambda s: s.__iand__({1}))
changed(lambda s: s.__isub__({1}))
changed(lambda s: s.__ixor__({1, 9}))
changed(lambda s: s.__ior__([9]))
changed(lambda s: s.__isub__(s))
changed(lambda s: s.__ixor__(s))
changed(lambda s: s.difference_update(s))
s = {5}
print(s.pop(), s)
show(lambda: s.pop())
nested = {frozenset([1, 2]), 3}
print({1, 2} in nested, {1} in nested, [1, 2, 3] and 3 in nested)
nested.remove({1, 2})
print(nested)
show(lambda: [] in nested)
show(lambda: {[]})
show(lambda: set(1))
show(lambda: set(1, 2))
show(lambda: set(a=1))
show(lambda: frozenset(1, 2))
show(lambda: frozenset(a=1))
show(lambda: hash(set()))
print(set(), frozenset(), {1}, frozenset([1]))
print(hash(frozenset()), hash(frozenset([1, 2, 3])), hash(frozenset([3, 2, 1])) == hash(frozenset([1, 2, 3])))
print(frozenset(f) is f, f.copy() is f, set(a) is a, a.copy() == a)
class S(set):
    pass
class F(frozenset):
    def __new__(cls, *args):
        return super().__new__(cls, *args)
print(S([1]), F([1]), S(), F(), type(S() | S()), type(S().copy()), type(F() | F()), type(F([1]).copy()), S([1]) == {1}, F([1]) == S([1]), {F([1]): 2}[frozenset([1])])
print({1}.__reduce__(), F([1]).__reduce__()[1:])
print(type(set[int]).__name__, type(frozenset[int]).__name__)
loop = S()
loop.me = 1
loop.add(type("H", (), {"__repr__": lambda self: repr(loop), "__hash__": lambda self: 1})())
print(loop, loop.me)
def grow():
    s = {1, 2}
    for x in s:
        s.add(x + 10)
try:
    grow()
except RuntimeError as e:
    print(e)
print(len({1, 1.0, True}), {0} | {False}, len(set([(1,), (1,)])))
