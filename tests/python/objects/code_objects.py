# Attributes of code objects, frames and tracebacks.
def f(a, /, b, c=1, *args, d, **kw):
    x = 1
    y = a

    def g():
        return y

    return g


c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames)
print(c.co_cellvars, c.co_freevars, c.co_firstlineno, c.co_flags)
print(f(1, 2, d=3).__code__.co_freevars, f(1, 2, d=3).__code__.co_qualname, f(1, 2, d=3).__code__.co_flags)
print(c.co_filename == __file__, c == f.__code__, hash(c) == hash(f.__code__), c is f.__code__)
d = c.replace(co_name="renamed", co_firstlineno=100)
print(d.co_name, d.co_firstlineno, d == c, d.co_qualname)
for bad in ({"nope": 1}, {"co_name": 3}):
    try:
        c.replace(**bad)
    except TypeError as e:
        print(e)
print(repr(c).split(" at ")[0], isinstance(c.co_code, bytes), type(c).__name__)
lines = [line for _, _, line in c.co_lines() if line]
print(max(lines))
positions = [p for p in c.co_positions() if p[0]]
print(len(positions[0]))
inner = [k for k in c.co_consts if isinstance(k, type(c))]
print([k.co_name for k in inner])


def raiser():
    local = 3
    raise ValueError("x")


def caller():
    raiser()


try:
    caller()
except ValueError as e:
    tb = e.__traceback__
    names = []
    while tb:
        names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        print(tb.tb_frame.f_globals is globals(), tb.tb_frame.f_builtins["len"] is len)
        last, tb = tb, tb.tb_next
    print(names, type(last).__name__)
    print(e.__traceback__.tb_frame.f_locals is globals() or e.__traceback__.tb_frame.f_locals == globals())
    try:
        last.tb_next = e.__traceback__
    except ValueError as error:
        print(error)
    try:
        last.tb_next = 3
    except TypeError as error:
        print(error)
    last.tb_next = None
    print(dir(last))
    print(e.with_traceback(None).__traceback__)


def gen(n):
    total = n
    yield total


g = gen(5)
print(g.gi_frame.f_locals, g.gi_frame.f_code is gen.__code__, g.gi_frame.f_lineno)
next(g)
print(g.gi_frame.f_locals, g.gi_frame.f_lineno, g.gi_frame.f_generator is g)
