# argparse: options, subcommands, types, errors and help; getopt beside it.
import argparse
import contextlib
import getopt
import io
import os

os.environ["COLUMNS"] = "80"
parser = argparse.ArgumentParser(prog="tool", description="Does things.", epilog="The end.", color=False)
parser.add_argument("files", nargs="*", help="input files")
parser.add_argument("-n", "--number", type=int, default=3, metavar="N", help="how many (default: %(default)s)")
parser.add_argument("-v", "--verbose", action="count", default=0)
parser.add_argument("--mode", choices=["fast", "slow"])
parser.add_argument("--flag", action=argparse.BooleanOptionalAction)
parser.add_argument("--pair", nargs=2, action="append")
group = parser.add_mutually_exclusive_group()
group.add_argument("-a", action="store_true")
group.add_argument("-b", action="store_const", const=7)
parser.add_argument("--version", action="version", version="%(prog)s 1.0")
print(parser.parse_args([]))
print(parser.parse_args(["x", "-vvn5", "y", "--mode=fast", "--no-flag", "--pair", "1", "2", "--pair", "3", "4", "-b", "--", "-z"]))
print(parser.parse_known_args(["--unknown", "x"]))


def attempt(parser, arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            print(parser.parse_args(arguments))
        except SystemExit as leaving:
            print("exit", leaving.code)
    print(out.getvalue(), err.getvalue().splitlines()[-1:])


for arguments in ["-n", "x"], ["--mode", "medium"], ["-a", "-b"], ["--pair", "1"], ["--version"], ["-h"], ["--num", "9"], ["--nope"]:
    attempt(parser, arguments)
commands = argparse.ArgumentParser(prog="git", color=False)
sub = commands.add_subparsers(dest="command", required=True, title="commands")
add = sub.add_parser("add", help="adds", aliases=["a"])
add.add_argument("path", type=str.upper)
add.set_defaults(run=lambda args: f"adding {args.path}")
commit = sub.add_parser("commit")
commit.add_argument("-m", required=True)
print(commands.parse_args(["add", "file"]).run(commands.parse_args(["a", "file"])))
for arguments in [], ["commit"], ["push"], ["commit", "-m", "text"], ["-h"], ["add", "-h"]:
    attempt(commands, arguments)
print(getopt.gnu_getopt(["-a", "x", "--long=5", "-b1"], "ab:", ["long="]))
try:
    getopt.getopt(["-q"], "a")
except getopt.GetoptError as error:
    print(error, error.opt)
