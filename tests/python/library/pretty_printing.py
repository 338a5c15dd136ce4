# pprint and reprlib: widths, depths, order, all containers, recursion, own classes.
import collections
import dataclasses
import pprint as p
import reprlib
import types


@dataclasses.dataclass
class Point:
    x: int
    name: str = dataclasses.field(repr=False, default="n")
    data: list = dataclasses.field(default_factory=list)


class Loud(list):
    def __repr__(self):
        return "LOUD"


deep = {"a": [1, {"b": (2, {"c": [3]})}]}
wide = {"numbers": list(range(30)), "text": "word " * 30, "set": set(range(5)), "nested": {"k" * 20: "v" * 50, "l": ("t" * 40, "u" * 40)}}
loop = [1]
loop.append(loop)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""print(p.pformat(wide))
print(p.pformat(wide, width=40, indent=2, compact=True))
print(p.pformat(deep, depth=2), p.pformat(deep, width=1))
p.pformat({2: 1, 1: 2}), p.pformat({2: 1, 1: 2}, sort_dicts=False), p.pformat({1, 2, 3}), p.pformat(frozenset([1, 2])), p.pformat(set()), p.pformat(()), p.pformat((1,)), p.pformat([]), p.pformat({})
p.pformat(1234567, underscore_numbers=True), p.pformat([10**6, 0.5], underscore_numbers=True), p.pformat("a\nb\n" * 3, width=10), p.pformat(b"x" * 60, width=30), p.pformat(bytearray(b"ab" * 20), width=25)
print(p.pformat("the quick brown fox jumps over the lazy dog " * 2, width=30), p.pformat(["abc " * 10], width=20))
print(p.pformat(collections.OrderedDict((c, c * 20) for c in "abcd")), p.pformat(collections.defaultdict(list, {c: c * 20 for c in "abcd"})), p.pformat(collections.Counter("abracadabra" * 9)), sep="\n")
print(p.pformat(collections.deque([c * 20 for c in "abcd"], maxlen=5)), p.pformat(collections.ChainMap({"a" * 30: 1}, {"b" * 40: 2})), p.pformat(types.MappingProxyType({c * 20: 1 for c in "abcd"})), p.pformat(types.SimpleNamespace(**{c * 20: 1 for c in "abcd"})), sep="\n")
print(p.pformat(Point(1, data=["x" * 30] * 3)), p.pformat([Point(1)] * 2), p.pformat(Point(5), width=8), sep="\n")
print(p.pformat(collections.UserDict({c * 20: 1 for c in "abcd"})), p.pformat({c * 20: 1 for c in "abcd"}.keys()), p.pformat({c * 20: 1 for c in "ab"}.items()), p.pformat({c: 1 for c in "ab"}.values()), sep="\n")
p.pformat(loop).split(" on ")[0], p.isreadable(loop), p.isrecursive(loop), p.isreadable([1]), p.isreadable([object()]), p.saferepr(deep), p.pformat(Loud([1])), p.pformat([Loud()] * 30, width=20)[:20], p.pp({"z": 1, "a": 2})
p.pformat(1, width=0)
p.pformat(1, indent=-1)
p.pformat(1, depth=0)
p.PrettyPrinter(compact=1).pformat(list(range(40))), p.PrettyPrinter(width=20).format([1], {}, 1, 0)
reprlib.repr(list(range(10))), reprlib.repr("x" * 50), reprlib.repr({i: i for i in range(9)}), reprlib.repr({1, 2, 3, 4, 5, 6, 7, 8}), reprlib.repr((1,) * 9), reprlib.repr(10**60), reprlib.repr([[[[[[[[1]]]]]]]]), reprlib.repr(frozenset()), reprlib.repr(collections.deque(range(9)))
reprlib.Repr(maxlist=2, fillvalue="etc").repr([1, 2, 3]), reprlib.Repr(maxstring=10).repr("abcdefghijklmnop"), reprlib.Repr(indent=2).repr([1, {"a": 2}]), reprlib.Repr(indent="->").repr((1,)), reprlib.Repr(maxlevel=1).repr([[1]]), reprlib.Repr(maxother=10).repr(1.23456789012345)
reprlib.Repr(indent=True).repr([1])
reprlib.Repr(indent=b"").repr([1])
reprlib.recursive_repr("<...>")(lambda self: "ok")(5), reprlib.aRepr.maxdict""".splitlines():
    attempt(text)
