# Every kind of target of assignments, loops, `with`, `del` and unpacking, and what is left when one fails half way.
class Stop(Exception):
    pass


def attempt(text, **names):
    try:
        exec(text, names)
    except Exception as error:
        names["!"] = f"{type(error).__name__}: {error}"
    names = {name: value for name, value in names.items() if name[:2] != "__" and not callable(value)}
    print(text.strip().replace("\n", "; "), "->", names)


attempt("a = b = c = [0]; a is b is c")
attempt("a, (b, [c, d]), *e = 1, ((2, (3, 4))), 5, 6")
attempt("*a, = ()")
attempt("*a, b = 'xyz'")
attempt("(a, b), c = 'xy', 'z'")
attempt("a, b = b, a", a=1, b=2)
attempt("i = x[i] = 1", i=0, x=[5, 6, 7])
attempt("i, x[i] = 1, 9", i=0, x=[5, 6, 7])
attempt("x[0], x[1:3], *x[4:] = 1, [2, 2, 2], 3, 4", x=list(range(100, 106)))
attempt("a, b, c = (1, 2)")
attempt("a, b = {'k': 1, 'l': 2}")
attempt("a, b = 1, 2, 3")
attempt("a, *b, c = [1]")
attempt("a, b = 5")
attempt("a, b = iter(range(3))")
attempt("(a), [b] = 1, [2]")
attempt("() = []; [] = ()")
attempt("() = [1]")
attempt("a, (b, c) = 1, 2")
attempt("for a, *b in [(1, 2, 3), 'xy']: pass")
attempt("for x[0] in range(3): pass", x=[None])
attempt("for x['k'], y in [(1, 2), (3, 4)]: pass", x={})
attempt("for i in range(2): i = 10")
attempt("for a in []: pass\nelse: b = 1")
attempt("del a, (b, [c]), x[0], x[-1]", a=1, b=2, c=3, x=[1, 2, 3])
attempt("del a, missing, b", a=1, b=2)
attempt("x: int = 5; y: str; (z): float = 1.0; d['k']: int = 3", d={})
attempt("x += 1", x=1)
attempt("x += 1")
attempt("x[0] += [3]", x=([1, 2],))
attempt("x *= 2; y |= {3}; z //= 2; w @= 1", x=[1], y={1}, z=7, w=1)
attempt("a = x; x += [2]", x=[1])
attempt("a = x; x = x + [2]", x=[1])
attempt("x[f()] += 1", x=[1, 2], f=lambda: 1)
attempt("(a := 5); b = (c := a + 1) * 2")
attempt("print(x := 1, end=''); y = [z := 1, z ** 2, (w := z + 1)]")
attempt("l = [last := v for v in range(3)]")
attempt("any((found := v) > 1 for v in range(9))")
attempt("while (n := n - 1) > 2: pass", n=6)
attempt("a = yes if (yes := 1) else no")
attempt("d = {(k := 'a'): (v := 1), k + 'b': v + 1}")
attempt("a[(b := 1)], c = 1, (b := 0)", a=[7, 8])


class Context:
    def __enter__(self):
        return (1, [2, 3])

    def __exit__(self, *exc):
        return False


attempt("with C() as (a, (b, c)), C() as x[0], C() as [*d]: pass", C=Context, x=[0])
attempt("with C() as (a, b, c): pass", C=Context)
attempt("import os.path as p, os.path; p = p is os.path; os = os.__name__")
attempt("from os import sep as a, (linesep) as b".replace("(linesep)", "linesep"))
attempt("from math import nothing")
attempt("try: 1/0\nexcept ZeroDivisionError as e: f = str(e)")
attempt("def f(): global g; g = 1\nf(); f = 0")
attempt("class A: x = 1; del x; y = [A for A in 'ab']\nA = sorted(k for k in vars(A) if k[0] != '_')")


def local():
    print("before", sorted(locals()))
    a, b = 1, 2
    del a
    try:
        print(a)
    except UnboundLocalError as error:
        print(error)
    try:
        del a
    except UnboundLocalError as error:
        print(error)
    try:
        (c, d) = (5, 6, 7)
    except ValueError as error:
        print(error, sorted(locals()))
    a = 3
    print(a, b)


local()
