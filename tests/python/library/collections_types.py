# Counter, defaultdict, OrderedDict, deque, ChainMap, namedtuple and user containers.
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque, namedtuple

counts = Counter("abracadabra")
print(counts, counts.most_common(2), counts["z"], sum(counts.values()), sorted(counts.elements())[:4])
print(counts + Counter(a=1, z=2), counts - Counter(a=4), counts & Counter("aab"), counts | Counter(a=9), +Counter(a=0, b=-1))
counts.subtract("aaa")
counts.update({"b": 10})
print(counts, counts.total(), Counter(a=1) <= Counter(a=2))
groups = defaultdict(list)
for word in "apple avocado banana blueberry cherry".split():
    groups[word[0]].append(word)
print(dict(groups), groups.default_factory, "q" in groups, groups)
ordered = OrderedDict([("one", 1), ("two", 2), ("three", 3)])
ordered.move_to_end("one")
print(ordered, ordered.popitem(last=False), list(reversed(ordered)), ordered == OrderedDict(one=1, three=3), ordered == {"one": 1, "three": 3})
ring = deque(range(5), maxlen=4)
ring.append(9)
ring.rotate(1)
ring.appendleft(7)
ring.extendleft("ab")
print(ring, ring.maxlen, ring.index(9) if 9 in ring else None, ring.count("a"), list(reversed(ring)))
ring.insert(0, 1) if len(ring) < 4 else print("full")
layers = ChainMap({"a": 1}, {"a": 2, "b": 3})
layers["c"] = 4
print(layers["a"], layers["b"], dict(layers), layers.new_child({"a": 0})["a"], layers.parents, len(layers))
Point = namedtuple("Point", "x y z", defaults=(0,))
point = Point(1, 2)
print(point, point._asdict(), point._replace(x=5), Point._fields, Point._field_defaults, point == (1, 2, 0), Point._make([7, 8, 9]))
for attempt in (lambda: Point(1), lambda: namedtuple("Bad", "class x"), lambda: point._replace(q=1), lambda: setattr(point, "x", 3)):
    try:
        print(attempt())
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
print(namedtuple("Renamed", "a class a", rename=True)._fields)


class Upper(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


class Strict(UserList):
    def append(self, item):
        super().append(int(item))


upper, strict = Upper(a=1), Strict([1])
upper.update(b=2)
strict.append("5")
print(upper, strict + [3], UserString("abc").upper() + "!", UserString("x") * 3)
