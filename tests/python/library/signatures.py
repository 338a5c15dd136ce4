# inspect: signatures of callables of all kinds, binding, members, sources, class trees.
import functools
import inspect


def full(a, b=1, /, c: int = 2, *args: str, d, e="x", **kwargs: dict) -> "result":
    """Docs.

        indented
    """


class C:
    """Class docs."""

    def __init__(self, x, *, y=2):
        pass

    def method(self, a, b=None):
        pass

    @classmethod
    def made(cls, a):
        pass

    @staticmethod
    def static(a, /):
        pass

    @property
    def prop(self):
        return 1

    def __call__(self, q):
        pass


class Sub(C):
    def method(self):
        pass


class Meta(type):
    def __call__(cls, only):
        pass


class WithMeta(metaclass=Meta):
    pass


class New:
    def __new__(cls, n):
        pass


sig = inspect.signature(full)
P = inspect.Parameter


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""str(sig), list(sig.parameters), sig.return_annotation, [p.kind.description for p in sig.parameters.values()], sig.parameters["b"].default, sig.parameters["d"].default is P.empty, repr(sig.parameters["c"]), str(sig.parameters["args"]), repr(sig)
[str(inspect.signature(f)) for f in (C, C.method, C(1).method, C.made, C.static, C(1), Sub, WithMeta, New, functools.partial(full, 1, d=5), functools.partial(full, c=3), lambda x, y=1: x, functools.wraps(full)(lambda *a: a), functools.lru_cache(full))]
[str(inspect.signature(f)) for f in (len, sorted, dict.get, "".split, [].append, int.from_bytes, str.join, object.__init__, print, isinstance, pow, list.sort, "".join)]
list(inspect.signature(int.__add__).parameters), str(inspect.signature(type(C(1)).__call__))
inspect.signature(5)
inspect.signature(dict)
sig.bind(1, d=2).arguments, sig.bind(1, 2, 3, 4, 5, d=6, z=7).args, sig.bind(1, 2, 3, 4, d=6, z=7).kwargs, (lambda b: (b.apply_defaults(), b.arguments))(sig.bind(1, d=2)), sig.bind_partial().arguments
sig.bind()
sig.bind(1)
sig.bind(1, d=1, a=2).arguments
sig.bind(d=1, a=2)
inspect.signature(lambda a: a).bind(1, 2)
inspect.signature(lambda a: a).bind(1, a=2)
inspect.signature(lambda a: a).bind(b=2)
str(sig.replace(return_annotation=int)), str(sig.replace(parameters=[])), sig == inspect.signature(full), hash(inspect.signature(lambda a: 1)) == hash(inspect.signature(lambda a: 2)), sig.parameters["a"].replace(name="z"), P("x", P.KEYWORD_ONLY, default=1), P("x", P.VAR_POSITIONAL) == P("x", P.VAR_POSITIONAL)
P("1x", P.KEYWORD_ONLY)
P("x", P.VAR_KEYWORD, default=1)
P("x", 9)
P(5, P.KEYWORD_ONLY)
inspect.Signature([P("a", P.KEYWORD_ONLY), P("b", P.POSITIONAL_ONLY)])
inspect.Signature([P("a", P.KEYWORD_ONLY), P("a", P.KEYWORD_ONLY)])
inspect.Signature([P("a", P.POSITIONAL_ONLY, default=1), P("b", P.POSITIONAL_ONLY)])
inspect.getfullargspec(full), inspect.getfullargspec(C.method).args, inspect.getcallargs(full, 1, d=2)
inspect.getdoc(full), inspect.getdoc(Sub), inspect.getdoc(Sub.method), inspect.getcomments(full), inspect.cleandoc(" a\n    b\n  c"), inspect.getsource(New).splitlines()[0], inspect.getsourcelines(full)[1], inspect.getmodule(C).__name__, inspect.isabstract(C)
[n for n, v in inspect.getmembers(C) if not n.startswith("__")], inspect.classify_class_attrs(Sub)[-1].name, [(a.name, a.kind, a.defining_class.__name__) for a in inspect.classify_class_attrs(Sub) if not a.name.startswith("__")], inspect.getmro(Sub), inspect.getclasstree([C, Sub])
[[f(o) for f in (inspect.isfunction, inspect.ismethod, inspect.isbuiltin, inspect.isroutine, inspect.isclass, inspect.isdatadescriptor, inspect.ismethoddescriptor, inspect.isgetsetdescriptor, inspect.iscode)] for o in (full, C(1).method, len, str.join, C, C.prop, C.__dict__["made"], type.__dict__["__dict__"], full.__code__, C.made)]
inspect.getattr_static(C(1), "prop").__class__.__name__, inspect.getattr_static(C, "made").__class__.__name__, inspect.getattr_static(5, "nope", "default"), inspect.unwrap(functools.wraps(full)(lambda: 1)) is full, inspect.formatannotation(list[int]), inspect.formatannotation(int)
inspect.getattr_static(5, "nope")
inspect.getsource(len)
inspect.getfile(5)
inspect.getframeinfo(inspect.currentframe()).function, inspect.stack()[-1].function, inspect.getgeneratorstate(x for x in ()), inspect.CO_GENERATOR, inspect.Signature.from_callable(full) == sig, inspect.ismodule(inspect), inspect.BoundArguments.__slots__""".splitlines():
    attempt(text)
