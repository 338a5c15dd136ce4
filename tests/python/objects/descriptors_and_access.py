# The order of lookup: data descriptors, instances, others, __getattr__; slots; properties; attribute hooks.
class Data:
    def __get__(self, instance, owner=None):
        return "data"

    def __set__(self, instance, value):
        print("set", value)

    def __delete__(self, instance):
        print("deleted")


class NonData:
    def __get__(self, instance, owner=None):
        return f"non-data of {owner.__name__} {instance is None}"


class Example:
    data, other, plain = Data(), NonData(), "class"

    def __getattr__(self, name):
        if name.startswith("dyn"):
            return f"made {name}"
        raise AttributeError(f"no {name}")


e = Example()
e.__dict__.update(data="hidden", other="instance", plain="instance")
print(e.data, e.other, e.plain, Example.other, e.dynamic)
e.data = 5
del e.data, e.other
print(e.other, hasattr(e, "nothing"), getattr(e, "nothing", "default"))
try:
    e.nothing
except AttributeError as error:
    print(error)


class Guarded:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __getattribute__(self, name):
        log = object.__getattribute__(self, "log")
        log.append(name)
        return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        self.log.append(("set", name, value))

    def __delattr__(self, name):
        self.log.append(("del", name))


g = Guarded()
g.x = 1
del g.x
try:
    g.y
except AttributeError as error:
    print(error)
print(object.__getattribute__(g, "log"))


class Slots:
    __slots__ = ("a", "_b", "__private")

    def __init__(self):
        self.a, self._b, self.__private = 1, 2, 3


class More(Slots):
    __slots__ = ("c", "__dict__")


s = Slots()
print(s.a, s._Slots__private, Slots.a, hasattr(s, "__dict__"))
for attempt in (lambda: setattr(s, "z", 1), lambda: delattr(s, "a") or s.a, lambda: Slots.a.__get__(5)):
    try:
        print(attempt())
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
more = More()
more.c, more.anything = 5, 6
print(more.__dict__, more.c, More.__slots__)


class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def fahrenheit(self):
        """In degrees Fahrenheit."""
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9

    @fahrenheit.deleter
    def fahrenheit(self):
        self.celsius = None


t = Temperature(100)
t.fahrenheit = 32
print(t.celsius, t.fahrenheit, Temperature.fahrenheit.__doc__)
del t.fahrenheit
print(t.celsius, vars(t))


class Special:
    def __len__(self):
        return 3

    def __bool__(self):
        return False

    def __contains__(self, item):
        return item == "in"

    def __getitem__(self, key):
        return key

    def __call__(self, *args, **kwargs):
        return args, kwargs

    def __format__(self, spec):
        return f"<{spec}>"

    def __index__(self):
        return 2

    def __enter__(self):
        return "entered"

    def __exit__(self, *details):
        return True

    def __matmul__(self, other):
        return "matmul"

    def __iadd__(self, other):
        return other

    def __reversed__(self):
        return "reversed"

    def __dir__(self):
        return ["z", "a"]


x = Special()
with x as entered:
    raise ValueError
print(len(x), bool(x), "in" in x, x[1:2, ...], x(1, k=2), f"{x:spec}", [0, 1, 2, 3][x], entered, x @ 1, reversed(x), dir(x), hex(x), "abc"[x:])
x += 5
print(x)
s = Special()
s.__len__ = lambda: 99
print(len(s))
