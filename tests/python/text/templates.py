# Template strings (PEP 750).
name, n = "World", 42
t = t"Hello {name}! {n:>5} {n!r} {name!s:^9} {n=}"
print(t)
print(t.strings, t.values, len(t.interpolations))
for part in t:
    print(repr(part) if isinstance(part, str) else (part.value, part.expression, part.conversion, part.format_spec))
print(t"", t"".strings, t"x".strings, t"{n}".strings, list(t""), list(t"{n}{n}"))
print((t"a{n}" + t"b{n}c").strings, (t"a" + t"b").strings)
kind = type(t)
part = type(t.interpolations[0])
print(kind.__name__, kind.__module__, part.__name__, part.__module__)
print(kind("a", "b", part(1, "x", "r", ">3"), part(2), "c"), kind(), kind(part(1)).strings)
i = part(5, "five")
print(i, i.value, i.expression, i.conversion, i.format_spec, part(1, conversion="a", format_spec="x"), i.__reduce__()[1])
for bad in (lambda: kind(1), lambda: kind(a=1), lambda: part(), lambda: part(1, 2), lambda: part(1, "x", "q"), lambda: part(1, "x", 5), lambda: t"a" + "b", lambda: part(1, "x", None, 3)):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
