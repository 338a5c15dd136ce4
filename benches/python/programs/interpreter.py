"""An interpreter of a small language in Python: tokens, a recursive parser, a visitor with match statements."""
import sys

SOURCE = """
total = 0
i = 0
while i < 1500:
  x = i * 3 + 1
  while x > 1:
    if x % 2 == 0: x = x / 2
    else: x = x * 3 + 1
    total = total + 1
  i = i + 50
"""


def tokenize(line):
    tokens = []
    at = 0
    while at < len(line):
        c = line[at]
        if c.isspace():
            at += 1
        elif c.isdigit():
            start = at
            while at < len(line) and line[at].isdigit():
                at += 1
            tokens.append(("number", int(line[start:at])))
        elif c.isalpha():
            start = at
            while at < len(line) and line[at].isalnum():
                at += 1
            tokens.append(("name", line[start:at]))
        elif line[at:at + 2] == "==":
            tokens.append(("op", "=="))
            at += 2
        else:
            tokens.append(("op", c))
            at += 1
    return tokens


class Parser:
    LEVELS = [("==", "<", ">"), ("+", "-"), ("*", "/", "%")]

    def __init__(self, source):
        self.lines = [(len(l) - len(l.lstrip()), tokenize(l)) for l in source.splitlines() if l.strip()]
        self.line = 0
        self.tokens = []

    def block(self, indent):
        body = []
        while self.line < len(self.lines) and self.lines[self.line][0] >= indent:
            self.tokens = list(self.lines[self.line][1])
            self.line += 1
            body.append(self.statement(indent))
        return ("block", body)

    def statement(self, indent):
        match self.tokens[0]:
            case ("name", "while"):
                self.tokens.pop(0)
                condition = self.expression(0)
                return ("while", condition, self.block(indent + 2))
            case ("name", "if"):
                self.tokens.pop(0)
                condition = self.expression(0)
                self.tokens.pop(0)
                then = self.assignment()
                self.tokens = list(self.lines[self.line][1])[2:]
                self.line += 1
                return ("if", condition, then, self.assignment())
            case _:
                return self.assignment()

    def assignment(self):
        (_, name), _ = self.tokens.pop(0), self.tokens.pop(0)
        return ("assign", name, self.expression(0))

    def expression(self, level):
        if level == len(self.LEVELS):
            kind, value = self.tokens.pop(0)
            return (kind, value)
        left = self.expression(level + 1)
        while self.tokens and self.tokens[0][1] in self.LEVELS[level]:
            op = self.tokens.pop(0)[1]
            left = ("binary", op, left, self.expression(level + 1))
        return left


def evaluate(node, env):
    match node:
        case ("number", value):
            return value
        case ("name", name):
            return env[name]
        case ("binary", op, left, right):
            a, b = evaluate(left, env), evaluate(right, env)
            if op == "+":
                return a + b
            if op == "*":
                return a * b
            if op == "%":
                return a % b
            if op == "/":
                return a // b
            if op == "==":
                return a == b
            return a < b if op == "<" else a > b
        case ("assign", name, value):
            env[name] = evaluate(value, env)
        case ("while", condition, body):
            while evaluate(condition, env):
                evaluate(body, env)
        case ("if", condition, then, other):
            evaluate(then if evaluate(condition, env) else other, env)
        case ("block", body):
            for statement in body:
                evaluate(statement, env)


def main(n):
    for _ in range(n):
        env = {}
        evaluate(Parser(SOURCE).block(0), env)
    print(env)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
