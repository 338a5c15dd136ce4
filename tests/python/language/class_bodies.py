# Bodies of classes: their scope, `__class__` and `super` without arguments, names that the compiler mangles, what is made for them.
x = "global"


def enclosing():
    x = "enclosing"

    class Reads:
        before = x
        x = "class"
        after = x
        listed = [x for _ in "a"]
        called = (lambda: x)()
        first_iterable = [c for c in x]

        def method(self):
            return x

    print(Reads.before, Reads.after, Reads.listed, Reads.called, Reads.first_iterable, Reads().method())

    class Declares:
        global x
        x = "changed"

    print(x, "x" in vars(Declares))

    class Nonlocal:
        nonlocal x
        x = "rebound"

    print(x, "x" in vars(Nonlocal))


enclosing()
print(x)


class Unbound:
    try:
        print(missing)
    except NameError as error:
        print(error)
    y = 1
    del y
    try:
        y
    except NameError as error:
        print(error)


class Mangled:
    __private = 1
    __dunder__ = 2
    __ = 3
    ___x = 4
    _x__ = 5

    def __method(self):
        return self.__private

    def public(self, __argument=3):
        __local = 5
        self.__set = __local
        return self.__method(), sorted(locals())

    class Inner:
        __private = "inner"

        def get(self):
            return self.__private

    try:
        import __nothing
    except ImportError as error:
        print(error)


class _Mangled:
    __private = 1


class __:
    __private = 1


print(sorted(n for n in vars(Mangled) if "__" not in n[-2:] or n == "__" or n == "_Mangled__"), Mangled().public())
print(Mangled.Inner().get(), [n for n in vars(_Mangled) if "private" in n], [n for n in vars(__) if "private" in n])
print([n for n in vars(Mangled.Inner) if "private" in n])


class Base:
    def __init_subclass__(cls, **keywords):
        print("subclass", cls.__name__, keywords)

    def who(self):
        return "base"

    @classmethod
    def made(cls):
        return cls.__name__

    @staticmethod
    def plain():
        return "plain"

    @property
    def value(self):
        return 1


class Derived(Base, flag=True):
    def who(self):
        return super().who() + "+" + __class__.__name__

    @classmethod
    def made(cls):
        return super().made() + "+" + __class__.__name__

    @property
    def value(self):
        return super().value + 1

    def nested(self):
        return [super(Derived, self).who() for _ in "a"], (lambda: super(__class__, self).who())()

    def comprehended(self):
        return [super().who() for _ in "ab"]

    def rebound(self):
        self = 5
        return super().who()

    def deleted(self):
        del self
        return super().who()

    def no_arguments():
        return super()

    @staticmethod
    def static(x):
        return super().plain()


d = Derived()
print(d.who(), d.made(), d.value, d.nested(), d.comprehended())
for attempt in (d.rebound, d.deleted, Derived.no_arguments, lambda: Derived.static(d), lambda: Derived.static(Derived), lambda: Derived.static(5), lambda: Derived.who(Base()), lambda: super()):
    try:
        print(attempt())
    except (TypeError, RuntimeError, UnboundLocalError) as error:
        print(type(error).__name__, error)


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases, **keywords):
        print("prepare", name, [b.__name__ for b in bases], keywords)
        return Recorded()

    def __new__(meta, name, bases, namespace, **keywords):
        print("new", name, [k for k in namespace.written if not k.startswith("__")])
        made = super().__new__(meta, name, bases, dict(namespace))
        return made


class Recorded(dict):
    def __init__(self):
        self.written = []

    def __setitem__(self, key, value):
        self.written.append(key)
        super().__setitem__(key, value)

    def __missing__(self, key):
        if key.startswith("auto_"):
            return len(key)
        raise KeyError(key)


class Prepared(metaclass=Meta, option=1):
    a = auto_abc
    b: int = 1
    c: str
    a = auto_
    for i in range(2):
        pass

    def method(self):
        return __class__


print(Prepared.a, Prepared().method() is Prepared, Prepared.__annotations__)
print(Prepared.__firstlineno__, Prepared.__static_attributes__, Mangled.__static_attributes__, Prepared.__qualname__, Mangled.Inner.__qualname__)


class Documented:
    """A text."""

    __qualname__ = "Elsewhere.Documented"
    __slots__ = {"a": "the first", "b": None}


print(Documented, Documented.__doc__, Documented.__slots__, Documented.a.__doc__ if hasattr(Documented.a, "__doc__") else None)
for source in ("class A: __qualname__ = 5", "class A: __classcell__ = None", "class A: __slots__ = 5", "class A: __slots__ = ['a', 5]", "class A: __slots__ = ['1x']", "class A: __slots__ = 'a'; a = 1", "class A:\n def f(self): __class__\n __classcell__ = 1", "class A(1): pass", "class A(*[], **{'metaclass': 5}): pass", "class A(object, object): pass", "class A(B=1): pass", "class A(bool): pass", "class A(int, str): pass", "class A(None): pass", "class A(type(lambda: 0)): pass"):
    try:
        exec(source)
        print(source, "made")
    except Exception as error:
        print(source, type(error).__name__, error)
