# Encodings and error handlers.
TEXTS = ["", "abc", "é", "日本", "😀", "a\ud800b", "\udc80\udcff", "mixed é日😀\ud834x"]
ENCODINGS = ["utf-8", "UTF8", "ascii", "us-ascii", "latin-1", "ISO-8859-1", "utf-16", "utf-16-le", "utf_16_be", "utf-32", "utf-32-le", "utf-32-be", "utf-7",
             "unicode_escape", "raw-unicode-escape"]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass"]


def attempt(what):
    try:
        return what()
    except UnicodeError as error:
        return type(error).__name__, error.encoding, error.start, error.end, error.reason
    except Exception as error:
        return type(error).__name__, str(error)


for text in TEXTS:
    for encoding in ENCODINGS:
        print([hex(ord(c)) for c in text], encoding)
        for handler in HANDLERS:
            print("   ", handler, attempt(lambda: text.encode(encoding, handler)))

BYTES = [b"", b"abc", b"\xff", b"a\xe2\x82", b"\xe2\x82\xac!", b"\xed\xa0\x80x", b"\xc0\x80", b"\xf5\x80\x80\x80", b"a\x80\xffb", b"\x00\xd8", b"\xff\xfea\x00", b"\xfe\xff\x00a",
         b"\x00\xd8\x00\xdc", b"\x00\x00\x11\x00", b"\xff\xfe\x00\x00a\x00\x00\x00", b"+AOk-", b"\\x41\\u65e5\\N{BULLET}\\x4"]
for data in BYTES:
    for encoding in ENCODINGS:
        print(data, encoding)
        for handler in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"):
            result = attempt(lambda: data.decode(encoding, handler))
            print("   ", handler, result if isinstance(result, tuple) else [hex(ord(c)) for c in result])

for bad in (lambda: "a".encode("foo"), lambda: b"a".decode("foo"), lambda: "é".encode("ascii", "foo"), lambda: b"\xff".decode("ascii", "foo"), lambda: "a".encode("ascii", "foo"),
            lambda: "a".encode(1), lambda: "a".encode("ascii", 1), lambda: b"a".decode(1), lambda: "a".encode("a\0b"), lambda: b"\xff".decode("ascii", "namereplace"),
            lambda: b"\xff".decode("ascii", "xmlcharrefreplace"), lambda: "a".encode(encoding="utf-8", errors="strict"), lambda: b"a".decode(errors="ignore")):
    print(attempt(bad))
