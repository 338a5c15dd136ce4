# Sums of decimal numbers of very different sizes, nearly equal ones, all roundings: digits and flags, as one checksum for each thousand.
import random
from decimal import *

random.seed(5)
ROUNDINGS = [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]
LENGTHS = [1, 5, 30, 100, 250]


def number(length):
    ten = 10**length
    choices = [random.randrange(ten), ten, ten - 1, 5 * ten, random.randrange(100) * ten, random.randrange(ten) // 7 * 10 ** random.randrange(80) + 1]
    return Decimal(random.choice(choices)).scaleb(random.randrange(-300, 60)) * random.choice([1, -1])


checksum = 0
for step in range(5000):
    context = Context(prec=random.choice([1, 2, 3, 9, 28, 50, 120]), rounding=random.choice(ROUNDINGS), traps=[])
    with localcontext(Context(prec=2000)):
        a, b = number(random.choice(LENGTHS)), number(random.choice(LENGTHS))
        if step % 3 == 0:
            b = -a * random.choice([1, Decimal("1.00001")]) + Decimal(random.randrange(1000)).scaleb(random.randrange(-400, 0))
    results = [context.add(a, b), context.subtract(a, b), context.fma(a, Decimal(3), b)]
    for result in results:
        for character in str(result):
            checksum = (checksum * 1000003 + ord(character)) % (2**61 - 1)
        checksum = (checksum + hash(result)) % (2**61 - 1)
    for is_set in context.flags.values():
        checksum = (checksum * 2 + is_set) % (2**61 - 1)
    if step % 1000 == 999:
        print(step, checksum)
