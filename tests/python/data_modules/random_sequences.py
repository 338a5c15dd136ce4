# What `random` draws for a seed: each distribution, sequences, states, and what it refuses.
import random
from random import Random

r = Random(42)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[r.random() for _ in range(3)], r.getrandbits(10), r.getrandbits(100), r.getrandbits(0), r.randbytes(5)
r.randint(1, 6), r.randrange(10), r.randrange(5, 50, 5), r.randrange(-10, -5), r.randint(2**70, 2**71), r.randrange(10, 0, -3)
r.choice("abc"), r.choices("abc", k=4), r.choices([1, 2, 3], weights=[1, 0, 5], k=5), r.choices([1, 2], cum_weights=[1, 3], k=3), r.sample(range(100), 5), r.sample("abcdef", 3), r.sample([1, 2], 3, counts=[2, 3])
[r.uniform(1, 2), r.triangular(0, 10, 3), r.triangular(), r.betavariate(2, 3), r.expovariate(2), r.expovariate(), r.gammavariate(2, 1), r.gammavariate(0.5, 2), r.gammavariate(1, 3)]
[r.gauss(0, 1), r.gauss(), r.normalvariate(0, 1), r.lognormvariate(0, 1), r.vonmisesvariate(1, 2), r.vonmisesvariate(0, 0), r.paretovariate(3), r.weibullvariate(1, 2), r.binomialvariate(10, 0.3), r.binomialvariate(1000, 0.4), r.binomialvariate()]
(lambda x: r.shuffle(x) or x)(list(range(10)))
Random("text").random(), Random(b"bytes").random(), Random(1.5).random(), Random(-5).random() == Random(5).random(), Random(2**100).random(), Random(bytearray(b"x")).random(), Random(0).random()
(lambda a: (a.seed("s", version=1), a.random(), a.seed("s", version=2), a.random()))(Random())
(lambda a, state: [a.random(), a.setstate(state), a.random()])(r, r.getstate())[1]
r.getstate()[0], len(r.getstate()[1]), r.getstate()[2]
(lambda a, b: a.setstate(b.getstate()) or [a.random() for _ in range(2)] == [b.random() for _ in range(2)])(Random(), Random(7))
Random([1])
Random((1, 2))
r.setstate(5)
r.setstate((3, (1,), None))
r.setstate((9, (), None))
r.choice([])
r.choice({1, 2})
r.choices([], k=1)
r.choices([1, 2], [1])
r.choices([1, 2], [0, 0])
r.choices([1], [1], cum_weights=[1])
r.choices([1], weights=[float("nan")])
r.sample([1, 2], 3)
r.sample({1, 2}, 1)
r.sample([1], -1)
r.sample([1, 2], 1, counts=[1])
r.randrange(0)
r.randrange(5, 5)
r.randrange(1, 2, 0)
r.randrange(1.0)
r.randint(2, 1)
r.randint(1.5, 2)
r.getrandbits(-1)
r.getrandbits(1.5)
r.randbytes(-1)
r.expovariate(0)
r.gammavariate(0, 1)
r.binomialvariate(-1)
r.binomialvariate(5, 2)
r.seed([1])
random.seed(1) or random.random(), random.seed(1) or random.choice(range(100)), random.Random is Random, hasattr(random, "SystemRandom")
sorted(set(Random(3).sample(range(1000), 500)))[:5], sum(Random(9).choices(range(10), k=1000)), [Random(i).randrange(1000) for i in range(10)]""".splitlines():
    attempt(text)


class Own(Random):
    def random(self):
        return 0.5


own = Own(1)
print(own.choice("abc"), own.randrange(10), own.uniform(0, 4), own.sample("abcd", 2), own.gauss())
