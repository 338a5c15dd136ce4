# Comprehensions: what they can see, what they leave behind, nesting, and errors inside them (PEP 709).
import sys

x = "module"
print([x for x in "ab"], x, {y: x for y in "a"}, "y" in globals())
print([[y for y in range(x)] for x in range(4)])
print([(a, b, c) for a in range(3) for b in range(a) for c in range(b)], [a for a in range(20) if a % 2 if a % 3])
print([lambda: i for i in range(3)][0](), [(lambda i=i: i)() for i in range(3)], [f() for f in [lambda: i for i in range(3)]])
print([(i := i2) for i2 in range(3)], i, [j for j in range(5) if (k := j * 2) > 4], k)
print({a % 3: a for a in range(10)}, {a % 3 for a in range(10)}, sorted({(a, b) for a, b in zip("ab", "cd")}))
print([a for a, in [(1,), (2,)]], [a for a, *b in ["xyz"]], [b for a, *b in ["xyz"]], [d[0] for d[0] in range(3)] if (d := [9]) else 0, d)


def shadows(x):
    before = [x for x in range(x)]
    inner = [[x for x in range(x)] for x in range(x)]
    return x, before, inner, [locals() for y in (x,)][0].get("y"), sorted(locals())


print(shadows(3))


def deleted():
    a = 1
    b = [a for a in range(2)]
    del a
    try:
        [a for _ in "x"]
    except NameError as error:
        print(type(error).__name__, error)
    c = [a for a in "xy"]
    try:
        a
    except UnboundLocalError as error:
        print(error)
    return b, c


print(deleted())


def closures():
    n = 10
    add = [lambda v: v + n + m for m in range(3)]
    n = 20
    return [f(1) for f in add]


print(closures())


def cells(values):
    makers = [[lambda: (v, w) for w in range(2)] for v in values]
    return [[f() for f in row] for row in makers]


print(cells("ab"))


class Body:
    n = 2
    values = [m for m in range(n)]
    nested = [[m for m in range(k)] for k in range(n)]
    conditions = []
    try:
        conditions = [m for m in range(3) if m < n]
    except NameError as error:
        print(error)


print(Body.values, Body.nested, Body.conditions)


def failing(n):
    return [1 // (n - i) for i in range(5)]


try:
    failing(2)
except ZeroDivisionError as error:
    traceback = error.__traceback__
    names = []
    while traceback:
        names.append((traceback.tb_frame.f_code.co_name, sorted(k for k in traceback.tb_frame.f_locals if k == "n")))
        traceback = traceback.tb_next
    print(names)
print([sys._getframe().f_code.co_name for _ in "a"], list(sys._getframe().f_code.co_name for _ in "a"))
generator = (x for x in (print("iterable at once") or "ab"))
print("then", list(generator))
try:
    (x for x in 5)
except TypeError as error:
    print(error)
lazily = (1 / y for y in [1, 0])
print(next(lazily))
try:
    next(lazily)
except ZeroDivisionError as error:
    print(error, list(lazily))
numbers = [1, 2, 3]
print([numbers.append(9) or v for v in numbers if len(numbers) < 6], numbers)
print([y for x in [[1, 2], [3]] for y in x], x, [x for x in [x for x in [x for x in "q"]]])
print([*(v for v in "ab"), *[v for v in "cd"]], {**{k: 1 for k in "a"}, **{k: 2 for k in "b"}})
for text in ("[x := 1 for x in 'a']", "[(y := 1) for x in (y := 'a')]", "[x for x in 1, 2]", "[*x for x in 'a']", "{**x for x in 'a'}", "{x: *y for x in 'a'}", "(x for x in 'a' else 1)", "f(x for x in 'a', 1)", "class A: [(x := 1) for y in 'a']", "[yield 1 for x in 'a']", "[(yield 1) for x in 'a']", "def f(): [(yield 1) for x in 'a']", "[await x for x in 'a']", "[x async for x in y]", "lambda: [x async for x in y]", "[x for x() in 'a']", "[x for 5 in 'a']", "[for x in 'a']", "[x, y for x, y in z]"):
    try:
        compile(text, "<text>", "exec")
        print(text, "compiles")
    except SyntaxError as error:
        print(text, "|", error.msg, error.offset)
