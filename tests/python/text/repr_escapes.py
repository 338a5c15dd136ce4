# repr, ascii and escapes of strings and bytes.
for text in ("", "a", "it's", 'say "x"', "both ' and \"", "\\", "\n\r\t", "\x00\x1f\x7f", "\x80\xa0\xad", "é", "\u0378", "\u200b\u2028", "日本", "\ue000", "\U0001f600", "\U000e0001", "\U0010ffff", "\ud800"):
    print("%a" % text, repr(text).encode("ascii", "backslashreplace"), "%a" % text, "{!a}".format(text), f"{text!a}")
for data in (b"", b"a", b"it's", b'say "x"', b"both ' and \"", b"\\", b"\n\r\t\x0b", bytes(range(120, 140)), b"\xff"):
    print(repr(data), str(data), f"{data}", bytearray(data))
