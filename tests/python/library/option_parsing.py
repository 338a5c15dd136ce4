# optparse and getopt: kinds of options, help, abbreviations, errors.
import getopt
import io
import optparse
import sys


def parser():
    made = optparse.OptionParser(usage="%prog [options] FILE", version="%prog 1.0", prog="tool", description="Does things. " * 8, epilog="End.")
    made.add_option("-v", "--verbose", action="store_true", default=False, help="say more")
    made.add_option("-q", action="store_false", dest="verbose", help="say less")
    made.add_option("-n", "--number", type="int", metavar="N", help="a number [default: %default]", default=3)
    made.add_option("--rate", type="float")
    made.add_option("-c", "--choice", choices=["a", "b"], type="choice")
    made.add_option("-i", action="append", dest="items")
    made.add_option("-d", action="count", dest="depth")
    made.add_option("--pair", nargs=2)
    made.add_option("--const", action="store_const", const=42, dest="answer")
    made.add_option("--hidden", help=optparse.SUPPRESS_HELP)
    group = optparse.OptionGroup(made, "More", "Other options.")
    group.add_option("--call", action="callback", callback=lambda o, s, v, p, *a: setattr(p.values, "called", (s, v, a)), type="string", callback_args=(1,))
    made.add_option_group(group)
    return made


def parse(*arguments):
    errors, sys.stderr = sys.stderr, io.StringIO()
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        options, rest = parser().parse_args(list(arguments))
        return sorted((k, v) for k, v in vars(options).items() if v is not None), rest
    except SystemExit as error:
        return error.code, sys.stdout.getvalue(), sys.stderr.getvalue()
    finally:
        sys.stderr, sys.stdout = errors, out


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""parse(), parse("-v", "x"), parse("-vq"), parse("-n5"), parse("-n", "0x10"), parse("--number=7", "--rate", "1.5"), parse("--num", "1"), parse("-c", "a"), parse("-i1", "-i", "2"), parse("-ddd")
parse("--pair", "a", "b"), parse("--const"), parse("--call", "x"), parse("--", "-v"), parse("-", "a"), parse("a", "-v", "b"), parse("--verb")
parse("-n", "x")
parse("-n")
parse("--rate", "x")
parse("-c", "z")
parse("-z")
parse("--zebra")
parse("--verbose=1")
parse("--c", "a")
parse("--pair", "a")
parse("--version")
print(parse("-h")[1], end="")
parser().format_help() == parse("--help")[1], parser().get_usage(), parser().get_option("-n").dest, parser().has_option("--zz"), parser().defaults["number"], str(parser().get_option("-n")), parser().get_version()
optparse.Option("x")
optparse.Option("-x", action="nope")
optparse.Option("-x", type="nope")
optparse.Option("-x", choices=["a"])
optparse.Option("-x", nope=1)
parser().add_option("-v")
parser().remove_option("-k")
vars(optparse.Values({"a": 1})), optparse.Values({"a": 1}) == {"a": 1}, optparse.Values().ensure_value("k", 5)
getopt.getopt(["-a", "-b", "1", "--long", "--with=x", "rest", "-c"], "ab:c", ["long", "with="]), getopt.gnu_getopt(["rest", "-a", "x", "--", "-b"], "ab"), getopt.getopt(["--lo"], "", ["long"]), getopt.getopt(["-ab1"], "ab:"), getopt.getopt(["-", "x"], "a"), getopt.getopt(["-a"], "a::"), getopt.getopt(["--w=1", "--w"], "", ["w=?"])
getopt.getopt(["-z"], "a")
getopt.getopt(["-b"], "b:")
getopt.getopt(["--zz"], "", ["long"])
getopt.getopt(["--long=1"], "", ["long"])
getopt.getopt(["--with"], "", ["with="])
getopt.getopt(["--lo"], "", ["long", "loud"])
getopt.GetoptError("m", "o").opt, str(getopt.GetoptError("m"))""".splitlines():
    attempt(text)
