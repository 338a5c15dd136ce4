# Formats of documents and tables on disk: shelve and dbm.dumb, marshal, tomllib and configparser at their corners.
import configparser
import dbm.dumb
import marshal
import os
import shelve
import shutil
import tempfile
import tomllib

root = tempfile.mkdtemp()
where = os.path.join(root, "data")


def ini(text, **options):
    parser = configparser.ConfigParser(**options)
    parser.read_string(text)
    return {s: dict(parser[s]) for s in parser.sections()}


def load(text):
    return tomllib.loads(text)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""(lambda d: (d.__setitem__("a", "1"), d.__setitem__(b"b", b"2"), sorted(d.keys()), d["a"], d.get("z"), len(d), "a" in d, d.sync(), d.__delitem__("a"), list(d), d.setdefault("n", b"x"), d.close()))(dbm.dumb.open(where, "n"))
dbm.dumb.open(where, "r")["b"], dbm.whichdb(where)
dbm.dumb.open(where, "r").__setitem__("x", "y")
dbm.dumb.open(where, "q")
dbm.dumb.open(where)["nope"]
dbm.dumb.open(where).__setitem__(5, "x")
(lambda s: (s.__setitem__("k", [1, {"a": 2}]), s["k"], s["k"].append(3), s["k"], sorted(s), s.get("z", 0), s.close()))(shelve.Shelf({}))
(lambda s: (s.__setitem__("k", [1]), s["k"].append(2), s["k"], s.sync(), s.close()))(shelve.Shelf({}, writeback=True))
shelve.Shelf({})["nope"]
(lambda s: (s.close(), s["k"]))(shelve.Shelf({}))
[marshal.loads(marshal.dumps(x)) for x in (None, True, 5, -2**100, 1.5, 3j, "a\u20ac", b"x", (1, [2, {"a": {3}}]), frozenset("a"), ..., StopIteration)], marshal.loads(marshal.dumps(float("inf"))), marshal.version, eval(marshal.loads(marshal.dumps(compile("1 + 2", "f", "eval"))))
marshal.dumps(object())
marshal.loads(b"")
marshal.loads(b"?")
marshal.loads(b"i\x01")
marshal.loads(5)
load('a = 1\nb = "x\\n\\u00e9"\nc = [1, 2.5, true, "z",]\n[t.u]\nd = 1979-05-27T07:32:00Z\ne = {f = 1, "g h" = 2}\n[[l]]\nn = 1\n[[l]]\nn = 2'), load("i = 0xFF\no = 0o17\nb = 0b1\nf = 1e3\nu = 1_000\nn = -inf\nd = 1979-05-27\nt = 07:32:00.5"), load("s = '''a\nb'''\nm = \"\"\"\\\n  x\"\"\"\na.b.c = 1"), load("")
load("a = ")
load("a = 1\na = 2")
load("[a]\n[a]")
load("a = 'x")
load("a = 01")
load("a.b = 1\na.b.c = 2")
load("= 1")
load("a = [1, 2")
load('a = "\\q"')
load("a = 1979-13-01")
load(b"a = 1")
tomllib.loads("f = 1.10", parse_float=str), tomllib.TOMLDecodeError("m", "a\nb", 3).lineno, issubclass(tomllib.TOMLDecodeError, ValueError)
ini("[a]\nx = 1\ny : two\nlong = one\n  two\n\n  three\n; c\n[b]\nX=%(y)s\ny=z"), ini("[DEFAULT]\nd = 1\n[s]\ne = %(d)s2"), ini("[s]\nflag", allow_no_value=True), ini("[s]\nk = v # c", inline_comment_prefixes="#"), ini("[s]\na=${b:c}\n[b]\nc=5", interpolation=configparser.ExtendedInterpolation()), ini("[s]\na=%x", interpolation=None), ini("[s]\na=1", delimiters=("=",))
ini("x = 1")
ini("[s]\nflag")
ini("[s]\na=1\na=2")
ini("[s]\n[s]")
ini("[s]\na=%(b)s")
ini("[s]\na=%")
ini("[s]\na=%(a)s")
ini("[s\na=1")
(lambda p: (p.read_dict({"s": {"i": "5", "f": "1.5", "b": "yes", "x": "?"}}), p.getint("s", "i"), p.getfloat("s", "f"), p.getboolean("s", "b"), p.get("s", "zz", fallback="d"), p["s"].getint("i"), p.has_option("s", "I"), p.options("s"), p.items("s"), p.remove_option("s", "x"), p.sections(), "s" in p, p.defaults()))(configparser.ConfigParser())
(lambda p: (p.read_dict({"s": {"x": "?"}}), p.getboolean("s", "x")))(configparser.ConfigParser())
configparser.ConfigParser().get("s", "k")
(lambda p: (p.add_section("s"), p.get("s", "k")))(configparser.ConfigParser())
configparser.ConfigParser().add_section("DEFAULT")
(lambda p: (p.add_section("s"), p.set("s", "k", 5)))(configparser.ConfigParser())""".splitlines():
    attempt(text)
shutil.rmtree(root)
