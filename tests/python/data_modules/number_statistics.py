# statistics: means, medians, modes, spreads, quantiles, regression, distributions, and data that they refuse.
import statistics as s
from decimal import Decimal as D
from fractions import Fraction as F

data = [2, 4, 4, 4, 5, 5, 7, 9]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""s.mean(data), s.mean([1, 2]), s.mean([F(1, 2), F(1, 3)]), s.mean([D("0.5"), D("0.25")]), s.mean([1, 2.5]), s.mean([True, False]), s.fmean([1, 2, 4]), s.fmean([1, 2], weights=[3, 1])
s.geometric_mean([1, 2, 4]), s.geometric_mean([0, 5]), s.harmonic_mean([1, 2, 4]), s.harmonic_mean([2, 4], weights=[1, 3]), s.harmonic_mean([0, 1]), s.harmonic_mean([F(1, 2), 2])
s.median(data), s.median_low(data), s.median_high(data), s.median_grouped(data), s.median_grouped([1, 3, 3, 5, 7], interval=2), s.median(["a", "b", "c"]), s.median([F(1, 2), F(1, 4)])
s.mode(data), s.mode("aabbc"), s.multimode("aabbc"), s.multimode([]), s.mode([1, 1.0, "x"])
s.pstdev(data), s.pvariance(data), s.stdev(data), s.variance(data), s.pvariance([F(1, 2), F(3, 2)]), s.variance([D("1"), D("2")]), s.stdev([1, 2], xbar=1.5), s.pstdev([5]), s.variance([1, 2, 3], 2)
s.quantiles(data), s.quantiles(data, n=10), s.quantiles(data, n=3, method="inclusive"), s.quantiles([5]), s.quantiles([F(1), F(2)], n=2)
s.covariance([1, 2, 3], [1, 5, 7]), s.correlation([1, 2, 3], [1, 5, 7]), s.correlation([1, 2, 3], [1, 9, 4], method="ranked"), s.linear_regression([1, 2, 3], [2, 4, 7]), s.linear_regression([1, 2], [2, 4], proportional=True)
s.mean([])
s.mean(["a"])
s.mean(5)
s.fmean([])
s.fmean([1], weights=[1, 2])
s.fmean([1, 2], weights=[0, 0])
s.median([])
s.mode([])
s.geometric_mean([-1])
s.geometric_mean([])
s.harmonic_mean([-1])
s.stdev([1])
s.variance([])
s.pstdev([])
s.quantiles([])
s.quantiles([1, 2], n=0)
s.quantiles([1, 2], method="x")
s.covariance([1], [1])
s.covariance([1, 2], [1])
s.correlation([1, 1], [1, 2])
s.linear_regression([1, 1], [1, 2])
s.mean([1, float("nan")]), s.mean([float("inf"), 1]), s.mean([float("inf"), float("-inf")]), s.median([1, float("nan"), 3])
s.NormalDist(100, 15).cdf(110), s.NormalDist(100, 15).inv_cdf(0.9), s.NormalDist(100, 15).pdf(100), s.NormalDist(0, 1).inv_cdf(0.001), s.NormalDist(0, 1).inv_cdf(0.5), s.NormalDist(0, 1).zscore(2), s.NormalDist().quantiles(4)
s.NormalDist(1, 2) + s.NormalDist(3, 4), s.NormalDist(1, 2) * 3 - 1, -s.NormalDist(1, 2), s.NormalDist(1, 2) / 2, 5 - s.NormalDist(1, 1), s.NormalDist(1, 2) == s.NormalDist(1, 2), hash(s.NormalDist(1, 2)) == hash(s.NormalDist(1, 2))
s.NormalDist.from_samples(data), s.NormalDist(0, 1).overlap(s.NormalDist(1, 1)), s.NormalDist(0, 1).samples(2, seed=3), s.NormalDist(2, 3).mean, s.NormalDist(2, 3).variance
s.NormalDist(1, -1)
s.NormalDist(0, 1).inv_cdf(0)
s.NormalDist(0, 0).cdf(1)
s.NormalDist().overlap(5)
s.kde([1, 2, 4], h=1)(2.5), s.kde([1, 2, 4], h=1, kernel="triangular", cumulative=True)(2.5)
s.kde([1], h=0)""".splitlines():
    attempt(text)
