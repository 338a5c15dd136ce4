import math


def show(text):
    try:
        print(text, eval(text))
    except Exception as error:
        print(text, type(error).__name__, error)


for line in """sqrt(2) sqrt(-1) log(0) log(-1) log(10**400) log2(8) log2(0) log(8,2) log(2,1) log10(1000) exp(1) exp(1000)
sin(math.inf) acos(2) asin(0.5) atanh(1) gamma(5) gamma(0) gamma(-1) lgamma(0) factorial(20) factorial(25) factorial(-1)
factorial(1.5) comb(10,3) comb(-1,2) comb(2,-1) comb(3,5) comb(10**30,2) perm(5) perm(5,2) perm(-1) isqrt(10**20) isqrt(-1)
fmod(7,-3) fmod(1,0) fmod(math.inf,1) pow(2,0.5) pow(0,-1) pow(-1,.5) pow(10,400) ldexp(1,10) ldexp(1,5000)
sumprod([1,2],[3,4]) sumprod([1],[1,2]) sumprod([10,20],[1.5,2]) prod([1,2,3]) prod([2],start=3) sin('x') floor(2.7)
floor(-2.5) ceil(2.1) trunc(-2.7) floor(math.inf) floor(math.nan) floor(1e20) ceil('x') trunc('x') gcd(12,18) gcd() gcd(1.5)
lcm(4,6) lcm() gcd(0,0) isclose(1,1+1e-10) isclose(1,1.1) isclose(1,1,rel_tol=-1) dist([0,0],[3,4]) dist([1],[1,2])
hypot(3,4) hypot() fsum([.1]*10) fsum([math.inf,-math.inf]) cosh(1000) tan(math.inf) log1p(-1) acosh(0) remainder(7,4)
remainder(1,0) fma(2,3,4) fma(math.inf,0,1) nextafter(1,2) nextafter(1,2,steps=-1) ulp(1.0) modf(2.5) modf(math.inf)
frexp(8) frexp(math.nan) degrees(math.pi) radians(180) copysign(1,-0.0) isnan(math.nan) isinf(1) isfinite(1) erf(0) erfc(0)
fabs(-2) floor(True) sqrt(10**400) pow(1,math.nan) atan2(0,-1) log(True) sqrt(True)""".split():
    show("math." + line)


class Number:
    def __floor__(self):
        return "floored"

    def __ceil__(self):
        return "ceiled"

    def __trunc__(self):
        return "truncated"

    def __float__(self):
        return 4.0

    def __index__(self):
        return 12


n = Number()
print(math.floor(n), math.ceil(n), math.trunc(n), math.sqrt(n), math.gcd(n, 8), math.factorial(n))
print(math.pi, math.e, math.tau, math.inf, math.nan)
