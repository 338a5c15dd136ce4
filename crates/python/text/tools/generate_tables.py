"""Writes src/unicode/tables.rs from what CPython 3.14 knows of Unicode 16.0 (the `unicodedata` module and methods of `str`).

Crates with Unicode data follow Unicode's latest version; the language's library says 16.0.0, so the tables come from it.
"""

import os
import sys
import unicodedata

assert sys.version_info[:2] == (3, 14) and unicodedata.unidata_version == "16.0.0"
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "unicode", "tables.rs")
COUNT = 0x110000
FLAGS = ["ALPHA", "DECIMAL", "DIGIT", "NUMERIC", "LOWER", "UPPER", "TITLE", "SPACE", "PRINTABLE", "ID_START", "ID_CONTINUE",
         "CASED", "CASE_IGNORABLE", "SPECIAL_CASING", "MIRRORED"]
FLAG = {name: 1 << i for i, name in enumerate(FLAGS)}
SIGMA = "\u03a3"


def flags(c):
    category = unicodedata.category(c)
    after = (c + SIGMA).lower().endswith("\u03c2")
    facts = {
        "ALPHA": c.isalpha(), "DECIMAL": c.isdecimal(), "DIGIT": c.isdigit(), "NUMERIC": c.isnumeric(),
        "LOWER": c.islower(), "UPPER": c.isupper(), "TITLE": category == "Lt", "SPACE": c.isspace(),
        "PRINTABLE": c.isprintable(), "ID_START": c.isidentifier(), "ID_CONTINUE": ("a" + c).isidentifier(),
        # A cased letter keeps the next one small in a title; one that is skipped before a final sigma is ignorable.
        "CASED": (c + "a").title().endswith("a"),
        "CASE_IGNORABLE": ("A" + c + SIGMA).lower().endswith("\u03c2") and not after,
        "MIRRORED": bool(unicodedata.mirrored(c)),
    }
    return sum(FLAG[name] for name, holds in facts.items() if holds)


def two_stages(ids, shift=7):
    """Blocks of 2**shift entries, each different block once."""
    blocks, index, data = {}, [], []
    for start in range(0, COUNT, 1 << shift):
        block = tuple(ids[start:start + (1 << shift)])
        if block not in blocks:
            blocks[block] = len(blocks)
            data.extend(block)
        index.append(blocks[block])
    return index, data


def rows(values, width=200):
    return "".join("    " + " ".join(f"{v}," for v in values[i:i + width]) + "\n" for i in range(0, len(values), width))


def main():
    categories, bidis, widths = [], [""], []
    kinds, kind_ids, records, record_ids = {}, [], {}, []
    special, numeric, decomposition, pairs = [], [], [], []
    for code in range(COUNT):
        c = chr(code)
        f = flags(c)
        lower, upper, title, fold = c.lower(), c.upper(), c.title(), c.casefold()
        deltas = (0, 0, 0)
        if max(map(len, (lower, upper, title, fold))) > 1 or fold != lower:
            f |= FLAG["SPECIAL_CASING"]
            special.append((code, lower, upper, title, fold))
        else:
            deltas = tuple(ord(x) - code for x in (lower, upper, title))
        kind = (f, *deltas, unicodedata.decimal(c, -1), unicodedata.digit(c, -1))
        kind_ids.append(kinds.setdefault(kind, len(kinds)))
        if c.isnumeric():
            numeric.append((code, unicodedata.numeric(c)))
        facts = []
        for table, value in ((categories, unicodedata.category(c)), (bidis, unicodedata.bidirectional(c)),
                             (widths, unicodedata.east_asian_width(c))):
            if value not in table:
                table.append(value)
            facts.append(table.index(value))
        facts.insert(1, unicodedata.combining(c))
        record_ids.append(records.setdefault(tuple(facts), len(records)))
        mapping = unicodedata.decomposition(c)
        if mapping and not 0xAC00 <= code <= 0xD7A3:
            decomposition.append((code, mapping))
            points = mapping.split()
            if len(points) == 2 and not mapping.startswith("<"):
                whole = "".join(chr(int(p, 16)) for p in points)
                if unicodedata.normalize("NFC", whole) == c:
                    pairs.append((int(points[0], 16), int(points[1], 16), code))
    assert len(records) < 65536 and len(kinds) < 65536
    out = ["//! Unicode 16.0 as CPython 3.14 has it. Written by `tools/generate_tables.py`; not to be edited.\n\n",
           "use super::{Facts, Kind, SpecialCasing};\n\n"]
    for i, name in enumerate(FLAGS):
        out.append(f"pub const {name}: u16 = 1 << {i};\n")

    def table(name, kind, values):
        out.append(f"\npub static {name}: [{kind}; {len(values)}] = [\n{rows(values)}];\n")

    def stages(name, ids):
        index, data = two_stages(ids)
        table(f"{name}_INDEX", "u8" if max(index) < 256 else "u16", index)
        table(f"{name}_DATA", "u8" if max(data) < 256 else "u16", data)

    stages("KIND", kind_ids)
    table("KINDS", "Kind", [f"Kind({', '.join(map(str, k))})" for k in kinds])
    stages("FACTS", record_ids)
    table("FACTS", "Facts", [f"Facts({', '.join(map(str, r))})" for r in records])
    for name, values in (("CATEGORIES", categories), ("BIDIRECTIONAL", bidis), ("WIDTHS", widths)):
        table(name, "&str", [f'"{v}"' for v in values])

    def points(text):
        return "&[" + ", ".join(hex(ord(c)) for c in text) + "]"

    table("SPECIAL_CASING_RULES", "SpecialCasing",
          [f"SpecialCasing({code:#x}, {', '.join(map(points, rest))})" for code, *rest in special])
    table("NUMERIC_VALUES", "(u32, f64)", [f"({code:#x}, {value!r})" for code, value in numeric])
    tags = [""] + sorted({m.split()[0] for _, m in decomposition if m.startswith("<")})
    keys, starts, data = [], [], []
    for code, mapping in decomposition:
        parts = mapping.split()
        tag = parts.pop(0) if mapping.startswith("<") else ""
        keys.append(f"({code:#x}, {tags.index(tag)}, {len(data)})")
        data.extend(f"0x{p.lower()}" for p in parts)
    table("DECOMPOSITION_TAGS", "&str", [f'"{t}"' for t in tags])
    keys.append(f"(0x110000, 0, {len(data)})")
    table("DECOMPOSITIONS", "(u32, u8, u16)", keys)
    table("DECOMPOSITION_DATA", "u32", data)
    table("COMPOSITIONS", "(u32, u32, u32)", [f"({a:#x}, {b:#x}, {c:#x})" for a, b, c in sorted(pairs)])
    with open(OUT, "w", encoding="ascii") as file:
        file.writelines(out)


main()
