# Names: locals, globals, nonlocals, class bodies, comprehensions, defaults, deletion, exec and eval.
x = "global"


def outer():
    x = "outer"

    def reads():
        return x

    def writes():
        nonlocal x
        x = "written"

    def declares():
        global x
        x = "changed global"

    class Body:
        y = x
        x = "body"
        z = [x for _ in [0]]

        def method(self):
            return x

    writes()
    declares()
    return reads(), Body.y, Body.x, Body.z, Body().method()


print(outer(), x)


def counters():
    functions = []
    for i in range(3):
        functions.append(lambda: i)
    return [f() for f in functions] + [f() for f in [lambda i=i: i for i in range(3)]]


print(counters())


def unbound():
    print(value)
    value = 1


def freed():
    a = 1
    del a
    return lambda: a


for attempt in (unbound, lambda: freed()(), lambda: undefined_name):
    try:
        attempt()
    except NameError as error:
        print(type(error).__name__, error, error.name)


def accumulate(item, into=[]):
    into.append(item)
    return into


print(accumulate(1), accumulate(2), accumulate.__defaults__)
namespace = {"a": 5}
exec("b = a * 2\ndef f(): return b", namespace)
print(namespace["b"], namespace["f"](), eval("a + b", namespace, {"b": 100}), eval("[a for _ in range(2)]", namespace))


def local_exec():
    inside = 1
    exec("inside = 2; made = 3")
    scope = {}
    exec("inside = 4", globals(), scope)
    return inside, "made" in locals(), scope


print(local_exec())
print([y for x in range(3) if (y := x * 2)], y, [[i * j for j in range(i)] for i in range(3)], {k: v for k, v in zip("ab", [1, 2])}, {n % 3 for n in range(9)})


def make_adders():
    total = 0

    def add(n):
        nonlocal total
        total += n
        return total

    return add, lambda: total


add, get = make_adders()
add(5)
add(6)
print(get(), add.__closure__[0].cell_contents, add.__code__.co_freevars, make_adders.__code__.co_cellvars)


class Outer:
    value = 1

    class Inner:
        def get(self):
            return Outer.value

    def recursive(self, n):
        return n if n < 1 else self.recursive(n - 1)


print(Outer.Inner().get(), Outer.Inner.__qualname__, Outer().recursive(3), outer.__globals__ is globals())
__private = 1


class Mangled:
    __hidden = 5

    def get(self):
        return self.__hidden, [self.__hidden for _ in [0]]


print(Mangled().get(), [n for n in vars(Mangled) if "hidden" in n])
del x
try:
    x
except NameError as error:
    print(error)
