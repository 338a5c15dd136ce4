# Methods of str on ASCII, Latin-1, wide and astral texts.
TEXTS = ["", "a", "abc", "  pad\t", "Hello, World", "straße", "ǅungla", "ΑΣ ΑΣΑΣ", "naïve café", "日本語", "a😀b😀c", "\ud800x",
         "ﬁ", "İstanbul", "1²Ⅷ½", "x_1", "1x", "__", "tab\tin\tthe", "a\nb\r\nc\x0bd\x85e\u2028f", "\x00\x01", "ŉ", "Ω"]

for text in TEXTS:
    print(repr(text.encode("utf-8", "surrogatepass")))
    for name in ("upper", "lower", "title", "capitalize", "swapcase", "casefold"):
        print("  ", name, repr(getattr(text, name)().encode("utf-8", "surrogatepass")))
    print("  ", [name for name in ("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
                                   "isprintable", "isspace", "istitle", "isupper") if getattr(text, name)()])
    print("  ", repr(text), len(text), [len(part) for part in text.split()], [len(line) for line in text.splitlines(True)])

print("abcabc".find("c"), "abcabc".find("c", 3), "abcabc".find("c", 3, 5), "abcabc".rfind("c"), "abcabc".find(""), "abc".find("", 3))
print("abc".find("", 4), "abc".rfind("", 1, 2), "abc".find("b", -2), "abc".find("b", -1), "abc".find("b", None, None))
print("日本語日本".find("本"), "日本語日本".rfind("本"), "日本語日本".find("本", 2), "日本語日本".index("語"), "a😀b😀".rindex("😀"))
print("aaaa".count("aa"), "abc".count(""), "日本".count(""), "abc".count("", 2), "aXbXc".count("X", 2), "é".count("é"))
print("abc".startswith("a"), "abc".startswith(("x", "b"), 1), "abc".endswith("c", 0, 2), "abc".startswith("", 4), "abc".endswith(("b", "c")))
print("日本語".startswith("本", 1), "日本語".endswith("本", 0, 2), "abc".startswith(()), "abc".startswith("abcd"))
print("a-b-c".split("-"), "a-b-c".split("-", 1), "a-b-c".rsplit("-", 1), " a  b ".split(), " a  b ".split(None, 1), " a  b ".rsplit(None, 1))
print("".split(), "".split("x"), "x".split("x"), "a--b".split("-"), "日本語日".split("本"), "a,b,c".split(sep=",", maxsplit=1))
print("a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-"), "日本語".partition("本"))
print("abc".replace("b", "xx"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "日本".replace("", "."), "abc".replace("x", "y"), "aaa".replace("a", "", count=1))
print("xxabcxx".strip("x"), "xxabcxx".lstrip("x"), "xxabcxx".rstrip("x"), "\u3000a\u2003".strip(), "日本日".strip("日"), "  a".strip(None))
print("abc".removeprefix("a"), "abc".removesuffix("c"), "abc".removeprefix("x"), "abc".removesuffix(""))
print(["ab".center(n, "*") for n in range(7)], "a".ljust(3, "é"), "a".rjust(3, "日"), "é".center(4) + "|")
print("42".zfill(5), "-42".zfill(5), "+4".zfill(4), "".zfill(2), "é".zfill(3), "a\tb".expandtabs(), "a\tb\n\tc".expandtabs(4), "é\tb".expandtabs(4), "a\tb".expandtabs(0))
print("-".join(["a", "b"]), "".join(("é", "日")), ", ".join(str(i) for i in range(4)), "x".join([]), "x".join(["only"]), "x".join("abc"))
print("a\nb\r\nc".splitlines(), "a\nb\r\nc".splitlines(keepends=True), "a\n".splitlines(), "\n".splitlines(), "".splitlines(), "a\x1cb\u2029c".splitlines())
print("abc".translate({97: "xyz", 98: None, 99: 0x65E5}), "日本".translate({0x65E5: 65}), "abc".translate(str.maketrans("ab", "xy", "c")))
print(str.maketrans({"a": 1, 98: "x"}), str.maketrans("é", "日"), "abc".translate("x" * 97 + "ABC"))


class Table:
    def __getitem__(self, key):
        if key == 97:
            return "<>"
        raise LookupError


print("banana".translate(Table()))
