"""-X importtime and PYTHONPROFILEIMPORTTIME: lines of the program's own modules, the times left out."""
import os
import re
import subprocess
import sys
import tempfile


def lines(options, environment, program):
    run = subprocess.run(
        [sys.executable, *options, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    shown = [line for line in run.stderr.splitlines() if "own_" in line or "import_time" in line]
    header = "import time: self [us] | cumulative | imported package"
    return run.returncode, run.stdout, header in run.stderr, [re.sub(r" +\d+ ", " N ", line) for line in shown]


with tempfile.TemporaryDirectory() as directory:
    def write(name, text):
        with open(os.path.join(directory, name + ".py"), "w") as file:
            file.write(text)

    write("own_leaf", "")
    write("own_inner", "import own_leaf\n")
    write("own_failing", "import own_leaf\nraise ValueError('on import')\n")
    write("own_outer", "import own_inner\nimport own_leaf\ntry:\n    import own_failing\nexcept ValueError:\n    pass\n")
    path = {"PYTHONPATH": directory}
    for options, environment in [
        ([], {}),
        (["-X", "importtime"], {}),
        (["-X", "importtime=1"], {}),
        (["-X", "importtime=2"], {}),
        (["-X", "importtime=0"], {}),
        (["-X", "importtime=yes"], {}),
        (["-X", "importtime=3"], {}),
        ([], {"PYTHONPROFILEIMPORTTIME": "1"}),
        ([], {"PYTHONPROFILEIMPORTTIME": "-1"}),
        (["-E"], {"PYTHONPROFILEIMPORTTIME": "1"}),
    ]:
        print(options, environment)
        code, out, has_header, found = lines(options, {**path, **environment}, "import own_outer, own_outer\nprint('end')")
        if options == ["-E"]:
            found = []
        print(code, repr(out), has_header)
        for line in found:
            print("   ", line)
