def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


print(int("12"), int("  -12\n"), int("+7"), int("1_000_000"), int("٣٤"), int("\u00a05\u2003"))
print(int("ff", 16), int("0xFF", 16), int("0xff", 0), int("0b101", 0), int("0o17", 0), int("101", 2), int("zz", 36), int("0", 0))
print(int(b"12"), int(b" 7 ", 8), int("1" * 40), int("-" + "9" * 30), int("12", base=3))
print(int("0x_ff", 16), int("f" * 40, 16), int("00", 0))
for text in ("", " ", "a", "1.5", "1__0", "_1", "1_", "0x", "--1", "1 2", "é", "1\x00"):
    try:
        print(int(text))
    except ValueError:
        print("ValueError", len(text))
for text, base in (("8", 8), ("0b1", 16), ("010", 0), ("0xg", 16), ("g", 16), ("", 0)):
    try:
        print(int(text, base))
    except ValueError:
        print("ValueError", base)
attempt(lambda: int("1", 1))
attempt(lambda: int("1", 37))
attempt(lambda: int("1", -1))
attempt(lambda: int("1", 10**30))
attempt(lambda: int("1", 2.0))
attempt(lambda: int("1" * 4300) % 10**9)
attempt(lambda: int("1" * 4301))
attempt(lambda: str(10**4299)[:10] if False else len(str(10**4299)))
attempt(lambda: len(str(10**4300)))
attempt(lambda: f"{10**5000}")
attempt(lambda: len(f"{10**5000:x}"))
attempt(lambda: int("f" * 5000, 16) % 1000)
for n in (0, 7, -7, 2**49, -2**63, 2**63, 2**64, 10**25, -10**40):
    print(n, str(n), repr(n), f"{n}", f"{n:d}", f"{n:x}", f"{n:#o}", f"{n:b}")
