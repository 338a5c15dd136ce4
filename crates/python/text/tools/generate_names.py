"""Writes src/unicode/names.bin: the names of Unicode 16.0's characters as CPython 3.14 has them.

All numbers are little-endian. u32 counts of words, characters and tokens; each word as a length byte and ASCII; each character as u32: its code point in the
low 21 bits, its number of tokens above; the tokens as u16: indices of words, joined by blanks; and the characters in order of their names, as u16. A
word that ends in `-` has the code point in hexadecimal behind it. Hangul syllables and unified ideographs follow a rule and are left out.
"""

import os
import struct
import sys
import unicodedata
from collections import Counter

assert sys.version_info[:2] == (3, 14) and unicodedata.unidata_version == "16.0.0"
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "unicode", "names.bin")

names = []
for code in range(0x110000):
    name = unicodedata.name(chr(code), "")
    if name and not name.startswith(("HANGUL SYLLABLE ", "CJK UNIFIED IDEOGRAPH-")):
        suffix = f"-{code:X}"
        names.append((code, name, (name[:1 - len(suffix)] if name.endswith(suffix) else name).split(" ")))
counts = Counter(word for *_, words in names for word in words)
words = [word for word, _ in counts.most_common()]
place = {word: i for i, word in enumerate(words)}
assert len(words) < 65536 and len(names) < 65536
with open(OUT, "wb") as file:
    file.write(struct.pack("<3I", len(words), len(names), sum(len(w) for *_, w in names)))
    for word in words:
        file.write(bytes([len(word)]) + word.encode("ascii"))
    for code, _, parts in names:
        file.write(struct.pack("<I", code | len(parts) << 21))
    for *_, parts in names:
        file.write(struct.pack(f"<{len(parts)}H", *(place[p] for p in parts)))
    file.write(struct.pack(f"<{len(names)}H", *sorted(range(len(names)), key=lambda i: names[i][1])))
