# global, nonlocal, walrus, class and exec scopes: which variable a name means, and what the compiler refuses.
import builtins

level = "module"


def declared():
    global level, made_here
    level = "changed"
    made_here = [level]

    def inner():
        nonlocal_free = level
        return nonlocal_free

    return inner()


print(declared(), level, made_here)


def counters():
    count = 0

    def up(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        del count

    def look():
        try:
            return count
        except NameError as error:
            return type(error).__name__, str(error)

    return up, reset, look


up, reset, look = counters()
print(up(), up(5), look(), reset(), look())
try:
    up()
except UnboundLocalError as error:
    print("U", error)
except NameError as error:
    print("N", error)
print(up.__code__.co_freevars, up.__closure__[0] is look.__closure__[0])
try:
    up.__closure__[0].cell_contents
except ValueError as error:
    print(error)
up.__closure__[0].cell_contents = 40
print(up(2), look())


def before_assignment():
    try:
        print(level)
    except UnboundLocalError as error:
        print(error)
    level = 1

    def inner():
        return later

    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    later = 2
    return inner()


print(before_assignment())


def class_between():
    value = "function"

    class Between:
        value = "class"

        def method(self):
            return value

        nested = [value for _ in "a"]

    return Between().method(), Between.nested


print(class_between())


def executed():
    x = 1
    exec("x = 2; y = 3")
    scope = {}
    exec("x = 2; y = [x for _ in 'a']; z = (lambda: x)()", scope)
    local = {"x": 5}
    exec("x += 1; w = x", {}, local)
    try:
        exec("def f(): return w\nw = 1\nf()", {}, {})
    except NameError as error:
        print(error)
    return x, "y" in locals(), scope["y"], scope["z"], local, eval("x + 1"), eval("[x for x in 'a']", {}), eval("x", {"x": 7}, {"x": 8})


print(executed())


def walrus():
    if (n := 5) > 3 and (m := n + 1):
        pass
    listed = [last := i for i in range(3)]
    total = 0
    sums = [total := total + v for v in [1, 2, 3]]
    return n, m, listed, last, sums, total


print(walrus())


def walrus_global():
    global remembered
    [remembered := i for i in "xyz"]


walrus_global()
print(remembered)


def builtin_shadow():
    len = lambda x: "mine"
    return len([]), builtins.len([])


print(builtin_shadow())
len = lambda x: "module's"
print(len([]))
del len
print(len([]))
try:
    del len
except NameError as error:
    print(error)


def parameters(a, b=[], *args, c=level, **kwargs):
    del a
    kwargs["k"] = 1
    b.append(c)
    return sorted(locals()), b, kwargs


print(parameters(1), parameters(1, k=2))
print((lambda x, y=(lambda: 5)(): (lambda z: x + y + z))(1)(2))


def conditional(flag):
    if flag:
        import os.path as chosen
    try:
        return chosen.__name__ != ""
    except UnboundLocalError as error:
        return str(error)


print(conditional(True), conditional(False))
for text in ("def f(a): global a", "def f():\n a = 1\n global a", "def f():\n print(a)\n global a", "def f(): nonlocal a", "nonlocal a", "def f(a): nonlocal a", "def f():\n a = 1\n def g():\n  a = 2\n  nonlocal a", "def f():\n a = 1\n def g():\n  global a\n  nonlocal a", "def f(a, a): pass", "def f(): import math; global math", "def f():\n for x in y: pass\n global x", "class A:\n def f(self): nonlocal x", "def f():\n x: int = 1\n global x", "global x; x: int = 5", "def f():\n global x\n x: int = 1", "def f(): [x for x in y]; global x", "def f(*, *a): pass", "def f(a=1, b): pass", "def f(*): pass", "def f(**k, a): pass", "def f(/): pass", "def f(a, /, b, /): pass", "lambda a, a: 1", "def f(None): pass", "f(a=1, a=2)", "f(**k, *a)", "f(a=1, 2)", "f(**k, 1)", "f(True=1)", "f(a.b=1)", "del f()", "del (a, 1)", "f() = 1", "a + 1 = 2", "(a, b) += 1", "a = 1 = b", "None = 1", "(yield) = 1", "a := 1", "f(a := 1, (b := 2))", "(a.b := 1)", "x = a := 1", "with a as 1: pass", "for 1 in a: pass", "import a.b as c.d", "from a import *, b", "def f(): from a import *", "__debug__ = 1", "return 1", "yield 1", "await x", "break", "continue", "class A: return 1", "async def f(): yield from x", "async def f(): return 1; yield 2", "*a = 1", "*a", "a = *b", "print(*a)", "del *a", "lambda *: 1"):
    try:
        compile(text, "<text>", "exec")
        print(text.replace("\n", ";"), "compiles")
    except SyntaxError as error:
        print(text.replace("\n", ";"), "|", type(error).__name__, error.msg, error.lineno, error.offset)
