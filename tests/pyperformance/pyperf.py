"""Stands in for the package `pyperf`, so that pyperformance's scripts run unmodified on an interpreter that has nothing but its library.

`PYPERF_SECONDS` is the CPU time that each benchmark may take. Without it, each runs once and shows what it returned, so that two
interpreters can be compared; with it, it is repeated, and its first and its steady iteration are shown in milliseconds (CPU time; the steady
one is the median of the last third).
"""

import argparse
import asyncio
import os
import sys
from time import perf_counter, process_time

SECONDS = float(os.environ.get("PYPERF_SECONDS", "0"))
MOST_SHOWN = 200


def python_implementation():
    return sys.implementation.name


def python_has_jit():
    return False


class Runner:
    def __init__(self, values=None, warmups=None, processes=None, loops=0, min_time=0.1, metadata=None, show_name=True,
                 program_args=None, add_cmdline_args=None, _argparser=None, warmup_values=None):
        self.metadata = dict(metadata or {})
        self.argparser = _argparser or argparse.ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        self._run(name, lambda: func(*args))

    def bench_time_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()

        # What such a function returns is the time that it took.
        def once():
            if not isinstance(func(1, *args), float):
                raise TypeError(f"{name}: a time was expected")

        self._run(name, once)

    def bench_async_func(self, name, func, *args, inner_loops=None, metadata=None, loop_factory=None):
        self.parse_args()
        with asyncio.Runner(loop_factory=loop_factory) as runner:

            async def call():
                return await func(*args)

            self._run(name, lambda: runner.run(call()))

    def bench_command(self, name, command):
        raise NotImplementedError("commands are not timed here")

    def _run(self, name, once):
        if not SECONDS:
            shown = repr(once())
            # Addresses differ between runs.
            print(name, shown[:MOST_SHOWN] if " at 0x" not in shown else "...")
            return
        times = []
        begin = process_time()
        while not times or process_time() - begin < SECONDS:
            start = process_time()
            once()
            times.append((process_time() - start) * 1000)
        last = sorted(times[-max(1, len(times) // 3):])
        print(f"{name}\t{times[0]:.3f}\t{last[len(last) // 2]:.3f}\t{len(times)}")
