# Lines of a source may end in several ways; the text of a literal has line feeds all the same.
for source in (
    b"print(ascii('''\r\n'''))",
    b"print(ascii('''\r\r\n'''))\r\n",
    b"# coding: latin-1\rprint(ascii('''a\rb'''))\r",
    "x = 1\r\nif x:\r\n    print('''one\r\ntwo''' == 'one\\ntwo')\r\n",
):
    exec(source)

for source in (
    b"\xef\xbb\xbf#coding:iso-8859-15\nraise RuntimeError\n",
    b"\xef\xbb\xbf#first\n#coding:iso-8859-15\nraise RuntimeError\n",
    b"#!/home/\xa4/bin/python\nraise RuntimeError\n",
    b'#first\n#second\nabc = "\xa4xx"\nraise',
    b"#coding: utf-8\n#second\n#third\xa4\nraise RuntimeError\n",
    b"#coding: utf8\n#second\n#third\xa4\nraise RuntimeError\n",
    b"#coding:ascii \xc3\xa4\nraise",
    b"# coding: foo\n",
    b"# coding: hex_codec\n",
    b"# coding: shift-jis\nprint('\xc4\x85')\n",
):
    try:
        exec(source)
    except SyntaxError as error:
        print(ascii(error.msg), error.lineno, error.offset, ascii(error.text))
exec(memoryview(b"print('from a view')"))
