# __slots__, layouts of classes, and assignment to __class__ and __bases__: what fits and what is refused.
import weakref


def attempt(text):
    try:
        exec(text, globals())
        print(text.replace("\n", ";"), "-> ok")
    except Exception as error:
        print(text.replace("\n", ";"), "->", type(error).__name__, error)


class A:
    __slots__ = ("a", "__private", "_b")

    def __init__(self):
        self.a = 1
        self.__private = 2


class B(A):
    pass


class C(A):
    __slots__ = ()


class D(A):
    __slots__ = ("a", "d", "__dict__")


class E:
    __slots__ = ("__weakref__", "e")


class F:
    __slots__ = ("f",)


class G:
    __slots__ = ()


class H:
    pass


class I:
    pass


class SameAsF:
    __slots__ = ("f",)


class Ordered1:
    __slots__ = ("x", "y")


class Ordered2:
    __slots__ = ("y", "x")


a, b, c, d, e, f, g, h = A(), B(), C(), D(), E(), F(), G(), H()
print(sorted(n for n in dir(a) if "_A" in n or not n.startswith("__")), a.a, a._A__private)
for text in ("a._b", "a.new = 1", "del a._b", "a._b = 5; a._b; del a._b; a._b", "b.new = 1; b.__dict__", "c.new = 1", "a.__dict__", "vars(a)", "weakref.ref(a)", "weakref.ref(b)", "weakref.ref(e)", "weakref.ref(f)", "d.free = 1; d.__dict__", "d.__weakref__", "A.a.__get__(d)", "D.a.__get__(d)", "A.a.__set__(f, 1)", "A.a.__get__(5)", "A.a.__get__(None, A)", "A.a.__get__(None)", "A.a.__delete__(a); a.a", "A.a.__name__ + A.a.__qualname__", "A.a.__objclass__", "object.__setattr__(a, 'q', 1)", "e.__weakref__", "A.__slots__ = (); A.__slots__", "class X(E, F): pass", "class X(E, G): pass", "class X(A, F): pass", "class X(A, H): pass", "class X(F, A): __slots__ = ()", "class X(int, F): pass", "class X(int, H): pass", "class X(int): __slots__ = ('x',)", "class X(int): __slots__ = ()", "class X(tuple): __slots__ = ('x',)", "class X(str): __slots__ = ('x',)", "class X(bytes): __slots__ = ('x',)", "class X(list): __slots__ = ('x',)", "class X(type): __slots__ = ('x',)", "class X(list, dict): pass", "class X(Exception, F): pass", "class X(Exception, H): pass", "class X(OSError, SyntaxError): pass", "class X(KeyError, AttributeError): pass", "class X(H): __slots__ = ('__dict__',)", "class X(H): __slots__ = ('__weakref__',)", "class X: __slots__ = ('__dict__', '__dict__')", "class X: __slots__ = ('a', 'a')\nprint(X.__slots__)", "class X: __slots__ = {'a': 'doc'}\nprint(X.a.__doc__)", "class X: __slots__ = iter('ab')\nprint(sorted(k for k in vars(X) if len(k) == 1))", "class X: __slots__ = 'single'\nX().single = 1", "class X: __slots__ = ('a b',)", "class X: __slots__ = ('__class__',)", "class X: __slots__ = (b'a',)", "class X: __slots__ = ('', )"):
    attempt(text)
print("__class__")
for text in ("h.__class__ = I", "h.__class__ = A", "a.__class__ = H", "a.__class__ = C", "c.__class__ = A", "f.__class__ = SameAsF", "Ordered1().__class__ = Ordered2", "h.__class__ = 5", "h.__class__ = int", "(5).__class__ = bool", "del h.__class__", "[].__class__ = list", "b.__class__ = A", "d.__class__ = B", "E().__class__ = F", "G().__class__ = H", "H().__class__ = G", "H().__class__ = type('T', (H,), {})", "Exception().__class__ = ValueError", "type('E1', (Exception,), {})().__class__ = type('E2', (ValueError,), {})", "type('I1', (int,), {})().__class__ = type('I2', (int,), {})", "type('I1', (int,), {})().__class__ = type('I2', (str,), {})", "H.__class__ = type", "H.__class__ = type('M', (type,), {}); type(H).__name__"):
    attempt(text)
print("__bases__")
for text in ("class J(H): pass\nclass K: pass\nJ.__bases__ = (K,); print(J.__mro__)", "J.__bases__ = ()", "J.__bases__ = (5,)", "J.__bases__ = [K]", "J.__bases__ = (J,)", "J.__bases__ = (A,)", "J.__bases__ = (int,)", "J.__bases__ = (K, K)", "J.__bases__ = (object, K)", "J.__bases__ = (bool,)", "del J.__bases__", "int.__bases__ = (str,)", "H.__bases__ = (K,)", "class L(J): pass\nJ.__bases__ = (L,)", "J.__bases__ = (K, H); print(L.__mro__, K.__subclasses__())", "A.__bases__ = (G,)"):
    attempt(text)
print("__name__ and others")
for text in ("H.__name__ = 'N'; print(H, H.__qualname__)", "H.__name__ = 5", "H.__name__ = 'a\\0b'", "del H.__name__", "H.__qualname__ = 5", "H.__module__ = 5; print(H.__module__)", "H.__module__ = 'm'; print(H)", "del H.__module__; H.__module__", "H.__doc__ = 'd'; print(H.__doc__)", "del H.__doc__", "H.__mro__ = ()", "H.__dict__ = {}", "H.__dict__['x'] = 1", "int.x = 1", "int.__doc__ = 'x'", "del int.real", "H.__abstractmethods__", "H.__abstractmethods__ = {'m'}; H()", "del H.__abstractmethods__; H()", "object.__new__(int)", "object.__new__(5)", "object.__new__()", "int.__new__(str)", "int.__new__(H)", "tuple.__new__(list)", "H.__new__(int)", "object.__new__(H, 1)", "object.__init__(h, 1)", "type.__new__(int, 'a', (), {})", "type('a', (), {}, 1)", "type(5, (), {})", "type('a', [], {})", "type('a', (), [])", "type('a\\0', (), {})", "type.__call__(int, 'x')", "type()", "type.__setattr__(int, 'x', 1)", "object.__getattribute__(5)", "object.__reduce_ex__(f, 0)", "object.__reduce_ex__(f, 2)"):
    attempt(text)
