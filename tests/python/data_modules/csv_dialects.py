"""Dialects: which options go together, and the registry."""
import _csv
import csv
import pickle


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


for options in (
    {"delimiter": ""},
    {"delimiter": None},
    {"escapechar": "aa"},
    {"escapechar": 3},
    {"quotechar": 3},
    {"quoting": 9},
    {"quoting": "9"},
    {"quoting": True},
    {"lineterminator": 4},
    {"quotechar": None, "quoting": 0},
    {"quotechar": ","},
    {"quotechar": " ", "skipinitialspace": True},
    {"quotechar": "\r"},
    {"quotechar": "r", "lineterminator": "r"},
    {"bogus": 1},
):
    attempt(lambda: _csv.Dialect(**options))
print(_csv.Dialect(quotechar=None).quoting)


class Semicolons(csv.excel):
    delimiter = ";"
    lineterminator = "\n"


csv.register_dialect("semicolons", Semicolons, quotechar="'")
dialect = csv.get_dialect("semicolons")
print(dialect.delimiter, dialect.quotechar, repr(dialect.lineterminator), dialect.strict, dialect.escapechar)
print(csv.reader([], dialect).dialect is dialect, sorted(csv.list_dialects()))
print(next(csv.reader(["'a;b';c"], "semicolons")), next(csv.reader(["a|b"], dialect, delimiter="|")))
csv.unregister_dialect("semicolons")
attempt(lambda: csv.get_dialect("semicolons"))
attempt(lambda: csv.unregister_dialect("semicolons"))
attempt(lambda: csv.register_dialect(3))
attempt(lambda: pickle.dumps(dialect))
attempt(lambda: type(csv.reader([]))())
