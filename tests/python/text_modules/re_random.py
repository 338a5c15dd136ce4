# Random patterns on random subjects: every method's result, summed up by a checksum for each hundred patterns.
import re
import sys

state = 20260101


def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return (state >> 33) % n


ATOMS = ["a", "b", "c", "ab", ".", r"\w", r"\d", r"\s", r"\b", r"\B", "^", "$", r"\A", r"\Z", "[ab]", "[^a]", "[a-c1]",
         "\\n", "x", "1", "é", "[é-ü]", "[^é]", "K", "ſ", "[α-ω]", r"\W", r"\S", r"\D", "(?:)", "ß"]
REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}?", "{2,}", "*+", "++", "?+", "{1,2}+"]


def pattern(depth, groups):
    kind = rnd(13) if depth else rnd(2)
    if kind <= 2:
        return ATOMS[rnd(len(ATOMS))]
    if kind <= 4:
        return pattern(depth - 1, groups) + pattern(depth - 1, groups)
    if kind == 5:
        return "(?:%s|%s)" % (pattern(depth - 1, groups), pattern(depth - 1, groups))
    if kind == 6:
        inner = pattern(depth - 1, groups)
        groups[0] += 1
        return "(%s)" % inner
    if kind <= 8:
        return "(?:%s)%s" % (pattern(depth - 1, groups), REPEATS[rnd(len(REPEATS))])
    if kind == 9:
        return ATOMS[rnd(9)] + REPEATS[rnd(len(REPEATS))]
    if kind == 10:
        return ["(?=%s)", "(?!%s)", "(?<=%s)", "(?<!%s)", "(?>%s)"][rnd(5)] % pattern(depth - 1, groups)
    if kind == 11 and groups[0]:
        return "\\%d" % (rnd(groups[0]) + 1)
    if kind == 12 and groups[0]:
        return "(?(%d)%s|%s)" % (rnd(groups[0]) + 1, pattern(depth - 1, groups), pattern(depth - 1, groups))
    return ATOMS[rnd(len(ATOMS))]


ALPHABET = "aabbcc1 \nxéüKkſsα"


def subject():
    alphabet = ALPHABET if rnd(3) else ALPHABET[:10]
    return "".join(alphabet[rnd(len(alphabet))] for _ in range(rnd(14)))


def results(p, s):
    yield [(m.span(), m.regs, m.lastindex) for m in p.finditer(s)]
    for found in (p.match(s), p.fullmatch(s), p.search(s, 1, 7)):
        yield found and (found.regs, found.groups(), found.lastindex)
    yield p.findall(s)
    yield p.split(s, 3)
    yield p.subn(s[:0] + s[:1], s, 4)


def checksum(value, text):
    for c in text:
        value = (value * 1000003 ^ ord(c)) & 0xFFFFFFFFFFFFFFFF
    return value


ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 150
SHOW = len(sys.argv) > 2
total, used, invalid = 0, 0, 0
for number in range(ROUNDS):
    groups = [0]
    text = pattern(4, groups)
    flags = [0, re.I, re.M, re.S, re.A, re.I | re.A, re.I | re.M][rnd(7)]
    subjects = [subject() for _ in range(4)]
    try:
        p = re.compile(text, flags)
    except re.error as error:
        invalid += 1
        total = checksum(total, str(error))
        if SHOW:
            print(number, ascii(text), error)
        continue
    used += 1
    for s in subjects:
        for index, result in enumerate(results(p, s)):
            total = checksum(total, ascii(result))
            if SHOW:
                print(number, ascii(text), int(flags), ascii(s), index, ascii(result))
    try:
        b = re.compile(text.encode("latin-1"), flags & ~re.U)
    except (re.error, UnicodeEncodeError):
        pass
    else:
        for s in subjects:
            for result in results(b, s.encode("latin-1", "replace")):
                total = checksum(total, ascii(result))
    if number % 100 == 99:
        print(number + 1, used, invalid, hex(total))
print(used, invalid, hex(total))
