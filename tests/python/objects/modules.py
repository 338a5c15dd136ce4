# Modules and simple namespaces.
import sys

Module = type(sys)
m = Module("made", "doc")
print(m, m.__name__, m.__doc__, m.__package__, m.__loader__, m.__spec__, sorted(m.__dict__))
m.x = 3
print(m.x, m.__dict__["x"], "x" in dir(m))
del m.x
try:
    m.x
except AttributeError as e:
    print(e)
try:
    del m.x
except AttributeError as e:
    print(type(e).__name__)
m.__getattr__ = lambda name: "dynamic " + name
print(m.anything)
m.__dir__ = lambda: ["b", "a"]
print(dir(m))
for args in [(), (3,)]:
    try:
        Module(*args)
    except TypeError as e:
        print(e)
m = Module("n")
print(m.__annotations__, m.__annotate__)
m.__annotations__ = {"a": int}
print(m.__annotations__)
del m.__annotations__
print(m.__annotations__)
m.__annotate__ = lambda format: {"b": format}
print(m.__annotations__)
m.__file__ = "/a/b.py"
print(m)


class Sub(Module):
    @property
    def p(self):
        return "property of " + self.__name__


s = Sub("sub")
s.y = 1
print(s, s.p, s.y, type(s).__name__, isinstance(s, Module), sorted(vars(s))[-1])

Namespace = type(sys.implementation)
n = Namespace(a=1, b="x")
print(n, n.a, n == Namespace(a=1, b="x"), n == Namespace(a=2), n != 3, n.__dict__)
n.c = [n]
print(n)
del n.c
print(hasattr(n, "c"))
print(Namespace({"k": 1}, z=2), Namespace([("p", 1)]), Namespace())
for args in [(1,), (1, 2), ({1: 2},)]:
    try:
        Namespace(*args)
    except TypeError as e:
        print(type(e).__name__)
print(n.__reduce__()[1:], n.__replace__(a=5), n)
try:
    n < 3
except TypeError as e:
    print(type(e).__name__)


class Mine(Namespace):
    def total(self):
        return self.a + self.b


print(Mine(a=1, b=2), Mine(a=1, b=2).total())
