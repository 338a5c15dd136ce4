# The tokens of CPython's tokenizer.
import _tokenize

SOURCES = [
    "x = f'{a:}{b!r:>{w}}{{z}}' # c\nif 1:\n    # k\n  # j\n\n    y = \"\"\"a\nb\"\"\" + 1abc\n    (1,\n  # in\n 2)\nz = t'{x=}' \\\n  + $ ? !\n",
    "f'''\n{\nx}\n'''\n0777 1_0 1e5j\n",
    "pass", "# foo", "   ", "if x:\n  y", "",
    "a\r\nif x: # k\r\n  b\r\n\r\n\"\"\"x\r\ny\"\"\"\r\n",
    'é = "ü" + x', "if a:\n if b:\n  c\n d\ne\n", "\tx = (", "x = (\n", "if x:\n    a\n  b\n", "x = 0b2", "0xg",
    "'abc", "x\n\"\"\"abc\nd\n",
]
for source in SOURCES:
    print(repr(source))
    lines = iter(source.splitlines(True))
    try:
        for token in _tokenize.TokenizerIter(lines.__next__, extra_tokens=True):
            print("  ", token)
    except SyntaxError as error:
        print("  ", type(error).__name__, error.msg, error.lineno, error.offset)
encoded = iter([b"x = '\xc3\xa4'\n"])
print(list(_tokenize.TokenizerIter(encoded.__next__, encoding="utf-8", extra_tokens=True)))
for bad in (lambda: 1, lambda: None):
    try:
        list(_tokenize.TokenizerIter(bad, extra_tokens=True))
    except TypeError as error:
        print(error)
