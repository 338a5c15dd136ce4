# What symtable shows.
import _symtable

SOURCE = '''
import os
from sys import path as p
x: int = 1
def f(a, *b, c=1, **d):
    global g
    g = x
    def inner():
        nonlocal a
        a = d
        return [q for q in b if q]
    lambda z: z + c
    return (w for w in a)
class C(object):
    attr = f
    def m(self): return __class__, self.__p
'''


def show(table, depth=0):
    if table.type == _symtable.TYPE_ANNOTATION:
        return
    print("  " * depth, table.type, table.name, table.lineno, bool(table.nested), sorted((k, v) for k, v in table.symbols.items() if k[:2] not in (".0", "__")), table.varnames)
    for child in table.children:
        show(child, depth + 1)


show(_symtable.symtable(SOURCE, "f", "exec"))
show(_symtable.symtable("a + b", "f", "eval"))
for source, kind in (("(", "exec"), ("x", "what"), ("def f():\n nonlocal q", "exec")):
    try:
        _symtable.symtable(source, "f", kind)
    except (SyntaxError, ValueError) as error:
        print(type(error).__name__, error)
