def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: int("zz"))
attempt(lambda: int("z", 0))
attempt(lambda: int("9", 8))
attempt(lambda: int(b"x"))
attempt(lambda: int(bytearray(b"12 x")))
attempt(lambda: int(bytearray(b"12 ")))
attempt(lambda: int(memoryview(b"12")))
attempt(lambda: int("x" * 500))
attempt(lambda: float("abc"))
attempt(lambda: float(b"x y"))
attempt(lambda: float("x" * 300))
attempt(lambda: float(bytearray(b"1.5")))
attempt(lambda: complex("1+"))
