# Which methods of a subclass the methods of OrderedDict call, and what they say when the dict changes beneath them.
from collections import OrderedDict


class L(OrderedDict):
    def __getitem__(s,k):
        print('get',k)
        return super().__getitem__(k)

    def __setitem__(s,k,v):
        print('set',k)
        return super().__setitem__(k,v)

    def __delitem__(s,k):
        print('del',k)
        return super().__delitem__(k)

    def __contains__(s,k):
        print('in',k)
        return super().__contains__(k)

    def __missing__(s,k):
        print('missing',k)
        return 'M'

    def keys(s):
        print('keys')
        return super().keys()

    def items(s):
        print('items')
        return super().items()

    def __iter__(s):
        print('iter')
        return super().__iter__()

    def __reversed__(s):
        print('reversed')
        return super().__reversed__()

    def copy(s):
        print('copy')
        return super().copy()

    def update(s,*a):
        print('update')
        return super().update(*a)

o=L([(1,2),(3,4),(5,6),(7,8)])
print('pop')
print(o.pop(1))
try:
    print(o.pop(99))
except KeyError as e:
    print('KE', e)
print(o.pop(99,'d'))
print('popitem')
print(o.popitem())
print(o.popitem(last=False))
print('copy')
c=o.copy()
print('repr')
print(c)
print('list')
print(list(o.values()), list(o.items()))
print('setdefault')
print(o.setdefault(5,1), o.setdefault(6,1))
print('move')
o.move_to_end(5)
print('or')
print(o|{1:2})
print({1:2}|o)

print('eq')
print(o==OrderedDict(o))
print(o==c)
print('clear')
o.clear()
print(o)
print('fromkeys')
print(L.fromkeys([1,2]))


class N(OrderedDict):
    def __missing__(s,k):
        print('missing',k)
        return 'M'

n=N(a=1)
print(n.pop('q','d'))
try:
    print(n.pop('q'))
except KeyError as e:
    print('KE', e)


class ClearsOnRead(OrderedDict):
    def __getitem__(self, key):
        self.clear()
        return "v"


try:
    ClearsOnRead([(1, "v1"), (2, "v2")]).copy()
except RuntimeError as error:
    print(error)


class Key:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return 1

    def __eq__(self, other):
        action()
        return isinstance(other, Key) and self.number == other.number


action = int
left = OrderedDict([(Key(1), 1)])
right = OrderedDict([(Key(1), 1)])
count = 0


def action():
    global count
    count += 1
    if count == 2:
        left["new"] = 1


try:
    print(left == right)
except RuntimeError as error:
    print(error)
