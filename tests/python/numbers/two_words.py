"""Integers of one, two and three words: operators at the seams between their representations, with every sign, and what they raise."""
import operator

edges = [0, 1, 2, 3, 7, 10, 2**31, 2**49, 2**49 - 1, 2**49 + 1, 2**50, 2**62, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1, 2**64, 2**64 + 1,
         6364136223846793005, 2**96 + 12345, 2**126, 2**127 - 1, 2**127, 2**127 + 1, 2**128 - 1, 2**128, 2**190 + 7]
values = sorted({sign * e for e in edges for sign in (1, -1)})
operators = [operator.add, operator.sub, operator.mul, operator.and_, operator.or_, operator.xor, operator.floordiv, operator.mod,
             operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]


def digest(results):
    total = 0
    for r in results:
        total = (total * 1000003 + hash(r)) % (2**61 - 1)
    return total


for op in operators:
    results = []
    for a in values:
        for b in values:
            try:
                results.append(op(a, b))
            except ZeroDivisionError as error:
                results.append(len(str(error)))
    print(op.__name__, digest(results), len(results))

for op in (operator.lshift, operator.rshift):
    results = []
    for a in values:
        for b in (0, 1, 13, 49, 50, 62, 63, 64, 65, 126, 127, 128, 200):
            results.append(op(a, b))
    print(op.__name__, digest(results))
for count in (-1, -2**64, 2**64, 2**130):
    for op in (operator.lshift, operator.rshift):
        try:
            print(op.__name__, count, op(2**64, count) if op is operator.rshift or count < 0 else "")
        except (ValueError, OverflowError, MemoryError) as error:
            print(op.__name__, count, type(error).__name__, error)

for a, b in ((7, 0), (2**70, 0), (-2**64, 0)):
    for op in (operator.floordiv, operator.mod):
        try:
            op(a, b)
        except ZeroDivisionError as error:
            print(a, error)


def generators(n):
    a, b, c = 1, 88172645463325252, 14695981039346656037
    for i in range(n):
        a = (a * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        b ^= (b << 13) & 0xFFFFFFFFFFFFFFFF
        b ^= b >> 7
        b ^= (b << 17) & 0xFFFFFFFFFFFFFFFF
        c = ((c ^ (i & 255)) * 1099511628211) % (1 << 64)
    return a, b, c, a % 10, -a // 7, -b % 1000, a > b, c == c + 0


print(generators(10), generators(3000))


class Own(int):
    def __add__(self, other):
        return "own add"

    def __rmul__(self, other):
        return "own rmul"


print(Own(2**70) + 1, 2**70 * Own(3), Own(2**70) - 1, True + 2**64, 2**64 * False, 2**64 & True)
print(2**64 == 2.0**64, 2**64 < 1e30, 2**100 + 0.5, 2**64 == True, (2**64).__add__(1.5))
x = 2**64
x += 1
x *= x
x -= 2**128
x >>= 1
print(x)
