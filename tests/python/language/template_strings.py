# Template strings (PEP 750): parts, interpolations, nesting, concatenation, matching, and what is refused.
from string.templatelib import Interpolation, Template, convert

name, n = "World", 3.14159


def render(template):
    out = []
    for part in template:
        match part:
            case str(text):
                out.append(text)
            case Interpolation(value, _, conversion, spec):
                out.append(f"[{format(convert(value, conversion), render(spec) if isinstance(spec, Template) else spec)}]")
    return "".join(out)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""t"Hello {name}!", t"", t"{name}", t"a" t"b{1}" t"c", (t"{name}{n}").strings, (t"{name}{n}").values, t"x{ name !r:>10}y".interpolations[0], t"{name=}".strings, t"{n:.{2}f}".interpolations[0].format_spec, t"{{}}".strings
render(t"a {name} b {n:.2f} {name!r} {name:>{10}}"), list(t"a{1}b"), list(t"{1}{2}"), list(t""), [type(p).__name__ for p in t"a{1}{2}b"], render(t"{t'{name}'.values[0]}")
t"{n!s:x}".interpolations[0].conversion, t"{n}".interpolations[0].conversion, t"{1 + 2}".interpolations[0].expression, t"{ 1 + 2 }".interpolations[0].expression, t"{(lambda: 5)()}".values, t"{name:{n}}".interpolations[0].format_spec, rt"\n{1}\d".strings, t'''{
  name
}'''.interpolations[0].expression
t"a{1}" + t"b{2}", (t"a" + t"{1}").strings, Template("a", "b", Interpolation(1, "x")), Template("a", Interpolation(1), Interpolation(2), "z").strings, Template(), Template(Interpolation(5, "e", "r", "s")).interpolations[0]
t"a" + "b"
"b" + t"a"
t"a" == t"a", t"a" is t"a", bool(t""), isinstance(t"", Template), Template.__match_args__ if hasattr(Template, "__match_args__") else None, Interpolation.__match_args__
Interpolation(1, "x", "q")
Interpolation()
Interpolation(1, 2)
Template(5)
Template(a=1)
type("X", (Template,), {})
type("X", (Interpolation,), {})
convert(5, "r"), convert("\u00e9", "a"), convert(5, None), convert(5, "s")
convert(5, "x")
len(t"a")
t"a".upper()
str(t"a{1}"), f"{t'a{1}'}", repr(Interpolation("v", "e", "a", ">5")), __import__("copy").copy(Interpolation(1, "x")).expression
eval("t'{}'")
eval("t'{a'")
eval("t'a' 'b'")
eval("t'a' f'b'")
eval("b't'  t''")
eval("tf''")
eval("t'{name!z}'")
eval("t'{1 2}'")
eval("t'{missing}'")
__import__("pickle").loads(__import__("pickle").dumps(t"a{name}")).values, next(iter(t"{1}")).value""".splitlines():
    attempt(text)
