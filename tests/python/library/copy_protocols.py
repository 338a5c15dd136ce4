# Shallow and deep copies, their hooks, cycles and shared parts.
import copy


class Node:
    def __init__(self, value):
        self.value, self.next = value, None


class Hooked:
    def __init__(self, items):
        self.items = items

    def __copy__(self):
        return Hooked(["copied"])

    def __deepcopy__(self, memo):
        return Hooked(copy.deepcopy(self.items, memo) + ["deep"])


class Slotted:
    __slots__ = ("a", "b")


class Stateful:
    def __init__(self):
        self.a, self.secret = 1, 2

    def __getstate__(self):
        return {"a": self.a}

    def __setstate__(self, state):
        self.__dict__.update(state, restored=True)


node = Node([1])
node.next = node
shallow, deep = copy.copy(node), copy.deepcopy(node)
print(shallow.value is node.value, shallow.next is node, deep.next is deep, deep.value is node.value, deep.value)
shared = [1, 2]
pair = copy.deepcopy([shared, shared])
print(pair, pair[0] is pair[1])
print(copy.copy(Hooked([1])).items, copy.deepcopy(Hooked([[1]])).items)
slotted = Slotted()
slotted.a = [1]
made = copy.deepcopy(slotted)
print(made.a, hasattr(made, "b"), made.a is slotted.a)
print(copy.copy(Stateful()).__dict__)
for value in 5, "s", None, (1, 2), frozenset([1]), range(3), len, int, 1.5, b"x", Ellipsis:
    assert copy.copy(value) is value, value
print(copy.deepcopy((1, [2])), copy.deepcopy({"k": {1, 2}, (1, 2): b"x"}), copy.copy([1, [2]]), copy.copy({1: 2}))
try:
    copy.deepcopy(iter((n for n in [])))
except TypeError as error:
    print(error)
try:
    copy.copy(__import__("sys"))
except TypeError as error:
    print(error)


class Replaceable:
    def __init__(self, x):
        self.x = x

    def __replace__(self, /, **changes):
        return Replaceable(**({"x": self.x} | changes))


print(copy.replace(Replaceable(1), x=5).x, copy.error)
memo = {}
copy.deepcopy([node], memo)
print(len(memo) > 2)
