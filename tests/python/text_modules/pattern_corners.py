# Patterns of `re` at their corners: groups, looking around, quantifiers of all kinds, flags, and where empty matches are.
import re


def groups(pattern, text, flags=0):
    return [(m.span(), m.groups()) for m in re.finditer(pattern, text, flags)]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""groups(r"(a)|(b)", "ab"), groups(r"(a|ab)(c|bcd)(d*)", "abcd"), groups(r"((a)|b)*", "aba")
groups(r"(?:(a)|(b))+?c", "abc"), groups(r"(a*)*", "aa"), groups(r"(a*)+", "b"), groups(r"(?:a|(x))*", "xa")
groups(r"\b", "ab cd"), groups(r"\B", "ab"), groups(r"$", "a\n"), groups(r"(?m)$", "a\nb\n"), groups(r"(?m)^", "a\nb\n"), groups(r"\Z", "a\n"), groups(r"\z", "a\n")
groups(r"x*", "axb"), re.sub(r"x*", "-", "abxd"), re.split(r"x*", "axbc"), re.split(r"(x)*", "axb"), re.findall(r"", "ab")
groups(r"a{2,3}", "aaaaa"), groups(r"a{2,3}?", "aaaaa"), groups(r"a{,2}", "aaa"), groups(r"a{0}", "a"), groups(r"a{,}", "aa")
groups(r"a++b", "aaab"), groups(r"a++ab", "aaab"), groups(r"(?>a+)ab", "aaab"), groups(r"a?+a", "a"), groups(r"a{1,2}+a", "aa"), groups(r"a*+", "aa")
groups(r"(?<=a)b", "ab cb"), groups(r"(?<!a)b", "ab cb"), groups(r"(?<=(a))b", "ab"), groups(r"(?=(b))a|b", "b"), groups(r"(?<=^a)b", "ab"), groups(r"(?<=a|b)c", "acbc"), groups(r"(?<=\b)a", "a a")
groups(r"(?<=a+)b", "ab")
groups(r"(?<=a|bc)d", "ad")
groups(r"(a)?(?(1)b|c)", "ab c"), groups(r"(?P<q>['\"])?x(?(q)(?P=q)|!)", "'x' x! x'")
groups(r"(?P<a>.)(?P=a)", "aabb"), groups(r"(.)\1", "aabb"), groups(r"(a)(b)?\2", "ab"), groups(r"(?i:A)b", "ab aB"), groups(r"(?-i:a)B", "ab Ab", re.I), groups(r"(?s-m:.)", "\n")
groups(r"(?i)\u00df", "\u1e9e\u00df"), groups(r"(?i)k", "\u212a"), groups(r"(?i)[\u00e0-\u00f0]", "\u00c5"), groups(r"(?ia)k", "\u212a"), groups(r"(?i)\u03c3", "\u03a3\u03c2"), groups(r"(?i)\u0131", "I\u0130i")
groups(r"\w+", "a\u00e9_1\u4e00"), groups(r"(?a)\w+", "a\u00e9_1"), groups(r"\d", "1\u0661"), groups(r"\s", "\u00a0\x1c \x85"), groups(r"(?a)\s", "\u00a0\x1c "), groups(r"[^\W\d_]", "a1_\u00e9")
groups(r"(?x) a  b # comment", "ab"), groups(r"(?x)a\ b[ ]c", "a b c"), groups(r"(?x)a (?# c ) b", "ab")
groups(r"[]a]", "]a"), groups(r"[^]a]", "]ab"), groups(r"[a\-z]", "a-z"), groups(r"[a-]", "-"), groups(r"[\]]", "]"), groups(r"[\w-]", "-a"), groups(r"[\b]", "\b")
groups(r"\x41\u0041\U00000041\101\0", "AAAA\0"), groups(r"\N{BULLET}", "\u2022"), groups(r"\.\*\\", ".*\\"), groups(r"a|", "ab"), groups(r"()", "a"), groups(r"(|a)+", "a")
groups(rb"\w\xff", b"a\xff"), groups(rb"(?L)\w", b"a") , groups(r".", "\n\r"), groups(r"[^a]", "\n"), groups(r"(?s).", "\n")
re.match(r"a(?=b)", "ab").end(), re.fullmatch(r"a|ab", "ab").group(), re.search(r"(?=a)", "ba").span(), re.fullmatch(r"a*?", "aaa").span(), re.match(r"(?:a{0,5}){2}", "aaa").end()
re.compile("a").match("ba", 1).span(), re.compile("^a").match("ba", 1), re.compile("^a").search("ba", 1), re.compile("a$").search("ab", 0, 1).span(), re.compile(r"\ba").match("ba", 1), re.compile("(?<=b)a").match("ba", 1).span()
re.compile("a").fullmatch("aab", 1, 2).span(), re.compile("").match("ab", 5).span(), re.compile("").match("ab", -1).span()""".splitlines():
    attempt(text)
for pattern in ("(", ")", "(?", "(?P", "(?P<", "(?P<a", "(?P<1a>b)", "(?P<a>.)(?P<a>.)", "(?P=b)", "(?P>a)", "(?<a", "(?<", "(?z)", "(?i", "(?i-", "(?-i)", "(?i-i:a)", "a(?i)", "(?au)a", "(?(1)a|b|c)", "(?(2)a)", "(?(a)b)", "(?(1a)b)", "(?(", "(?#a", "[", "[a", "[]", "[^]", "[b-a]", "[a-\\d]", "*", "a**", "+a", "?", "a{2,1}", "a{1", "a{99999999999}", "a{1}{2}", "a+++", "a?*", "\\", "\\1", "(a)\\2", "(\\1)", "\\8", "\\400", "\\x1", "\\u12", "\\U00110000", "\\N{x}", "\\N", "\\q", "\\Z\\A", "[\\q]", "[\\Z]", "(?<=a*)", "(?<!a|bb)", "(?<=(?=a*)b)", "a|*", "^*", "$+", "(?:a", "(?=a", "(?>a", "a||b", "(?P<\u00e9>a)", "\\g<1>"):
    try:
        re.compile(pattern)
        print(pattern, "compiles")
    except re.error as error:
        print(pattern, "|", error.msg, error.pos, error.lineno, error.colno)
    except (OverflowError, RecursionError) as error:
        print(pattern, type(error).__name__, error)
for attempt_bytes in (lambda: re.match("a", b"a"), lambda: re.match(b"a", "a"), lambda: re.compile(b"a", re.U), lambda: re.compile("a", re.L), lambda: re.compile(5), lambda: re.compile(re.compile("a"), re.I), lambda: re.sub("a", b"b", "a")):
    try:
        print(attempt_bytes())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
