# Prefixes, escapes, implicit joining, f-strings nested in each other, debugging forms, formats of formats.
name, width, value = "world", 10, 3.14159
print(f"{name!r:>{width}}|{value:.{2}f}|{value:{width}.{1 + 1}}|{name=}|{value = :.1f}|{1 + 1 = !s}")
print(f"{f'{f'{name}'}'}", f"{'a' 'b'}", f'{ {"k": 1}["k"] }', f"{(lambda x: x * 2)(4)}", f"{name:^{len(name) + 4}}", f"{{literal}} {{{name}}}")
print(f"""multi
line {name
      .upper()} end""", f"{'\n'.join(['a', 'b'])}", rf"\d{name}\n", f"{name!a}{'\u00e9'!a}", f"{value:e}" f"{10:#x}" "plain")
print("\x41\u0042\N{LATIN SMALL LETTER C}\103\t|", r"\n", b"\x00\xff\n\'", rb"\x", "a" "b" 'c', """it's "quoted" """, "line \
joined", '\\ \' \"', len("\U0001F40D"), ascii("\u20ac\ud800"))
print(f"{3:{'>'}{5}}", f"{'x':*<5}{'y':->5}{'z':=^5}", f"{1234567.891:,.2f} {1234567:_} {0.5:%} {255:08b} {255:+} {-0.0:z.1f} {5: } {12345:n}")
print("%s %r %5d|%-5d|%05.1f %x %o %e %c %% %(k)s" % {"k": 1} if False else "%s %r %5d|%-5d|%05.1f %x %o %e %c %%" % ("s", "r", 42, 42, 3.14159, 255, 8, 12345.678, "c"))
print("%(a)s-%(b)03d" % {"a": "x", "b": 7}, "%*d" % (5, 42), "%.3s" % "abcdef", "%s" % (None,), "%a" % "\u00e9", b"%s %d %b" % (b"x", 5, b"y"))
print("{} {1}".format(1) if False else "{} {}".format(1, "a"), "{0[k]} {1.real} {2!r:>5}".format({"k": "v"}, 3j, "s"), "{:{}}".format("x", 5), "{a:{b}}".format(a=1, b=">3"), "{:%Y}".format(__import__("datetime").date(2026, 1, 1)), "{0}{0}".format("ab"), "{!s}".format(1))
for attempt in ("{} {0}", "{", "}", "{a}", "{0.x}", "{!z}", "{:d}"):
    try:
        print(attempt.format("text"))
    except (ValueError, KeyError, AttributeError, IndexError) as error:
        print(type(error).__name__, error)
for template, arguments in [("%d", "x"), ("%s %s", (1,)), ("%s", (1, 2)), ("%z", 1), ("%(a)s", 1), ("%c", 2**30), ("%", 1), ("%x", 1.5)]:
    try:
        print(template % arguments)
    except (TypeError, ValueError, OverflowError, KeyError) as error:
        print(type(error).__name__, error)
for value, spec in [(1.5, "d"), ("x", "5d"), ("x", "=5"), (1, ".2d"), (1, ",_"), (True, ""), (None, "5"), ([], "x"), (1j, "%"), (3, "c"), (2.5, "q")]:
    try:
        print(format(value, spec))
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
template = t"hello {name!r:>{width}} and {value:.1f}"
print(template.strings, [(i.value, i.expression, i.conversion, i.format_spec) for i in template.interpolations], template.values, type(template + t"x").__name__)
