"""The plain prompt with a terminal as its input: interrupts, statements of many lines, what a start runs before it."""
import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import termios

INTERRUPT, END = "\x03", "\x04"


def session(title, inputs, startup=None):
    """Each input is written when the prompt before it (`>>> ` or `... `) was seen."""
    outside, inside = pty.openpty()
    # The start of each child under a test's stress takes longer than all the rest.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GC_"))}
    environment |= {"PYTHON_BASIC_REPL": "1", "NO_COLOR": "1"}
    if startup is not None:
        environment["PYTHONSTARTUP"] = startup
    child = subprocess.Popen(
        [sys.executable, "-q", "-i"],
        stdin=inside, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(inside)
    output = b""
    for text in [*inputs, None]:
        start = len(output)
        while len(output) == start or not output.endswith((b">>> ", b"... ", b"\nname? ")):
            more = os.read(child.stdout.fileno(), 1)
            if not more:
                break
            output += more
        if text is not None:
            output += b"<" + text.strip().encode("unicode_escape") + b">\n"
            os.write(outside, text.encode())
            # An interrupt that came just before the child began to wait for input is seen only when another one comes.
            while text == INTERRUPT and not select.select([child.stdout], [], [], 1)[0]:
                os.write(outside, text.encode())
    child.stdin, child.stdout = None, child.stdout.close()
    os.close(outside)
    child.wait()
    print(f"===== {title}: {child.returncode}")
    text = output.decode().replace("\r\n", "\n")
    print(re.sub(r" at 0x[0-9a-f]+", "", text.replace(tempfile.gettempdir(), "TMP")))


session("lines", ["def f(a):\n", "  return a\n", "\n", "f(3)\n", "_ + 1\n", "1/0\n", "1 +\n", "None\n", "_\n", "exit(4)\n"])
session("interrupt at the prompt", [INTERRUPT, "if 1:\n", INTERRUPT, "2\n", "x = 3\n", "x\n", "import os\n", "os._exit(5)\n"])
session("interrupted input", ["input('name? ')\n", INTERRUPT, "'alive'\n", "import os\n", "os._exit(5)\n"])
session("future", [
    "from __future__ import annotations\n", "def g(x: undefined): pass\n", "\n", "g.__annotations__\n",
    "exec('def h(x: unknown): pass')\n", "h.__annotations__\n", END,
])
session("nothing", [END])
with tempfile.TemporaryDirectory() as directory:
    startup = os.path.join(directory, "startup.py")
    with open(startup, "w") as file:
        file.write("import sys\nvariable = 42\nsys.ps2 = '.... '[1:]\n1/0\n")
    os.chdir(directory)
    session("a start that fails", ["variable\n", "__name__\n", END], "startup.py")
    session("no such start", ["3\n", END], "missing.py")
