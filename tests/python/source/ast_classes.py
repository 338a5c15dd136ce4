# The classes of syntax trees: fields, bases, docstrings, constructor.
import _ast

for name in ("AST", "mod", "Module", "stmt", "FunctionDef", "expr", "Name", "Dict", "operator", "Add", "arguments",
             "arg", "keyword", "comprehension", "match_case", "MatchClass", "TypeVar", "excepthandler", "TypeIgnore"):
    cls = getattr(_ast, name)
    print(name, cls.__mro__[1].__name__, cls._fields, cls._attributes, cls.__match_args__, cls.__module__)
    print(repr(cls.__doc__))
    if name not in ("AST", "mod", "stmt", "expr", "operator", "excepthandler"):
        print(cls._field_types)

n = _ast.Name("x")
print(n.id, n.ctx, n, n._fields)
print(_ast.Constant(1, kind="u"), _ast.Return().value, _ast.Call(n).args)
print(_ast.Module().body, _ast.arg("a").annotation)
for make in (
    lambda: _ast.Name(1, 2, 3),
    lambda: _ast.Name(1, id=2),
    lambda: _ast.Pass(1),
    lambda: _ast.AST(1),
    lambda: n.__replace__(1),
    lambda: n.__replace__(y=1),
    lambda: _ast.Return.__replace__(_ast.AST(), a=1),
):
    try:
        make()
    except TypeError as error:
        print(error)
print(n.__replace__(id="y", lineno=3).lineno)
n.extra = 1
print(n.__dict__)
print(n.__reduce__())


class Mine(_ast.Name):
    pass


m = Mine("q", lineno=1, col_offset=0)
print(m, isinstance(m, _ast.expr), type(m).__mro__[1])
match n:
    case _ast.Name(name, _ast.Load()):
        print("matched", name)
