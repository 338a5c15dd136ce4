# Characters in compiled code: iterating, indexing, comparing, `ord` and `chr`, where texts are now ASCII, now something else.


def shifted(text, by):
    out = ""
    for c in text:
        if "a" <= c <= "z":
            out += chr((ord(c) - 97 + by) % 26 + 97)
        else:
            out += c
    return out


def count(text, wanted):
    found = 0
    at = 0
    while at < len(text):
        if text[at] == wanted:
            found += 1
        elif text[at] != wanted and text[-1 - at] > wanted:
            found += 1000
        at += 1
    return found


def compared(pairs):
    out = []
    for a, b in pairs:
        out.append((a == b, a != b, a < b, a <= b, a > b, a >= b))
    return out


def codes(text):
    return [ord(c) for c in text], [i * ord(c) for i, c in enumerate(text)]


def characters(numbers):
    out = []
    for n in numbers:
        try:
            out.append(chr(n))
        except (ValueError, OverflowError) as error:
            out.append(str(error))
    return out


for text in ("the quick brown fox, again and again; " * 4, "äöü€ abc 𐍈" * 8, "", "a" * 100, "\0\x7f\x80\xff" * 9):
    print(ascii(shifted(text, 3)), shifted(shifted(text, 3), 23) == text)
    print(count(text, "a"), count(text, "ä"), count(text, "ab"), count(text, ""))
    print(codes(text)[0][:9], codes(text)[1][-3:])

words = ["", "a", "b", "ab", "ä", "é", "é" + "", "\0", "aa", "z", "€", "a" * 3]
for _ in range(30):
    results = compared([(a, b) for a in words for b in words])
print(sum(map(sum, results)), results[5], results[13], results[17])
print([ascii(c) for c in characters([0, 65, 127, 128, 255, 256, 0x10FFFF] * 20)][-7:])
print(characters([65] * 50 + [-1, 0x110000, 1 << 80])[-4:])


def octets(data):
    total = 0
    for byte in data:
        total = total * 3 + byte & 0xFFFF
    return total


print(octets(b"some bytes" * 30), octets(bytes(range(256))), octets(b""))


# The iterator of a string that is stepped here and there, and asked again when it is exhausted.
def steps(text):
    iterator = iter(text)
    out = []
    for c in iterator:
        out.append(c)
        if c == "c":
            out.append(next(iterator, "end"))
    for c in iterator:
        out.append("never")
    return "".join(out), next(iterator, None)


for text in ["abcdabcc"] * 40 + ["äbcdäc"] * 3:
    result = steps(text)
    if text[0] == "ä" or result != ("abcdabcc", None):
        print(text, result)


# Bytearrays, of which some indices and values are refused.
def filled(size, numbers):
    own = bytearray(size)
    refused = 0
    for i in numbers:
        try:
            own[i % (size + 2)] = i & 0x1FF
            own[-1 - i % size] ^= own[i % size]
        except (IndexError, ValueError):
            refused += 1
    return own.hex(), refused


print(filled(20, range(300)), filled(7, range(-90, 200)))


# What is called again with the same arguments, and what must be.
def repeated(text, n):
    parts = []
    total = 0
    for i in range(n):
        total += len(text.strip()) + len(text[1:3]) + text.find("b") + (text.upper() == "ABC")
        parts = text.split("b")
        parts.append(i)
        total += len(parts)
    return total, parts


print(repeated(" abc ", 60), repeated("abc", 60))


def raising(text, n):
    caught = 0
    for i in range(n):
        try:
            text.index("z")
        except ValueError:
            caught += 1
    return caught


print(raising("abc", 50), raising("xyz", 50))


# `__getattr__`, the class of which gets an attribute of that name, or another `__getattr__`.
class Missing:
    def __init__(self):
        self.asked = 0

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(name)
        self.asked += 1
        return len(name)


def ask(own, n):
    total = 0
    for i in range(n):
        total += own.abc
        try:
            total += own.nothing
        except AttributeError:
            total += 100
    return total, own.asked


own = Missing()
print(ask(own, 50))
Missing.abc = 7
print(ask(own, 50))
del Missing.abc
own.nothing = 1
print(ask(own, 50))
Missing.__getattr__ = lambda self, name: 1000
print(ask(own, 50))


def divided(pairs):
    total = []
    for a, b in pairs:
        try:
            quotient, rest = divmod(a, b)
            total.append((quotient, rest))
        except ZeroDivisionError as error:
            total.append(str(error))
    return total


print(divided([(7, 2), (-7, 2), (7, -2), (0, 5), (1, 0), (True, 2), (7.5, 2), (1 << 70, 3)] * 9)[-8:])


class Sub(int):
    pass


def kinds(values):
    return [
        (isinstance(v, (int, str)), isinstance(v, (float, (list, tuple))), isinstance(v, (Sub, Missing)), isinstance(v, ()))
        for v in values
    ]


print(kinds([1, True, 1.5, "a", [], (), Sub(3), own, None] * 8)[-9:])
print([str(v) + repr(v) + f"{v}{v!s}" for v in [0, -1, 1 << 62, -(1 << 63), 1 << 70, True, Sub(5), "x"] * 8][-8:])
