for x in (0.0, -0.0, 1.0, 0.1, 1 / 3, 1e15, 1e16, 123456789012345678.0, 1e22, 1e23, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308,
          2.5, 100.0, 1e100, 0.1 + 0.2, 9007199254740993.0, 4.35, float("inf"), -float("inf"), float("nan")):
    print(x, repr(x), str(x), f"{x}", x.hex())
    if x == x:
        print(float(repr(x)) == x, float.fromhex(x.hex()) == x)
for text in ("1", " 1.5 ", "-.5", "1.", "1e5", "1E-5", "1_000.5", "inf", "-Infinity", "+inf", "٣.١٤", "0x1p3", "1e400", "1e-400",
             "", ".", "e5", "1__0", "1e", "infinit", "--1", "1,5", "1 2"):
    try:
        print(float(text))
    except ValueError:
        print("ValueError", len(text))
print(float("nan") != float("nan"), float(b" 2.5 "), float(), float(True), float(3), float(10**22))
for text in ("0x1.8p1", "-0x.8", "0x1p-1074", "1.8", "0X1P4", "inf", "nan", "  0x1  ", "0x1.fffffffffffff8p0", "0x1.00000000000008p0"):
    print(float.fromhex(text))


def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: float.fromhex("zz"))
attempt(lambda: float.fromhex(""))
attempt(lambda: float.fromhex("0x1p99999"))
attempt(lambda: float.fromhex(1))
attempt(lambda: float(1, 2))
attempt(lambda: float(x=1))
attempt(lambda: float([]))
attempt(lambda: float(None))
attempt(lambda: float(1j))
attempt(lambda: (1.5).hex(1))
attempt(lambda: float.from_number(3))
attempt(lambda: float.from_number("1"))
attempt(lambda: float.__getformat__("double"))
attempt(lambda: float.__getformat__("x"))
print(float.__doc__)
