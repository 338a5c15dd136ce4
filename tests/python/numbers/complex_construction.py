def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


print(complex(), complex(1), complex(1.5, -2), complex(real=3), complex(imag=3), complex(1, imag=2), complex(True), complex(2**60))
for text in ("1", "j", "-j", "1+2j", " ( 1.5-2.5J ) ", "1e5+1e-5j", "inf+nanj", "-infj", "1_0+2j", "3.j", "1+j", "١+٢j"):
    print(complex(text))
for text in ("", "1+", "1 + 2j", "j1", "1+2", "(1", "1j+2", "1+2j3", "a", "1__0j"):
    attempt(lambda: complex(text))
for z in (0j, -0j, 1j, complex(-0.0, 1), complex(-0.0, -0.0), 1e16 + 1e-5j, complex("nan+infj"), -1.0 - 1j, 1 + 0j):
    print(z, repr(z), str(z), f"{z}", f"{z:.2f}", f"{z:g}", f"{z:>20}|", f"{z:^+25.1e}|", f"{z:,.2f}")
attempt(lambda: complex("1", 2))
attempt(lambda: complex(1, "2"))
attempt(lambda: complex([]))
attempt(lambda: complex(1, []))
attempt(lambda: complex([], 1))
attempt(lambda: complex(1, 2, 3))
attempt(lambda: complex(x=1))
attempt(lambda: complex(None))
attempt(lambda: complex.from_number("a"))
attempt(lambda: complex.from_number(3))
attempt(lambda: f"{1j:d}")
attempt(lambda: f"{1j:010}")
attempt(lambda: f"{1j:=10}")


class Z:
    def __complex__(self):
        return 1 + 2j


class Bad:
    def __complex__(self):
        return 1.5


class F:
    def __float__(self):
        return 2.5


class I:
    def __index__(self):
        return 4


print(complex(Z()), complex(F()), complex(I()), complex(F(), I()), complex.from_number(Z()))
attempt(lambda: complex(1, Z()))


class Sub(complex):
    pass


s = Sub(1, 2)
print(s, type(s).__name__, s + 1, type(s + 1).__name__, s == 1 + 2j, type(complex(s)).__name__, Sub("3j"), type(Sub.from_number(1)).__name__)
print(*(1 + 2j).__getnewargs__(), (1 + 2j).__complex__(), complex.__doc__)
