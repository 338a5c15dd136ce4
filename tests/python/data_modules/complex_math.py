# cmath: values, branch cuts, what is not finite, errors.
import cmath

inf, nan = float("inf"), float("nan")
values = [complex(a, b) for a in (-inf, -2.5, -1.0, -0.0, 0.0, 0.25, 1.0, 3.0, inf, nan) for b in (-inf, -1.5, -0.0, 0.0, 2.0, inf, nan)]
names = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase polar".split()


def short(z):
    if isinstance(z, tuple):
        return tuple(map(short, z))
    if isinstance(z, complex):
        return short(z.real) + "," + short(z.imag)
    return format(z, ".13g")


for name in names:
    f = getattr(cmath, name)
    out = []
    for z in values:
        try:
            out.append(short(f(z)))
        except Exception as e:
            out.append(type(e).__name__ + " " + str(e))
    print(name, out)
for z in (1e308 + 1e308j, 1e-320 + 1e-320j, 5e-324j, -1e300 + 0j, 1e-200, 800 + 1j, 1 + 1e-170j):
    for name in names:
        try:
            print(name, z, short(getattr(cmath, name)(z)))
        except Exception as e:
            print(name, z, type(e).__name__, e)
for r in (-inf, -1.0, 0.0, 2.0, inf, nan):
    for phi in (-inf, -0.0, 0.0, 1.0, inf, nan):
        try:
            print(r, phi, short(cmath.rect(r, phi)))
        except Exception as e:
            print(r, phi, type(e).__name__, e)
print(short(cmath.log(8, 2)), short(cmath.log(1j, 10)))
for f in (lambda: cmath.log(0), lambda: cmath.log(2, 1), lambda: cmath.sqrt("x"), lambda: cmath.exp(1000), lambda: cmath.isclose(1, 1, rel_tol=-1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(cmath.isclose(1, 1 + 1e-12j), cmath.isclose(1, 2), cmath.isclose(inf, inf), cmath.isfinite(1j), cmath.isnan(complex(0, nan)), cmath.isinf(complex(inf, nan)))
print(cmath.pi, cmath.infj, cmath.nanj, cmath.tau, cmath.inf)
