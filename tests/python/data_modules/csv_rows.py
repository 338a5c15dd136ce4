"""Reading and writing rows: quoting, escapes, line ends, and what cannot be."""
import csv
import io


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__module__, type(error).__name__, error)


def written(*row, **options):
    file = io.StringIO()
    count = csv.writer(file, **options).writerow(row)
    return count, file.getvalue()


QUOTINGS = [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE, csv.QUOTE_STRINGS, csv.QUOTE_NOTNULL]
for quoting in QUOTINGS:
    for row in [""], [None], ["", None], ["a", 'b"', "1", 2, None, "x,\n"], [1.5, " a"], []:
        attempt(lambda: written(*row, quoting=quoting, escapechar="\\"))
    line = "1,,\"\",2,'3'\r\n"
    attempt(lambda: list(csv.reader([line], quoting=quoting, quotechar="'")))
attempt(lambda: written("a,", quoting=csv.QUOTE_NONE))
attempt(lambda: written('a"b', doublequote=False, escapechar="!"))
attempt(lambda: written("", "b", delimiter=" ", skipinitialspace=True))
attempt(lambda: csv.writer(io.StringIO()).writerow(3))
attempt(lambda: csv.writer(3))

lines = ["a,b\n", '"two\n', 'lines",x\n', "\n", '"say ""hi""", "sp"\n', "é,😀"]
reader = csv.reader(lines)
for row in reader:
    print(reader.line_num, row)
attempt(lambda: list(csv.reader(['"a"b'])))
attempt(lambda: list(csv.reader(['"a"b'], strict=True)))
attempt(lambda: list(csv.reader(["a\rb"])))
attempt(lambda: list(csv.reader(['"a'], strict=True)))
attempt(lambda: list(csv.reader(['"a'])))
attempt(lambda: list(csv.reader([b"a"])))
attempt(lambda: list(csv.reader(["a\\\nb,c\n"], escapechar="\\")))
attempt(lambda: list(csv.reader(["a, b"], skipinitialspace=True)))
old = csv.field_size_limit(3)
attempt(lambda: list(csv.reader(["abcd"])))
print(old, csv.field_size_limit(old))
print(list(csv.DictReader(["x,y", "1,2", "3", "4,5,6"])))
file = io.StringIO()
writer = csv.DictWriter(file, ["x", "y"])
writer.writeheader()
writer.writerows([{"x": 1}, {"x": 2, "y": "a b"}])
print(repr(file.getvalue()))
print(csv.Sniffer().sniff("a;b\n1;2\n").delimiter)
