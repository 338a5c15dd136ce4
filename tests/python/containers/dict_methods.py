# Methods of dict.
def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)

d = {"a": 1, "b": 2}
show(lambda: d.get("a"))
show(lambda: d.get("c"))
show(lambda: d.get("c", 3))
show(lambda: d.get([]))
show(lambda: d["c"])
show(lambda: d[[]])
show(lambda: d.setdefault("a", 5))
show(lambda: d.setdefault("c"))
show(lambda: d.setdefault([], 1))
show(lambda: d.pop("c"))
show(lambda: d.pop("c"))
show(lambda: d.pop("c", "default"))
show(lambda: d.pop())
show(lambda: d.pop(1, 2, 3))
show(lambda: {}.pop([]))
show(lambda: {1: 2}.pop([]))
show(lambda: {1: 2, 3: 4}.popitem())
show(lambda: {}.popitem())
show(lambda: d.copy())
show(lambda: d.copy() is d)
show(lambda: dict.fromkeys([1, 2, 1]))
show(lambda: dict.fromkeys((1, 2), 0))
show(lambda: dict.fromkeys(1))
show(lambda: dict.fromkeys())
show(lambda: dict())
show(lambda: dict(d))
show(lambda: dict(d, c=3, a=0))
show(lambda: dict([(1, 2), [3, 4], (5, 6)]))
show(lambda: dict(((i, i * i) for i in range(4)), x=1))
show(lambda: dict(1))
show(lambda: dict(1, 2))
show(lambda: dict([1]))
show(lambda: dict([(1, 2, 3)]))
show(lambda: dict([(1, 2), (3,)]))
show(lambda: {[]: 1})
show(lambda: {1: 2} | {1: 3, 2: 4})
show(lambda: {1: 2} | [(1, 2)])
show(lambda: {}.__or__(1))
show(lambda: {} < {})
show(lambda: {1: 2, 3: 4} == {3: 4, 1: 2})
show(lambda: {1: 2} != {1: 3})
show(lambda: {1: 2} == {2: 2})
show(lambda: {1: 2} == [1])
show(lambda: {1: 1.0} == {True: 1})
show(lambda: list(reversed({1: 2, 3: 4})))
show(lambda: type(dict[int]).__name__)
show(lambda: hash({}))
e = {1: 2}
e |= {3: 4}
e |= [(5, 6)]
print(e)
e.update({1: 0}, x=1)
e.update([(7, 8)])
e.update()
print(e)
show(lambda: e.update(1))
show(lambda: e.update([], []))
class Keys:
    def keys(self):
        return ["k", "l"]
    def __getitem__(self, key):
        return key * 2 if isinstance(key, int) else key
e.update(Keys())
print(e, {**Keys()})
del e[1]
show(lambda: e.__delitem__(1))
print(len(e), 1 in e, 3 in e, list(e))
e.clear()
print(e, len(e))
n = {}
n["self"] = n
print(n)

# Order of insertion, deletion, reinsertion; taking entries off the end.
d = {i: i for i in range(10)}
for i in (3, 5, 0):
    del d[i]
d[3] = "again"
d[1] = "changed"
print(d)
stack = {}
for round in range(2000):
    stack[round] = round
    stack[-round - 1] = 0
    assert stack.popitem() == (-round - 1, 0)
print(len(stack), stack[0], stack[1999])
while stack:
    stack.popitem()
for i in range(5000):
    stack[i * 7919] = i
    stack.popitem()
print(stack)

class Default(dict):
    def __missing__(self, key):
        self[key] = made = [key]
        return made
m = Default(a=1)
print(m["a"], m["b"], m.get("c"), m, "c" in m)
print(type(m | {}), type({} | m), type(m.copy()), type(Default.fromkeys([1])), isinstance(m, dict))
class Odd(dict):
    def __iter__(self):
        return iter(["x"])
    def keys(self):
        return ["y"]
    def __getitem__(self, key):
        return "from getitem"
print(dict(Odd(a=1)), {**Odd(a=1)} if False else "")
