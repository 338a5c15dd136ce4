"""Methods of integers and floats, of bytes that are joined, and of classes of numbers, in loops."""


class Int(int):
    def bit_length(self):
        return "mine"

    @classmethod
    def from_bytes(cls, *args):
        return cls, args


class Derived(int):
    def __new__(cls, value):
        return int.__new__(cls, value + 1)


def methods(values):
    shown = []
    for value in values:
        shown.append(value.bit_length())
        shown.append(value.to_bytes(12, signed=True))
        shown.append(value.conjugate())
        shown.append(value.real)
    return shown


def missing(values):
    caught = 0
    for value in values:
        try:
            value.nothing()
        except AttributeError as error:
            caught += len(str(error))
    return caught


def floats(values):
    count, ratios = 0, []
    for value in values:
        if value.is_integer():
            count += 1
        ratios.append(value.as_integer_ratio())
    return count, ratios[-2:]


def numbers(parts):
    from_bytes, total = int.from_bytes, 0
    for part in parts:
        total += from_bytes(part) + from_bytes(part, "little") + int.from_bytes(part, "big", signed=True)
        total ^= Derived.from_bytes(part)
    return total, type(Derived.from_bytes(b"\1")), Int.from_bytes(b"a")


def joined(parts):
    grown, text = bytearray(), b""
    for part in parts:
        grown += part + b"-" + part
        grown += b""
        text = part + text[:20] + b""
    grown += bytearray(b"!")
    grown += memoryview(b"?")
    return len(grown), bytes(grown[-20:]), text


for _ in range(3):
    print(methods([3, -5, 1 << 60, -(1 << 62), 1 << 90, True] * 50)[-24:])
    print(missing([3, 1 << 60, 2.5, None, "a", True] * 50))
    print(floats([1.0, 2.5, -0.0, 1e300] * 50))
    print(numbers([b"", b"a", b"\xff\xfe", b"12345678", b"123456789"] * 50))
    print(joined([b"", b"ab", b"xyz"] * 60))
print(methods([Int(3)]), Derived(3).bit_length())
for part in [1, "a", None, 2.5]:
    for left in [b"x", bytearray(b"x")]:
        try:
            left += part
        except TypeError as error:
            print(error)
held = bytearray(b"held")
view = memoryview(held)
try:
    for _ in range(5):
        held += b"more"
except BufferError as error:
    print(type(error).__name__, len(held))
view.release()
held += b"more"
print(held)
for bad in [3, "a", None]:
    try:
        int.from_bytes(bad)
    except TypeError as error:
        print(type(error).__name__)
print(int.from_bytes([1, 2]), int.from_bytes(bytearray(b"ab")), float.fromhex("0x1.8p1"), bytes.fromhex("61 62"))
