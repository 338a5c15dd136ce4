# How codecs meet what they cannot convert: each handler, handlers of programs, and what these may return.
import codecs


def double(error):
    return error.object[error.start : error.end] * 2 if isinstance(error, UnicodeDecodeError) is False else "<%s>" % error.object[error.start : error.end].hex(), error.end


def behind(error):
    return "?", error.end - len(error.object)


def raw(error):
    return b"\x00", error.end


def skip(error):
    return "", error.end + 1


def wrong(error):
    return 5


def outside(error):
    return "x", 100


for function in (double, behind, raw, skip, wrong, outside):
    codecs.register_error("test." + function.__name__, function)
for codec in ("ascii", "latin-1", "cp1252", "utf-8", "utf-16-le", "utf-7", "charmap"):
    for handler in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "test.double", "test.raw", "test.wrong", "test.outside", "missing"):
        row = [codec, handler]
        for text in ("a\u20acb", "\ud800x"):
            try:
                row.append(text.encode(codec, handler))
            except Exception as error:
                row.append(f"{type(error).__name__}: {error}"[:90])
        print(*row)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""b"a\xffb\xfe".decode("ascii", "replace"), b"a\xffb".decode("ascii", "ignore"), b"a\xff".decode("ascii", "backslashreplace"), b"a\xff".decode("ascii", "surrogateescape")
b"a\xff".decode("ascii")
b"a\xff".decode("ascii", "xmlcharrefreplace")
b"a\xff".decode("ascii", "namereplace")
b"a\xff".decode("ascii", "test.double")
b"a\xffb".decode("ascii", "test.skip")
b"a\xff".decode("ascii", "test.raw")
b"a\xff".decode("ascii", "test.wrong")
b"a\xff".decode("ascii", "test.outside")
b"a\xff".decode("ascii", "nope")
b"\xe2\x82".decode("utf-8", "replace"), b"\xe2\x82\xe2\x82\xac".decode("utf-8", "replace"), b"\xf0\x90\x80".decode("utf-8", "replace"), b"\xc0\x80".decode("utf-8", "backslashreplace")
b"\xed\xa0\x80".decode("utf-8")
ascii(b"\xed\xa0\x80".decode("utf-8", "surrogatepass")), ascii(b"\xed\xa0\x80".decode("utf-8", "replace"))
b"\xf4\x90\x80\x80".decode("utf-8")
b"a\x00\x00\xd8".decode("utf-16-le")
b"a".decode("utf-16-le")
b"\x00\xd8a\x00".decode("utf-16-le", "replace")
b"\x00\x00\x11\x00".decode("utf-32-le")
b"+A".decode("utf-7")
b"+AGE-b+-".decode("utf-7"), "a+\u20ac".encode("utf-7")
b"\\x4".decode("unicode_escape")
b"\\u20ac\\N{BULLET}".decode("unicode_escape")
b"\\ud".decode("unicode_escape", "replace")
"\u20ac".encode("raw_unicode_escape"), "\U0001f600\n".encode("unicode_escape")
b"\x81".decode("cp1252")
codecs.lookup_error("strict")(ValueError("x"))
codecs.lookup_error("strict")(5)
codecs.lookup_error("ignore")(UnicodeEncodeError("a", "bc", 0, 1, "r")), codecs.lookup_error("replace")(UnicodeTranslateError("abc", 1, 3, "r"))
codecs.lookup_error("nope")
codecs.register_error("x", 5)
"a".encode("nope")
b"a".decode("hex")
codecs.decode(b"6162", "hex"), codecs.encode("abc", "rot13"), codecs.encode(b"abc", "base64"), codecs.decode(b"YWJj\n", "base64")
codecs.decode(b"zz", "hex")
"a".encode("hex")
codecs.lookup("UTF8").name, codecs.lookup("Latin_1").name, codecs.lookup("utf-8-sig").name, codecs.lookup("u8").name
"\ufeffa".encode("utf-8-sig"), b"\xef\xbb\xbfa".decode("utf-8-sig"), b"\xef\xbb\xbfa".decode("utf-8") == "\ufeffa"
"ab".encode("utf-16").hex(), "a".encode("utf-32").hex(), b"\xfe\xff\x00a".decode("utf-16"), b"".decode("utf-16")
"b\xfccher.example".encode("idna"), b"xn--bcher-kva.example".decode("idna"), "b\xfccher".encode("punycode")
codecs.escape_decode(rb"\x41\n")[0], codecs.escape_encode(b"a\n\xff'")
codecs.utf_8_decode(b"a\xe2\x82"), codecs.utf_8_decode(b"a\xe2\x82", "strict", False), codecs.ascii_encode("ab"), codecs.charmap_encode("ab", "strict", {97: b"x", 98: 121})
codecs.charmap_decode(b"ab", "strict", {97: "x", 98: 0x20ac}), codecs.charmap_decode(b"ab", "replace", {97: None})
codecs.charmap_encode("c", "strict", {97: 300})
codecs.charmap_decode(b"a", "strict", "x")""".splitlines():
    attempt(text)
