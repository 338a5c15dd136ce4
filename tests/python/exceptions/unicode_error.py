# The Unicode errors: attributes and texts.
def attempt(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, e)


text = "bcd\u1234\xe9\U0001f600"
attempt(lambda: UnicodeDecodeError(1, 2))
attempt(lambda: UnicodeDecodeError("a", "b", 1, 2, "c"))
attempt(lambda: UnicodeDecodeError("a", b"b", 1, 2, 3))
attempt(lambda: UnicodeDecodeError("a", b"bcd", 1, 2, "c"))
attempt(lambda: UnicodeDecodeError("a", b"bcd", 1, 3, "c"))
for start, end in [(3, 4), (4, 5), (5, 6), (0, 6), (5, 66)]:
    attempt(lambda: UnicodeEncodeError("a", text, start, end, "c"))
    attempt(lambda: UnicodeTranslateError(text, start, end, "c"))
attempt(lambda: UnicodeTranslateError(text, 2, "a", "c"))
e = UnicodeTranslateError("abc", -5, 100, "c")
print(e.start, e.end, e.args, repr(e))
e.start = 7
e.reason = 3
print(e.start, e.reason, e)
e.object = b""
attempt(lambda: str(e))
e = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
print(e.encoding, e.object, e.start, e.end, e.reason, isinstance(e, ValueError))
