# `__init__` of property, classmethod, staticmethod and super fills the object: subclasses may take other arguments.


class Documented(property):
    """The class's own."""


class Labelled(property):
    def __init__(self, label, function):
        super().__init__(function)
        self.label = label


class Slotted(property):
    __slots__ = ()


def spam(self):
    """spam's"""
    return 1


def bare(self):
    return 2


class C:
    shown = Documented(spam)
    given = Documented(bare, doc="given")
    none = Documented(bare)
    labelled = Labelled("a label", bare)
    empty = property()


C.late = property()

print(C.shown.__doc__, C.given.__doc__, C.none.__doc__, Documented.__doc__)
print(C.labelled.label, C().labelled, C.labelled.__name__)
print(C.shown.getter(bare).__doc__, C.given.getter(spam).__doc__)
print(C.shown.__name__, C.empty.__name__)
try:
    Slotted(spam)
except AttributeError as error:
    print(error)
print(Slotted(bare, doc="dropped").__doc__)

for name in "empty", "late":
    for attempt in (lambda: getattr(C(), name), lambda: setattr(C(), name, 1), lambda: delattr(C(), name)):
        try:
            attempt()
        except AttributeError as error:
            print(error)

for function, arguments in [
    (property().__set_name__, ()),
    (classmethod, ()),
    (staticmethod, (1, 2)),
    (super, (1, 2)),
    (super, (C, [])),
    (super, (C, list)),
]:
    try:
        function(*arguments)
    except TypeError as error:
        print(error)

print(classmethod.__new__(classmethod), staticmethod.__new__(staticmethod))


class Own(super):
    pass


print(Own(C, C()).__class__ is Own, repr(Own(C)))
