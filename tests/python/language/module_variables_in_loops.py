# Variables of a module that loops rebind: instructions keep the variable, whoever else changes the namespace.
import types

total = 0
for i in range(3000):
    total += i
print(total, i)

# Unbound and bound again, also by others.
kept = []
for i in range(2000):
    if i % 500 == 3:
        del total
        try:
            total += 1
        except NameError as e:
            kept.append(str(e))
        globals()["total"] = i
    elif i % 500 == 7:
        globals()["total"] += 1000
    total = total + 1
print(total, kept)
print([name for name in globals() if name in ("total", "kept", "i")])

# A name that the builtins have, too.
seen = []
for i in range(1500):
    if i % 300 == 100:
        len = lambda x: -1
    if i % 300 == 250:
        del len
    if i % 50 == 0:
        seen.append(len("abc"))
print(seen)


def bump():
    global counter
    counter = counter + 1
    return counter


counter = 0
for i in range(3000):
    bump()
    counter += 1
    if i == 1500:
        counter = "text"
        try:
            bump()
        except TypeError as e:
            print(e)
        counter = 0.5
print(counter)


def unbind():
    global counter
    del counter


for i in range(5):
    counter = i
    unbind()
    try:
        bump()
    except NameError as e:
        print(e)

source = """
found = []
for k in range(2000):
    x = k
    y = x + 1
    if k % 1000 == 1:
        del x
        try:
            x
        except NameError as e:
            found.append(str(e))
result = x, y
"""
code = compile(source, "loop", "exec")


class Locals(dict):
    stores = 0

    def __setitem__(self, key, value):
        Locals.stores += 1
        super().__setitem__(key, value)

    def __missing__(self, key):
        if key == "x":
            return "missing"
        raise KeyError(key)


for _ in range(3):
    plain, own = {}, {}
    exec(code, plain)
    print(plain["result"], plain["found"])
    exec(code, plain, own)
    print(own["result"], own["found"], sorted(own))
    mine = Locals()
    exec(code, {}, mine)
    print(mine["result"], mine["found"], Locals.stores)
    mine = Locals()
    exec(code, mine)
    print(mine["result"], mine["found"], Locals.stores)


# The same code where the namespace is a class's, and as a function.
class Body:
    for k in range(2000):
        x = k
        y = x + 1
    del k


print(Body.x, Body.y, hasattr(Body, "k"))

where = {"__name__": "elsewhere"}
function = types.FunctionType(code, where)
for _ in range(3):
    print(function(), where["result"], where["found"])

module = compile("""
import sys
frame = sys._getframe()
same = frame.f_locals is frame.f_globals is globals() is locals()
class A:
    y = 2
globals()["late"] = 4
value = late
try:
    del absent
except NameError as e:
    said = str(e)
""", "module", "exec")
where = {"__name__": "elsewhere"}
print(types.FunctionType(module, where)())
print(where["same"], where["A"].__module__, where["value"], where["said"])
print(types.FunctionType(compile("a + 1", "expression", "eval"), {"a": 4})())
print([types.FunctionType(compile("a + n", "expression", "eval"), {"a": 4, "n": n})() for n in range(3)])
