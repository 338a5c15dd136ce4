# f-strings: nesting, conversions, specifications, `=`, quotes inside (PEP 701), and what is refused.
import datetime
import decimal

name, width, precision, value = "Ana", 10, 4, 12.34567
nested = {"a": {"b": [1, 2]}}


class Loud:
    def __format__(self, spec):
        return f"<{spec}>"

    def __str__(self):
        return "str"

    def __repr__(self):
        return "rep\u00e9"


loud = Loud()
print(f"{name}{name!r}{name!s}{loud}{loud!s}{loud!r}{loud!a}{loud:x}{loud!s:>5}{loud:{width}}{loud:{'{'}{width}{'}'}}")
print(f"{value:{width}.{precision}}|{value:<{width}}|{value:^{width}.{precision - 2}f}|{value:{'>'}{width}}|{value:0{width}.{precision}e}")
print(f"{name=}|{name = }|{name=!s}|{name=:>5}|{value=:.2f}|{value = !r:>12}|{1 + 1=}|{nested['a']['b'][0] = }|{(lambda x: x)(3)=}|{ name  =  }")
print(f"{nested["a"]["b"]}", f'{"nested " + f'{"deeper " + f"{name}"}'}', f"{'\n'.join(["x", "y"])!r}", f"{"{}"}")
print(f"{{}}{{{name}}}{{{{", f"{'a' if name else 'b'}", f"{name!r:^{width}}", f"{ {1: 2}[1] }", f"{[x for x in 'ab']}", f"{ {x for x in 'a'} }")
print(f"""{
    name  # a comment
    .upper()
    !r
    :>8}|{
value
=}""")
print(f"{(x := 5)}{x}{x:=+5}{x:,}{x!=5}{x==5}{x>=5=}", f"{x:{x}}|{x:>{x}}|{x:{"0"}{x}}")
print(rf"\{name}\n", fr"{'\n'}", F"{name}" "x" f"{1}", f"a" "{not}" f"b", f'{1:{2}{"d"}}')
print(f"{datetime.date(2024, 2, 29):%A %d %B %Y}", f"{datetime.datetime(2024, 1, 1, 12, 30):%H:%M:%S}", f"{decimal.Decimal('1.10'):>8}", f"{1234567:_}|{1234567:,}|{255:#x}|{255:#b}|{-5:+}|{5: }|{5:+}|{0.5:%}|{1e10:g}|{True:d}|{True}|{None}|{'s':>3}|{3+4j:.1f}|{'abc':.2}")
print(f"{'':*^5}", f"{'x':\u00e9<3}", f"{'x'!r:>{3 + 2}}", f"{1:{''}}", f"{'a':}", f"{'{}'.format(3)}", f"{'%d' % 3}", f"{f''}")
print(f"{(lambda x: 1).__name__}", f"{name:{'%'}<5}", f"{...}", f"{*range(3),}", f"{*'ab', *'c'}", f"{1,}", f"{yielded if (yielded := 4) else 5}")


def generator():
    got = f"{(yield 1)}-{yield 2}"
    yield got


g = generator()
print(next(g), g.send("a"), g.send("b"))


async def awaits():
    async def inner():
        return 7

    return f"{await inner()}:{await inner():>3}"


try:
    awaits().send(None)
except StopIteration as stop:
    print(stop.value)
for attempt in (lambda: f"{1:s}", lambda: f"{'a':d}", lambda: f"{[]:x}", lambda: f"{1:{-1}}", lambda: f"{1:{'x' * 3}}", lambda: f"{1:99999999999999999999}", lambda: f"{1.5:d}", lambda: f"{'a':=5}", lambda: f"{'a':,}", lambda: f"{1:.5}", lambda: f"{object():>5}", lambda: f"{1:,_}", lambda: f"{1:,b}", lambda: f"{missing}", lambda: f"{1:c}{65:c}{0x110000:c}", lambda: f"{'a':+}", lambda: f"{None:5}", lambda: f"{1j:%}", lambda: f"{1:#,x}"):
    try:
        print(ascii(attempt()))
    except Exception as error:
        print(type(error).__name__, error)
for text in ("f'{}'", "f'{ }'", "f'{'", "f'}'", "f'{a'", "f'{a!x}'", "f'{a!}'", "f'{a!r s}'", "f'{a b}'", "f'{a:{b}'", "f'{a:{}}'", "f'{!r}'", "f'{=}'", "f'{:x}'", "f'{a = b}'", "f'{lambda x: 1}'", "f'{a[b}'", "f'{(a}'", "f'{a)}'", "f'{*a}'", "f'{**a}'", "f'{a!r:{b!s:{c}}}'", "f'{a! r}'", "f'{a;b}'", "f'{#}'", "f'{a:}}'", "f'{a:b{c}d}'", "f'{class}'", "f'{a.}'", "f'{1 +}'", "f'{\\'", "f'''{\na}'''", "f'{\na}'", "f'{a\n}'", "f'{a:\n}'", "f'a' = 1", "f'{x' '}'", "f'{x}' '{'", "f'{yield}'", "f\"{'\"'}\"", "b f'{x}'", "fb''", "f'{a:{b:{c:{d}}}}'"):
    try:
        compile(text, "<text>", "eval")
        print(repr(text), "compiles")
    except SyntaxError as error:
        print(repr(text), "|", error.msg, error.offset)
