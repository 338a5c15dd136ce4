# Which operator binds how, what chains, what short-circuits: the tree of each expression with all parentheses, and its value.
import ast


class Parenthesized(ast.NodeVisitor):
    """Writes an expression with a pair of parentheses around each operation."""

    names = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.And: "and", ast.Or: "or", ast.Not: "not ", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}

    def visit_BinOp(self, node):
        return f"({self.visit(node.left)} {self.names[type(node.op)]} {self.visit(node.right)})"

    def visit_UnaryOp(self, node):
        return f"({self.names[type(node.op)]}{self.visit(node.operand)})"

    def visit_BoolOp(self, node):
        return "(" + f" {self.names[type(node.op)]} ".join(map(self.visit, node.values)) + ")"

    def visit_Compare(self, node):
        return "(" + self.visit(node.left) + "".join(f" {self.names[type(o)]} {self.visit(c)}" for o, c in zip(node.ops, node.comparators)) + ")"

    def visit_IfExp(self, node):
        return f"({self.visit(node.body)} if {self.visit(node.test)} else {self.visit(node.orelse)})"

    def visit_Lambda(self, node):
        return f"(lambda: {self.visit(node.body)})"

    def visit_NamedExpr(self, node):
        return f"({node.target.id} := {self.visit(node.value)})"

    def visit_Starred(self, node):
        return f"*{self.visit(node.value)}"

    def visit_Tuple(self, node):
        return "<" + ", ".join(map(self.visit, node.elts)) + ">"

    def visit_Await(self, node):
        return f"(await {self.visit(node.value)})"

    def generic_visit(self, node):
        return ast.unparse(node)


a, b, c, d = 7, 2, 3, 5
for text in """a + b * c - d
a - b - c
a ** b ** c
-a ** -b
a ** -b ** c
~a ** b
not a == b
not a in [b] or c
a or b and c or d
a and not b or c and d
a < b < c == d != a
a < b == (b < c)
a if b else c if d else a
(a if b else c) if d else a
lambda: a if b else c
a | b ^ c & d
a & b == c
a << b + c >> d
a // b * c % d / b
a % b ** c
-a // b
(-a) // b
-a % c
a is not b is not None
a not in [b] in [[c]]
a == b in [False]
a @ b if 0 else c
(x := a + b) * x
a, b or c, not d
(*[a], b + c, *[d])
[a, b][c > d]
-a.real ** b
-[a, b][1] ** c
a.real.imag + b . real
a if a else b or c
a or (lambda: b)() and c
not not a
not (a and b) == c
~-+a
- - a
a + +b - -c
a < b + c < d * b
a > b > c or a > c > b
a ^ b | c & ~d
1 if a else 2 if b else 3
a<b>c
a if b else lambda: c
2 ** 3 ** 0
(2 ** 3) ** 0
10 - 4 - 3
100 / 10 / 5
7 // 2 ** 2
3 - -3
1 + 2 < 4 and 5 > 3
not 1 in [2]
None is None is None
"a" "b" * 2 + "c"
"%s" % a + "!"
"%d-%d" % (a, b)
[*[1], *[2]] + [3] * 2
{1} | {2} & {2, 3} ^ {4}
0 or [] or {} or 0.0
1 and "x" and ()
0 == 0.0 == False
1 < 3 > 2 >= 2 != 4""".splitlines():
    tree = ast.parse(text, mode="eval")
    value = eval(text)
    print(text, "=>", Parenthesized().visit(tree.body), "=>", "function" if callable(value) else value)
