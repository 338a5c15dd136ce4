def show(data):
    print(len(data), *data)


def attempt(function):
    try:
        show(function())
    except Exception as e:
        print(type(e).__name__, e)


for n in (0, 1, 127, 128, 255, 256, 65535, 2**31, 2**63, 10**25):
    for order in ("big", "little"):
        size = n.bit_length() // 8 + 1
        data = n.to_bytes(size, order)
        show(data)
        print(int.from_bytes(data, order) == n, int.from_bytes(data, order, signed=True) == n)
        data = (-n).to_bytes(size, order, signed=True)
        show(data)
        print(int.from_bytes(data, order), int.from_bytes(data, order, signed=True) == -n)
show((5).to_bytes())
show((5).to_bytes(4))
show((5).to_bytes(byteorder="little", length=3))
show((0).to_bytes(0))
print(int.from_bytes(b""), int.from_bytes(b"\x01\x02"), int.from_bytes(b"\xff\xff", signed=True))
attempt(lambda: (300).to_bytes())
attempt(lambda: (128).to_bytes(1, signed=True))
attempt(lambda: (-129).to_bytes(1, signed=True))
attempt(lambda: (-128).to_bytes(1, signed=True))
attempt(lambda: (-1).to_bytes())
attempt(lambda: (1).to_bytes(-1))
attempt(lambda: (1).to_bytes(2, "x"))
attempt(lambda: (1).to_bytes(2, 5))
attempt(lambda: (1).to_bytes(2, "big", True))
attempt(lambda: int.from_bytes(5))
attempt(lambda: int.from_bytes("a"))
attempt(lambda: int.from_bytes(b"a", "middle"))


class Number(int):
    pass


n = Number.from_bytes(b"\x01\x00")
print(type(n).__name__, n, n == 256)
