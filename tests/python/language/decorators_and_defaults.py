# Order and scope of decorators and defaults, attributes of functions, and what functions let be changed.
import functools

made = []


def tag(name):
    made.append(f"make {name}")

    def apply(target):
        made.append(f"apply {name} to {getattr(target, '__name__', target)}")
        return target

    return apply


@tag("a")
@tag("b")
def f(a, b=made.append("default b"), /, c=5, *args, d=made.append("default d"), **kwargs) -> "r":
    """Text."""
    local = a
    return local, b, c, args, d, kwargs


@tag("class")
class C:
    @tag("method")
    @staticmethod
    def s(x):
        return x

    @property
    @tag("getter")
    def p(self):
        return "p"

    @p.setter
    def p(self, value):
        made.append(f"set {value}")

    @classmethod
    @functools.lru_cache
    def cached(cls, x):
        made.append(f"cached {x}")
        return x

    @(lambda g: [g.__name__])
    def listed(self):
        pass

    @functools.wraps(f)
    def wrapper(self):
        return "w"

    table = {"k": tag("subscript")}

    @table["k"]
    def t(self):
        pass


def accumulate(x, seen=[]):
    seen.append(x)
    return seen


def late():
    return [lambda: i for i in range(3)], [lambda i=i: i for i in range(3)]


g = lambda x, *y, z=1: (x, y, z)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""made
f(1), f(1, 2, 3, 4, d=5, e=6), f.__defaults__, f.__kwdefaults__, f.__name__, f.__qualname__, f.__doc__, f.__annotations__, f.__module__, f.__code__.co_varnames, f.__code__.co_argcount, f.__code__.co_posonlyargcount, f.__code__.co_kwonlyargcount
C.s(1), C().p, setattr(C(), "p", 3), C.cached(1), C.cached(1), C().cached(2), C.listed, C.wrapper.__name__, C.wrapper.__wrapped__ is f, C().wrapper(), made[-3:]
accumulate(1), accumulate(2), accumulate(3, []), accumulate.__defaults__, [h() for h in late()[0]], [h() for h in late()[1]]
setattr(f, "__defaults__", (10, 20)) or f(1), setattr(f, "__kwdefaults__", {"d": 7}) or f(1), setattr(f, "__defaults__", None)
f(1)
setattr(f, "__kwdefaults__", None) or f(1, 2, 3)
setattr(f, "__defaults__", [1])
setattr(f, "__code__", (lambda: "new code").__code__) or f()
setattr(f, "__code__", late.__code__) or len(f()[0])
setattr(f, "__code__", 5)
setattr(f, "__name__", "renamed") or (f.__name__, f.__qualname__, repr(f).split(" at ")[0])
setattr(f, "__qualname__", "q.r") or repr(f).split(" at ")[0]
setattr(f, "custom", [1]) or (f.custom, f.__dict__, vars(f)), delattr(f, "custom"), f.__dict__
f.missing
delattr(f, "missing")
delattr(f, "__name__")
delattr(f, "__code__")
delattr(f, "__defaults__"), f.__defaults__
f.__closure__, late()[1][0].__closure__, (lambda y: lambda: y)(5).__closure__[0].cell_contents, f.__globals__ is globals(), f.__builtins__["len"] is len, f.__type_params__
type(f)(g.__code__, globals(), "named", (1,), None)(), type(f)(g.__code__, {"__builtins__": {}}, argdefs=(7,))(), type(f)((lambda: made2).__code__, {"made2": "other globals"})()
type(f)((lambda y: lambda: y)(5).__code__, {}, closure=(1,))
type(f)((lambda y: lambda: y)(5).__code__, {})
type(f)(5, {})
type(f)(g.__code__, 5)
g.__get__(5)(), g.__get__(None, int) is g, g.__get__(5).__self__, g.__get__(5).__func__ is g, g.__get__(5) == g.__get__(5), hash(g.__get__(5)) == hash(g.__get__(5)), type(g).__get__(g, 1, int)
g.__get__(None)
(lambda *, k: k)(k=1), (lambda a, /, b: (a, b))(1, b=2), (lambda *a: a)(), (lambda **k: k)(a=1), (lambda a=(lambda: 3)(): a)(), (lambda: (yield))().__class__.__name__
g.__call__(1), g.__call__.__call__(2), type(g).__call__(g, 3), functools.partial(g, z=4)(1, 2), functools.reduce(lambda a, b: a + b, "abc")""".splitlines():
    attempt(text)
