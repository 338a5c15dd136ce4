"""The source line in errors of the tokenizer and of the parser."""
for s in ["x = 'abc\ny=2", "x = '''abc\ny=2", "x = 5\\", "x = 5\\\n", "x = 5 \\ y\nz", "x = 0777\ny", "x = 1_\ny", "x = 1__0\ny","x = 5a\ny", "x = $\ny", "x = (\ny", "x = )\ny", "x = (]\ny", "\tx=1\n        y=2\n", "if 1:\nx\n", "if 1:\n  x\n y\n", "x = 'a' b\nz", "f'{a b}'\nx", "f'{a'\nx", "x = é$\ny", "0b12\nx", "0xg\nx", "x = \u200b1\ny", "1.e\nx", "'''a\nb\nc", "x = 'abc", "f'abc\nx","f'{x!}'\ny", "x\\\\\ny", "a = (1 +\\"]:
    try: compile(s,'f','exec')
    except SyntaxError as e: print(repr(s), e.msg, e.lineno, e.offset, repr(e.text), e.end_lineno, e.end_offset)
