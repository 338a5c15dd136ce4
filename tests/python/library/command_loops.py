# cmd: a loop over commands of a string, help, completion, hooks.
import cmd
import io
import sys


class Shell(cmd.Cmd):
    prompt = "> "
    intro = "welcome"
    use_rawinput = False
    doc_header = "Commands"
    misc_header = "Topics"
    undoc_header = "No help"

    def do_greet(self, line):
        """greet NAME: says hello"""
        self.stdout.write(f"hello {line!r}\n")

    def do_quit(self, line):
        return True

    def do_EOF(self, line):
        self.stdout.write("end\n")
        return True

    def help_topic(self):
        self.stdout.write("about the topic\n")

    def complete_greet(self, text, line, begin, end):
        return [n for n in ("ann", "andy", "bob") if n.startswith(text)]

    def precmd(self, line):
        return line.replace("GREET", "greet")

    def postcmd(self, stop, line):
        self.stdout.write(f"[{stop}]\n")
        return stop

    def preloop(self):
        self.stdout.write("(pre)\n")

    def postloop(self):
        self.stdout.write("(post)\n")


class Quiet(Shell):
    def emptyline(self):
        self.stdout.write("nothing\n")

    def default(self, line):
        self.stdout.write(f"what is {line}?\n")


def session(text, kind=Shell):
    out = io.StringIO()
    shell = kind(stdin=io.StringIO(text), stdout=out)
    shell.cmdloop()
    return out.getvalue()


shell = Shell(stdout=sys.stdout)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""session("greet ann\nGREET bob\n\nquit\n")
session("unknown x\n!shell\n?greet\nhelp topic\nhelp nope\nhelp\n")
session("\nxyz\nhelp unknown\n", Quiet)
shell.parseline("greet a b"), shell.parseline("?x"), shell.parseline("!ls"), shell.parseline(""), shell.parseline("a-b c"), shell.parseline("  greet")
shell.completenames("g"), shell.complete_greet("an", "greet an", 6, 8), shell.get_names()[:0], shell.complete_help("t") if hasattr(shell, "complete_help") else None, shell.completedefault("x")
shell.onecmd("greet x"), shell.onecmd("quit"), shell.onecmd("nope"), shell.lastcmd, shell.columnize(["a", "bb", "ccc"], 10), shell.columnize([]), shell.columnize(["only"])
shell.columnize([1, 2])""".splitlines():
    attempt(text)
