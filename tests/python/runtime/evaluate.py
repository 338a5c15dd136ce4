def show(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)


print(eval("1 + 2"), eval(" \t3"), eval("x * 2", {"x": 21}), eval("x + y", {"x": 1}, {"y": 2}))
names = {}
exec("def f(a):\n    return a + base\nbase = 10\nresult = f(5)", names)
print(names["result"], names["f"](1), "__builtins__" in names)


def local_names(a, b=2):
    c = a + b
    inner = lambda: c
    return locals(), eval("a + b + c")


found, total = local_names(1)
print([name for name in found], total)
code = compile("a = 1\nb = a + 1", "<mine>", "exec")
space = {}
exec(code, space)
print(space["b"], code.co_filename, type(code))
print(eval(compile("6 * 7", "<e>", "eval")))
exec(compile("7 * 7", "<s>", "single"))
show(eval, "1 +")
show(exec, "a b")
show(eval, 3)
show(exec, "1", 3)
show(eval, "1", {}, 3)
show(compile, "1", "f", "bad")
show(compile, "1", "f", "exec", 1 << 30)
show(eval, "undefined_name")
print(globals() is locals(), "names" in globals())


class Body:
    x = 1
    print([name for name in locals() if not name.startswith("__")])


print(vars(Body)["x"])
show(vars, 3)
print([n for n in dir(Body) if not n.startswith("__")])


def scope():
    z = 1
    a = 2
    return dir()


print(scope())
exec("print(sorted(k for k in globals() if not k.startswith('__')))", {"q": 1})
print(bin(10), oct(-8), hex(255), bin(-(2**70)), hex(True))
show(bin, 1.5)
print(ascii("aé\U0001f600\n"), format(3, "5d") + "|", format("x", ">3"))
show(format, 1, 2)
show(format, object(), "x")
