# `module.__class__`: packages give themselves properties, `importlib.util.LazyLoader` loads when an attribute is asked for.
import types
import sys
import importlib.util

m = types.ModuleType('m')
class M(types.ModuleType):
    @property
    def p(self):
        return 7

    def __repr__(self):
        return 'M!'

    def __setattr__(self, n, v):
        print('set', n, v)
        super().__setattr__(n, v)

m.__class__ = M
print(m.p, m, type(m)); m.x = 1; print(m.x, m.__dict__['x'])
try:
    m.__class__ = int
except TypeError as e:
    print(e)
try:
    m.__class__ = types.ModuleType
except TypeError as e:
    print(e)
print(type(m))
class N(types.ModuleType):
    __slots__ = ('a',)
try:
    m.__class__ = N
except TypeError as e:
    print(e)
sys.modules[__name__].__class__ = M
import __main__
print(__main__.p)
y = 5
print(__main__.y)
class A:
    pass
try:
    A().__class__ = M
except TypeError as e:
    print(e)
try:
    (1).__class__ = M
except TypeError as e:
    print(e)
class S(A): __slots__ = 'z'
class S2(A): __slots__ = 'z'
class S3(A): __slots__ = 'w'
s = S(); s.z = 1
s.__class__ = S2; print(s.z)
try:
    s.__class__ = S3
except TypeError as e:
    print(e)
try:
    s.__class__ = A
except TypeError as e:
    print(e)
try:
    s.__class__ = 5
except TypeError as e:
    print(e)
try:
    del s.__class__
except TypeError as e:
    print(e)
class L(list):
    pass
class L2(list):
    pass
l = L([1]); l.__class__ = L2; print(type(l), l)
try:
    l.__class__ = A
except TypeError as e:
    print(e)
try:
    l.__class__ = list
except TypeError as e:
    print(e)
try:
    [].__class__ = L
except TypeError as e:
    print(e)


class Shadowing(types.ModuleType):
    @property
    def shown(self):
        return "property"

    def __getattr__(self, name):
        return f"missing {name}"


other = types.ModuleType("other")
other.shown = "variable"


def read():
    return other.shown


print([read() for _ in range(2000)][-1])
other.__class__ = Shadowing
print(read(), other.unknown, [read() for _ in range(2000)][-1])
other.__class__ = types.ModuleType
print(read(), hasattr(other, "unknown"))

spec = importlib.util.find_spec("colorsys")
spec.loader = importlib.util.LazyLoader(spec.loader)
lazy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lazy)
print(type(lazy).__name__)
print(lazy.rgb_to_hsv(0.5, 0.25, 0.125))
print(type(lazy).__name__)
