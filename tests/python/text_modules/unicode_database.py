# Every code point in both versions of the database, summed up.
import unicodedata


def checksum(value, text):
    for c in text:
        value = (value * 31 + ord(c)) % 2305843009213693951
    return value


def facts(database, c):
    return (f"{database.category(c)}{database.bidirectional(c)}{database.combining(c)}{database.mirrored(c)}"
            f"{database.east_asian_width(c)}{database.decomposition(c)}{database.decimal(c, '-')}"
            f"{database.digit(c, '-')}{database.numeric(c, '-')}")


for database in (unicodedata, unicodedata.ucd_3_2_0):
    print(database.unidata_version)
    total = 0
    for block in range(0, 0x30000, 0x1000):
        for code in range(block, block + 0x1000, 7):
            total = checksum(total, facts(database, chr(code)))
        print(hex(block), total)

for form in ("NFC", "NFD", "NFKC", "NFKD"):
    total = 0
    for code in range(0, 0x30000, 11):
        c = chr(code) + "\u0301"
        total = checksum(total, unicodedata.normalize(form, c))
        total = checksum(total, unicodedata.ucd_3_2_0.normalize(form, chr(code)))
        total += unicodedata.is_normalized(form, c)
    print(form, total)

for code in list(range(0, 0x3000, 17)) + [0x1f600, 0xac01, 0x4e00, 0x323af, 0x10ffff, 0xd800, 0xe000]:
    name = unicodedata.name(chr(code), None)
    if name:
        assert unicodedata.lookup(name) == unicodedata.lookup(name.lower()) == chr(code)
        print(hex(code), name, unicodedata.ucd_3_2_0.name(chr(code), "-"))

for text in ("category('ab')", "category(1)", "name(chr(0))", "name(chr(0), None)", "decimal('a')", "digit('a')", "numeric('a')",
             "lookup('xx')", "normalize('x', 'a')", "is_normalized('x', 'a')", "ucd_3_2_0.name(chr(0x1f600))", "mirrored('(')",
             "lookup(1)", "decimal('1', 1, 2)", "decimal('ab')", "normalize(1, 'a')", "name('ab')"):
    try:
        print(text, ascii(eval("unicodedata." + text)))
    except (TypeError, ValueError, KeyError) as error:
        print(text, type(error).__name__, error)
