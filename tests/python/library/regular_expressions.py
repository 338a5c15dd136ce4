# Matching, groups, substitution, splitting, flags, lookaround, scanner-like loops, errors with positions.
import re

text = "2026-11-21 from a.b@example.org to c-d@test.example, twice: c-d@test.example"
email = re.compile(r"(?P<user>[\w.-]+)@(?P<host>[\w.]+\w)")
print(email.findall(text), email.groups, email.groupindex)
match = email.search(text)
print(match, match["user"], match.groupdict(), match.span("host"), match.expand(r"\g<host>/\1"), match.regs)
print([m.group() for m in email.finditer(text)], email.sub(r"<\g<user>>", text), email.subn("X", text, count=1))
print(re.split(r"[ ,:]+", text)[:4], re.split(r"(-)", "1-2-3", maxsplit=1), re.fullmatch(r"\d+", "123x"))
print(re.sub(r"\b(\w)(\w*)", lambda m: m[1].upper() + m[2], "many small words"), re.sub("x*", "-", "abxd"))
print(re.findall(r"(?<=a)b|c(?!d)", "ab cb ce cd"), re.findall(r"(?i)straSSE", "STRASSE strasse"), re.match(r"(a)?(b)?", "b").groups("none"))
print(re.findall(r"^\w+$", "one\ntwo\n", re.M), re.search(r"a.b", "a\nb", re.S), bool(re.match(r"a  b # comment", "ab", re.X)))
print(re.match(r"(?:(a)|(b))+", "abab").groups(), re.match(r"(.)(.)\2\1", "abba"), re.match(r"(?P<q>['\"]).*?(?P=q)", "'it'\""), re.findall(r"\w+", "h\u00e9llo w\u00f6rld \u4f60\u597d"), re.findall(rb"\w+", b"ab \xe9"), re.findall(r"\w+", "h\u00e9", re.A))
print(re.match(r"(a+)+$", "a" * 20), re.match(r"x{2,3}?", "xxxx"), re.match(r"x{2,3}+x", "xxx"), re.match(r"(?>a*)ab", "aab"))
print(re.escape("a.b*c[d]"), re.compile("a", re.I | re.M), re.compile("(?s:.)\n").flags, re.template if hasattr(re, "template") else "no template")
print(re.search(r"(?(1)b|c)", "xc") if False else re.match(r"(<)?\w+(?(1)>|$)", "<tag>"), re.match(r"(<)?\w+(?(1)>|$)", "<tag"))
for wrong in "(", "[a", "a**", "(?P<1>x)", r"\q", "(?P=no)", "a{3,2}", "(?<=a*)b", "*a", "(?z)", r"(\2)", "[b-a]", "(?i", "x(?i)y":
    try:
        print(repr(wrong), re.compile(wrong))
    except re.error as error:
        print(repr(wrong), error, error.pos, error.lineno, error.colno)
for attempt in (lambda: re.match("a", b"a"), lambda: re.sub("(a)", r"\2", "a"), lambda: re.match("a", "b").group(), lambda: re.match("(a)", "a").group(2), lambda: re.sub("a", r"\g<x", "a")):
    try:
        print(attempt())
    except (TypeError, AttributeError, IndexError, re.error) as error:
        print(type(error).__name__, error)


def tokens(source):
    pattern = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>[-+*/()=]))")
    at = 0
    while at < len(source):
        found = pattern.match(source, at)
        if not found:
            raise SyntaxError(f"bad input at {at}")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


print(list(tokens("x = 3.5*(y1 + 2)")))
scanner = re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", lambda s, t: t), (r"\s+", None)])
print(scanner.scan("a 12 b!"), re.compile("a|b|c").scanner("abc").search())
