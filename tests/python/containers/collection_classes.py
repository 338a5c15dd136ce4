# OrderedDict, defaultdict, Counter, ChainMap, deque and namedtuple at their corners.
from collections import ChainMap, Counter, OrderedDict, UserDict, UserString, defaultdict, deque, namedtuple


def attempt(text):
    try:
        print(text, "->", eval(text, globals()))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


o = OrderedDict(a=1, b=2, c=3)
d = defaultdict(list, {1: [2]})
c = Counter(a=3, b=1, c=0, d=-2)
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
q = deque([1, 2, 3, 4], maxlen=4)
P = namedtuple("P", "x y z", defaults=(0, None))
p = P(1)
for text in """o.move_to_end('a') or o
o.move_to_end('c', last=False) or o
o.move_to_end('missing')
o.popitem()
o.popitem(last=False)
o.popitem() and o.popitem()
OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1)
OrderedDict(a=1, b=2) == dict(b=2, a=1)
OrderedDict([('a', 1)]) | {'b': 2}
{'b': 2} | OrderedDict(a=1)
OrderedDict.fromkeys('ba', 0)
list(reversed(OrderedDict(a=1, b=2).items()))
OrderedDict(a=1).pop('b')
OrderedDict(a=1).pop('b', 5)
OrderedDict(a=1).setdefault('b')
OrderedDict(1)
OrderedDict({}, {})
d[5]
d
d.get(6), 6 in d
d.__missing__(7)
defaultdict(None, {1: 2})[3]
defaultdict(5)
defaultdict(lambda: 1 / 0)[0]
d.copy(), type(d | {1: 2}).__name__, type({1: 2} | d).__name__
d.default_factory
defaultdict(int) == {}
c.most_common(), c.most_common(2), c.most_common(0), c.most_common(-1)
c['missing'], 'missing' in c, c.total()
list(c.elements())
+c, -c
c + Counter(a=1, d=5), c - Counter(a=5, b=1)
c & Counter(a=1, b=5), c | Counter(a=1, b=5)
c < Counter(a=5), Counter(a=1) <= Counter(a=1, b=1), Counter(a=0) == Counter()
Counter('abca').subtract('aab')
Counter(a=1).update(a=2), Counter([('a', 'b')]), Counter(5)
Counter.fromkeys('ab')
Counter(a='x')
Counter(a=1, b='x').most_common()
repr(Counter()), Counter('aab')
m['a'], m['b'], m.get('c', 5), list(m), len(m), m.maps
m['c']
m.pop('b')
m.new_child({'z': 1})['a'], m.parents, m.new_child(q=5)['q']
m | {'n': 1}
{'n': 1} | m
ChainMap() == {}, ChainMap({}, {1: 2}) == {1: 2}
ChainMap({}).popitem()
q.append(5) or q
q.appendleft(0) or q
q.rotate(1) or q
q.rotate(-6) or q
q.extendleft('ab') or q
q.insert(0, 5)
deque('abc').insert(1, 'x')
q[10]
q[1:2]
deque([1, 2, 1]).index(1, 1), deque([1, 2, 1]).count(1)
deque([1]).index(5)
deque([1]).remove(5)
deque().pop()
deque().popleft()
deque(maxlen=-1)
deque(maxlen='a')
deque([1, 2]) + deque([3]), deque([1]) * 3, deque([1, 2, 3], 2) * 2
deque([1]) + [1]
deque([1, 2]) < deque([1, 3]), deque([1]) == [1]
deque([1, 2, 3], 0), deque(range(5), 2), deque('ab', maxlen=None)
hash(deque())
p, p._asdict(), p._replace(y=5), P._fields, P._field_defaults, P._make([1, 2, 3])
P()
P(1, 2, 3, 4)
P(1, q=2)
p._replace(q=1)
P._make([1])
p.x, p[0], p[-1], p == (1, 0, None), p < (2,), p + (5,)
p.__getnewargs__(), P.__doc__, P.x.__doc__, P.__match_args__
namedtuple('N', 'a a')
namedtuple('N', 'class')
namedtuple('N', '_a')
namedtuple('N', 'a b a class _x 1', rename=True)._fields
namedtuple('1N', 'a')
namedtuple('N', 'a', defaults=(1, 2))
namedtuple('N', 'a, b  c')(1, 2, 3)
namedtuple('N', [])()
p.x == 1 and setattr(p, 'x', 2)
setattr(p, 'new', 2)
UserDict(a=1) | {'b': 2}, UserDict({'a': 1}) == {'a': 1}, UserString('ab') + 'c', UserString('ab') == 'ab', UserString('a') * 3""".splitlines():
    attempt(text)


class Missing(UserDict):
    def __missing__(self, key):
        return f"no {key}"


class Dict(dict):
    __missing__ = Missing.__missing__


print(Missing()["a"], Dict()["b"], Dict().get("c"), Missing().get("d"), "e" in Missing())
try:
    q2 = deque([1, 2, 3])
    for item in q2:
        q2.append(item)
except RuntimeError as error:
    print(error)
recursive = deque([1])
recursive.append(recursive)
print(recursive, OrderedDict(a=o).__class__.__name__)
o["self"] = o
print(o)
d["self"] = d
print(d)
