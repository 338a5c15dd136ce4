# Subclasses of str: attributes, results of methods, overridden special methods.
class S(str):
    def __new__(cls, value, extra=None):
        self = super().__new__(cls, value)
        self.extra = extra
        return self


s = S("héllo", 7)
print(s, repr(s), len(s), s.extra, type(s).__name__, isinstance(s, str), s == "héllo", "héllo" == s, hash(s) == hash("héllo"))
for result in (s.upper(), s + "x", "x" + s, s * 1, s[:], s[1], s.strip(), s.replace("z", "y"), str(s), format(s), s.center(2), "".join([s]), s.ljust(9)):
    print(repr(result), type(result).__name__)
print({s: 1}["héllo"], s in {"héllo"}, s in ["x", "héllo"], "él" in s, list(s), s.split("l"), [*reversed(s)])
print(sorted([S("b"), "a", S("c")]), max(S("b"), "a"), S("a") < S("b"), S("a") <= "a")


class T(str):
    def __str__(self):
        return "str!"

    def __repr__(self):
        return "repr!"

    def __len__(self):
        return 99

    def __add__(self, other):
        return "added"

    def __radd__(self, other):
        return "radded"

    def __eq__(self, other):
        return "eq"

    __hash__ = str.__hash__

    def __getitem__(self, key):
        return ("item", key)

    def __mod__(self, other):
        return ("mod", other)

    def __format__(self, spec):
        return "format:" + spec

    def __contains__(self, item):
        return item == "anything"


t = T("text")
print(str(t), repr(t), len(t), t + "x", "x" + t, t == "text", t[0], t % 3, f"{t}", f"{t:>9}", "anything" in t, "t" in t, "%s" % t, "{}".format(t))
print("-".join([t, t]), t.upper(), str.__len__(t), str.__str__(t), t.__getnewargs__())


class R:
    def __radd__(self, other):
        return ("radd", other)

    def __rmul__(self, other):
        return ("rmul", other)

    def __rmod__(self, other):
        return ("rmod", other)

    def __lt__(self, other):
        return ("lt", other)


print("a" + R(), "a" * R(), "a" > R())
print(str(b"abc", "ascii"), str(b"\xc3\xa9", "utf-8"), str(), str(object=12), str(b"\xff", errors="replace"), str(b"x"), str(None))
for bad in (lambda: str(1, "utf-8"), lambda: str("a", "utf-8"), lambda: str(1, 2, 3, 4), lambda: str(x=1), lambda: S(), lambda: str(b"a", 1),
            lambda: str.upper(1), lambda: str.__add__("a", 1), lambda: "a".upper(1), lambda: "a".join(), lambda: "a".find(), lambda: "a".split(x=1)):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
