# _contextvars: variables, tokens, contexts, copies.
from _contextvars import Context, ContextVar, Token, copy_context


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])


v = ContextVar("v", default=1)
w = ContextVar("w")
print(v.get(), v.name, w.get(5))
show(lambda: w.get())
t = v.set(2)
print(v.get(), t.old_value, t.var is v, Token.MISSING)
u = v.set(3)
print(u.old_value)
v.reset(u)
print(v.get())
show(lambda: v.reset(u))
show(lambda: w.reset(t))
show(lambda: v.reset(1))
v.reset(t)
print(v.get())
with v.set(10) as token:
    print(v.get(), type(token).__name__)
print(v.get())
v.set("outer")
c = copy_context()
print(len(c), c[v], v in c, w in c, c.get(w), c.get(w, 7), list(c) == [v], list(c.items()) == [(v, "outer")])
show(lambda: c[w])
show(lambda: c["x"])
show(lambda: 1 in c)


def inside(value):
    token = v.set(value)
    w.set("w")
    print("inside", v.get(), w.get())
    show(lambda: c.run(print))
    return token


token = c.run(inside, "changed")
print(v.get(), w.get("none"), c[v], c[w], len(c))
show(lambda: v.reset(token))
d = c.copy()
print(d == c, d is c, d != c)
d.run(v.set, 5)
print(d == c, c[v], d[v])


def fail():
    v.set("lost")
    raise ValueError("inside")


show(lambda: Context().run(fail))
print(v.get())
show(lambda: Context(1))
show(lambda: ContextVar(1))
show(lambda: Token())
show(lambda: c.run())
show(lambda: hash(c))
print(repr(v).split(" at ")[0], repr(t).split(" at ")[0][:40], ContextVar[int], Token[int])


def generator():
    v.set("in generator")
    yield v.get()
    yield v.get()


g = generator()
print(next(g), v.get())
v.set("again")
print(next(g))
e = Context()
print(e.run(lambda: v.get()), e.run(lambda: (v.set(4), v.get())[1]), len(e), dict(e) == {v: 4})
