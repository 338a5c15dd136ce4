# Trees with their positions, for constructs where parsers differ.
import _ast


def show(node, depth=0):
    pad = "  " * depth
    if isinstance(node, _ast.AST):
        place = [getattr(node, a) for a in node._attributes]
        print(pad + type(node).__name__, *place)
        for field in node._fields:
            value = getattr(node, field)
            if isinstance(value, (_ast.AST, list)):
                print(pad + " ." + field)
                show(value, depth + 1)
            else:
                print(pad + " ." + field, repr(value))
    elif isinstance(node, list):
        for item in node:
            show(item, depth + 1)
    else:
        print(pad + repr(node))


SOURCES = [
    "@dec # why\n\nasync def f(a, /, b: int = 1, *args: x, c, d=2, **kw) -> None: pass",
    "@a(b)\n@c\nclass D[T: int = 3, *Ts, **P](B, metaclass=M): x: int = 1; (y): z",
    "f(x for x in y)\nf((x for x in y), 1)\n(a)(b)",
    "if a: pass\nelif b: pass\nelif c:\n  pass\nelse: d",
    "x = f'a{b!r:>{w}}c' 'd' f'{e=}' u'k'\ny = u'a' 'b'\nz = f'{x:}{ y = !s}'",
    "t = t'{a + 1}{b!r:x}'",
    "a[1:2, ::3] = b[c, *d] = (1,)\ndel (x), [y]\n*z, = q",
    "with (a as b, c): pass\nwith (d): pass\nasync with e as (f, g): pass",
    "match x:\n  case {'a': 1, **r} | C(b, k=_) if y: pass\n  case [1, *_] | (-1 + 2j) as z: pass\n  case a.b | None: pass\n  case _: pass",
    "try: a\nexcept* (B, C) as d: e\nelse: f\nfinally: g",
    "type A[T] = list[T]\nimport a.b as c, d\nfrom . import e\nfrom ..f import (g as h)\nglobal i, j",
    "lambda a, *b: (yield a)\n(x := 1)\nnot a < b <= c is not d\n{**a, 'b': 1}\n{1, *b}\n[i async for i in x if y if z for j in k]",
    "a if b else c\n-1 ** 2\nprint(*a, **b)\nawait x\nx @= 1\nx.y.z\n1_000, 0xff, 1e5, 2j, ..., None, True, b'a' b'b'",
    "ä = 'ü' + ö # Umlaute\n'''a\nb'''",
]
for source in SOURCES:
    print("=====", source)
    show(compile(source, "f", "exec", _ast.PyCF_ONLY_AST))
show(compile("a + b", "f", "eval", _ast.PyCF_ONLY_AST))
show(compile("a\n", "f", "single", _ast.PyCF_ONLY_AST))
show(compile("x = [] # type: list\nfor a in b: # type: int\n  pass # type: ignore[x]\n", "f", "exec", _ast.PyCF_ONLY_AST | _ast.PyCF_TYPE_COMMENTS))
