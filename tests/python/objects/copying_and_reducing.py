# copy, deepcopy and __reduce_ex__ of objects of all kinds, and the hooks that classes give them.
import collections
import copy
import functools
import itertools
import operator
import re
import types


def attempt(name, function):
    try:
        print(name, "->", function())
    except Exception as error:
        print(name, "->", type(error).__name__, error)


class Plain:
    def __init__(self, a):
        self.a = a

    def method(self):
        return self.a

    def __repr__(self):
        return f"{type(self).__name__}({vars(self) if hasattr(self, '__dict__') else self.a})"


class Slotted(Plain):
    __slots__ = ("s",)


class OnlySlots:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a

    def __repr__(self):
        return f"OnlySlots({self.a})"


class NewArguments(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    def __getnewargs__(self):
        return self[0], self[1]


class NewKeywords:
    def __new__(cls, *, k):
        made = super().__new__(cls)
        made.k = k
        return made

    def __getnewargs_ex__(self):
        return (), {"k": self.k}

    def __repr__(self):
        return f"NewKeywords({self.k})"


class State:
    def __getstate__(self):
        return {"seen": "state"}

    def __setstate__(self, state):
        self.restored = state

    def __repr__(self):
        return f"State({vars(self)})"


class FalseState(State):
    def __getstate__(self):
        return None


class Reduces:
    def __reduce__(self):
        return str, ("reduced",)


class ReducesText:
    def __reduce__(self):
        return "name"


class ReducesWrong:
    def __reduce__(self):
        return 5


class Copies(Plain):
    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return "deep", type(memo).__name__


class ListSub(list):
    pass


class DictSub(dict):
    pass


class Number(int):
    pass


plain = Plain([1, 2])
slotted = Slotted([1])
slotted.s = [2]
listed = ListSub([[1]])
listed.attribute = [5]
recursive = [1]
recursive.append(recursive)
cyclic = Plain(None)
cyclic.a = {"self": cyclic}
shared = [[1]] * 2
objects = {
    "plain": plain, "slotted": slotted, "only slots": OnlySlots([1]), "new arguments": NewArguments([1], 2), "new keywords": NewKeywords(k=[1]), "state": State(), "false state": FalseState(),
    "reduces": Reduces(), "reduces text": ReducesText(), "reduces wrong": ReducesWrong(), "copies": Copies(1), "list": listed, "dict": DictSub(a=[1]), "number": Number(5), "recursive": recursive, "shared": shared,
    "tuple": (1, (2, 3)), "tuple of lists": ([1],), "function": len, "lambda": Plain.method, "class": Plain, "method": plain.method, "module": re, "generator": (x for x in ()), "ellipsis": ..., "NotImplemented": NotImplemented, "none": None, "range": range(1, 9, 2), "slice": slice(1, [2], 3), "complex": 3j, "bytes": b"a", "bytearray": bytearray(b"a"), "frozenset": frozenset([1]), "set": {1}, "property": property(len), "partial": functools.partial(int, base=2), "deque": collections.deque([[1]], 3), "counter": collections.Counter("aab"), "ordered": collections.OrderedDict(a=[1]), "default": collections.defaultdict(list, a=[1]), "chain map": collections.ChainMap({"a": 1}), "pattern": re.compile("a"), "match": re.match("a", "a"), "namespace": types.SimpleNamespace(a=[1]), "proxy": types.MappingProxyType({}), "exception": ValueError("a", [1]), "os error": OSError(2, "no", "f"), "key error": KeyError("k"), "group": ExceptionGroup("g", [ValueError(1)]), "iterator": iter([1, 2]), "keys": {1: 2}.keys(), "count": itertools.count(3), "getter": operator.itemgetter(1, 2), "attrgetter": operator.attrgetter("a.b"), "caller": operator.methodcaller("m", 1, k=2), "alias": list[int], "union": int | str, "memoryview": memoryview(b"a"), "object": object(), "code": Plain.method.__code__, "cell": types.CellType(1), "static": staticmethod(len), "type": int, "zip": zip("ab", "cd"), "enumerate": enumerate("ab", 5), "reversed": reversed([1, 2]), "map": map(str, [1]), "string iterator": iter("abc"), "dict iterator": iter({1: 2}), "set iterator": iter({5}), "range iterator": iter(range(3)), "file": open(__file__),
}


def safe(value):
    text = repr(value)
    return text if " at 0x" not in text else f"<{type(value).__name__}>"


for name, value in objects.items():
    attempt(name + " copy", lambda: (safe(copy.copy(value)), copy.copy(value) is value))
    attempt(name + " deep", lambda: (safe(copy.deepcopy(value)), copy.deepcopy(value) is value))
deep = copy.deepcopy(slotted)
print(deep, deep.s, deep.a is slotted.a, copy.copy(listed).attribute is listed.attribute, copy.deepcopy(listed).attribute)
print(copy.deepcopy(cyclic).a["self"].a["self"].__class__.__name__, copy.deepcopy(shared)[0] is copy.deepcopy(shared)[1], (lambda s: s[0] is s[1])(copy.deepcopy(shared)), (lambda r: r[1] is r)(copy.deepcopy(recursive)))
for name in ("plain", "slotted", "only slots", "new arguments", "new keywords", "state", "false state", "list", "number", "deque", "range", "partial", "exception", "iterator", "count", "getter", "zip", "enumerate"):
    for protocol in (0, 2, 4):
        attempt(f"{name} reduce {protocol}", lambda: [safe(part) if not hasattr(part, "__next__") else safe(list(part)) if type(part).__name__ in ("list_iterator", "dict_itemiterator") else type(part).__name__ for part in objects[name].__reduce_ex__(protocol)])
for text in ("copy.replace(types.SimpleNamespace(a=1), a=2)", "copy.replace(5)", "copy.replace(slice(1), start=3)"):
    attempt(text, lambda: eval(text))
