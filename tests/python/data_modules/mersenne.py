# _random: seeds, state and ranges of the Mersenne Twister.
from _random import Random


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for seed in (0, 1, 42, -42, 2**70, 1.5, True):
    r = Random(seed)
    print(seed, r.random(), r.getrandbits(1), r.getrandbits(32), r.getrandbits(33), r.getrandbits(64), r.getrandbits(65), r.getrandbits(200))
r = Random(5)
state = r.getstate()
print(len(state), state[:3], state[-1])
a = [r.random() for _ in range(700)]
r.setstate(state)
print(a == [r.random() for _ in range(700)], r.getstate()[-1])
show(lambda: r.getrandbits(0))
show(lambda: r.getrandbits(-1))
show(lambda: r.getrandbits(1.5))
show(lambda: r.setstate((1, 2)))
show(lambda: r.setstate([1]))
show(lambda: r.setstate(state[:-1] + (700,)))
show(lambda: r.setstate(("a",) * 625))
show(lambda: r.seed([]))
r.seed(7)
print(r.random())


class Sub(Random):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, x, tag):
        self.seed(x)
        self.tag = tag


print(Sub(3, tag="t").random(), Random(3).random())
