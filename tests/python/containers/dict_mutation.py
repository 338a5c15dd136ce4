# Dicts that change while they are iterated, compared, updated or searched.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

def grow():
    d = {1: 1, 2: 2}
    for k in d:
        d[k + 10] = 0
show(grow)
def shrink():
    d = {1: 1, 2: 2}
    for k in d:
        del d[k]
show(shrink)
def rename():
    d = {0: 0, 1: 1}
    for k in d:
        del d[k]
        d[k + 10] = 0
        if len(d) > 20 or k > 100:
            return "no error"
show(rename)
def values():
    d = {1: 1, 2: 2}
    for k in d:
        d[k] = k * 10
    return d
show(values)
def items():
    d = {1: 1}
    i = iter(d.items())
    d[2] = 2
    try:
        next(i)
    except RuntimeError as e:
        print(e)
    next(i)
show(items)
def exhausted():
    d = {1: 1}
    i = iter(d)
    print(list(i))
    d[2] = 2
    return list(i)
show(exhausted)
def backwards():
    d = {1: 1, 2: 2, 3: 3}
    i = reversed(d)
    print(next(i), i.__length_hint__())
    del d[1]
    return next(i)
show(backwards)

class Evil:
    """Equal to everything with its hash; changes a dict when it is compared."""
    def __init__(self, action):
        self.action = action
    def __hash__(self):
        return 1
    def __eq__(self, other):
        self.action()
        return self is other
d = {}
e = Evil(lambda: d.clear())
d[e] = "evil"
print(d.get(1, "gone"), len(d))
d = {}
def fill():
    for i in range(100, 200):
        d[i] = i
d[Evil(fill)] = "evil"
print(d.get(1, "none"), len(d))
class Raises:
    def __hash__(self):
        return 1
    def __eq__(self, other):
        raise ArithmeticError("compared")
d = {Raises(): 1}
show(lambda: d[1])
show(lambda: d.get(1))
show(lambda: d.setdefault(1, 2))
show(lambda: 1 in d)
show(lambda: {1: 2} == d)
class NoHash:
    def __hash__(self):
        raise LookupError("no hash")
show(lambda: {NoHash(): 1})
show(lambda: {}[NoHash()])
class HashNone:
    __hash__ = None
show(lambda: {HashNone(): 1})
show(lambda: {HashNone()})
class BadHash:
    def __hash__(self):
        return "x"
show(lambda: hash(BadHash()))
class Big:
    def __hash__(self):
        return 2 ** 70 + 5
print({Big(): 1}.__len__(), hash(Big()) == hash(2 ** 70 + 5))
def mutated_update():
    a, b = {}, {}
    class Adder:
        def __hash__(self):
            return 7
        def __eq__(self, other):
            b[len(b) + 100] = 0
            return False
    a[Adder()] = 1
    b[7] = 1
    b[8] = 2
    a.update(b)
show(mutated_update)
nan = float("nan")
d = {nan: 1}
print(d[nan], nan in d)
d = {1: "int"}
d[True] = "bool"
d[1.0] = "float"
print(d)
