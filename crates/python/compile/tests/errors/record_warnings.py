"""Records the SyntaxWarnings of CPython 3.14: python3.14 record_warnings.py warnings.txt

As record.py; a line `warning: LINE MESSAGE` for each, in order.
"""
import json, sys, warnings

def outcome(source):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "<string>", "exec", dont_inherit=True)
    return [f"warning: {w.lineno} {w.message}" for w in caught]

path = sys.argv[1]
blocks = []
for line in open(path, encoding="utf-8"):
    if line.startswith("source: "):
        blocks.append("\n".join([line.rstrip("\n"), *outcome(json.loads(line.removeprefix("source: ")))]))
with open(path, "w", encoding="utf-8") as f:
    f.write("\n\n".join(blocks) + "\n")
