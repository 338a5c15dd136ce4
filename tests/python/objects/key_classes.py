"""What decides whether keys are equal: classes that compare by identity, as tuples or by methods, and classes that change their mind."""
from collections import namedtuple

P = namedtuple("P", "x y")
Q = namedtuple("Q", "x y")


class Own(tuple):
    def __eq__(self, other):
        return "own"

    __hash__ = tuple.__hash__


class Unequal(tuple):
    def __ne__(self, other):
        return "unequal"


class Plain:
    pass


class Same(Plain):
    def __eq__(self, other):
        return isinstance(other, Plain)

    def __hash__(self):
        return 7


print(P(1, 2) == Q(1, 2), P(1, 2) == (1, 2), (1, 2) == P(1, 2), P(1, 2) != Q(1, 2), P(1, 2) == P(1, 3))
print(hash(P(1, 2)) == hash((1, 2)), {P(1, 2): "a"}[Q(1, 2)], {(1, 2): "b"}[P(1, 2)], {P(1, P(2, 3)): "c"}[1, (2, 3)])
print(Own((1,)) == P(1, 2), P(1, 2) == Own((1,)), Own((1,)) == Own((2,)), {Own((1,)): 1}.get(Own((1,))))
print(Unequal((1,)) != Unequal((1,)), Unequal((1,)) == Unequal((1,)), Unequal((1,)) == Unequal((2,)))
a, b = Plain(), Plain()
print(a == b, a == a, a != b, {a: 1}.get(b), [a].index(a), a in [b], a == Same(), Same() == a, Same() in [a])

# A class that is changed while its instances are keys.
table = {a: "a"}
for turn in range(5):
    print(turn, table.get(a), table.get(b), a == b, a in [b])
    if turn == 1:
        Plain.__eq__ = lambda self, other: True
    if turn == 2:
        Plain.__hash__ = lambda self: 5
        table = {a: "again"}
    if turn == 3:
        del Plain.__eq__
        Plain.__hash__ = None
        try:
            hash(a)
        except TypeError as error:
            print(error)
        del Plain.__hash__
        table = {a: "last"}

P.__eq__ = lambda self, other: NotImplemented
print(P(1, 2) == Q(1, 2), P(1, 2) == P(1, 2), Q(1, 2) == Q(1, 2))
P.__hash__ = lambda self: 3
print(hash(P(1, 2)), hash(Q(1, 2)) == hash((1, 2)))
del P.__eq__
del P.__hash__
print(P(1, 2) == Q(1, 2), hash(P(1, 2)) == hash((1, 2)))


class Raising(P):
    def __hash__(self):
        raise ValueError("no hash")


try:
    {Raising(1, 2)}
except ValueError as error:
    print(error)
nested = P(1, 2)
for _ in range(100):
    nested = P(nested, 0)
print(nested == nested._replace(y=1), hash(nested) == hash(nested._replace()), nested == nested._replace())
nan = float("nan")
print(P(nan, 1) == P(nan, 1))
