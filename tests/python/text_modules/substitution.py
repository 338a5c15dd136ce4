# re.sub, split, expand, escape, match objects, templates and the scanner.
import copy
import re

m = re.match(r"(?P<first>a)(?P<second>x)?(b)", "abc")
p = re.compile(r"(?P<k>\w)=(?P<v>\d)")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""re.sub("a", "b", "aaa", count=1), re.subn("a", "b", "aaa"), re.sub("(?P<n>a)", r"[\g<n>\g<0>\1]", "xa"), re.sub("a", r"\n\\\t", "a"), re.sub("(a)|b", r"<\1>", "ab")
re.sub("a", lambda m: m.group().upper() * 2, "bab"), re.sub("", "-", "ab"), re.sub("b*", lambda m: f"<{m[0]}>", "abbc"), re.sub(r"(?m)^", "> ", "a\nb")
re.sub("a", lambda m: 5, "a")
re.sub("a", lambda m: None, "xa"), re.sub("q", 5, "a")
re.sub("a", 5, "a")
re.sub("a", r"\1", "a")
re.sub("a", r"\g<x>", "a")
re.sub("a", r"\g<1", "a")
re.sub("a", r"\g", "a")
re.sub("a", r"\q", "a")
re.sub("a", r"\x", "a")
re.sub("a", "\\", "a")
re.sub("a", r"\g<01>", "a")
re.sub("(a)", r"\g<1>0\g<0>", "a"), re.sub("(a)", r"\0", "a"), re.sub("a", r"\101", "a"), re.sub(b"a", rb"\g<0>b", b"a")
re.split("(,)", "a,b"), re.split("(,)|(;)", "a,b;c"), re.split(r"\s*", " a b"), re.split("a", ""), re.split("x", "axbx", maxsplit=-1), re.split("$", "a\n")
m.groups(), m.groups("d"), m.groupdict(), m.groupdict(0), m.group(0, 1, "first"), m["first"], m[2], m.lastindex, m.lastgroup, m.span("second"), m.start(3), m.end(), m.pos, m.endpos, m.regs, m.string, m.re.pattern
m.group("nope")
m.group(4)
m[1.0]
m.span(-1)
m.expand(r"\1-\g<second>-\3"), repr(m), bool(m), copy.copy(m) is m
m.expand(r"\4")
p.groups, p.groupindex, p.flags, p.pattern, repr(p), repr(re.compile("a", re.I | re.X)), repr(re.compile(b"a")), p == re.compile(p.pattern), hash(p) == hash(re.compile(p.pattern)), repr(re.I | re.A), re.compile("(?i)a").flags
p.groupindex["k"], dict(p.groupindex), p.findall("a=1 b=2"), re.findall("(a)", "aa"), re.findall("a", "aa"), [x.lastgroup for x in p.finditer("a=1")]
re.escape("a.b*c-d e_f\n\x00\u00e9"), re.escape(b"a.b\xff"), re.escape("")
re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", lambda s, t: t), (r"\s+", None)]).scan("ab 12 c!d")
re.purge(), re.template if hasattr(re, "template") else "no template", re.NOFLAG, re.error is re.PatternError, re.RegexFlag.I.value, sorted(f.name for f in re.RegexFlag)
re.match("a", "b"), re.search("(?P<x>b)", "ab")["x"], re.fullmatch("a", "ab"), re.match("(a)(?P<b>b)?", "a").groupdict()
re.compile("a", 5 << 20)
re.compile("a").sub("b", "aa", -1), re.compile("a").subn("b", "aa", count=1), re.compile("a").scanner("aba").search().span()
re.match("a")
re.compile("a").match("a", pos="x")
re.compile("(" * 50 + "a" + ")" * 50).groups, re.compile("|".join("abcdefgh")).match("h").span(), re.match("(?:" * 30 + "a" + ")" * 30, "a").span()
re.match("(" + "a?" * 20 + ")" + "a" * 20, "a" * 20).span(1), re.search("x" * 500, "y" + "x" * 500).span(), re.match("(a|b|ab)*c", "ababababc").span(), re.search(r"(\d+)-\1", "12-13 77-77").span()""".splitlines():
    attempt(text)
