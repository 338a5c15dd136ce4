# What compile says about trees that are wrong.
import _ast
from _ast import *

P = dict(lineno=1, col_offset=0)
name = Name("x", **P)


def attempt(tree, mode="exec"):
    try:
        compile(tree, "f", mode)
        print("compiled")
    except (ValueError, TypeError, SyntaxError) as error:
        print(type(error).__name__, error)


def body(*statements):
    attempt(Module(list(statements), []))


def value(expression):
    body(Expr(expression, **P))


attempt(Expression(name))
attempt(Module([], []), "eval")
body(1)
attempt(Module(1, []))
body(FunctionDef("f", arguments(), [], [], **P))
body(Delete([], **P))
body(Delete([name], **P))
body(Assign([name], name, **P))
body(Assign([Constant(1, **P)], name, **P))
body(AnnAssign(Attribute(name, "a", Store(), **P), name, None, 1, **P))
body(For(Name("x", Store(), **P), name, [], [], **P))
body(With([], [Pass(**P)], **P))
body(Raise(None, name, **P))
body(Try([Pass(**P)], [], [], [], **P))
body(Try([Pass(**P)], [], [Pass(**P)], [Pass(**P)], **P))
body(ImportFrom("a", [alias("b", **P)], -1, **P))
body(Global([], **P))
body(Return(name, **P))
body(Expr(value=None, **P))
body(Pass(lineno=1))
body(Pass(lineno=5, col_offset=0, end_lineno=3))
body(Pass(lineno=1, col_offset=5, end_lineno=1, end_col_offset=2))
body(Match(name, [], **P))
body(Match(name, [match_case(MatchStar("a", **P), None, [Pass(**P)])], **P))
body(Match(name, [match_case(MatchAs(MatchAs(None, "a", **P), None, **P), None, [Pass(**P)])], **P))
body(Match(name, [match_case(MatchOr([MatchAs(None, None, **P)], **P), None, [Pass(**P)])], **P))
body(Match(name, [match_case(MatchSingleton(5, **P), None, [Pass(**P)])], **P))
value(BoolOp(And(), [name], **P))
value(Compare(name, [], [], **P))
value(Compare(name, [Lt(), Gt()], [name], **P))
value(Dict([name], [], **P))
value(Lambda(arguments([], [], None, [arg("a", **P)], [], None, []), name, **P))
value(Lambda(arguments([], [], None, [], [], None, [name]), name, **P))
value(ListComp(name, [], **P))
value(Name("None", **P))
value(Name("x", Store(), **P))
value(Constant(object(), **P))
value(Constant([1], **P))
value(NamedExpr(Attribute(name, "a", Store(), **P), name, **P))
value(BinOp(name, name, name, **P))
value(Name(1, **P))
value(Await(name, **P))
value(Constant((1, (2, "a")), **P))
attempt("(", "exec")
try:
    compile("1", "f", "func_type")
except ValueError as error:
    print(error)
