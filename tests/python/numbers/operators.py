# Reflected operators, NotImplemented and classes that mix with numbers.
class Log:
    def __init__(self, name):
        self.name = name


def method(name):
    def run(self, *args):
        return f"{self.name}.{name}({', '.join(str(x) for x in args)})"
    return run


for operator in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor", "divmod", "matmul"):
    setattr(Log, f"__r{operator}__", method(f"__r{operator}__"))
x = Log("x")
print(1 + x, 1 - x, 1 * x, 1 / x, 1 // x, 1 % x, 1 ** x, 1 << x, 1 >> x, 1 & x, 1 | x, 1 ^ x, divmod(1, x), 1 @ x)
print(1.5 + x, 1.5 ** x, 1j * x, True & x, 10**30 + x)
for a in (1, 10**30, 1.5, 1j, True):
    for name in ("__add__", "__radd__", "__mul__", "__eq__", "__lt__", "__truediv__", "__rsub__"):
        print(getattr(a, name)("x"), getattr(a, name)(2), end=" ")
    print()
