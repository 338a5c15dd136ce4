# Metaclasses: which is chosen, what they may return, __call__, __prepare__, mro(), __instancecheck__, __set_name__ and __init_subclass__ that fail.
class M1(type):
    def __repr__(cls):
        return f"<{type(cls).__name__} {cls.__name__}>"


class M2(M1):
    pass


class M3(type):
    pass


class A(metaclass=M1):
    pass


class B(A, metaclass=M2):
    pass


class C(B):
    pass


print(A, B, C, type(C))


def attempt(text, **names):
    try:
        exec(text, globals(), names)
    except Exception as error:
        print(text.replace("\n", "; "), "->", type(error).__name__, error, *getattr(error, "__notes__", ()), *(["cause " + repr(error.__cause__)] if error.__cause__ else []))
    else:
        print(text.replace("\n", "; "), "->", *(f"{k}={v}" for k, v in names.items() if not callable(v)))


attempt("class X(A, metaclass=M3): pass")
attempt("class Y(metaclass=M3): pass\nclass X(A, Y): pass")
attempt("class X(A, metaclass=type): pass\nr = type(X)")
attempt("class X(metaclass=lambda *a, **k: (a[0], a[1], sorted(a[2])[:2], k), option=1): pass\nr = X")
attempt("class X(A, metaclass=print): pass\nr = X")
attempt("class X(metaclass=5): pass")


class Prepares(type):
    def __prepare__(name, bases):
        return 5


attempt("class X(metaclass=Prepares): pass")


class Callable(type):
    def __call__(cls, *args, **keywords):
        made = super().__call__(*args, **keywords)
        return made, "called", args, keywords

    def __getattr__(cls, name):
        return f"meta {name}"

    def __getitem__(cls, key):
        return f"item {key}"

    def __iter__(cls):
        return iter("xyz")

    def __len__(cls):
        return 7

    def __contains__(cls, value):
        return value == "in"

    def __bool__(cls):
        return False

    def __dir__(cls):
        return ["b", "a"]

    def __instancecheck__(cls, instance):
        return instance == 5

    def __subclasscheck__(cls, sub):
        return sub is int

    def __eq__(cls, other):
        return other == "equal"

    def __hash__(cls):
        return 42

    def __or__(cls, other):
        return "or", other

    __delattr__ = None
    prop = property(lambda cls: cls.__name__.lower())


class Called(metaclass=Callable):
    def __init__(self, *args, **keywords):
        pass

    def __class_getitem__(cls, key):
        return "never: the metaclass goes first"


print(Called(1, k=2)[1:], Called.nothing, Called[3], list(Called), len(Called), "in" in Called, bool(Called), dir(Called))
print(isinstance(5, Called), isinstance(6, Called), issubclass(int, Called), Called == "equal", Called != "equal", hash(Called), Called | 1, Called.prop, {Called: 1}[Called])
attempt("del Called.x")
attempt("Called.prop = 1")
attempt("Called(1)[0].prop")


class Linear(type):
    order = None

    def mro(cls):
        order = Linear.order
        return order(cls) if order else super().mro()


class P(metaclass=Linear):
    def who(self):
        return "P"


class Q(metaclass=Linear):
    def who(self):
        return "Q"


Linear.order = lambda cls: [cls, Q, P, object]
R = Linear("R", (P, Q), {})
print(R().who(), R.__mro__)
for wrong in (lambda cls: 5, lambda cls: [cls, 5], lambda cls: [cls, int, object], lambda cls: [], lambda cls: 1 / 0, lambda cls: (cls, object)):
    Linear.order = wrong
    try:
        print(Linear("S", (P,), {}).__mro__)
    except Exception as error:
        print(type(error).__name__, error)
Linear.order = None


class Named:
    def __init__(self, fail=False):
        self.fail = fail

    def __set_name__(self, owner, name):
        print("named", owner.__name__, name)
        if self.fail:
            raise LookupError("refused")


attempt("class X:\n a = Named()\n b = a\n c = Named(True)\n d = Named()")
attempt("class X: pass\nX.late = Named()")
attempt("class X:\n a = type('T', (), {'__set_name__': 5})()")


class Parent:
    def __init_subclass__(cls, /, kind=None, **keywords):
        super().__init_subclass__(**keywords)
        cls.kind = kind
        if kind == "bad":
            raise RuntimeError("bad kind")


attempt("class X(Parent, kind='good'): pass\nr = X.kind")
attempt("class X(Parent, kind='bad'): pass")
attempt("class X(Parent, other=1): pass")
attempt("class X(Parent):\n def __init_subclass__(cls): cls.r = 1\nclass Y(X): pass\nr = Y.r, hasattr(X, 'r')")
attempt("r = type('X', (Parent,), {}, kind='by call').kind")
attempt("r = type(Parent.__dict__['__init_subclass__']).__name__, type(type('Z', (), {'__class_getitem__': lambda c, k: k}).__dict__['__class_getitem__']).__name__, type(type('Z', (), {'__new__': lambda c: 1}).__dict__['__new__']).__name__")
attempt("class X:\n def __class_getitem__(cls, k): return cls.__name__, k\nr = X[1, 2], X[()], X[1:2], X['a']")
attempt("class X: pass\nX[1]")
attempt("class X: pass\nX()[1]")
attempt("class X(A, B): pass")
attempt("class X(object, A): pass")
attempt("class P1: pass\nclass P2: pass\nclass L(P1, P2): pass\nclass R(P2, P1): pass\nclass X(L, R): pass")
attempt("class X(property(5).__class__, int): pass")


class Instead:
    def __init__(self, *bases):
        self.bases = bases

    def __mro_entries__(self, bases):
        return self.bases


attempt("class X(Instead(int, A)): pass\nr = X.__bases__, len(X.__orig_bases__)", A=Parent)
attempt("class X(Instead()): pass\nr = X.__bases__")
attempt("class X(Instead(5)): pass")
attempt("i = Instead(); i.bases = [int]\nclass X(i): pass")
attempt("type('X', (Instead(int),), {})")
import types
attempt("r = types.new_class('X', (Instead(int),), {}, lambda n: n.update(a=1)).__mro__, types.resolve_bases((Instead(int), str)), types.prepare_class('Y', (A,))[0]")
