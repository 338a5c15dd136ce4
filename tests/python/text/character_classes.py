# What each test of characters and each change of case says of characters of all kinds.
samples = ["", "a", "A", "aB", "Ab Cd", "ab cd", "1", "1a", "\u00b2", "\u2460", "\u00bd", "\u0661", "\u4e00", " ", "\t\n", "\u00a0", "\u200b", "_a", "1a_", "a-b", "class", "\u01c5", "\u00df", "\ufb01", "\u0130", "\u0131", "\u03a3", "A\u03a3", "a\u0301", "\u1e9e", "\U00010400", "\U0001f600", "\ud800", "\x7f", "\u0345", "\u00aa", "hELLO wORLD's", "\u01f0"]
tests = ("isalpha", "isalnum", "isdigit", "isdecimal", "isnumeric", "isspace", "isupper", "islower", "istitle", "isidentifier", "isprintable", "isascii")
changes = ("upper", "lower", "title", "capitalize", "swapcase", "casefold")
for sample in samples:
    print(ascii(sample), "".join("1" if getattr(sample, t)() else "." for t in tests), *(ascii(getattr(sample, c)()) for c in changes))


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r""""Stra\u00dfe".casefold() == "STRASSE".casefold(), "\u0130".lower() == "i\u0307", "\u03a3\u03a3".lower(), "A\u03a3 B".lower(), "\u1f88".upper(), "\u1f80".title()
"they're bill's".title(), "x1y2".title(), "\u01c4a".capitalize(), "\u01c6".title(), "\u01c6".upper()
[hex(ord(c)) for c in "\ufb03".upper()], [hex(ord(c)) for c in "\u0149".upper()], "\u0390".upper().encode("utf-16-be").hex()
sum(chr(i).isalpha() for i in range(0x3000)), sum(chr(i).isidentifier() for i in range(0x3000)), sum(chr(i).isprintable() for i in range(0x3000)), sum(chr(i).isnumeric() for i in range(0x3000))
[hex(i) for i in range(0x10000) if chr(i).isspace()]
[hex(i) for i in range(0x3000) if chr(i).isdigit() and not chr(i).isdecimal()][:12]
sum(len(chr(i).upper()) > 1 for i in range(0x10000)), sum(chr(i).lower() != chr(i).casefold() for i in range(0x10000))
b"aB1 \xe9".upper(), b"aB \xe9".swapcase(), b"ab cD's".title(), b"ab CD".capitalize(), b"\xb5".isalpha(), b" \t".isspace(), b"\x85".isspace(), b"Ab Cd".istitle()""".splitlines():
    attempt(text)
