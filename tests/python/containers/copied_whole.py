"""Dicts filled from dicts, bytearrays that grow byte by byte, and strings as UTF-8: what is copied whole is the same as what is copied in pieces."""


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"K{self.n}"


for size in (0, 1, 5, 10, 11, 40, 300):
    source = {k: str(k) for k in range(size)}
    for gone in (0, 1, size // 2):
        for key in range(gone):
            source.pop(key, None)
        made = {}
        made.update(source)
        other = {-1: None}
        other.update(source)
        other |= {k: 0 for k in range(0, size, 7)}
        made["new"] = 1
        print(size, gone, len(made), len(other), list(made)[:3], list(other)[:3], sum(v is not None for v in other.values()), len(source))
    emptied = {k: 0 for k in range(size)}
    emptied.clear()
    emptied.update(source)
    emptied.update(emptied)
    popped = {1: 2}
    del popped[1]
    popped.update(source, extra=1)
    print(emptied == source, len(popped), source | {"x": 1} == {**source, "x": 1})
keys = {Key(n): n for n in range(7)}
made = {}
made.update(keys)
made.update({Key(3): "three", Key(9): "nine"})
print(made, keys[Key(6)])
namespace = type("N", (), {})
namespace.a = 1
made = {}
made.update(vars(namespace))
made.update(globals())
print(made["a"], made["Key"] is Key, "made" in made)
values = {}
values.update({"a": 1})
iterator = iter(values)
try:
    values.update({"b": 2, "c": 3})
    next(iterator)
except RuntimeError as error:
    print(error)


def fill(n):
    out = bytearray()
    lengths = 0
    for i in range(n):
        out.append(i & 0xFF)
        lengths += len(out)
    return out, lengths


out, lengths = fill(3000)
print(len(out), lengths, out[:5], out[-3:], sum(out))


def refused(values):
    out = bytearray(b"x")
    said = []
    for value in values:
        try:
            out.append(value)
        except (TypeError, ValueError) as error:
            said.append(f"{type(error).__name__}: {error}")
    return out, said[-4:], len(said)


class Index:
    def __index__(self):
        return 65


print(refused([1, 255, 0, 256, -1, "a", 1.5, None, True, Index(), 2**70]))
print(refused([65] * 1500 + [256] * 1500 + [66]))


def viewed(n):
    out = bytearray(b"abc")
    for i in range(n):
        if i == n - 1:
            view = memoryview(out)
        try:
            out.append(i % 256)
        except BufferError as error:
            return len(out), str(error), bytes(view[:2])


print(viewed(2000))
for text in ("", "a", "abc", "añ", "€uro", "\U0001F600", "a\0b", "x" * 1000):
    for name in ("utf-8", "utf8", "UTF-8", "Utf_8", "U8"):
        data = text.encode(name)
        print(data[:12], len(data), data.decode(name) == text, end=" ")
    print(text.encode() == text.encode(errors="strict"), text.encode().decode() == text)
for text in ("\ud800", "a\udfffb"):
    for arguments in ((), ("utf-8",), ("utf8", "strict"), ("utf-8", "surrogatepass"), ("utf-8", "replace")):
        try:
            print(text.encode(*arguments))
        except UnicodeEncodeError as error:
            print(error)
for arguments in ((1,), ("utf-8", 1), ("none-such",), ("utf\0-8",)):
    try:
        "a".encode(*arguments)
    except (TypeError, LookupError, ValueError) as error:
        print(type(error).__name__, error)
