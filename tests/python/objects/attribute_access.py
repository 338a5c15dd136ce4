# Attribute look-up: order of descriptors, instance and class, __getattr__ and __getattribute__ that misbehave, names that are no text.
class Data:
    def __get__(self, instance, owner=None):
        return "data", instance is None, owner and owner.__name__

    def __set__(self, instance, value):
        print("set", value)

    def __delete__(self, instance):
        print("delete")


class NonData:
    def __get__(self, instance, owner=None):
        return "non-data", instance is None, owner and owner.__name__


class OnlySet:
    def __set__(self, instance, value):
        instance.__dict__["only_set"] = value * 2


class OnlyDelete:
    def __delete__(self, instance):
        print("deleted")


class GetNone:
    __get__ = None


class Owner:
    data, non_data, only_set, only_delete, get_none = Data(), NonData(), OnlySet(), OnlyDelete(), GetNone()
    plain = "class"


def attempt(text):
    try:
        print(text, "->", eval(text) if "=" not in text.replace("==", "") and not text.startswith("del ") else exec(text))
    except Exception as error:
        extra = f" name={error.name!r} obj={type(error.obj).__name__}" if isinstance(error, AttributeError) else ""
        print(text, "->", type(error).__name__, error, extra, *(repr(c) for c in (error.__cause__, error.__context__) if c))


o = Owner()
o.__dict__.update(data="instance", non_data="instance", plain="instance", only_delete="instance")
for text in ("o.data", "o.non_data", "o.plain", "Owner.data", "Owner.non_data", "o.data = 5", "o.non_data = 6", "o.non_data", "del o.data", "del o.non_data", "o.non_data", "del o.non_data", "o.only_set = 4", "o.only_set", "del o.only_set", "o.only_delete", "del o.only_delete", "o.only_delete = 1", "o.get_none", "o.missing", "Owner.missing", "del o.missing", "del Owner.missing", "o.__dict__ = 5", "del o.__dict__", "o.plain", "o.__dict__ = {'plain': 'new'}", "o.plain", "getattr(o, 'x', 'default')", "getattr(o, 5)", "getattr(o, 'a\\ud800', 1)", "setattr(o, 5, 1)", "setattr(o, 'not identifier!', 1)", "vars(o)", "hasattr(o, 5)", "o.__class__.__name__", "o.__getattr__", "None.x", "(5).x", "(5).real = 1", "(5).x = 1", "del (5).real", "[].append = 1", "[].x = 1", "len.x = 1", "len.__name__ = 'x'", "object().x = 1", "object.x = 1", "print.__self__ == 1", "(lambda: 1).__code__ = 5", "(lambda: 1).x", "(lambda: 1).__defaults__ = 5", "(lambda: 1).__kwdefaults__ = 5", "(lambda: 1).__dict__ = 5", "(lambda: 1).__name__ = 5", "Owner.__init__.x", "''.join.x", "(i for i in ()).x", "[].__iter__().x", "super(Owner, o).plain", "super(Owner, o).x", "super(Owner, o).x = 1", "super(5)", "super(Owner, 5)", "super(Owner).x", "type(o).__mro__[5]", "__import__('math').nothing", "__import__('math').p"):
    attempt(text)


class Fallback:
    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        if name == "key":
            raise KeyError(name)
        if name == "attribute":
            raise AttributeError("own words")
        if name == "named":
            raise AttributeError("own words", name="other", obj=5)
        if name.startswith("__"):
            raise AttributeError(name)
        return f"fallback {name}"

    @property
    def broken(self):
        return self.plain + 1

    @property
    def attribute_broken(self):
        raise AttributeError("inside property")


f = Fallback()
for text in ("f.anything", "f.key", "f.attribute", "f.named", "f.broken", "f.attribute_broken", "hasattr(f, 'attribute')", "hasattr(f, 'key')", "getattr(f, 'attribute', 'default')", "f.__len__", "len(f)", "f()", "f[0]", "iter(f)", "f.asked", "str(f)[:10]", "bool(f)", "__import__('copy').copy(f).asked == f.asked"):
    attempt(text)


class Everything:
    def __getattribute__(self, name):
        if name == "deep":
            return self.deep
        if name == "wrong":
            raise AttributeError
        if name == "number":
            return 5
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        return "after " + name


e = Everything()
for text in ("e.number", "e.wrong", "e.missing", "e.__class__", "e.deep"):
    attempt(text)


class NotCallable:
    __getattr__ = 5


class Loop:
    def __getattr__(self, name):
        return self.other


class SetFails:
    def __setattr__(self, name, value):
        raise AttributeError("no " + name)

    def __delattr__(self, name):
        raise TypeError("kept " + name)


class StaticGet:
    @staticmethod
    def __getattr__(name):
        return "static " + name


for text in ("NotCallable().x", "Loop().x", "SetFails().x = 1", "del SetFails().x", "StaticGet().x", "Fallback.__getattr__('x')"):
    attempt(text)
