# What is evaluated before what: each operand says its name when it is asked for.
trail = []


def say(name, value=None):
    trail.append(name)
    return value


def told():
    text = " ".join(trail)
    trail.clear()
    return text


class Box:
    def __init__(self, name):
        object.__setattr__(self, "name", name)

    def __getattr__(self, attribute):
        return say(f"get({self.name}.{attribute})", 1)

    def __setattr__(self, attribute, value):
        say(f"set({self.name}.{attribute}={value})")

    def __delattr__(self, attribute):
        say(f"del({self.name}.{attribute})")

    def __getitem__(self, key):
        return say(f"get({self.name}[{key}])", 2)

    def __setitem__(self, key, value):
        say(f"set({self.name}[{key}]={value})")

    def __delitem__(self, key):
        say(f"del({self.name}[{key}])")


def box(name):
    return say(name, Box(name))


box("a").x = box("b")[say("k", "k")] = say("value", 5)
print(told())
box("a")[say("i", "i")] += say("right", 3)
print(told())
box("a").x -= box("b").y
print(told())
box("a").x, box("b")[say("i", 0)], *box("c").rest = say("right", [1, 2, 3, 4])
print(told())
del box("a").x, (box("b")[say("i", 0)], box("c").y)
print(told())
print({say("k1", 1): say("v1"), **say("star", {3: 4}), say("k2", 2): say("v2")}, told())
print([say("x", 1), *say("y", [2]), say("z", 3)], told())
print(say("a", 3) < say("b", 2) < say("c", 1), told())
print(say("a", 1) < say("b", 2) < say("c", 3) != say("d", 3), told())
print(say("then", 1) if say("test", 0) else say("else", 2), told())
print(say("a", 0) or say("b", []) or say("c", ""), told())
print(say("a", 1) and say("b", 0) and say("c", 1), told())
print(say("base", 2) ** say("exponent", 3) ** say("top", 2), told())
print(say("a", 1) + say("b", 2) * -say("c", 3), told())
box("a")[say("low", 1):say("high", 2):say("step", 3)] = say("right", 0)
print(told())
print(say("callee", lambda *a, **k: (a, k))(say("p", 1), *say("s", [2]), say("q", 3), k=say("v", 4), **say("d", {"e": 5})), told())


def function(first: say("annotation"), a=say("default a"), *, b=say("default b")) -> say("returned"):
    pass


print(told())
try:
    function.__annotations__
finally:
    print(told())


@say("decorator 1", lambda c: c)
@say("decorator 2", lambda c: c)
class Made(say("base", object), metaclass=say("metaclass", type)):
    say("body")


print(told())
for box("target").x in say("iterable", [1, 2]):
    say("body")
else:
    say("else")
print(told())
print([say(f"e{x}{y}", 0) for x in say("outer", (1, 2)) if say(f"if{x}", x > 1) for y in say("inner", (3, 4))], told())
print({say(f"k{x}", x): say(f"v{x}") for x in (1, 2)}, told())
assert say("test", 1), say("message")
print(told())
try:
    assert say("test", 0), say("message", "text")
except AssertionError as error:
    print(error, told())
try:
    raise say("exception", ValueError) from say("cause", None)
except say("first class", KeyError):
    pass
except (say("second", ValueError), say("third", TypeError)):
    print(told())
print(f"{say('value', 5)!r:>{say('width', 4)}}", told())
