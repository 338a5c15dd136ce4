# Sizes beyond memory and beyond 64 bits: the exception of each operation, and no crash.
import itertools
import sys
from array import array
from collections import deque

big, huge = 2**62, 2**100


def attempt(text):
    try:
        value = eval(text)
        text_of = repr(value)
        print(text, "->", text_of if len(text_of) < 100 else f"{type(value).__name__} {text_of[:40]}")
    except BaseException as error:
        print(text, "->", type(error).__name__, error)


for text in """'a' * big
'ab' * big
'a' * huge
'' * huge
b'a' * big
b'ab' * huge
bytearray(2**60)
bytearray(b'a') * big
bytearray(-1)
bytearray(huge)
bytes(2**60)
bytes(-1)
bytes(huge)
[0] * big
[0, 1] * huge
[] * huge
(0,) * big
(0, 1) * huge
[1] * -huge
list(range(huge))
range(huge)[huge - 1]
range(huge)[huge]
len(range(huge))
range(huge) == range(huge)
huge in range(huge + 1)
range(0, huge, huge // 3)[2]
range(-huge, huge).index(0) == huge
range(huge).count(5)
len(range(0, huge, 2**40))
range(huge)[::2**60].step
sum(range(huge, huge + 5))
next(reversed(range(huge)))
array('i', [0]) * big
'a'.ljust(big)
'a'.center(huge)
'a'.zfill(big)
'a'.rjust(huge)
b'a'.ljust(big)
format(1, '99999999999999999999')
format(1.5, '.99999999999f')
'%99999999999999999999d' % 1
'%.99999999999999999999f' % 1.0
'{:{}}'.format('a', huge)
'%*d' % (huge, 1)
1 << huge
1 << -1
0 << huge
1 >> huge
-1 >> huge
(1).to_bytes(huge)
(1).to_bytes(big)
int.from_bytes(b'', 'big')
int('1' * 5000)
len(str(10**4299))
str(10**5000)
int('9' * 4300) % 1000
hex(10**5000)[:10]
float(10**400)
10**400 / 3
10**400 // 10**399
(10**400) * 1.0
int(float('inf'))
int(float('nan'))
round(1.5, huge)
round(1.5, 400)
2.0 ** huge
huge ** 0.5
pow(huge, -1)
pow(2, huge, 7)
divmod(huge, -7)
math.factorial(huge)
math.comb(huge, 2) == huge * (huge - 1) // 2
math.isqrt(huge)
math.gcd(huge, huge * 3) == huge
math.ldexp(1.0, huge)
math.ldexp(1.0, -huge)
math.sqrt(10**400)
chr(huge)
chr(-1)
chr(0x110000)
'a'[huge]
[1][huge:]
[1][-huge:huge]
'abc'[::huge]
'abc'[::-huge]
'abc'.find('c', -huge, huge)
[1].index(1, -huge, huge)
[1].insert(huge, 2)
[1].pop(huge)
'a b c'.split(' ', huge)
'aaa'.replace('a', 'b', huge)
'abc'.count('', 0, huge)
enumerate('a', huge).__next__()
list(zip(range(huge), 'ab'))
sys.setrecursionlimit(0)
itertools.repeat(1, huge)
itertools.repeat(1, big).__length_hint__() == big
list(itertools.islice(itertools.count(huge), 2)) == [huge, huge + 1]
itertools.islice('a', huge)
itertools.islice('abc', 2**63 - 1).__next__()
itertools.combinations('ab', huge)
itertools.product('ab', repeat=huge)
memoryview(b'abc')[huge]
struct.pack('i', huge)
struct.calcsize('99999999999999999999i')
struct.calcsize(f'{big}i')
array('b', [huge])
bytes([256])
bytearray(b'a').insert(huge, 1)
time.sleep(-1)
hash(huge) == hash(huge % (2**61 - 1))
slice(huge).indices(huge) == (0, huge, 1)
operator.length_hint(range(huge))
operator.index(huge) == huge
'x'.encode('utf-8') * 0
sys.getsizeof(1) > 0
os.urandom(-1)
random.Random(1).getrandbits(-1)
random.Random(1).getrandbits(200).bit_length() <= 200
random.Random(1).randrange(huge) < huge""".splitlines():
    for module in ("math", "itertools", "struct", "time", "operator", "os", "random"):
        globals()[module] = __import__(module)
    attempt(text)

# Where the size is that of a buffer.
import array
import struct

for attempt in (
    lambda: "\t".expandtabs(2**62),
    lambda: b"\t".expandtabs(2**31),
    lambda: struct.pack("%dx" % 2**62),
    lambda: array.array("i", [0]) * 2**60,
    lambda: open("/dev/null", "rb").read(2**62),
):
    try:
        print(len(attempt()))
    except (MemoryError, OverflowError) as error:
        print(type(error).__name__, error)
for make in (
    lambda: itertools.combinations(range(3), big),
    lambda: itertools.permutations(range(3), big // 4),
    lambda: itertools.combinations_with_replacement(range(3), big // 2),
    lambda: list(itertools.combinations(range(3), 4)),
):
    try:
        print(make())
    except (MemoryError, OverflowError) as error:
        print(type(error).__name__, error)
