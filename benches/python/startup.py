"""What starting an interpreter costs beside another one: processor time and resident memory of a process that does nothing.

    python startup.py NAME=COMMAND...

The first interpreter is the one that the others are held against. Time is user and system time together; memory is the most that was
resident, as the system counts it for the process. Of each, the least of 15 runs is shown. COMMAND names the executable itself: a script
that starts it would be measured too.

This script imports next to nothing: the system counts what a child has before it becomes another program, a copy of this process.
"""
import os
import sys

STARTS = [["-S", "-c", "pass"], ["-c", "pass"]]
RUNS = 15


def start(command):
    """Milliseconds and megabytes of one run."""
    child = os.fork()
    if child == 0:
        os.execvp(command[0], command)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}: exit status {os.waitstatus_to_exitcode(status)}")
    return (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


def main():
    interpreters = [text.partition("=") for text in sys.argv[1:]]
    if not interpreters or not all(command for _, _, command in interpreters):
        raise SystemExit("usage: python startup.py NAME=COMMAND...")
    for arguments in STARTS:
        # They take turns, so that a machine that gets slower treats them alike.
        rounds = [[start(command.split() + arguments) for _, _, command in interpreters] for _ in range(RUNS)]
        least = [[min(figures) for figures in zip(*column)] for column in zip(*rounds)]
        for (name, _, _), (time, memory) in zip(interpreters, least):
            print(
                f"{' '.join(arguments):12}{name:12}{time:5.1f} ms {time / least[0][0]:5.2f}x"
                f"{memory:8.2f} MB {memory / least[0][1]:5.2f}x"
            )


if __name__ == "__main__":
    main()
