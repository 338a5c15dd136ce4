# Weak references while their objects live.
class C:
    x = 1

    def __call__(self, *args):
        return args

    def __len__(self):
        return 3

    def __getitem__(self, key):
        return key * 2

    def __add__(self, other):
        return ("add", other)

    def __eq__(self, other):
        return isinstance(other, C)

    def __hash__(self):
        return 42


import _weakref

ref = _weakref.ref
c, d = C(), C()
r = ref(c)
print(r() is c, r == ref(d), r != ref(d), hash(r), r.__callback__)
print(repr(r).split(" at ")[0], type(r).__name__)
for value in (3, "x", (), None):
    try:
        ref(value)
    except TypeError as e:
        print(e)
try:
    ref()
except TypeError as e:
    print(e)


class Mine(ref):
    def __init__(self, target, tag):
        super().__init__(target)
        self.tag = tag

    def __new__(cls, target, tag):
        return super().__new__(cls, target)


m = Mine(c, "tagged")
print(m() is c, m.tag, m == r)
p = _weakref.proxy(d)
print(p.x, len(p), p[4], p + 1, p(1, 2), bool(p), type(p).__name__)
p.x = 7
print(d.x, isinstance(p, C))
del p.x
print(d.x)
