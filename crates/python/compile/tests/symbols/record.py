"""Records the symbol tables of CPython 3.14: python3.14 record.py FILE...

What follows `=== expected` is replaced. A line per scope, then one per symbol: name, scope, definition and use bits (symtable.h). Left out are
hidden names, and annotation scopes without names.
"""
import sys, _symtable

KINDS = ["function", "class", "module", "annotation", "type alias", "type parameters", "type variable"]
SCOPES = {1: "local", 2: "global", 3: "implicit-global", 4: "free", 5: "cell"}
BITS = {1: "global", 2: "local", 4: "param", 8: "nonlocal", 16: "use", 128: "import", 256: "annot", 512: "comp-iter", 1024: "type-param"}

def dump(e, depth=0):
    pad = "  " * depth
    print(pad + KINDS[e.type], e.name.strip("<>") if e.type != 5 else e.name.split()[-1].strip("<>"), file=out)
    for name, flags in sorted(e.symbols.items()):
        if name.startswith(".") or name in ("__classdict__", "__conditional_annotations__"):
            continue
        own = flags & 0xfff & ~2048 & ~64
        if own == 0:
            continue
        bits = " ".join(word for bit, word in BITS.items() if own & bit)
        print(f"{pad}  - {name} {SCOPES.get(flags >> 12 & 15, '?')}: {bits}", file=out)
    for c in e.children:
        if c.type != 3 or any(not (name.startswith(".") or name == "__classdict__") for name in c.symbols):
            dump(c, depth + 1)

for path in sys.argv[1:]:
    source = open(path, encoding="utf-8").read().split("=== expected\n")[0]
    with open(path, "w", encoding="utf-8") as out:
        out.write(source + "=== expected\n")
        dump(_symtable.symtable(source, path, "exec"))
