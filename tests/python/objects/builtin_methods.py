"""Functions written in another language have types of their own, bound or not."""
import pickle
import types

class Own(list):
    def method(self):
        return 1


for value in (len, "".join, str.join, (3).__add__, int.__add__, dict.fromkeys, dict.__dict__["fromkeys"], str.maketrans, Own().method, Own().append):
    print(type(value).__name__, value.__name__, value.__qualname__, hasattr(value, "__get__"), hasattr(value, "__module__"), hasattr(value, "__objclass__"))
print(type("".join) is type(len) is types.BuiltinMethodType, type((3).__add__) is types.MethodWrapperType)
items = []
print(items.append == items.append, items.append == [].append, hash(items.append) == hash(items.append), items.append != len)
print(items.append.__self__ is items, len.__self__, str.maketrans.__self__, int.__new__ == object.__new__, int.__new__.__self__)
print((3).__add__ == (3).__add__, "".join.__module__, len.__module__)
for value in (len, str.join, dict.fromkeys, str.maketrans, "a".join, (3).__add__):
    copy = pickle.loads(pickle.dumps(value))
    print(copy == value, copy.__reduce__()[1] if not isinstance(copy.__reduce__(), str) else copy.__reduce__())
try:
    str.join.__get__(None, None)
except TypeError as error:
    print(error)
print(str.join.__get__(None, str) is str.join, str.join.__get__("-")("ab"), dict.__dict__["fromkeys"].__get__(None, dict)("a"))


class Base:
    value = 1


class Meta(type):
    def mro(cls):
        return (cls, Base, object)


class Guest(metaclass=Meta):
    pass


# A class in the MRO that is no base: its changes are seen.
print(Guest.value)
Base.value = 2
print(Guest.value)
