# Descriptors of computed attributes and of slots.
class S:
    __slots__ = ("a", "b")


d = S.a
print(d, d.__name__, d.__qualname__, d.__objclass__ is S, type(d).__name__, d.__doc__)
s = S()
d.__set__(s, 5)
print(d.__get__(s), d.__get__(s, S), d.__get__(None, S) is d, s.a)
d.__delete__(s)
try:
    s.a
except AttributeError as e:
    print(e)
for f in (lambda: d.__get__(3), lambda: d.__set__(3, 4), lambda: d.__get__(None)):
    try:
        f()
    except TypeError as e:
        print(e)


def f():
    pass


g = type(f).__code__
print(g, g.__name__, g.__objclass__, type(g).__name__, g.__get__(f) is f.__code__)
try:
    type(f).__closure__.__set__(f, 3)
except AttributeError as e:
    print(type(e).__name__)
