# Methods of str and bytes: searching, splitting, cases, predicates, translation, encodings.
text = "  The quick, brown\tfox  \n"
print(text.strip(), text.split(), text.split(","), text.partition(","), text.rpartition("zz"), text.lstrip(" T"), text.rstrip(), repr(text.expandtabs(4)), text.splitlines(True))
print("a,b,,c".split(","), "a,b,c".rsplit(",", 1), " a  b ".split(None, 1), "".split(), "".split(","), "a\x0bb\x1cc\u2028d\r\ne".splitlines(), "abc".join("XYZ"), ",".join([]))
print("hello".find("l"), "hello".rfind("l"), "hello".find("l", 3, 4), "hello".index("lo"), "hello".count("l"), "aaa".count("aa"), "".count(""), "abc".count(""), "hello".startswith(("he", "x")), "hello".endswith("lo", 3), "hello".replace("l", "L", 1), "abc".replace("", "-"))
print("stra\u00dfe".upper(), "\u0130I\u0131".lower(), "\u01c5".swapcase(), "hello world's".title(), "hELLO".capitalize(), "stra\u00dfe".casefold() == "STRASSE".casefold(), "\u03a3\u0391\u03a3".lower(), "\ufb01".upper(), "\u1f80".title())
print("abc".isalpha(), "\u00b2".isdigit(), "\u00b2".isdecimal(), "\u2167".isnumeric(), "a1".isalnum(), " \t".isspace(), "Title Case".istitle(), "abc".isidentifier(), "1a".isidentifier(), "\u00e9".isascii(), "a\n".isprintable(), "ABC1".isupper(), "".islower())
print("x".center(5, "*"), "x".ljust(3) + "|", "x".rjust(3), "-42".zfill(6), "prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "abc".translate({97: "A", 98: None, 99: 0x43}), "abc".translate(str.maketrans("ab", "xy", "c")), "{x}".format_map({"x": 1}))
print("\u00e9".encode(), "\u00e9".encode("latin-1"), "\u20ac".encode("ascii", "xmlcharrefreplace"), "\u20ac".encode("ascii", "backslashreplace"), "\u20ac".encode("ascii", "namereplace"), "a\u20ac".encode("utf-16-le"), "x".encode("utf-32-be"), b"\xe9".decode("cp1252"), b"\xff\xfea\x00".decode("utf-16"), "\udc80".encode("utf-8", "surrogateescape"), "b\u00fccher".encode("idna"), "\u00fc".encode("punycode"))
for attempt in (lambda: "\u20ac".encode("ascii"), lambda: b"\xff".decode(), lambda: "x".encode("nope"), lambda: "a".index("z"), lambda: "a".join([1]), lambda: "a".split(""), lambda: "a" + 1, lambda: "a".center(3, "ab"), lambda: str(b"x", "ascii", "nope") + str(b"\xff", "ascii", "nope"), lambda: "\ud800".encode(), lambda: chr(-1), lambda: ord("ab"), lambda: "abc".replace("a"), lambda: str.maketrans("a", "bc")):
    try:
        print(attempt())
    except (ValueError, TypeError, LookupError) as error:
        print(type(error).__name__, error)
data = b"Hello, World"
print(data.upper(), data.split(b", "), data.find(b"o"), data[1], data[1:3], data.replace(b"l", b"L"), data.hex(), list(b"ab"), bytes(3), bytes([1, 2]), bytes("h\u00e9", "utf-8"), b"a" + b"b", b"ab" * 2, 104 in b"h", b"%d" % 5, bytes.fromhex("61 62"), data.isalpha(), b"\t a".strip(), b"a\nb".splitlines())
array = bytearray(b"abc")
array[0] = 65
array[1:2] = b"XY"
array.append(33)
array.extend(b"!!")
array += b"?"
print(array, array.pop(), array.find(b"X"), bytes(array), array.decode(), array.insert(0, 0), array, array.reverse(), array.remove(33), len(array), bytearray(2), array == bytes(array))
for attempt in (lambda: bytes([256]), lambda: bytes("x"), lambda: b"a" + "b", lambda: array.append(300), lambda: b"abc".index(b"z"), lambda: bytes(-1), lambda: b"a" in "a", lambda: bytearray(b"x")[5], lambda: bytes.fromhex("6"), lambda: b"".join(["a"])):
    try:
        print(attempt())
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
view = memoryview(array)
print(view[0], view[-1], bytes(view[1:3]), view.nbytes, view.readonly, view.tolist()[:2], view.format, view.shape, memoryview(b"abcd").cast("H").tolist(), view == array, view.toreadonly().readonly)
view[0] = 90
print(array[:1], "\N{SNOWMAN}\u2603" == "\u2603" * 2, "a" < "B", "\U0001F40D"[0] == "\U0001F40D", len("e\u0301"), "\u00e9" == "e\u0301", sorted(["b", "A", "a", "\u00e4"]), "abc"[::-1], max("hello"), "x" "y" in "wxyz", "%s" % "ok", "a\0b".split("\0"))
