# Literals of numbers, strings and bytes as the source writes them, adjacent ones, escapes, warnings, and those that are refused.
import warnings


def show(text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = eval(text)
            print(ascii(text), "->", type(value).__name__, ascii(value), end="")
        except SyntaxError as error:
            print(ascii(text), "|", type(error).__name__, ascii(error.msg), error.offset, end="")
        except (ValueError, TypeError, NameError, IndexError) as error:
            print(ascii(text), "|", type(error).__name__, error, end="")
        print("".join(f" [{w.category.__name__}: {w.message}]" for w in caught))


for text in """0 00 0_0 0xFF_ff 0o17 0b1_01 1_000_000 0_7 07 08 0b2 0o8 0xg 1__0 1_ _1 0x_f 0_x 1e5 1E+5 1e-05 1_0.0_1 1. .5 .5_5 1._5 1e 1e+ 1.5.2
1_e5 1e400 -0.0 5j 1.5e3J 0j 07j 07.5 0e0 00.5 1jj 12abc 1_000j 1in[1] 9999999999999999999999 0xffffffffffffffffffff
1.7976931348623157e308 4.9e-324 2.5e-324 0.1 1e16 123456789012345678 1e22 1e23 0.3 100000000000000000000.0 0B11 0O7 0XaB 1__1.5 1.0_ 1e1_0 1e_1""".split():
    show(text)
for text in (r"'\a\b\f\n\r\t\v\\\'\"'", r"'\0\01\012\0123\377\400'", r"b'\400'", r"'\x41\x4'", r"'\xzz'", r"b'\x4'", r"'\u0041\U00000041'", r"'\u004'", r"'\U00110000'", r"'\N{BULLET}\N{bullet}'", r"'\N{no such}'", r"'\N{'", r"'\N'", r"b'\N{x}\u0041'", r"'\q\d\_'", r"b'\q'", r"r'\n\''", r"rb'\n' Rb'\n' bR'\n'", r"Br'x'", r"ur'x'", r"u'x' U'y'", r"b'\xff' b'a'", r"b'\u00e9'", "'\u00e9'", "'a' \"b\" '''c'''", "('a'\n'b')", "'a\\\nb'", "'''a\n'b''c'''", '"""a"b""c"""', "'a\nb'", "'a", "'''a", '"a\'', "''''''", "'' ''", "f'' 'x' f'{1}'", r"f'\x41{1}\n{{}}'", r"rf'\x41{1}\n'", r"'\ud800'", r"'\ud83d\ude00'", "'\x7f'", r"'\
x'", "'\t'", r"'\8\9'", r"'\08'", "'\N{GREEK SMALL LETTER ALPHA}'", r"'\N{LATIN SMALL LETTER A WITH MACRON AND GRAVE}'", r"'\N{KEYCAP DIGIT ONE}'", "'%s' % 'a' 'b'", "'a' * 3 'b'", "'a'.upper() 'b'"):
    show(text)
for text in ("()", "(),", "(1)", "(1,)", "1,", "[1,]", "{1,}", "{1: 2,}", "[,]", "(,)", "{,}", "{1: 2, 3}", "{1, 2: 3}", "{**{}}", "{*()}", "[*[], *()]", "*[1], 2", "...", "....__class__",  "1 .real", "1.real", "1..real", "1.0.real", "1 .__class__.__name__", "True.real", "not not 1", "- - 1", "~-1", "+-+1", "2**-1", "-2**2", "2**3**2", "1 < 2 < 3 == 3", "1 if 0 else 2 if 0 else 3", "not 1 == 2", "1 is 1", "'a' is 'a'", "() is ()", "1()", "'a'()", "[1][1, 2]", "(1)(2)", "{1}[0]", "1[0]", "'a' 'b'[0]", "[1, 2][True]", "1 2", "a b", "(1", "1)", "[1)", "{'a': }", "{'a' 1}", "`1`", "1 <> 2", "1 ! 2", "$", "a?b", "0_", "print 1", "exec 'x'", "\u0661", "\u00bd", "a\u00b7b if 0 else 5", "\u2460"):
    show(text)
identifier = "\ufb01ne"
exec(f"{identifier} = 1; \u00aa = 2; \U0001d4d0 = 3")
print(fine, a, A, "\ufb01ne" in globals())
