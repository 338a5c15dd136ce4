# defaultdict, OrderedDict, counting, and the descriptor of named tuples.
from _collections import OrderedDict, _count_elements, _tuplegetter, defaultdict


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


d = defaultdict(list)
d["a"].append(1)
print(d, d.copy(), d["b"], d | {1: 2}, {1: 2} | d)
print(d.__reduce__()[:2], defaultdict(None, {1: 2}, a=3), isinstance(d, dict), d.default_factory)
show(lambda: defaultdict(1))
show(lambda: defaultdict()[1])
show(lambda: defaultdict(int, [(1, 2)], 3))
d.default_factory = None
show(lambda: d["zz"])
d = defaultdict(lambda: 1 / 0)
show(lambda: d[1])
show(lambda: d.get(1))
show(lambda: 1 in d)
d = defaultdict(int, a=1)
d["b"] += 5
print(d, d == {"a": 1, "b": 5})


class Sub(defaultdict):
    def __repr__(self):
        return "Sub" + super().__repr__()


print(Sub(int, {1: 2}), type(Sub(int).copy()))

o = OrderedDict([(1, 2), (3, 4), (5, 6)])
o.move_to_end(1)
print(o)
o.move_to_end(5, last=False)
print(o, list(o))
o.move_to_end(1, False)
print(o, o[5], o[3], o[1])
print(o.popitem(last=False), o, o.popitem(), o)
show(lambda: o.move_to_end("no"))
for i in range(20):
    o[i] = i
for i in range(10):
    o.move_to_end(i, False)
print(o, [o[i] for i in o], list(reversed(o)))
for i in range(0, 20, 3):
    o.move_to_end(i)
    o.move_to_end((i + 7) % 20, last=False)
print(list(o.items()))
print(o == OrderedDict(sorted(o.items())), o == dict(sorted(o.items())), o != dict(o))
while o:
    o.popitem(False)
print(o, o == OrderedDict(), o == {})
show(lambda: o.popitem())
for round in range(3):
    for i in range(200):
        o[i] = i
    total = 0
    while len(o) > 20:
        total += o.popitem(last=False)[0]
    print(total, next(iter(o)), len(o))
o = OrderedDict.fromkeys("abc", 0)
print(o, o.pop("b"), o.pop("z", None), o.setdefault("q", 9), o.setdefault("a"))
show(lambda: o.pop("z"))
print(o | {"n": 1}, {"n": 1} | o)
o |= [("k", 1)]
print(o, o.copy() == o, o.__reduce__()[:4])
o.self = 1
print(o.__dict__)
o["me"] = o
print(o)
show(lambda: OrderedDict(1, 2))
show(lambda: OrderedDict([1]))
show(lambda: OrderedDict(["abc"]))


class Loud(OrderedDict):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 2)

    def __missing__(self, key):
        return "missing " + key


l = Loud(a=1)
l.update(b=2)
print(l, l["zz"], l.setdefault("c", 3), l)

c = {}
_count_elements(c, "hello")
print(c)
c = OrderedDict(l=10)
_count_elements(c, "hello")
print(c)


class P(tuple):
    x = _tuplegetter(0, "doc")


p = P((5,))
print(p.x, P.x.__doc__, P.x)
P.x.__doc__ = "other"
print(P.x.__doc__, P.x.__reduce__()[1])
show(lambda: P.x.__get__([1]))
show(lambda: P().x)
try:
    p.x = 1
except AttributeError as e:
    print(e)
