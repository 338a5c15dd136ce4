# Assertions rewritten as a test runner does it: trees built by hand, with positions of the original.
import ast

SOURCE = '''
def test_values():
    left = [1, 2]
    right = (3,)
    assert len(left) == right[0], "lengths"
    assert left
'''


class Rewriter(ast.NodeTransformer):
    def __init__(self):
        self.count = 0

    def visit_Assert(self, node):
        self.count += 1
        name = f"@value_{self.count}"
        load = ast.Name(name, ast.Load())
        shown = ast.JoinedStr([ast.Constant("assert "), ast.Constant(ast.unparse(node.test)), ast.Constant(": "),
                               ast.FormattedValue(load, ord("r"), None)])
        store = ast.Assign([ast.Name(name, ast.Store())], self.visit(node.test))
        check = ast.If(ast.UnaryOp(ast.Not(), load),
                       [ast.Raise(ast.Call(ast.Name("AssertionError", ast.Load()), [shown], []), None)], [])
        clear = ast.Delete([ast.Name(name, ast.Del())])
        return [ast.fix_missing_locations(ast.copy_location(new, node)) for new in (store, check, clear)]


tree = Rewriter().visit(ast.parse(SOURCE))
space = {}
exec(compile(tree, "<rewritten>", "exec"), space)
try:
    space["test_values"]()
except AssertionError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
print(ast.dump(tree.body[0].body[2], indent=1))


class Names(ast.NodeVisitor):
    def visit_Name(self, node):
        print(node.id, type(node.ctx).__name__, end="; ")


Names().visit(tree)
print()
for node in ast.walk(ast.parse("a.b[c](d, *e, f=g)")):
    print(type(node).__name__, end=" ")
print()
print(ast.get_docstring(ast.parse('"""one\n\n   two\n   three"""')))
print(ast.get_source_segment("x = (1 +\n 2)", ast.parse("x = (1 +\n 2)").body[0].value))
print(ast.dump(ast.parse("def f(a: int = 1) -> str: ...")))
print(ast.unparse(ast.parse("@d\nclass A[T: int](B, k=1):\n  async def f(self): \n    async for x in y: await z\n  type X = int\n")))
for bad in ("a + b", "f()", "[x for x in y]", "1 + 'a'"):
    try:
        ast.literal_eval(bad)
    except ValueError as error:
        print(error)
