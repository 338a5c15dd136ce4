def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


for n in (0, 42, -42, 1234567, -1234567, 2**64, -10**30):
    for spec in ("", "d", "5", "<12", ">12", "^12", "=+12", "012", "+", " ", ",", "_", "x", "X", "#x", "#b", "#o", "_x", "_b", "#012x",
                 "*^20,", "e", ".2f", "g", "%", "n", "-10", "+,d", "0=15", "☃>8"):
        print(format(n, spec), end="|")
    print()
for x in (0.0, -0.0, 1.5, -1234567.891, 1e-10, 1e20, 12345678.9, float("inf"), float("nan"), 0.000123456):
    for spec in ("", "f", ".0f", ".2f", "e", ".3e", "E", "g", ".3g", "G", "%", ".1%", "+.2f", " .2f", "012.3f", ",.2f", "_.2f", "*^15.1f",
                 "#.0f", "#g", "n", "z.1f", ".10", "15", "<15", "+", "010", ",.5_f", ".6,f"):
        print(format(x, spec), end="|")
    print()
print(f"{65:c}{8364:c}", f"{True:d}", f"{True!s:>6}", f"{3:{5}}|", f"{2.5:{8}.{3}}|", f"{7:05}", f"{-7:05}", f"{255:#06x}")
attempt(lambda: f"{5:s}")
attempt(lambda: f"{5.0:d}")
attempt(lambda: f"{5:.2}")
attempt(lambda: f"{5:.2d}")
attempt(lambda: f"{5:,x}")
attempt(lambda: f"{5:,_}")
attempt(lambda: f"{-1:c}")
attempt(lambda: f"{0x110000:c}")
attempt(lambda: f"{5:+c}")
attempt(lambda: f"{5:zd}")
attempt(lambda: f"{10**400:f}")
attempt(lambda: f"{5.0:.2147483648f}")
attempt(lambda: f"{5:q}")
attempt(lambda: f"{5:10.2x}")
attempt(lambda: (5).__format__(5))
attempt(lambda: (5.0).__format__(None))
attempt(lambda: f"{5.5:x}")


class N(int):
    def __str__(self):
        return "N!"


class X(float):
    def __str__(self):
        return "X!"


print(f"{N(5)} {N(5):d} {X(5)} {X(5):f}")
attempt(lambda: f"{N(5):s}")
