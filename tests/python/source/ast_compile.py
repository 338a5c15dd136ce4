# Trees that a program changes or builds run like source.
import ast


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        if type(node.value) is int:
            return ast.copy_location(ast.Constant(node.value * 2), node)
        return node

    def visit_Name(self, node):
        if node.id == "old":
            return ast.copy_location(ast.Name("new", node.ctx), node)
        return node


SOURCE = '''
def f(a, b=2, *c, d=3, **e):
    "doc"
    old = [a + x for x in range(b) if x != 7]
    with open_() as g, open_() as h:
        try:
            assert a, "no"
        except (AssertionError, ValueError) as error:
            return f"{error!r:>20}{a=}|{b:{d}}"
        else:
            pass
        finally:
            old.append(-1)
    match old:
        case [1, *rest] | {"k": rest}:
            return rest
        case [first, *_]:
            return first, d
    return lambda q: (old, q)

class open_:
    def __enter__(self): return 1
    def __exit__(self, *a): return False
class C[T]:
    x: int = 4
    async def m(self): return await self
    def __init__(self, *a): self.__p = a; super().__init__()
del_ = {**{"a": 1}, "b": [*(1, 2)], "c": {1, 2} & {2}}
print(f(0), f(1), f(2, 3, d=5), C(1)._C__p, C.x, del_, (1, 2, 3)[0:2], not 1 < 2 < 3)
t = t"{del_!r}x{1 + 1:>5}"
print(t.strings, [(i.expression, i.value, i.format_spec) for i in t.interpolations])
if (y := 5) > 3: print(y)
while y:
    y -= 5
else:
    print("done", y)
'''
tree = ast.parse(SOURCE)
exec(compile(tree, "tree", "exec"))
exec(compile(ast.fix_missing_locations(Double().visit(tree)), "tree", "exec"))

built = ast.Module([ast.Assign([ast.Name("z", ast.Store())], ast.Tuple([ast.Constant((1, "a", frozenset({2}), ...)),
                   ast.Constant(-3), ast.Constant(10**30), ast.Constant("\ud800"), ast.Constant(-0.0)]))])
space = {}
exec(compile(ast.fix_missing_locations(built), "built", "exec"), space)
print(ascii(space["z"]))
print(ast.unparse(ast.parse("x = (1 + 2) * 3; y = f'{x!r:>{w}}'; lambda a, /, b=1, *, c: a")))
print(ast.literal_eval("{'a': [1, 2.5, -3, 1 + 2j, None, True, b'x', (), {1}]}"))


def fails():
    tree = ast.parse("def boom():\n    x = 1\n    return (x\n      / 0)\n")
    tree.body[0].body[0].value.lineno = 1
    space = {}
    exec(compile(tree, "<tree>", "exec"), space)
    try:
        space["boom"]()
    except ZeroDivisionError as error:
        traceback = error.__traceback__.tb_next
        print(traceback.tb_lineno, traceback.tb_frame.f_code.co_name)


fails()
