# `getattr` and `hasattr` with constant names, `__class__`, instances as attributes of classes, `isinstance` and `issubclass` that say no.
import abc
import enum


class Base:
    level = 3

    def method(self):
        return 1


class Derived(Base):
    pass


class Asked(Base):
    def __getattr__(self, name):
        return name


class Liar:
    @property
    def __class__(self):
        return int


class Meta(type):
    def __instancecheck__(cls, value):
        return value == 3

    def __subclasscheck__(cls, other):
        return other is str


class Checked(metaclass=Meta):
    pass


class Colour(enum.IntFlag):
    RED = 1
    BLUE = 2


class Abstract(abc.ABC):
    pass


Abstract.register(float)


class Value:
    def __init__(self, n):
        self.n = n


class Holder:
    pass


Holder.value = Value(5)
Holder.kind = Colour.RED


class Descriptor:
    def __get__(self, instance, owner):
        return "got"


def attributes(rounds):
    total = 0
    base, derived, asked = Base(), Derived(), Asked()
    derived.own = 4
    for i in range(rounds):
        value = (base, derived, asked, Base, Derived, "text", 5, None)[i % 8]
        level = getattr(value, "level", 10)
        total += level
        total += hasattr(value, "own") + 2 * hasattr(value, "method") + 4 * hasattr(value, "upper") + 8 * hasattr(value, "missing")
        total += len(getattr(value, "name", "four")) if isinstance(getattr(value, "name", ""), str) else 0
        total += value.__class__ is Base
    return total


def checks(rounds):
    total = 0
    values = [Base(), Derived(), Liar(), 3, 4, 2.5, Colour.RED, "s", Base, None]
    for i in range(rounds):
        value = values[i % len(values)]
        for k, kind in enumerate((Base, Derived, int, Checked, Colour, Abstract, type)):
            if isinstance(value, kind):
                total += 1 << k
        if isinstance(value, type):
            total += issubclass(value, Base) + issubclass(value, Derived) * 2 + issubclass(str, Checked) * 4
        total += issubclass(Colour, int) + issubclass(Derived, Base) + issubclass(Base, Derived)
    return total


def held(rounds):
    total = 0
    for i in range(rounds):
        total += Holder.value.n + Holder().value.n + Holder.kind
        if i == rounds // 2:
            Holder.value.extra = 1
        if i == rounds // 2 + 10:
            Holder.value = Value(7)
    return total


def becomes_descriptor(rounds):
    seen = []
    for i in range(rounds):
        found = Holder.value
        if i == rounds - 5:
            Value.__get__ = lambda self, instance, owner: "bound"
        if i > rounds - 8:
            seen.append(found if isinstance(found, str) else found.n)
    del Value.__get__
    return seen


def changes_class(rounds):
    seen = []
    Holder.value = Value(1)
    value = Holder.value
    for i in range(rounds):
        found = Holder.value
        if i == rounds - 3:
            value.__class__ = Descriptor
        if i > rounds - 6:
            seen.append(type(found).__name__)
    return seen


def identities(rounds):
    values = [object() for _ in range(5)]
    ids = {}
    for i in range(rounds):
        ids[id(values[i % 5])] = i
    return len(ids), all(id(value) in ids for value in values), id(values[0]) == id(values[0])


def bits(rounds):
    total = 0
    for i in range(rounds):
        total += i.bit_length() + (i / 2).is_integer() + (i > 5).bit_length()
        length = i.bit_length
        total += length()
    return total


print(attributes(4000))
print(checks(4000))
print(held(3000))
print(becomes_descriptor(2000))
print(changes_class(2000))
print(identities(2000))
print(bits(3000))
