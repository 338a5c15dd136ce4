# shlex: splitting, quoting, joining, and the lexer's options.
import io
import shlex


def tokens(text, **options):
    lexer = shlex.shlex(text, **options)
    return list(lexer)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""shlex.split("a 'b c' \"d e\" f\\ g"), shlex.split("a # b", comments=True), shlex.split("a#b # c", comments=True), shlex.split("''"), shlex.split("a''b"), shlex.split('"a\\"b\\$\\n"'), shlex.split("'a\\'"), shlex.split("a\\\nb")
shlex.split("'a")
shlex.split("a\\")
shlex.split('"')
shlex.split(None)
shlex.split("a \\' b", posix=False), shlex.split("'a b' \"c\"", posix=False), shlex.split("a 'b c'd", posix=False)
shlex.quote(""), shlex.quote("abc"), shlex.quote("a b"), shlex.quote("it's"), shlex.quote("$x"), shlex.quote("a@%+=:,./-_"), shlex.quote("\u00e9"), shlex.join(["a", "b c", "d'e", ""])
shlex.quote(5)
tokens("a && b || c; d>e"), tokens("a && b || c; d>e", punctuation_chars=True), tokens("~/a*b?", punctuation_chars=True), tokens("a(b)c", punctuation_chars="()")
tokens("x = 'a b' # c\n y+1"), tokens("x = 'a b' # c\n y", posix=True), tokens("a.b-c"), tokens("1.5e3")
shlex.shlex("a b").get_token(), repr(shlex.shlex("").get_token()), shlex.shlex("", posix=True).get_token()""".splitlines():
    attempt(text)
lexer = shlex.shlex(io.StringIO("one two\nthree"), "name")
lexer.push_token("zero")
print(lexer.get_token(), lexer.get_token(), lexer.lineno, lexer.get_token(), lexer.lineno, lexer.get_token(), lexer.lineno, lexer.error_leader())
lexer = shlex.shlex("a.b/c 'q'")
lexer.wordchars += "./"
lexer.quotes = "|"
print(list(lexer))
lexer = shlex.shlex("a,b;c", posix=True)
lexer.whitespace = ",;"
lexer.whitespace_split = True
print(list(lexer))
