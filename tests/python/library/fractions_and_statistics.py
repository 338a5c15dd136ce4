# Rational arithmetic and statistics on exact and floating numbers.
import math
import random
import statistics
from fractions import Fraction

half = Fraction(1, 2)
print(half + Fraction("1/3"), half * 3, half / Fraction(3, 4), half**3, half**-2, 2**half, -half, Fraction(7, 3) // 1, Fraction(-7, 3) % 1, Fraction("0.125"), Fraction(0.5), Fraction("-2e-3"), repr(half))
print(Fraction(math.pi).limit_denominator(1000), half == 0.5, hash(half) == hash(0.5), half < Fraction(2, 3), round(Fraction(5, 2)), math.floor(Fraction(-1, 2)), float(Fraction(1, 3)), f"{Fraction(22, 7):.3f}", Fraction(3).is_integer(), half.as_integer_ratio(), Fraction(6, -4))
for attempt in (lambda: Fraction(1, 0), lambda: Fraction("x"), lambda: Fraction(1.5, 2), lambda: Fraction(float("nan"))):
    try:
        print(attempt())
    except (ZeroDivisionError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
data = [2, 4, 4, 4, 5, 5, 7, 9]
print(statistics.mean(data), statistics.fmean(data), statistics.median(data), statistics.median_low(data), statistics.mode(data), statistics.multimode("aabbc"), statistics.pstdev(data), statistics.stdev(data), statistics.variance(data), statistics.quantiles(data, n=4), statistics.geometric_mean([1, 10, 100]), statistics.harmonic_mean([40, 60]))
print(statistics.mean([half, Fraction(1, 3)]), statistics.correlation([1, 2, 3], [2, 4, 6.5]), statistics.linear_regression([1, 2, 3], [2, 4, 6]), statistics.NormalDist(100, 15).cdf(130), statistics.NormalDist.from_samples(data))
try:
    statistics.mean([])
except statistics.StatisticsError as error:
    print(error)
random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(100), 5), random.shuffle(order := list(range(6))), order, random.uniform(1, 2), random.gauss(0, 1), random.choices("xy", weights=[1, 3], k=5), random.getrandbits(70), random.randbytes(3), random.expovariate(1), random.triangular(), random.betavariate(1, 2))
state = random.getstate()
first = random.random()
random.setstate(state)
print(first == random.random(), random.Random("text").random(), random.Random(b"x").randrange(10**20))
print(math.comb(50, 25), math.perm(10, 3), math.gcd(12, 18, 27), math.lcm(4, 6), math.isqrt(10**30), math.fsum([0.1] * 10), math.prod(range(1, 8)), math.dist((0, 0), (3, 4)), math.hypot(1, 2, 2), math.nextafter(1, 2), math.ulp(1.0), math.sumprod([1, 2], [3, 4]))
