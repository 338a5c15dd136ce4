# Indexing, slicing, iteration, repetition, comparison and hashing of strings, also of long ones that are not ASCII.
for text in ("", "abcdef", "äbcdéf", "日本語テキスト", "a😀b😀c"):
    n = len(text)
    print([text[i] for i in range(-n, n)])
    print([text[a:b] for a in (None, -3, 0, 2, 99) for b in (None, -2, 0, 4, 99)])
    print([text[a:b:s] for a in (None, -2, 1) for b in (None, -1, 5) for s in (-3, -1, 2, 3)])
    print(list(text), list(reversed(text)), text[::-1], text[:] == text)
    print(text * 2, 3 * text, text * 0, text * -1, text + "x", "ü" + text)

long = "".join(chr(0x100 + i % 700) for i in range(5000))
print(sum(ord(long[i]) * (i + 1) for i in range(len(long))))
print(sum(ord(long[-i]) * i for i in range(1, len(long) + 1)))
other = "é" * 1000 + "x" + "日" * 1000
print([(i, long[i] == chr(0x100 + i % 700), other[i % 2001]) for i in (0, 63, 64, 65, 127, 128, 255, 256, 2499, 2500, 4999)])
print(other.find("x"), other.index("日"), other.rfind("é"), other.find("日", 1500), other.rfind("x", 0, 1000), other.count("日", 1990))
print(long[100:110] == "".join(long[i] for i in range(100, 110)), long[4000:3000:-100] == "".join(long[i] for i in range(4000, 3000, -100)))
print(long[::999], long[4998:], long[-1:], long[2**70:], long[-2**70:3], long[::2**65], long[::-2**65] == long[-1])

print("a" < "b", "a" < "aa", "Z" < "a", "é" < "z", "日" < "😀", "\uffff" < "\U00010000", "a" == "a", "a" != "b", "b" >= "a", "a" <= "a")
print("a" == 1, "a" != b"a", sorted(["b", "é", "a", "日", "B", ""]), max("hello"), min("hello"))
print("b" in "abc", "" in "", "本語" in "日本語", "x" not in "abc", hash("abc") == hash("ab" + "c"), hash("é") == hash("\xe9"))
print({"é": 1}["\xe9"], len({"a", "b", "a"}), hash("") == 0)
it = iter("日本a")
print(next(it), it.__length_hint__(), list(it), list(it), next(it, None))
print(type(iter("a")).__name__, type(iter("é")).__name__)
it = iter("é日a")
next(it)
print(it.__reduce__()[1:])
it.__setstate__(2)
print(list(it), it.__reduce__()[1:])


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


print("abc"[Index(1)], "abc"[Index(0):Index(2)], "ab" * Index(2), Index(2) * "ab")
abc = "abc"
for bad in (lambda: abc[3], lambda: ""[0], lambda: abc["a"], lambda: abc[1.0], lambda: "abc"[::0], lambda: "abc"["x":], lambda: "a" + 1,
            lambda: 1 + "a", lambda: "a" * "b", lambda: "a" * 1.5, lambda: 1 in "a", lambda: "a" < 1, lambda: "é"[Index(7)], lambda: "a" * 2**70,
            lambda: "abc"[2**80], lambda: next(iter(""))):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
