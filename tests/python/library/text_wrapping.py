# textwrap: widths, indents, long words, hyphens, placeholders, dedent.
import textwrap as t

long = "The quick brown fox, jumps over the lazy-dog's  back.\tIt is well-known --- that e-mail@example.com isn't\nwrapped/here."


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""t.wrap(long, 20), t.wrap(long, 10), t.wrap("", 5), t.wrap("   ", 5), t.wrap("a b", 1)
t.fill(long, 30, initial_indent="* ", subsequent_indent="  "), t.fill("abc def", 5)
t.wrap("abcdefghij klm", 4), t.wrap("abcdefghij klm", 4, break_long_words=False), t.wrap("well-known co-operate", 6), t.wrap("well-known co-operate", 6, break_on_hyphens=False), t.wrap("a-b-c-d", 3), t.wrap("--option=value -x", 8)
t.wrap("a  b   c", 80, drop_whitespace=False), t.wrap("a\tb", 80, expand_tabs=False), t.wrap("a\tb", 80, tabsize=4), t.wrap("a\nb", 80, replace_whitespace=False), t.wrap("  lead", 80), t.wrap("x  y ", 2)
t.wrap("Hello there.  How are you?  Fine", 80, fix_sentence_endings=True), t.wrap("a. b! c? d", 80, fix_sentence_endings=True)
t.wrap("one two three four five", 10, max_lines=2), t.wrap("one two three four five", 10, max_lines=2, placeholder="~"), t.wrap("one two", 3, max_lines=1, placeholder="..."), t.wrap("abcdefgh", 5, max_lines=1)
t.wrap("abc", 0)
t.wrap("abc", 2, initial_indent="   ")
t.wrap("abc def", 3, max_lines=1, placeholder="long one")
t.wrap(5)
t.shorten("Hello  world!", 12), t.shorten("Hello world!", 11), t.shorten("Hello world", 10, placeholder="-"), t.shorten("", 5), t.shorten("Hello", 2, placeholder="")
t.shorten("Hello world", 3)
t.dedent("  a\n   b\n  c"), t.dedent("\ta\n  b"), t.dedent("  a\n\n  b\n   \n"), t.dedent(""), t.dedent("a\n  b"), t.dedent("    a\r\n    b"), t.dedent(" \t a\n \tb")
t.dedent(5)
t.indent("a\n\nb\n", "> "), t.indent("a\n\n b", "> ", lambda line: True), t.indent("", "x"), t.indent("a", ""), t.indent("a\r\nb", "-")
t.TextWrapper(width=8).wrap("Sp\u00e4\u00dfe na\u00efve caf\u00e9"), t.TextWrapper(width=4, break_long_words=True).wrap("\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600")""".splitlines():
    attempt(text)
