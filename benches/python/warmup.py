"""How fast interpreters work from process start: what CPython does in its first 0.1, 1 and 10 seconds, and in a first moment.

    python warmup.py NAME=COMMAND NAME=COMMAND... [--programs A,B] [--seconds 0.1,1] [--rounds 2]

The first interpreter is the one that the others are held against. For each program and time a size of the program is sought with which the
first interpreter needs about that long, the start of its process included; then all do that much, in turns, and user and system time of the
processes are compared (the thread that compiles is part of it). `first` is the size that takes the first interpreter five milliseconds more
than its start: what a short script costs. Ratios above 1 are faster than the first interpreter.
"""
import math
import os
import sys

import process

FIRST_SECONDS = 0.005


def size_for(interpreter, program, seconds, limit):
    """A size at which the program takes about so long. It need not be linear in it: sizes are doubled, then halved between."""
    most = 10**9
    fits, exceeds = 1, None
    for _ in range(40):
        size = min(fits * 2, most) if exceeds is None else (fits + exceeds) // 2
        if size in (fits, exceeds):
            break
        taken = process.run(interpreter, [program, str(size)], limit)
        if taken is None or taken[0] > 1.2 * seconds:
            exceeds = size
        else:
            fits = size
            if taken[0] > 0.8 * seconds:
                break
    return fits


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main():
    arguments = sys.argv[1:]
    programs = process.programs(process.option(arguments, "--programs", None))
    times = [float(text) for text in process.option(arguments, "--seconds", "0.1,1").split(",")]
    rounds = int(process.option(arguments, "--rounds", "2"))
    interpreters = [process.interpreter(text) for text in arguments]
    if len(interpreters) < 2:
        raise SystemExit(__doc__)
    start = min(process.run(interpreters[0], [os.devnull])[0] for _ in range(5))
    columns = [("first", start + FIRST_SECONDS), *((f"{seconds:g} s", seconds) for seconds in times)]
    ratios = [{column: [] for column, _ in columns} for _ in interpreters]
    print(f"{'program':18}{'work':>8}{'size':>12}" + "".join(f"{name:>13}" for name, _, _ in interpreters))
    for name, program in programs:
        for column, seconds in columns:
            size = size_for(interpreters[0], program, seconds, 3 * seconds)
            taken = [[process.run(each, [program, str(size)])[0] for each in interpreters] for _ in range(rounds)]
            least = [min(of_one) for of_one in zip(*taken)]
            for of_one, time in zip(ratios, least):
                of_one[column].append(least[0] / time)
            print(f"{name:18}{column:>8}{size:12}" + "".join(f"{time:7.3f}{least[0] / time:6.2f}" for time in least), flush=True)
    for title, of_all in [("geometric mean", geometric_mean), ("least", min)]:
        for column, _ in columns:
            figures = "".join(f"{of_all(of_one[column]):13.2f}" for of_one in ratios)
            print(f"{title:18}{column:>8}{'':12}{figures}")


if __name__ == "__main__":
    main()
