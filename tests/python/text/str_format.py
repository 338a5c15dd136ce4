# str.format, format_map and format().
print("{} {}".format(1, 2), "{1} {0}".format(1, 2), "{a} {b}".format(a=1, b="x"), "{{}} {}".format(3), "{0}{0}".format("ab"))
print("{0.real} {0.imag}".format(3), "{0[1]} {1[k]}".format([1, 2], {"k": "v"}), "{a[0][1]}".format(a=["xy"]), "{[0]}".format("q"))
print("{!r} {!s} {!a}".format("é", "é", "é"), "{0!r:>6}".format("a"), "{:{w}.{p}}".format("abcdef", w=8, p=3), "{:{}}|".format("x", 5))
print("{:>5}|{:<5}|{:^5}|{:*^5}|{:日>4}".format("a", "b", "c", "d", "e"), "{:.2}".format("abc"), "{:5.1}|".format("日本"))
print("{a}".format_map({"a": 5}), "{a.b}".format_map({"a": type("X", (), {"b": 1})}))


class Default(dict):
    def __missing__(self, key):
        return "<" + key + ">"


print("{x} {y[0]}".format_map(Default()), "{x}".format_map(Default(x=3)))


class F:
    def __format__(self, spec):
        return "F(" + spec + ")"

    def __getattr__(self, name):
        return "attr " + name

    def __getitem__(self, key):
        return ("item", key)


print("{}|{:abc}|{:{}}|{.foo}|{[a b]}|{[-1]}|{[7]}".format(F(), F(), F(), "in", F(), F(), F(), F()), format(F(), "z"))
print(format("abc"), format("abc", "5") + "|", format("abc", ">5"), format("abc", "s"), format("abc", "05"), format("é", "^3"))
print("{:s}".format("x"), "{:}".format("x"), "{0:}{1:}".format(1, "x"), "".format(), "}}{{".format())
for bad in (lambda: "{}".format(), lambda: "{a}".format(), lambda: "{0}{}".format(1), lambda: "{}{0}".format(1), lambda: "{!x}".format(1),
            lambda: "{".format(), lambda: "}".format(), lambda: "{0".format(1), lambda: "{0!".format(1), lambda: "{0!r".format(1), lambda: "{0!rx}".format(1),
            lambda: "{:{:{}}}".format(1, 2, 3), lambda: "{a.}".format(a=1), lambda: "{a[}".format(a=1), lambda: "{a[0]x}".format(a=[1]), lambda: "{0[}".format(1),
            lambda: "{}".format_map({}), lambda: "{a}".format_map({}), lambda: "{:=5}".format("a"), lambda: "{:+}".format("a"), lambda: "{:,}".format("a"),
            lambda: "{:#}".format("a"), lambda: "{: }".format("a"), lambda: "{:z}".format("a"), lambda: "{:d}".format("a"), lambda: "{:10x}".format("a"),
            lambda: "{a[b]}".format(a=[1]), lambda: "{0[5]}".format([1]), lambda: "abc".__format__(1), lambda: "{999999999999999999999}".format(1),
            lambda: "{:99999999999999999999}".format("a"), lambda: "{ }".format(1), lambda: "{:.}".format("a")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
