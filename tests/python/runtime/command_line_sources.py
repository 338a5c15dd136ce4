"""What `-b`, `-bb` and `-X no_debug_ranges` change, and sources that are no text: of `-c`, of files, of the standard input."""
import os
import subprocess
import sys
import tempfile

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TAIPAN"))}


def run(*arguments, given=None, **variables):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, input=given or b"", env=CLEAN | variables)
    shown = [argument if isinstance(argument, str) else ascii(argument) for argument in arguments]
    text = ascii(done.stdout.decode(errors="surrogateescape")) + "\n" + done.stderr.decode(errors="backslashreplace")
    print(*shown, ascii(given), "->", done.returncode, text.replace(sys.executable, "PYTHON").replace(os.getcwd(), "HERE"))


for source in (
    "print(b'' == '', '' != b'', b'a' == 97, bytearray(b'') == '', b'' == None, bytearray(b'') == 0)",
    "print(str(b'a'), '%s' % b'a', f'{b\"a\"}', str(bytearray(b'a')), str(b'a', 'ascii'), repr(b'a'))",
    "print('a' in [b'a'], b'a' < b'b')",
):
    for option in ("-b", "-bb"):
        run(option, "-c", source)

RAISING = "def f():\n    return 1 + 1 / 0\nf()\n"
SHOWING = "def f(): pass\nprint(set(p[2:] for p in f.__code__.co_positions()))\n"
for source in (RAISING, SHOWING):
    run("-X", "no_debug_ranges", "-c", source)
    run("-c", source, PYTHONNODEBUGRANGES="1")

run(b"-c", b"\xff\xfe")
run(b"-c", b"print('\xff')")
run(b"-c", "print('é')".encode() + b"\xff")
run(b"-cprint('\xff\xfe')#\xfd")

with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    for name, source in {
        "latin": b"x = 1\ny = 2\n\xff = 1\n",
        "null": b"print(1)\nprint(\0)\n",
        "text": b"x = 'abc\xe9'\n",
        "declared": b"# coding: latin-1\nprint(ascii('\xe9'))\n",
    }.items():
        with open(name + ".py", "wb") as file:
            file.write(source)
        run(name + ".py")
        run("-c", f"import {name}")
        if name != "declared":
            run("-", given=source)
    run(b"nothing\xff\xe9.py")
    run("-", given=b"def f():\n    1/0\nf()\n")
