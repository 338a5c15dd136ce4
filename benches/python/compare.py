"""Runs the programs of this directory on several interpreters and compares the user CPU time.

    python compare.py NAME=COMMAND... [--runs N] [--programs A,B] [--scale F] [--csv FILE]

The first interpreter is the one that the others are held against: a ratio above 1 means faster than it. A COMMAND is split at
spaces; leading words of the form VARIABLE=VALUE are its environment. For example

    python compare.py cpython=python3.14 "pypy=PYPY_GC_NURSERY=4M pypy3" "taipan=target/release/taipan"

The interpreters take turns (one run each, then the next round), so that a machine that gets slower or hotter treats them alike. The
time of a program on an interpreter is the least user time of its runs, from process start to end. Outputs must agree with the first
interpreter's; a program that fails or disagrees has no ratio and makes the exit status 1.

Each program takes its size as an argument; `--scale` gives it that multiple of its default, which takes CPython about 0.4 s.
"""
import argparse
import csv
import math
import os
import re
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


class Interpreter:
    def __init__(self, text):
        self.name, separator, command = text.partition("=")
        if not separator:
            raise SystemExit(f"{text!r} is not NAME=COMMAND")
        words = command.split()
        self.environment = dict(os.environ)
        while words and re.match(r"[A-Z_]+=", words[0]):
            variable, _, value = words.pop(0).partition("=")
            self.environment[variable] = value
        self.command = words

    def run(self, arguments):
        """User seconds, or None; and what was printed."""
        process = subprocess.Popen(
            self.command + arguments,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # wait4 gives the usage of this one child. What never ends is the business of the caller's `ulimit -t`.
        out = process.stdout.read()
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            return None, out + error
        return usage.ru_utime, out


def default_size(path):
    with open(path) as file:
        return int(re.search(r"else (\d+)\)\s*$", file.read()).group(1))


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else float("nan")


def main():
    parser = argparse.ArgumentParser(description="compare interpreters on the programs of this directory")
    parser.add_argument("interpreters", nargs="+", metavar="NAME=COMMAND")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--programs", help="names, separated by commas")
    parser.add_argument("--scale", type=float, default=1.0, help="factor of each program's size")
    parser.add_argument("--csv", help="file to write the times to")
    options = parser.parse_args()
    interpreters = [Interpreter(text) for text in options.interpreters]
    names = sorted(f[:-3] for f in os.listdir(HERE) if f.endswith(".py"))
    if options.programs:
        names = [name for name in names if name in options.programs.split(",")]

    first = interpreters[0]
    print(f"{'program':16} {first.name:>10}" + "".join(f" {i.name:>18}" for i in interpreters[1:]), flush=True)
    ratios = {i.name: [] for i in interpreters[1:]}
    rows = []
    complaints = []
    for name in names:
        path = os.path.join(HERE, name + ".py")
        arguments = [path]
        if options.scale != 1.0:
            arguments.append(str(max(1, round(default_size(path) * options.scale))))
        best = {}
        expected = None
        for _ in range(options.runs):
            for interpreter in interpreters:
                if best.get(interpreter.name, 0) is None:
                    continue
                seconds, output = interpreter.run(arguments)
                if interpreter is first:
                    expected = output
                elif seconds is not None and output != expected:
                    complaints.append(f"{name}: {interpreter.name} printed {output[:200]!r}")
                    seconds = None
                elif seconds is None:
                    complaints.append(f"{name}: {interpreter.name} failed: {output[-300:].decode(errors='replace')}")
                known = best.get(interpreter.name)
                best[interpreter.name] = seconds if known is None or seconds is None else min(known, seconds)
        line = f"{name:16} {best[first.name] or float('nan'):9.3f}s"
        for interpreter in interpreters[1:]:
            seconds = best[interpreter.name]
            if seconds is None or best[first.name] is None:
                line += f" {'failed':>18}"
                continue
            ratio = best[first.name] / max(seconds, 0.001)
            ratios[interpreter.name].append(ratio)
            line += f" {seconds:9.3f}s {ratio:6.2f}x"
        print(line, flush=True)
        rows.append([name] + [best[i.name] for i in interpreters])
    line = f"{'geometric mean':27}"
    for interpreter in interpreters[1:]:
        line += f" {geometric_mean(ratios[interpreter.name]):17.2f}x"
    print(line)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if options.csv:
        with open(options.csv, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["program"] + [i.name for i in interpreters])
            writer.writerows(rows)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
