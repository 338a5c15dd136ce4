"""The most memory that a process has resident, per program, of several interpreters.

    python memory.py NAME=COMMAND... [--programs A,B]

The first interpreter is the one that the others are held against. Each runs each program at its default size once. COMMAND names the
executable itself: a script that starts it would be measured too.
"""
import math
import sys

import process


def main():
    arguments = sys.argv[1:]
    programs = process.programs(process.option(arguments, "--programs", None))
    interpreters = [process.interpreter(text) for text in arguments]
    if not interpreters:
        raise SystemExit(__doc__)
    ratios = [[] for _ in interpreters]
    print(f"{'program':18}" + "".join(f"{name:>18}" for name, _, _ in interpreters))
    for name, program in programs:
        figures = [process.run(each, [program])[1] for each in interpreters]
        for of_one, figure in zip(ratios, figures):
            of_one.append(figure / figures[0])
        print(f"{name:18}" + "".join(f"{figure:9.1f} MB{figure / figures[0]:5.2f}x" for figure in figures), flush=True)
    means = [math.exp(sum(map(math.log, of_one)) / len(of_one)) for of_one in ratios]
    print(f"{'geometric mean':18}" + "".join(f"{mean:17.2f}x" for mean in means))
    print(f"{'most':18}" + "".join(f"{max(of_one):17.2f}x" for of_one in ratios))


if __name__ == "__main__":
    main()
