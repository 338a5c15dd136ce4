# textwrap, string templates and formatters, difflib, pprint, reprlib, shlex.
import difflib
import pprint
import reprlib
import shlex
import string
import textwrap

paragraph = "The quick brown fox jumps over the lazy dog, and then the dog, which had been asleep, wakes up-and-runs away."
print(textwrap.fill(paragraph, 40, initial_indent="* ", subsequent_indent="  "))
print(textwrap.shorten(paragraph, 30), textwrap.wrap("aaaaaaaaaa bb", 4), repr(textwrap.dedent("    a\n      b\n    c\n")), repr(textwrap.indent("a\n\nb", "> ")))
template = string.Template("$who likes ${what}, $$5")
print(template.substitute(who="tim", what="kung pao"), template.safe_substitute(who="x"), template.get_identifiers())
for attempt in (lambda: template.substitute(who="x"), lambda: string.Template("$1").substitute()):
    try:
        attempt()
    except (KeyError, ValueError) as error:
        print(type(error).__name__, error)
print(string.Formatter().format("{0!r:>6} {name.real}", "a", name=3), string.capwords("many  small words"), string.ascii_letters[:3], string.punctuation)
before, after = "one two three four".split(), "one 2 three five four".split()
print("\n".join(difflib.unified_diff(before, after, "old", "new", lineterm="")))
print("\n".join(difflib.ndiff(["ore\n", "tree\n"], ["ore\n", "free\n"])), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), round(difflib.SequenceMatcher(None, "abcd", "bcde").ratio(), 3))
nested = {"numbers": list(range(30)), "text": "word " * 20, "inner": {"a": (1,), "b": {3}, "c": frozenset("x")}}
pprint.pprint(nested, width=60)
pprint.pprint(nested, depth=1, compact=True)
print(pprint.pformat([["x"] * 5] * 3, width=20), pprint.isreadable({1: [2]}))
print(reprlib.repr(list(range(100))), reprlib.repr("x" * 100), reprlib.repr({n: n for n in range(10)}), reprlib.Repr(maxlist=2).repr([1, 2, 3]))


class Looping:
    def __init__(self):
        self.items = [self]

    @reprlib.recursive_repr("<...>")
    def __repr__(self):
        return f"Looping({self.items!r})"


print(Looping(), shlex.split("a 'b c' \"d e\" f\\ g # not", comments=True), shlex.quote("it's"), shlex.join(["a b", "c"]))
try:
    shlex.split("'open")
except ValueError as error:
    print(error)
