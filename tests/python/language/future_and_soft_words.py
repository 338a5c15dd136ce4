# Soft keywords as names, statements of `__future__`, `del`, `assert`, `pass`, semicolons, continued lines, and nested functions of every kind.
from __future__ import annotations, division, generator_stop

import __future__

match, case, type, _ = [1, 2], "case", lambda x: x, 0
type.match = match
print(match, case, type(5), _, type.match[0], match[1], [match for match in match], (case))
match = {"case": type}
print(match["case"](1), -match["case"](2), match.get("x"), not match)
type = type
type(case), print("type called")
print(*match, sep=" ")


def annotated(x: undefined_name, y: list[also_undefined] = 1) -> 'text':
    z: nothing.at.all
    return x


class Fields:
    a: whatever
    b: list


if True: print("one line"); print("two")
else: pass
for i in range(2): print(i, end=" "); continue
while False: pass
else: print("while else")
with open(__file__) as f, \
     open(__file__) as g: print(f is g)
total = 1 + \
    2
long = (1 +  # comment
        2
        # another

        + 3)
print(total, long, [
    1,

    2,
], """a
b""" "c")
class Empty: pass
class Inline: x = 1; y = 2
def inline(): return 5; return 6
async def coro(): pass
lambda_in_default = lambda f=lambda: 7: f()
print(Inline.x + Inline.y, inline(), Empty.__name__, lambda_in_default(), coro.__name__)
try: 1 / 0
except ZeroDivisionError: print("caught")
else: print("never")
finally: print("finally")
def outer():
    def middle():
        def inner(): return a + b
        a = 1
        return inner
    b = 10
    return middle()()
print(outer())
assert True, "never evaluated" + 5
try:
    assert (), [1, 2]
except AssertionError as error:
    print(error.args)
x = y = z = 0; del x, (y), [z]
print("x" in globals(), 1 if 1 else 2)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", error.__class__.__name__, error)


for text in r"""annotated.__annotations__, Fields.__annotations__, __future__.all_feature_names, __future__.division.getMandatoryRelease(), __future__.annotations.compiler_flag, annotated(3)
exec("from __future__ import nope")
exec("x = 1\nfrom __future__ import division")
exec("'doc'\nfrom __future__ import division; y = 1 / 2\nprint(y)")
exec("from __future__ import braces")
exec("from __future__ import *")
exec("def f():\n from __future__ import division")
exec("match = 1\nmatch x:\n case _: print('both')", {"x": 1})
exec("type X = int\nprint(X)\ntype = 5\nprint(type)")
exec("case = 1; print(case)\n_ = 2; print(_)\nmatch (1):\n case _: print('matched')")
exec("match -1:\n case -1: print('minus')\nmatch *[1], 2:\n case [1, 2]: print('star')\nmatch {}:\n case {}: print('empty')\nmatch not 1:\n case False: print('not')")
exec("match: int = 1\nprint(match)")
exec("lambda: (yield)\nprint('fine')")
exec("if 1:\npass")
exec("  x = 1")
exec("if 1:\n  x = 1\n y = 2")
exec("if 1:\n\tx = 1\n        y = 2")
exec("x = (1,\ny = 2")
exec("x = 1 \\ \ny")
exec("print 'x'")
exec("else: pass")
exec("def f:\n pass")
exec("class A\n pass")
exec("for x in y\n pass")
exec("x = 5 y = 6")
exec("import")
exec("from x import")
exec("from . import (a, b")
exec("a.b.c := 1")
exec("with open('x') as f, : pass")
exec("x +")
exec("return")
exec("async x = 1")
exec("elif 1: pass")
exec("try:\n pass\nx = 1")
exec("f(x for x in y, 1)")
exec("{1: 2, **}")
exec("def f(a, b):\n return a,, b")""".splitlines():
    attempt(text)
