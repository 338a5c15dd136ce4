"""Writes src/unicode/ucd_3_2_0_tables.rs: where Unicode 3.2.0 differs from the version of the other tables. Run with CPython 3.14:

    python3.14 tools/generate_ucd_3_2_0.py > src/unicode/ucd_3_2_0_tables.rs
"""

import unicodedata

OLD = unicodedata.ucd_3_2_0


def facts(database, c):
    return (
        database.category(c),
        database.bidirectional(c),
        database.east_asian_width(c),
        database.mirrored(c),
        database.decimal(c, -1),
        database.numeric(c, None),
        database.decomposition(c),
    )


def ranges(wanted):
    """Maximal ranges of code points with the same value that is not None."""
    found = []
    for code in range(0x110000):
        value = wanted(chr(code))
        if found and found[-1][1] == code - 1 and found[-1][2] == value:
            found[-1][1] = code
        else:
            found.append([code, code, value])
    return [entry for entry in found if entry[2] is not None]


def change(c):
    if OLD.category(c) == "Cn":
        return None
    old, new = facts(OLD, c), facts(unicodedata, c)
    return None if old == new else old


print("//! Unicode 3.2.0 as CPython 3.14 has it. Written by `tools/generate_ucd_3_2_0.py`; not to be edited.")
print()
print("use super::ucd_3_2_0::Change;")
print()
assigned = ranges(lambda c: True if OLD.category(c) != "Cn" else None)
print(f"pub static ASSIGNED: [(u32, u32); {len(assigned)}] = [")
for first, last, _ in assigned:
    print(f"    (0x{first:x}, 0x{last:x}),")
print("];")
print()
changes = ranges(change)
print(f"pub static CHANGES: [Change; {len(changes)}] = [")
for first, last, (category, bidirectional, width, mirrored, decimal, numeric, decomposition) in changes:
    numeric = "None" if numeric is None else f"Some({numeric!r})"
    mirrored = "true" if mirrored else "false"
    print(f"    Change {{ first: 0x{first:x}, last: 0x{last:x}, category: \"{category}\", bidirectional: \"{bidirectional}\","
          f" width: \"{width}\", mirrored: {mirrored}, decimal: {decimal}, numeric: {numeric},"
          f" decomposition: \"{decomposition}\" }},")
print("];")
