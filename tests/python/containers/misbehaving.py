# Comparisons that change the containers that are being looked at.
class Changes:
    def __init__(self, action, result=False):
        self.action, self.result = action, result
    def __eq__(self, other):
        self.action()
        return self.result
    def __hash__(self):
        return 0
    def __repr__(self):
        return "C"

def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

l = [1, 2, 3]
l.insert(1, Changes(lambda: l.clear()))
show(lambda: 5 in l)
print(l)
l = [1]
l.append(Changes(lambda: l.append(5) if len(l) < 10 else None))
show(lambda: l.index(5))
print(l)
l = [1]
l.append(Changes(lambda: l.clear()))
show(lambda: l.count(9))
l = []
l.append(Changes(lambda: l.clear(), True))
show(lambda: l.remove(5))
print(l)
a, b = [], []
a += [Changes(lambda: a.clear()), 2]
b += [1, 2]
show(lambda: a == b)
show(lambda: a < b)
a, b = [], []
a += [Changes(lambda: b.append(1), True), 2]
b += [1, 2]
show(lambda: a == b)
class Text:
    def __init__(self, action):
        self.action = action
    def __repr__(self):
        self.action()
        return "T"
    def __hash__(self):
        return 0
l = [1, 2]
l.insert(0, Text(lambda: l.pop()))
print(l)
l = [1]
l.insert(0, Text(lambda: l.append(2)))
print(l)
class Index:
    def __init__(self, action, value):
        self.action, self.value = action, value
    def __index__(self):
        self.action()
        return self.value
l = [1, 2, 3]
show(lambda: l[Index(lambda: l.clear(), 1)])
l = [1, 2, 3]
show(lambda: l[Index(lambda: l.clear(), 0):])
l = [1, 2, 3]
show(lambda: l.pop(Index(lambda: l.clear(), 0)))
l = [1, 2, 3]
show(lambda: l.insert(Index(lambda: l.clear(), 5), 9))
print(l)
l = [1, 2, 3]
def source():
    yield 1
    l.clear()
    yield 2
l[1:2] = source()
print(l)
l = [1, 2, 3]
l.extend(x for x in l if len(l) < 8)
print(l)
s = {0}
s.add(Changes(lambda: None))
show(lambda: 5 in s)
s = set()
s.add(Changes(lambda: s.clear()))
show(lambda: 0 in s)
print(s)
class Deep(list):
    pass
x, y = [], []
x.append(x)
y.append(y)
try:
    x == y
except RecursionError as e:
    print("RecursionError")
