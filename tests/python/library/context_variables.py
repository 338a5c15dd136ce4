# contextvars: values in contexts, tokens, copies, generators, and calls out of turn.
import contextvars as c
import re

v = c.ContextVar("v", default="default")
w = c.ContextVar("w")
context = c.copy_context()


def inside(value):
    old = v.get()
    token = v.set(value)
    return old, v.get(), token.old_value is c.Token.MISSING, token.var is v


def generator():
    v.set("from generator")
    yield v.get()


def nested():
    v.set("outer")
    inner = c.copy_context()
    result = inner.run(inside, "inner")
    return result, v.get(), inner[v]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, re.sub("0x[0-9a-f]+", "0x", str(error)))


for text in r"""v.get(), v.get("other"), v.name, w.get("given"), len(context), list(context), context.get(v), v in context
w.get()
context.run(inside, 1), context[v], v.get(), len(context), list(context.items()) == [(v, 1)], context.get(w, 5), list(context.values()), list(context.keys()) == [v]
context[w]
context["v"]
context.get("v")
"v" in context
c.Context() == c.Context(), context == context.copy(), context == c.Context(), c.copy_context() == c.copy_context()
(lambda t: (v.get(), v.reset(t), v.get()))(v.set("temporary"))
(lambda t: (v.reset(t), v.reset(t)))(v.set(1))
(lambda t: w.reset(t))(v.set("kept"))
v.reset(5)
c.Context().run(lambda t: v.reset(t), v.set("other context"))
context.run(lambda: context.run(print))
context.run()
c.Context().run(nested), v.get()
c.Context().run(lambda: (next(generator()), v.get()))
c.ContextVar(5)
c.ContextVar("x").set()
hash(v) == hash(v), v == c.ContextVar("v"), type(v.set(1)).__name__, repr(c.Token.MISSING), c.ContextVar[int], isinstance(context, __import__("collections").abc.Mapping)
type("S", (c.Context,), {})
type("S", (c.ContextVar,), {})
(lambda t: [t.__enter__() is t, v.get(), t.__exit__(None, None, None), v.get()])(v.set("with"))""".splitlines():
    attempt(text)
