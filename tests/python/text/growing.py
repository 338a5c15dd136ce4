# Strings that grow by concatenation share a buffer; nobody may see that.


def grown(part, count, start=""):
    text = start
    for _ in range(count):
        text += part
    return text


# Of all sizes around those at which a buffer is taken, and is full.
for count in (0, 1, 63, 64, 65, 127, 128, 129, 130, 191, 192, 193, 300, 1000):
    text = grown("ab", count)
    assert text == "ab" * count and len(text) == 2 * count and hash(text) == hash("ab" * count), count
    assert text.isascii() and text.encode() == b"ab" * count
print("sizes")

# Two strings grow out of one: the second must not write over the first.
stem = grown("x", 500)
left, right, third = stem + "left", stem + "right", stem + "!"
print(left[-6:], right[-6:], third[-3:], stem[-2:], len(stem), len(left), len(right))
left += "1"
right += "2"
left += "3"
print(left[-7:], right[-8:], stem == "x" * 500)

# All that there ever were stay what they are.
kept, text = [], ""
for i in range(400):
    text += chr(97 + i % 26)
    kept.append(text)
alphabet = "abcdefghijklmnopqrstuvwxyz" * 20
print(all(kept[i] == alphabet[: i + 1] for i in range(400)), len(set(kept)))
print(kept[200][190:], kept[399][-5:], kept[300].find("xyz", 290), kept[250].upper()[-4:])

# Beyond ASCII: characters and bytes differ.
text = grown("ä€𐍈x", 200)
print(len(text), len(text.encode()), text[399], text[400:404], text[-1], text.isascii(), text == "ä€𐍈x" * 200)
longer = text + "y"
print([longer[i] for i in (0, 1, 2, 3, 400, 401, 402, 403, 799, 800)], text.index("x", 500), longer.rindex("y"))
for i in range(0, 800, 7):
    assert text[i] == longer[i] == "ä€𐍈x"[i % 4]
mixed = grown("a", 300) + "é"
mixed += "b"
print(mixed[299:], mixed.isascii(), mixed.encode("latin-1")[299:])
print(ascii(grown("\ud800", 200)[-2:] + "\udc00"))

# As what strings are used for.
text = grown("key", 100)
table = {text: 1}
print(table["key" * 100], grown("key", 100) in table, text in {"key" * 100})
print(text.split("y")[:3], text.replace("key", "k")[:5], text.partition("yk")[0], text[::-50], text * 2 == "key" * 200)
print("%s|%.5s" % (text, text) == "key" * 100 + "|keyke", f"{text:.4}", f"{text!r:.5}", "{:>305}".format(text)[:8])
print(text < text + "a", text + "" is text, "" + text is text, sorted([text + "b", text + "a", text])[0] is text)
print(type(text + "x"), id(text) == id(text), [c for c in text[:4]], max(text), len(list(text)))


class Text(str):
    pass


own = Text(text)
own += "z"
print(type(own), own[-2:], type(Text(own)), Text(own) == own)

import sys

print(sys.intern(grown("name", 50)) is sys.intern("name" * 50))


class Namespace:
    pass


space = Namespace()
setattr(space, grown("attr", 50), 5)
print(getattr(space, "attr" * 50), getattr(space, grown("attr", 50)), list(vars(space)) == ["attr" * 50])



def named(namename=0, **rest):
    return namename, rest


print(named(**{grown("name", 2): 1, grown("rest", 50): 2}) == (1, {"rest" * 50: 2}))
exec("def long(%s): return %s" % ("name" * 50, "name" * 50))
print(long(**{grown("name", 50): 3}))

# Both operands are the same string, or share a buffer.
text = grown("ab", 100)
text += text
text += text[:50]
text += text
print(len(text), text == "ab" * 450)
