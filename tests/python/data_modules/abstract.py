# _abc: registration, caches, hooks, abstract methods, flags for patterns.
import _abc


class Meta(type):
    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        _abc._abc_init(cls)
        return cls

    def register(cls, subclass):
        return _abc._abc_register(cls, subclass)

    def __instancecheck__(cls, instance):
        return _abc._abc_instancecheck(cls, instance)

    def __subclasscheck__(cls, subclass):
        return _abc._abc_subclasscheck(cls, subclass)


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


def abstract(f):
    f.__isabstractmethod__ = True
    return f


class A(metaclass=Meta):
    @abstract
    def m(self): ...

    @property
    @abstract
    def p(self): ...


class B(A):
    def m(self): ...


class C(B):
    p = 1


print(sorted(A.__abstractmethods__), sorted(B.__abstractmethods__), C.__abstractmethods__)
show(lambda: A())
show(lambda: B())
print(isinstance(C(), A), issubclass(C, A), issubclass(int, A), isinstance(1, A))
before = _abc.get_cache_token()
print(A.register(int), isinstance(1, A), issubclass(bool, A), isinstance(1, B), _abc.get_cache_token() - before)
show(lambda: A.register(1))
show(lambda: C.register(A))
show(lambda: issubclass(1, A))
print([len(x) for x in _abc._get_dump(A)[:3]])
_abc._reset_registry(A)
_abc._reset_caches(A)
print(isinstance(1, A))


class Hooked(metaclass=Meta):
    @classmethod
    def __subclasshook__(cls, other):
        if other is str:
            return True
        if other is float:
            return False
        return NotImplemented


print(isinstance("", Hooked), isinstance(1.0, Hooked), isinstance(1, Hooked))
Hooked.register(float)
print(isinstance(1.0, Hooked))


class Liar:
    @property
    def __class__(self):
        return C


print(isinstance(Liar(), A))


class Seq(metaclass=Meta):
    __abc_tpflags__ = 1 << 5


class Mine:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        return "ab"[i]


def matched(x):
    match x:
        case [a, b]:
            return a, b
    return None


print(matched(Mine()), hasattr(Seq, "__abc_tpflags__"))
Seq.register(Mine)
print(matched(Mine()))
