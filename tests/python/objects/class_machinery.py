# Metaclasses, preparation of namespaces, class keywords, set_name, init_subclass, MRO, __call__ of classes.
class Tracing(type):
    @classmethod
    def __prepare__(mcs, name, bases, **keywords):
        print("prepare", name, keywords)
        return {"injected": 1}

    def __new__(mcs, name, bases, namespace, **keywords):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")))
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **keywords):
        print("init", name, keywords)
        super().__init__(name, bases, namespace)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    def __instancecheck__(cls, instance):
        return instance == 5

    def __iter__(cls):
        return iter("abc")

    def __getattr__(cls, name):
        return f"meta {name}"


class Made(metaclass=Tracing, option=True):
    attribute = injected + 1

    def __init__(self, *args):
        self.args = args


print(Made.attribute, Made.missing, Made(1, 2).args, isinstance(5, Made), list(Made), type(Made))


class Field:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__.get(self.name, "unset")

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value * 2


class Registry:
    classes = []

    def __init_subclass__(cls, /, label=None, **keywords):
        super().__init_subclass__(**keywords)
        cls.label = label
        Registry.classes.append(cls.__name__)


class First(Registry, label="one"):
    field = Field()


class Second(First):
    pass


first = First()
first.field = 4
print(first.field, Second().field, Registry.classes, First.label, Second.label)


class A:
    def who(self):
        return "A"


class B(A):
    def who(self):
        return "B" + super().who()


class C(A):
    def who(self):
        return "C" + super().who()


class D(B, C):
    def who(self):
        return "D" + super().who()


print(D().who(), [c.__name__ for c in D.__mro__], D.__bases__, A.__subclasses__())
for attempt in (lambda: type("X", (A, B), {}), lambda: type("X", (int, str), {}), lambda: type("X", (A,), {}, unknown=1), lambda: type("X", (bool,), {}), lambda: type("X", (A, A), {}), lambda: type("X", (5,), {}), lambda: A(1)):
    try:
        print(attempt())
    except TypeError as error:
        print(error)


class Meta1(type): ...


class Meta2(type): ...


try:
    class Conflict(Meta1("M", (), {}), Meta2("N", (), {})): ...
except TypeError as error:
    print(error)
instance = B()
instance.__class__ = C
print(instance.who(), type("Dyn", (A,), {"x": 1, "who": lambda self: "dyn"})().who())
B.__bases__ = (C,)
print(B().who(), [c.__name__ for c in D.__mro__])
print(type(type), type.__mro__, isinstance(type, object), issubclass(Tracing, type), Made.__dict__["injected"])
