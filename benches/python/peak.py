"""How fast interpreters work at their peak: what CPython does between its first and its fourth second.

    python peak.py NAME=COMMAND NAME=COMMAND... [--programs A,B] [--seconds 1,4] [--rounds 2]

The first interpreter is the one that the others are held against. For each program two sizes are sought with which it needs about so long; then
all do that much, in turns. What counts is the difference of their user and system times: neither the start of the process nor what was
compiled by then. Ratios above 1 are faster than the first interpreter.
"""
import sys

import process
from warmup import geometric_mean, size_for


def main():
    arguments = sys.argv[1:]
    programs = process.programs(process.option(arguments, "--programs", None))
    times = [float(text) for text in process.option(arguments, "--seconds", "1,4").split(",")]
    rounds = int(process.option(arguments, "--rounds", "2"))
    interpreters = [process.interpreter(text) for text in arguments]
    if len(interpreters) < 2 or len(times) != 2:
        raise SystemExit(__doc__)
    ratios = [[] for _ in interpreters]
    print(f"{'program':18}{'sizes':>22}" + "".join(f"{name:>15}" for name, _, _ in interpreters))
    for name, program in programs:
        sizes = [size_for(interpreters[0], program, seconds, 3 * seconds) for seconds in times]
        if sizes[0] == sizes[1]:
            print(f"{name:18}{sizes[0]:>22}  (one step is too much)", flush=True)
            continue
        least = []
        for size in sizes:
            taken = [[process.run(each, [program, str(size)])[0] for each in interpreters] for _ in range(rounds)]
            least.append([min(of_one) for of_one in zip(*taken)])
        # A millisecond is what the system's clock of processes tells apart.
        peaks = [max(long - short, 0.001) for short, long in zip(*least)]
        for of_one, time in zip(ratios, peaks):
            of_one.append(peaks[0] / time)
        sizes = f"{sizes[0]}..{sizes[1]}"
        print(f"{name:18}{sizes:>22}" + "".join(f"{time:8.3f}{peaks[0] / time:7.2f}" for time in peaks), flush=True)
    print(f"{'geometric mean':40}" + "".join(f"{geometric_mean(each):15.2f}" for each in ratios))


if __name__ == "__main__":
    main()
