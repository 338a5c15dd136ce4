"""Writes expected/*.txt: what CPython 3.14 answers, one case a line, fields separated by tabs.

A line is an operation, its arguments and the result. Strings are `s` and the hexadecimal digits of their UTF-8 (surrogates encoded alone), bytes are
`b` and digits, integers decimal, floats `f` and the digits of their bits, `None` is `-`, sequences are joined by blanks, an exception is `!Type: text`.
"""

import os
import random
import struct
import sys
import unicodedata
import warnings
import zlib

assert sys.version_info[:2] == (3, 14)
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected")
rng = random.Random(20250314)
warnings.simplefilter("ignore")


def show(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, complex):
        return "c" + struct.pack(">dd", value.real, value.imag).hex()
    if isinstance(value, (bytes, bytearray)):
        return "b" + value.hex()
    if isinstance(value, (tuple, list)):
        return " ".join(show(v) for v in value)
    if isinstance(value, str):
        return "s" + value.encode("utf-8", "surrogatepass").hex()
    raise TypeError(value)


def answer(function, *args):
    try:
        return show(function(*args))
    except Exception as error:
        return "!" + type(error).__name__ + ": " + str(error)


class File:
    def __init__(self, name):
        self.name, self.lines = name, []

    def case(self, op, function, *args):
        self.lines.append("\t".join([op, *map(show, args), answer(function, *args)]))

    def write(self):
        lines = list(dict.fromkeys(self.lines))
        with open(os.path.join(HERE, self.name), "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write("\n".join(lines) + "\n")


def unicode():
    """One checksum for each block of 4096 code points."""
    file = File("unicode.txt")
    for start in range(0, 0x110000, 0x1000):
        # Planes without assigned characters: their ends will do.
        if start >> 16 not in (0, 1, 2, 3, 14) and start & 0xF000 not in (0, 0xF000):
            continue
        crc = 0
        for code in range(start, start + 0x1000):
            c = chr(code)
            flags = [c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.islower(), c.isupper(), c.istitle(), c.isspace(), c.isprintable(),
                     c.isidentifier(), ("a" + c).isidentifier(), bool(unicodedata.mirrored(c)), c.isalnum()]
            facts = [unicodedata.category(c), unicodedata.bidirectional(c), unicodedata.east_asian_width(c), str(unicodedata.combining(c)),
                     str(unicodedata.decimal(c, -1)), str(unicodedata.digit(c, -1)), struct.pack(">d", unicodedata.numeric(c, -1.0)).hex(),
                     *(x.encode("utf-8", "surrogatepass").hex() for x in (c.lower(), c.upper(), c.title(), c.casefold(), c.swapcase(), c.capitalize(), repr(c),
                                                                           ("a" + c + "\u03a3").lower(), (c + "\u03a3" + c).lower(), (c + "abc").title())),
                     *(unicodedata.normalize(form, c + "\u0301\u0327").encode("utf-8", "surrogatepass").hex() for form in ("NFC", "NFD", "NFKC", "NFKD"))]
            line = "".join(str(int(f)) for f in flags) + " " + " ".join(facts) + "\n"
            crc = zlib.crc32(line.encode(), crc)
        file.case("block", lambda s: crc, start)
        names = "".join(unicodedata.name(chr(code), "-") + "\n" for code in range(start, start + 0x1000))
        file.case("names", lambda s: zlib.crc32(names.encode()), start)
    file.write()


ALPHABETS = ["ab", "aab \t", "aé日\U0001f600 ", "xX1 \n\r", "\x1c\x85\u2028\na ", "\ud800\udc00a", "ßΣςσİıﬁǅ A", "0٣½²x", "'\"\\\x00\x7fé\n"]


def text(longest=12):
    alphabet = rng.choice(ALPHABETS)
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(longest)))


def pick(*values):
    return rng.choice(values)


def strings():
    file = File("strings.txt")
    for _ in range(160):
        s = text()
        t = pick(s[1:3], s[:1], text(3), " ")
        i, j, k = rng.randrange(-6, 14), rng.randrange(-6, 14), rng.choice([-3, -2, -1, 1, 2, 3])
        n = rng.randrange(-1, 4)
        for name in ("lower", "upper", "title", "capitalize", "swapcase", "casefold", "isalpha", "isalnum", "isdecimal", "isdigit", "isnumeric", "isspace",
                     "isprintable", "isidentifier", "islower", "isupper", "istitle", "strip", "lstrip", "rstrip"):
            file.case(name, getattr(str, name), s)
        file.case("repr", repr, s)
        file.case("ascii", ascii, s)
        file.case("find", lambda s, t, i, j: s.find(t, i, j), s, t, i, j)
        file.case("rfind", lambda s, t, i, j: s.rfind(t, i, j), s, t, i, j)
        file.case("count", lambda s, t, i, j: s.count(t, i, j), s, t, i, j)
        file.case("slice", lambda s, i, j, k: s[i:j:k], s, pick(None, i), pick(None, j), k)
        file.case("replace", lambda s, t, u, n: s.replace(t, u, n), s, pick(t, t, ""), text(3), n)
        file.case("split", lambda s, t, n: s.split(t or None, n), s, t, n)
        file.case("rsplit", lambda s, t, n: s.rsplit(t or None, n), s, t, n)
        file.case("split", lambda s, t, n: s.split(t or None, n), s, "", n)
        file.case("rsplit", lambda s, t, n: s.rsplit(t or None, n), s, "", n)
        file.case("splitlines", lambda s, k: s.splitlines(bool(k)), s, n & 1)
        file.case("stripset", lambda s, t: s.strip(t), s, t)
        file.case("lstripset", lambda s, t: s.lstrip(t), s, t)
        file.case("rstripset", lambda s, t: s.rstrip(t), s, t)
        file.case("center", lambda s, w: s.center(w, "é"), s, rng.randrange(20))
        file.case("ljust", lambda s, w: s.ljust(w), s, rng.randrange(20))
        file.case("rjust", lambda s, w: s.rjust(w), s, rng.randrange(20))
        file.case("zfill", lambda s, w: s.zfill(w), pick("", "-", "+") + s, rng.randrange(20))
        file.case("expandtabs", lambda s, w: s.expandtabs(w), s + "\tb\t" + s, rng.randrange(6))
        b = s.encode("utf-8", "surrogatepass")
        u = t.encode("utf-8", "surrogatepass")
        for name in ("lower", "upper", "title", "capitalize", "swapcase", "isalpha", "isalnum", "isdigit", "isspace", "islower", "isupper", "istitle", "strip", "split",
                     "rsplit", "splitlines"):
            file.case(name, getattr(bytes, name), b)
        file.case("repr", repr, b)
        file.case("count", lambda s, t, i, j: s.count(t, i, j), b, u, i, j)
        file.case("replace", lambda s, t, u, n: s.replace(t, u, n), b, u, b"xy", n)
        file.case("expandtabs", lambda s, w: s.expandtabs(w), b + b"\tb\t", rng.randrange(6))
    file.write()


VALUES = [0, 5, -7, 65, 1234567, -10**20, 1.5, 0.0, -0.0, 1234567.891, 1e-7, -1e22, float("inf"), float("-inf"), float("nan"), 123456.0, 0.001, "", "abc", "é日本", 1 + 2j,
          -0.5j, complex(-0.0, 3), complex(1e10, float("nan")), 2.675, 99.99]
SPECS = ["=^10", "^=10", "a", ".", "10.", "10,_d", ",,", "_,", ",x", "_x", ",b", ",s", ".3d", "#s", "+s", "=s", "0=s", "010s", "zd", "z", "zs", "-c", "#c", "c", ",c", "n", "_n", ",n",
         "3.", "%", "10%", ".2147483648f", "99999999999999999999d", ".99999999999999999999f", ".,f", ".2,f", ".2_f", ".2,d", ".2,x", ".2,s", ".,s", ".,n", ".,", "=10", "<10", "*<10",
         "é^10", "<", "<<5", "0<5", "05", "+05", "#x", "#_x", "z+f", "z#f", "-zf", ",.2,f", ".2,_f", ".2_,f", "10.2,%", "_.2_e", ",g", "_s", "k", "10k", "rr", "0", "00", "-", "+", " ",
         "#", ",", "_", "z.1f", "10c", "+c", "e", "G", "F", "s", "d", "x", "=5s", "é", "012,d", "013,d", "014,", "020_b", "#020_x", "#X", "#b", "#o", "\u0661\u0662", ".3", ".0", "#.0f", ".0%",
         ".10e", "025,.3f", "+,.2f", "^+20.3e", ".2", "!>8", "\U0001f600>8", "z.0f", " .3g", "08.3f", ".20", ".1,f", ".7_f", "020,.7,f"]


def format_():
    file = File("format.txt")
    for value in VALUES:
        for spec in SPECS:
            file.case("format", format, value, spec)
    for _ in range(700):
        spec = pick("", "", "*", "0", "é") + pick("<", ">", "=", "^") if rng.random() < 0.5 else ""
        spec += pick("", "", "+", "-", " ") + pick("", "", "z") + pick("", "", "#") + pick("", "", "0") + pick("", "", str(rng.randrange(30)))
        spec += pick("", "", ",", "_") + pick("", "", "." + str(rng.randrange(20))) + pick("", "", "", "", ",", "_") + pick(*"bcdeEfFgGnosxX%", "", "", "f", "d", "g")
        file.case("format", format, pick(*VALUES), spec)
    for value in [v for v in VALUES if not isinstance(v, complex)]:
        for _ in range(40):
            spec = "%" + "".join(rng.sample("-+ #0", rng.randrange(4))) + pick("", str(rng.randrange(25))) + pick("", ".", "." + str(rng.randrange(12))) + pick("", "", "l")
            letter = "s" if isinstance(value, str) else pick(*"dioxXu") if isinstance(value, int) else pick(*"eEfFgG")
            file.case("percent", lambda spec, value: spec % value, spec + letter, value)
    for spec in ["", "abc", "%", "a%", "%(", "%(a", "%(a)", "%(a(b)c)s", "%5", "%.", "%*d", "%.*f", "%-+ #0*.*d", "%%", "a%%b", "é%é", "日%lld", "%99999999999999999999d", "%.99999999999d", "%(é)5.2s!", "%l"]:
        file.lines.append("pieces\t" + show(spec) + "\t" + pieces(spec))
    import _string
    markups = ["", "abc", "{", "}", "{}", "a{}b{{c}}{0}", "{0[}", "{0]}", "{!x}", "{!}", "{!rr}", "{!r}", "{0.}", "{a.b[c]!r:>{w}}", "{:{}}", "{:{", "{0", "{0!r", "{0!", "{0:", "{0:}", "{{}", "{}}", "{a{b}",
               "{a[{]}", "{a[}:!]}", "é{日!é:ü}", "}}{{", "{0:a}b", "x{"]
    for markup in markups:
        file.case("markup", lambda m: [x for part in _string.formatter_parser(m) for x in part], markup)
    for name in ["", "0", "12", "a", "a.b", "a[0]", "a[x].y[12]", "0.", "0[]", "a[b", "a[b]c", "\u0663", "a[\u0664]", "9999999999999999999", "a[99999999999999999999]", ".a", "[3]", "a..b", "-1", "a[-1]"]:
        file.case("name", lambda n: flatten(_string.formatter_field_name_split(n)), name)
    file.write()


def flatten(split):
    first, steps = split
    return [first, *(x for step in steps for x in step)]


def pieces(spec):
    """Only whether the string parses: with `*` or without."""
    for argument in ({"a": 1, "a(b)c": 1, "é": "x"}, (1, 1, 1), (1, 1), (1,), ()):
        try:
            spec % argument
            return "ok"
        except ValueError as error:
            return "!ValueError: " + str(error)
        except TypeError:
            continue
    return "TypeError"


HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace"]


def codecs_():
    import codecs

    file = File("codecs.txt")

    def decode(data, encoding, errors):
        try:
            return data.decode(encoding, errors)
        except UnicodeDecodeError as error:
            return f"{error.start} {error.end} {error.reason}"
        except TypeError:
            return "TypeError"

    def encode(text, encoding, errors):
        try:
            return text.encode(encoding, errors)
        except UnicodeEncodeError as error:
            return f"{error.start} {error.end} {error.reason}"
        except TypeError:
            return "TypeError"

    fragments = [b"a", b"\x80", b"\xc3\xa9", b"\xc3", b"\xe2\x82\xac", b"\xe2\x82", b"\xe0\x80", b"\xed\xa0\x80", b"\xed\xa0", b"\xf0\x9f\x98\x80", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xf4\x90", b"\xff",
                 b"\xc0\xaf", b"\x00", b"\x3d\xd8", b"\x00\xde", b"\xd8\x3d", b"\xde\x00", b"\x41\x00", b"\x00\x00", b"\x11\x00", b"\xf8\x88", b"\xed", b"\xe1\x80"]
    for _ in range(250):
        data = b"".join(rng.choice(fragments) for _ in range(rng.randrange(1, 6)))
        errors = rng.choice(HANDLERS[:6])
        for encoding in ("utf-8", "ascii", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            file.case("decode", decode, data, encoding, errors)
        file.case("partial", lambda d: codecs.utf_8_decode(d, "replace", False), data)
        file.case("partial16", lambda d: codecs.utf_16_le_decode(d, "replace", False), data)
    sevens = [b"a", b"+", b"-", b"+-", b"+AOk-", b"+IKw", b" ", b"+2D3eAA-", b"+2D0", b"\xe9", b"+AO", b"/", b"+AOkx", b"~", b"+AOk", b"=", b"+AOm-"]
    for _ in range(250):
        data = b"".join(rng.choice(sevens) for _ in range(rng.randrange(1, 5)))
        file.case("decode", decode, data, "utf-7", rng.choice(["strict", "replace"]))
        file.case("encode", encode, "".join(rng.choice(["a", "+", "-", "é", "~", "\\", "\U0001f600", "\ud800", " ", "\n", "\t", "\x01", "/", "€"]) for _ in range(rng.randrange(6))), "utf-7", "strict")
    letters = ["a", "é", "€", "\U0001f600", "\ud800", "\udc80", "\udcff", "\udfff", "ÿ", "Ā"]
    for _ in range(200):
        string = "".join(rng.choice(letters) for _ in range(rng.randrange(1, 6)))
        errors = rng.choice(HANDLERS)
        for encoding in ("utf-8", "ascii", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "unicode_escape", "raw_unicode_escape"):
            file.case("encode", encode, string, encoding, errors)
    parts = [b"a", b"\\", b"\\n", b"\\x4", b"\\x41", b"\\u20ac", b"\\u20a", b"\\U0001f600", b"\\U0011ffff", b"\\101", b"\\8", b"\\q", b"\\\n", b"\\N{BULLET}", b"\\N{X", b"\\N{}", b"\\N", b"\\7", b"\xe9", b"\\\\", b"1",
             b"\\N{NO SUCH}", b"\\'", b"\\377"]
    for _ in range(250):
        data = b"".join(rng.choice(parts) for _ in range(rng.randrange(1, 5)))
        errors = rng.choice(HANDLERS[:4])
        file.case("decode", decode, data, "unicode_escape", errors)
        file.case("decode", decode, data, "raw_unicode_escape", errors)
        file.case("escape", lambda d: codecs.escape_decode(d)[0], data)
    file.write()


def binary():
    import binascii

    file = File("binary.txt")
    singles = {"b": [0, -128, 127, 128, -129], "B": [0, 255, 256, -1], "h": [-32768, 32767, 32768], "H": [65535, 65536, -1], "i": [-2**31, 2**31], "I": [2**32 - 1, 2**32, -1],
               "l": [-2**63, 2**63, 2**31], "L": [2**64 - 1, 2**64, -1, 2**32], "q": [-2**63, 2**63], "Q": [2**64 - 1, 2**64, -1], "n": [5, 2**63], "N": [5, -1], "P": [5, 2**64],
               "e": [1.0, 65504.0, 65519.9, 65520.0, 1e-8, 6.1e-5, 5.96e-8, 2.9e-8, -0.0, float("inf"), 1e300, 0.333333], "f": [1.5, 1e39, 3.4028235677973366e38, 1e-46, 0.1], "d": [0.1, -1e300],
               "F": [1 + 2j], "D": [1.5 - 2j], "c": [b"a", b"ab", b""], "s": [b"", b"abc"], "p": [b"abc"], "?": [True, False], "5s": [b"abc", b"abcdefg"], "5p": [b"abc", b"abcdefg"], "0s": [b"x"], "300p": [b"x" * 299]}
    for letter, values in singles.items():
        for value in values:
            for prefix in ("", "<", ">", "=", "!"):
                file.case("pack", lambda f, v: struct.pack(f, v), prefix + letter, value)
    for fmt in ["", "b", "bi", "ib", "bhilq", "xxi", "b3xi", "2h3s", "i0q", "ci0l", "@bd", "=bd", "<bhq", ">e f d", "2b 3h", "nNP", "<n", "3", "y", "99999999999999999999i", "9223372036854775807q", "F", "bD", "5p", "0i", "?h", "b0d", "<F"]:
        file.case("calcsize", struct.calcsize, fmt)
        try:
            size = struct.calcsize(fmt)
        except struct.error:
            continue
        for _ in range(2):
            data = rng.randbytes(size)
            values = struct.unpack(fmt, data)
            if any(isinstance(v, (float, complex)) and v != v for v in values):
                continue
            file.case("unpack", lambda f, d: struct.unpack(f, d), fmt, data)
    for n in [*range(0, 12), 30, 45, 46, 57]:
        data = rng.randbytes(n)
        file.case("base64", lambda d: binascii.b2a_base64(d, newline=False), data)
        file.case("unbase64", lambda t, s: binascii.a2b_base64(t, strict_mode=bool(s)), binascii.b2a_base64(data), 0)
        file.case("uu", lambda d, b: binascii.b2a_uu(d, backtick=bool(b)), data, n & 1)
        if n <= 45:
            file.case("unuu", binascii.a2b_uu, binascii.b2a_uu(data))
        file.case("crc32", binascii.crc32, data, n * 77)
        file.case("hqx", binascii.crc_hqx, data, n * 77)
        file.case("adler", zlib.adler32, data, 1)
        for group in (1, -1, 2, -2, 3, -5):
            file.case("hex", lambda d, g: d.hex(":", g).encode(), data, group)
    file.case("adler", zlib.adler32, b"\xff" * 20000, 1)
    for text in [b"YQ==", b"YQ", b"YQ=", b"Y", b"YWI=", b"YWI", b"YWJj", b"Y W\nJ*j", b"=YQ==", b"YQ==YQ==", b"Y=Q=", b"YQ===", b"====", b"YWJjZ", b"YWJj=", b"YWJj==", b"YWJj\n", b"YQ==\n", b"Y=", b"YW=I=", b"", b"YQ==x", b"YQ=x=", b"YWI=x", b"YWI==", b"YQ==YWI=", b"YQ= =", b"Y=Q==", b"Y===", b"YWI=YWI=", b"YWJjY===", b"YWJj=YQ=="]:
        for strict in (0, 1):
            file.case("unbase64", lambda t, s: binascii.a2b_base64(t, strict_mode=bool(s)), text, strict)
    for text in [b"", b" ", b"#86)C\n", b"#86)C  \n", b"#86)C!!\n", b"#86", b"\x80", b"#8\x80)C", b"!``\n"]:
        file.case("unuu", binascii.a2b_uu, text)
    for text in [b"", b"4142", b"414", b"4g", b"AbCd", b"41 42"]:
        file.case("unhex", binascii.unhexlify, text)
    for text in ["", " 41 42 ", "4 1", "414", "4g", "41é", "é", "41\n42\t", "4"]:
        file.case("fromhex", bytes.fromhex, text)
    for text in [b"a=3Db", b"a=\nb", b"a=\r\nb", b"=", b"==41", b"=4", b"=zz", b"a_b", b"a=20\n", b"=ff=FF"]:
        for header in (0, 1):
            file.case("unqp", lambda t, h: binascii.a2b_qp(t, header=bool(h)), text, header)
    letters = [b"a", b" ", b"\t", b"\n", b"\r\n", b"=", b"_", b".", b"\xe9", b"x" * 30, b"\x00", b"~", b"\x7f"]
    for _ in range(150):
        data = b"".join(rng.choice(letters) for _ in range(rng.randrange(1, 9)))
        for q, t, h in ((0, 1, 0), (1, 1, 0), (0, 0, 0), (0, 1, 1)):
            file.case("qp", lambda d, q, t, h: binascii.b2a_qp(d, bool(q), bool(t), bool(h)), data, q, t, h)
    file.write()


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for write in (unicode, strings, format_, codecs_, binary):
        if not wanted or write.__name__ in wanted:
            write()
