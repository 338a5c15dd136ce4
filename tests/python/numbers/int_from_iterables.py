def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


print(int.from_bytes([1, 2]), int.from_bytes((1, 0, 0)), int.from_bytes(bytearray(b"\x01\x01"), "little"))
print(int.from_bytes(memoryview(b"\x02\x00")), int.from_bytes(range(3)))
attempt(lambda: int.from_bytes([1, 300]))
attempt(lambda: int.from_bytes(1.5))


class AsBytes:
    def __bytes__(self):
        return b"\x07\x08"


print(int.from_bytes(AsBytes()))
