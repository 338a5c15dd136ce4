"""Rows of pyperformance on several interpreters: the steady iteration of its unmodified scripts, in CPU time.

    python pyperformance.py NAME=COMMAND NAME=COMMAND... --scripts DIR [--path DIR]... [--seconds 3] [--rounds 1] [--only A,B]

`DIR` holds the `bm_*` folders (`tests/pyperformance/README.md` says where they come from); `--path` adds packages that scripts import (`pyaes`,
`tomli`). The interpreters take turns, script by script; each row runs for so many seconds of CPU time in its process, and what counts is the
median of its last third (`tests/pyperformance/pyperf.py`), the least of the rounds. Ratios above 1 are faster than the first interpreter; the last
column is the last interpreter beside the one before it. At the end come the rows in the order of that column, worst first. Scripts that need more than the
standard library are left out; a row that an interpreter cannot run is shown and does not count.
"""
import os
import subprocess
import sys

import process
from warmup import geometric_mean

HERE = os.path.dirname(os.path.abspath(__file__))
STAND_IN = os.path.normpath(os.path.join(HERE, "..", "..", "tests", "pyperformance"))

# Scripts, or scripts with what is on their command line.
SCRIPTS = """
argparse many_optionals
argparse subparsers
async_generators
async_tree none
async_tree io
async_tree cpu_io_mixed
async_tree memoization
async_tree eager
barnes_hut
base64
bpe_tokeniser
chaos
comprehensions
coroutines
crypto_pyaes
decimal_factorial
decimal_pi
deepcopy
deltablue
fannkuch
float
gc_collect
gc_traversal
generators
go
hexiom
json_dumps
json_loads
logging
mdp
meteor_contest
nbody
nqueens
pathlib
pickle pickle
pickle pickle_dict
pickle pickle_list
pickle unpickle
pickle unpickle_list
pickle --pure-python pickle
pickle --pure-python unpickle
pidigits
pprint
pyflate
raytrace
regex_compile
regex_dna
regex_effbot
regex_v8
richards
richards_super
scimark
spectral_norm
telco
tomli_loads
typing_runtime_protocols
unpack_sequence
xml_etree
""".strip().splitlines()


def rows(interpreter, script, scripts, path, seconds):
    """Milliseconds of the steady iteration by the name of the row; nothing if the script fails."""
    _, environment, words = interpreter
    name, *arguments = script.split()
    environment = dict(environment, PYTHONPATH=path, PYTHONHASHSEED="0", PYPERF_SECONDS=str(seconds))
    environment.pop("PYTHONUNBUFFERED", None)
    try:
        done = subprocess.run(
            words + ["run_benchmark.py", *arguments], cwd=os.path.join(scripts, "bm_" + name), env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120 + 60 * seconds)
    except subprocess.TimeoutExpired:
        return {}
    if done.returncode:
        return {}
    fields = [line.split("\t") for line in done.stdout.splitlines()]
    # Rows of interpreters that have a module in Python only say so in their name.
    said = "" if "--pure-python" in arguments else "_pure_python"
    return {each[0].replace(said, ""): float(each[2]) for each in fields if len(each) == 4}


def main():
    arguments = sys.argv[1:]
    scripts = process.option(arguments, "--scripts", None)
    path = [STAND_IN]
    while "--path" in arguments:
        path.append(os.path.abspath(process.option(arguments, "--path", None)))
    seconds = float(process.option(arguments, "--seconds", "3"))
    rounds = int(process.option(arguments, "--rounds", "1"))
    only = process.option(arguments, "--only", None)
    interpreters = [process.interpreter(text) for text in arguments]
    if len(interpreters) < 2 or scripts is None:
        raise SystemExit(__doc__)
    chosen = [script for script in SCRIPTS if only is None or script.split()[0] in only.split(",")]
    found = []
    print(f"{'row':28}" + "".join(f"{name + ' ms':>18}" for name, _, _ in interpreters) + f"{'last two':>10}")
    for script in chosen:
        times = [{} for _ in interpreters]
        for _ in range(rounds):
            for interpreter, least in zip(interpreters, times):
                for row, time in rows(interpreter, script, scripts, os.pathsep.join(path), seconds).items():
                    least[row] = min(time, least.get(row, time))
        names = list(dict.fromkeys(row for each in times for row in each)) or [script]
        for row in names:
            of_row = [each.get(row) for each in times]
            if None in of_row:
                which = ", ".join(name for (name, _, _), time in zip(interpreters, of_row) if time is None)
                print(f"{row:28}  not run by {which}", flush=True)
                continue
            # The clock of processes tells microseconds apart.
            of_row = [max(time, 0.001) for time in of_row]
            found.append((row, of_row))
            print(shown(row, of_row), flush=True)
    if not found:
        raise SystemExit("no row was run by all interpreters")
    means = [geometric_mean([of_row[0] / of_row[at] for _, of_row in found]) for at in range(len(interpreters))]
    last = geometric_mean([of_row[-2] / of_row[-1] for _, of_row in found])
    print(f"{'geometric mean of ' + str(len(found)):28}" + "".join(f"{mean:18.2f}" for mean in means) + f"{last:10.2f}")
    print()
    for row, of_row in sorted(found, key=lambda each: each[1][-2] / each[1][-1]):
        print(shown(row, of_row))


def shown(row, of_row):
    ratios = "".join(f"{time:11.3f}{of_row[0] / time:7.2f}" for time in of_row)
    return f"{row:28}{ratios}{of_row[-2] / of_row[-1]:10.2f}"


if __name__ == "__main__":
    main()
