# tokenize, symtable and ast: names of tokens, scopes of symbols, literals.
import ast
import io
import keyword
import symtable
import token
import tokenize

source = "def f(a, *b, c=1):\n    global g\n    x = [i for i in a]\n    def inner():\n        nonlocal x\n        return x + h\n    class K:\n        y = x\n    return lambda z: (z, c)\n"
table = symtable.symtable(source, "f.py", "exec")
f = table.lookup("f").get_namespace()


def tokens(text):
    return [(token.tok_name[t.exact_type], t.string) for t in tokenize.generate_tokens(io.StringIO(text).readline)]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""table.get_type(), table.get_name(), table.get_identifiers(), table.has_children(), table.is_optimized(), table.get_lineno(), f.get_name(), f.get_parameters(), sorted(f.get_locals()), f.get_globals(), sorted(f.get_nonlocals()), f.get_frees(), f.is_nested()
[(s.get_name(), s.is_parameter(), s.is_local(), s.is_global(), s.is_free(), s.is_assigned(), s.is_referenced(), s.is_declared_global()) for s in sorted(f.get_symbols(), key=lambda s: s.get_name())]
[(s.get_name(), s.is_free(), s.is_nonlocal(), s.is_global()) for s in sorted(f.lookup("inner").get_namespace().get_symbols(), key=lambda s: s.get_name())], f.lookup("a").is_parameter(), table.lookup("f").is_namespace(), table.lookup("f").get_namespace().get_name()
f.lookup("nope")
symtable.symtable("x = = 1", "f", "exec")
symtable.symtable("x", "f", "nope")
symtable.symtable("type A[T] = T", "f", "exec").get_children()[0].get_type(), symtable.symtable("class C:\n def m(self): self.x = 1", "f", "exec").get_children()[0].get_symbols()[0].get_name()
tokens("x = 1 + 0x_f # c\nif a:\n\tb\n"), tokens("f'a{x!r:>{w}}b'"), tokens("a@=b->c:=...\n"), tokens("'''m\nn'''\n"), tokens("(\n1,\n)"), tokens("t'{x}'")
tokens("'abc")
tokens("(1")
tokens("  a\n b\n")
tokenize.untokenize(tokenize.generate_tokens(io.StringIO("x  =  (1,\n   2)\n").readline)), tokenize.untokenize([(1, "a"), (54, "="), (2, "1")]), [t.type for t in tokenize.tokenize(io.BytesIO(b"x").readline)], tokenize.detect_encoding(io.BytesIO(b"# coding: latin-1\n").readline), tokenize.detect_encoding(io.BytesIO(b"\xef\xbb\xbfx").readline)
tokenize.detect_encoding(io.BytesIO(b"# coding: nope\n").readline)
tokenize.detect_encoding(io.BytesIO(b"\xff\n").readline)
keyword.iskeyword("if"), keyword.iskeyword("match"), keyword.issoftkeyword("match"), len(keyword.kwlist), keyword.softkwlist, token.ISOPERATOR if hasattr(token, "ISOPERATOR") else token.ISEOF(token.ENDMARKER), token.EXACT_TOKEN_TYPES["->"] == token.RARROW
ast.literal_eval("[1, -2, {'a': (None, True)}, b'x', 1+2j, {1}]"), ast.literal_eval(" 1"), ast.literal_eval("set()"), ast.dump(ast.parse("a.b[1:2] = c", mode="exec").body[0]), ast.unparse(ast.parse(source)).splitlines()[2], ast.get_docstring(ast.parse("'doc'")), [type(n).__name__ for n in ast.walk(ast.parse("x+1"))]
ast.literal_eval("f()")
ast.literal_eval("1 + 'a'")
ast.literal_eval("(")
ast.literal_eval("{**a}")""".splitlines():
    attempt(text)
