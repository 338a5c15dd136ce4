# difflib: ratios, opcodes, diffs in all formats, close matches.
import difflib as d

a, b = "one\ntwo\nthree\nfour\n".splitlines(True), "ore\ntree\nthree\nfour\nemu\n".splitlines(True)
matcher = d.SequenceMatcher(None, "qabxcd", "abycdf")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""matcher.ratio(), matcher.quick_ratio(), matcher.real_quick_ratio(), matcher.get_opcodes(), matcher.get_matching_blocks(), matcher.find_longest_match(), matcher.find_longest_match(1, 3, 2, 5), list(matcher.get_grouped_opcodes(1))
d.SequenceMatcher(None, "", "").ratio(), d.SequenceMatcher(lambda c: c == " ", " abcd", "abcd abcd").find_longest_match(0, 5, 0, 9), d.SequenceMatcher(None, [1, 2], [2, 1]).ratio(), d.SequenceMatcher(None, "a" * 300, "a" * 300 + "b").ratio(), d.SequenceMatcher(None, "a" * 300, "a" * 300 + "b", autojunk=False).ratio()
sorted(d.SequenceMatcher(None, "ab" * 150, "ab" * 150).bpopular), d.SequenceMatcher(lambda c: c in "ab", "abc", "abc").bjunk == {"a", "b"}
(lambda m: (m.set_seq1("abc"), m.ratio(), m.set_seq2("abd"), m.ratio(), m.set_seqs("x", "x"), m.ratio()))(d.SequenceMatcher())
list(d.ndiff(a, b))
list(d.unified_diff(a, b, "before", "after", "2001", "2002")), list(d.unified_diff(a, a)), list(d.unified_diff(["a"], ["b"], lineterm="")), list(d.unified_diff(a, b, n=0))
list(d.context_diff(a, b, "before", "after")), list(d.context_diff([], ["x\n"]))
list(d.restore(d.ndiff(a, b), 1)) == a, list(d.restore(d.ndiff(a, b), 2)) == b
list(d.restore([], 3))
d.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]), d.get_close_matches("x", ["a"]), d.get_close_matches("appel", ["ape", "apple"], n=1), d.get_close_matches("appel", ["ape"], cutoff=0.9)
d.get_close_matches("a", ["b"], n=0)
d.get_close_matches("a", ["b"], cutoff=2)
list(d.diff_bytes(d.unified_diff, [b"a\xff"], [b"b"], b"f", b"g", lineterm=b""))
list(d.unified_diff([b"a"], [b"b"]))
list(d.Differ().compare(["abcdef\n"], ["abXdef\n"])), list(d.Differ(charjunk=d.IS_CHARACTER_JUNK).compare(["a b\n"], ["a  b\n"])), d.IS_LINE_JUNK("  # \n"), d.IS_CHARACTER_JUNK("\t")
list(d.ndiff(["\tab\n", "\tcd\n"], ["\tac\n", "cd\n"])), list(d.ndiff(["x"], []))
list(d._mdiff(a, b))[:3], d.Match(1, 2, 3), d.Match(1, 2, 3).size
len(d.HtmlDiff(wrapcolumn=20).make_table(a, b, "f", "g", context=True, numlines=1)), "diff_chg" in d.HtmlDiff().make_file(a, b)""".splitlines():
    attempt(text)
