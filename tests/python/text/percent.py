# % formatting of strings and bytes.
print("%s %r %a" % ("é", "é", "é"), "%d %i %u" % (1, -2, 3), "%5d|%-5d|%05d|%+d|% d" % (42, 42, 42, 42, 42))
print("%x %X %#x %#X %o %#o" % (255, 255, 255, 255, 8, 8), "%08.3d|%.5d" % (7, 42), "%x" % -255, "%#010x" % 255)
print("%s" % (1,), "%s" % [1, 2], "%s %%" % "x", "%%", "100%%" % (), "%c%c%c" % ("a", 98, "é"), "%5c|%-3c|" % ("x", "y"))
print("%(a)s %(b)d" % {"a": 1, "b": 2}, "%(a b)s" % {"a b": 3}, "%(x(y))s" % {"x(y)": 4}, "%(a)s%(a)s" % {"a": "q", "z": 1})
print("%.3s|%8s|%-8s|%.0s|%8.2s|" % ("abcdef", "abc", "abc", "abc", "日本語"), "%*d|%-*d|%.*s|" % (5, 42, 5, 42, 2, "abc"), "%*s|" % (-4, "x"))
print("%d" % 10**30, "%x" % 10**30, "%o" % -10**20, "%d" % True, "%ld %hd %Ld" % (1, 2, 3))


class N:
    def __int__(self):
        return 12

    def __index__(self):
        return 13

    def __str__(self):
        return "N!"


print("%d %x %s %c" % (N(), N(), N(), 13 + 65), "%d" % N())
print("%s" % {"a": 1}, "x" % {}, "x" % [], "%(a)s" % {"a": (1, 2)}, "%s and %s" % ((1, 2), {}))
print(b"%s %b %d %c%c %a %r" % (b"x", bytearray(b"y"), 3, 65, b"B", "é", b"z"), b"%5s|%-5s|%.1s" % (b"a", b"b", b"cd"), b"%x %#o" % (255, 8), b"%%" % ())
print(b"%(k)s" % {b"k": b"v"}, bytearray(b"%d") % 7, b"%s" % memoryview(b"mv"), b"%d" % True)


class B:
    def __bytes__(self):
        return b"B!"


print(b"%s|%b" % (B(), B()))
for bad in (lambda: "%d" % "a", lambda: "%x" % 1.5, lambda: "%x" % "a", lambda: "%c" % "ab", lambda: "%c" % -1, lambda: "%c" % 0x110000, lambda: "%c" % 1.5,
            lambda: "%s" % (1, 2), lambda: "%s %s" % 1, lambda: "%s" % (), lambda: "%*d" % ("a", 1), lambda: "%(a)s" % 1, lambda: "%(a)s" % {}, lambda: "%q" % 1,
            lambda: "%" % 1, lambda: "%(a" % {}, lambda: "a" % 1, lambda: "%d" % None, lambda: "%i" % object(), lambda: "%y %s" % (1, 2), lambda: "é%!" % 1,
            lambda: b"%d" % "a", lambda: b"%s" % "a", lambda: b"%b" % 1, lambda: b"%c" % 256, lambda: b"%c" % "a", lambda: b"%c" % b"ab", lambda: b"%x" % 1.5,
            lambda: b"%q" % 1, lambda: b"%(a)s" % {"a": 1}, lambda: b"%s %s" % (b"a",), lambda: b"a" % 1, lambda: "%.99999999999d" % 1):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
