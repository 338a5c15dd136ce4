"""What a match knows: spans, groups that have not matched, `pos` and `endpos`, for strings and bytes."""
import copy
import pickle
import re

for subject in ["xx-12:ab;", "äö-12:äb;", "\U0001f600-7:\U0001f601;", b"xx-12:ab;", bytearray(b"q-1:z;")]:
    text = r"-(\d+)(?::(?P<name>\w+|\W))?(,)?"
    pattern = re.compile(text if isinstance(subject, str) else text.encode())
    found = pattern.search(subject, 1, 100)
    print(found.group(), found.groups(), found.groups("-"), found.groupdict(), found[0], found["name"])
    print(found.span(), found.span(1), found.span(3), found.start(2), found.end("name"), found.regs)
    print(found.pos, found.endpos, found.lastindex, found.lastgroup, found.string is subject, found.re is pattern)
    print(found.group(1, 2, 3), found.group(0, "name"), repr(found)[:40])
    for wrong in [4, -1, "none", 2**70, 1.5, None]:
        try:
            print(found.group(wrong))
        except (IndexError, TypeError) as error:
            print(type(error).__name__, error)

found = re.match("(a)|(b)", "b")
print(found.groups(), found.span(1), found.lastindex, found.regs, found.expand(r"[\1\2]"), bool(found))
print(copy.copy(found) is found, copy.deepcopy(found) is found, found == found, hash(found) == hash(found))
print(re.match("", "").span(), re.match("", "").groups(), re.match("", "").lastgroup, re.match("()", "").span(1))
print(found == re.match("(a)|(b)", "b"), type(found), isinstance(found, re.Match))
for wrong in [lambda: pickle.dumps(found), lambda: re.Match(), lambda: found.nothing]:
    try:
        print(wrong())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
print([each.span() for each in re.finditer("a*", "baac")], re.sub("(a)|b", lambda m: str(m.groups()), "ab"))


def many(turns):
    pattern, count = re.compile(r"(\w)(\d)?-"), 0
    for turn in range(turns):
        found = pattern.match("a%s-" % ("" if turn % 3 else 7))
        count += found.end() + (found.group(2) is None)
        if pattern.match("--") is not None:
            count += 1000
    return count


print(many(1500))
