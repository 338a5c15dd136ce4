"""Options of the command line, variables of the environment that say the same, and arguments that are no text."""
import os
import subprocess
import sys
import tempfile
import zipfile

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TAIPAN"))}


def run(*arguments, source=None, part=slice(0, 1), **variables):
    done = subprocess.run(
        [sys.executable, *arguments, *(["-c", source] if source else [])],
        capture_output=True, stdin=subprocess.DEVNULL, env=CLEAN | variables,
    )
    shown = [argument if isinstance(argument, str) else ascii(argument) for argument in arguments]
    error = done.stderr.decode().splitlines()
    print(*shown, *variables.items(), "->", done.returncode, done.stdout.decode().split("\n")[:4], error[part])


flags = "import sys; f = sys.flags; print({})".format
run("-d", source=flags("f.debug"))
run(source=flags("f.debug"), PYTHONDEBUG="1")
run("-t", "-R", source="print('ignored')")
for option in ("always", "default", "never"):
    run("--check-hash-based-pycs", option, source="import _imp; print(_imp.check_hash_based_pycs)")
run("-b", source="import sys; print(sys.warnoptions)")
run("-bb", "-W", "ignore", source="import sys; print(sys.warnoptions)")

run("-X", "dev", source=flags("f.dev_mode, sys.warnoptions"))
run("-X", "dev", source="import faulthandler; print(faulthandler.is_enabled())")
run(source=flags("f.dev_mode"), PYTHONDEVMODE="1")
run("-E", source=flags("f.dev_mode"), PYTHONDEVMODE="1")
run("-X", "faulthandler", source="import faulthandler; print(faulthandler.is_enabled())")
run(source="import faulthandler; print(faulthandler.is_enabled())", PYTHONFAULTHANDLER="1")
run("-X", "cpu_count=3", source="import os; print(os.cpu_count(), os.process_cpu_count())")
run(source="import os; print(os.cpu_count())", PYTHON_CPU_COUNT="5")
run("-X", "cpu_count=0", source="pass")
run(source="pass", PYTHON_CPU_COUNT="x")
run("-X", "pycache_prefix=/somewhere", source="import sys; print(sys.pycache_prefix)")
run(source="import sys; print(sys.pycache_prefix)", PYTHONPYCACHEPREFIX="/there")
run("-X", "thread_inherit_context=1", source=flags("f.thread_inherit_context, f.context_aware_warnings"))
run(source=flags("f.thread_inherit_context, f.context_aware_warnings"), PYTHON_CONTEXT_AWARE_WARNINGS="1")
run("-X", "int_max_str_digits=700", source="import sys; print(sys.get_int_max_str_digits())")
run(source="import sys; print(sys.get_int_max_str_digits())", PYTHONINTMAXSTRDIGITS="0")
run(source="pass", PYTHONINTMAXSTRDIGITS="5")
run("-X", "utf8=2", source="pass")
run(source="pass", PYTHONUTF8="x")
run("-X", "gil=0", source="pass")
run("-X", "unknown=1", source="import sys; print(sys._xoptions)")

run(os.fsencode("-c"), b"import sys; print(ascii(sys.argv), ascii(sys.orig_argv[-1]))", b"a", b"\xff\xfe", "é".encode())
LAST = slice(-1, None)
run(source="1/0", part=LAST, PYTHON_COLORS="1")
run(source="1/0", part=LAST, FORCE_COLOR="1")
run(source="1/0", part=LAST, FORCE_COLOR="1", NO_COLOR="1")
run("-i", source="print('no startup file')", PYTHONSTARTUP="nowhere.py")

with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    with open("script.py", "w") as file:
        file.write("#!/bin/sh -- not Python's\nprint('skipped', __import__('sys')._getframe().f_lineno)\n")
    run("-x", "script.py")
    with open(b"\xff.py", "w") as file:
        file.write("import sys; print(ascii(sys.argv[0]), ascii(__file__)[-10:])\n")
    run(b"\xff.py")
    with zipfile.ZipFile("archive.zip", "w") as archive:
        archive.writestr("packed.py", "where = __file__\n")
    run(source="import packed; print(packed.where.split('/')[-2:])", PYTHONPATH="archive.zip")
