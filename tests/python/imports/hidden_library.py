"""Errors of modules tell of a file that hides a module of the library, and of modules that are being imported."""
import os
import subprocess
import sys
import tempfile


def run(directory, *arguments):
    done = subprocess.run([sys.executable, *arguments], cwd=directory, capture_output=True, text=True)
    lines = done.stderr.strip().splitlines()
    print(lines[-1].replace(os.path.realpath(directory), "DIR") if lines else "nothing")


def write(directory, name, text):
    with open(os.path.join(directory, name), "w") as file:
        file.write(text)


with tempfile.TemporaryDirectory() as directory:
    directory = os.path.realpath(directory)
    write(directory, "fractions.py", "import fractions\nfractions.Fraction")
    run(directory, os.path.join(directory, "fractions.py"))
    run(directory, "-m", "fractions")
    run(directory, "-c", "import fractions")
    run(directory, "-P", "fractions.py")
    write(directory, "fractions.py", "from fractions import Fraction")
    run(directory, "-c", "import fractions")
    write(directory, "other.py", "import other\nother.name")
    run(directory, "-c", "import other")
    write(directory, "other.py", "from other import name")
    run(directory, "-c", "import other")
    os.mkdir(os.path.join(directory, "below"))
    write(directory, "below/cycle.py", "import cycle\ncycle.name")
    run(directory, "-c", "import sys; sys.path.insert(1, 'below'); import cycle")
    write(directory, "below/cycle.py", "from cycle import name")
    run(directory, "-c", "import sys; sys.path.insert(1, 'below'); import cycle")
    write(directory, "below/cycle.py", "")
    run(directory, "-c", "import sys; sys.path.insert(1, 'below'); from cycle import name")
    run(directory, "-c", "import sys; sys.name")
    run(directory, "-c", "import sys; sys.modules['_pickle'] = None; import _pickle")
