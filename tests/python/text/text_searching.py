# Searching, splitting and testing strings at their corners, with the errors of each method.
s = "hello world"


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""s.find("o"), s.find("o", 5), s.find("o", -3), s.find(""), s.find("", 11), s.find("", 12), s.rfind(""), s.rfind("o", 0, 5)
s.index("z")
s.rindex("z")
s.index("o", 5, 7)
s.count("o"), s.count(""), s.count("", 5), s.count("", 20), s.count("l", 3, -1), "aaaa".count("aa")
s.startswith("he"), s.startswith(("x", "h")), s.startswith(()), s.startswith("", 11), s.startswith("", 12), s.endswith("d", 0, -1)
s.startswith(["h"])
s.startswith(("h", 1)), s.startswith((1, "h"))
s.split(), s.split("o"), s.split("o", 1), s.split(None, 0), " a  b ".split(), " a  b ".split(" "), "".split(), "".split(" ")
s.split("")
s.split(1)
"a,b,c".rsplit(",", 1), " a b  c ".rsplit(None, 1), "a\x1fb\x85c\u2028d".split(), "a\x00b".split("\x00")
"a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i".splitlines(), "a\n".splitlines(True), "".splitlines(), "\n\n".splitlines(), "a\r\n\nb".splitlines(keepends=1)
"a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-")
"abc".partition("")
"-".join(["a", "b"]), "".join("abc"), "-".join([]), ", ".join({"a": 1}), "x".join(str(i) for i in range(3))
"-".join(["a", 1])
"-".join(5)
"-".join([b"a"])
"aXbXc".replace("X", "-"), "aXbXc".replace("X", "-", 1), "abc".replace("", "-"), "abc".replace("", "-", 2), "".replace("", "x"), "".replace("", "x", 0), "aaa".replace("aa", "b"), "abc".replace("b", "b" * 3, count=1)
"abc".replace("b", 1)
"  a\t".strip(), "xxaxx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), "abc".strip(""), "\u3000a\u2003".strip(), "abc".strip("cba")
"a".strip(1)
"TestCase".removeprefix("Test"), "TestCase".removesuffix("Case"), "a".removeprefix("ab"), "aaa".removeprefix("a"), "x".removesuffix("")
"a".removeprefix(("a",))
"a\tb".expandtabs(), "a\tb".expandtabs(4), "a\tb".expandtabs(0), "a\tb\n\tc".expandtabs(3), "\t".expandtabs(-1), "ab\tc".expandtabs(tabsize=2)
"ab".center(5), "ab".center(6, "*"), "abc".center(6, "*"), "ab".ljust(4, "."), "ab".rjust(1), "ab".zfill(5), "-5".zfill(4), "+a".zfill(4), "--1".zfill(5), "".zfill(2)
"a".center(5, "ab")
"a".ljust(5, "")
"a".zfill("5")
"abc".translate({97: "x", 98: None, 99: 100}), "abc".translate({"a": "z"}), "abc".translate(str.maketrans("ab", "xy", "c")), "abc".translate(["x"] * 98)
str.maketrans({"a": 1, 98: "q"}), str.maketrans("a", "b"), str.maketrans("", "", "z")
str.maketrans({"ab": 1})
str.maketrans("ab", "c")
str.maketrans("a")
"abc".translate({97: 0x110000})
"abc".translate({97: 1.5})
"a" in "abc", "" in "", "d" not in "abc", "bc" in "abc"
1 in "abc"
"abc" < "abd", "a" < "B", "" < "a", "a" == 1, "\u00e9" < "\U0001f600", "Z" < "a" < "\u00e9"
"%s" % (1,), "ab" "cd", "ab" * 0, "ab" * -1, 3 * "ab", "a" + "b"
"abc"[0], "abc"[-1], "abc"[1:], "abc"[::-1], "abc"[5:], "abc"[-2:5], "abc"[::2]
max("hello"), min("hello"), sorted("hello"), list(reversed("abc")), "abc".__getitem__(1), "abc".__len__(), "abc".__contains__("b"), "abc".__iter__().__length_hint__()
"a".encode().decode(), "a".__mul__(2), "a".__rmul__(2), "a".__add__("b"), "abc".__getnewargs__(), "a".__sizeof__() > 0
"abc".find(b"a")
"abc".index()
"abc".count(1)
str(b"abc", "ascii"), str(b"abc"), str(object=5), str()
str("a", "ascii")
str(b"\xff", "ascii")
str(b"\xff", errors="replace"), str(b"a", errors="ignore"), str(encoding="ascii", object=b"x")
str(5, "ascii")""".splitlines():
    attempt(text)
