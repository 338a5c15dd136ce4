"""The engine of cProfile: calls, and the time between them, by sys.setprofile.

CPython has this in C. Its callbacks are what costs here: each call is observed, and leaves compiled code alone. What is counted and how recursion
is accounted for are the same: an entry's total time is that of its outermost calls only.

Limits: the calls of the thread that enables the profiler; no events of generators that are closed.
"""

import sys
from collections import namedtuple
from operator import index
from time import perf_counter
from types import SimpleNamespace

__all__ = ["Profiler", "profiler_entry", "profiler_subentry"]

profiler_entry = namedtuple("profiler_entry", "code callcount reccallcount totaltime inlinetime calls", module="_lsprof")
profiler_subentry = namedtuple("profiler_subentry", "code callcount reccallcount totaltime inlinetime", module="_lsprof")


class _Counts:
    """Calls of a function, or of it by another."""

    __slots__ = "calls", "recursive_calls", "total", "inline", "depth", "callees"

    def __init__(self):
        self.calls = self.recursive_calls = self.depth = 0
        self.total = self.inline = 0
        self.callees = {}

    def enter(self):
        self.depth += 1

    def leave(self, total, inline):
        self.depth -= 1
        self.inline += inline
        self.calls += 1
        if self.depth:
            self.recursive_calls += 1
        else:
            self.total += total


class _Call:
    """A call that is under way."""

    __slots__ = "counts", "by_caller", "start", "callees_time"


def _name(function):
    """What stands for the code of a function that is not written in Python."""
    owner = getattr(function, "__self__", None)
    if owner is None or isinstance(owner, type(sys)):
        module = getattr(function, "__module__", None)
        if module is None:
            return f"<built-in method {function.__name__}>"
        return f"<built-in method {module}.{function.__name__}>"
    for holder in type(owner).__mro__:
        method = vars(holder).get(function.__name__)
        if method is not None:
            return repr(method)
    return f"<built-in method {function.__qualname__}>"


class Profiler:
    """Profiler(timer=None, timeunit=0.0, subcalls=True, builtins=True)

    timer: returns the time, perf_counter if it is not given; timeunit: seconds of a unit of the timer, if it counts in integers.
    """

    def __init__(self, timer=None, timeunit=0.0, subcalls=True, builtins=True):
        self.__timer = timer or perf_counter
        self.__unit = float(timeunit or 1)
        self.__as_number = index if timeunit else float
        self.__subcalls = bool(subcalls)
        self.__builtins = bool(builtins)
        self.__is_enabled = self.__is_timing = False
        self.clear()

    def clear(self):
        """Forget all that has been counted."""
        if self.__is_timing:
            raise RuntimeError("cannot clear profiler in external timer")
        self.__counts = {}
        self.__stack = []

    def enable(self, subcalls=True, builtins=True):
        """Begin to count. subcalls: also who calls whom; builtins: also functions that are not written in Python."""
        if not self.__is_enabled:
            sys.monitoring.use_tool_id(sys.monitoring.PROFILER_ID, "cProfile")
        self.__subcalls, self.__builtins = bool(subcalls), bool(builtins)
        self.__is_enabled = True
        sys.setprofile(self.__event)

    def disable(self):
        """Stop counting; calls that are under way end here."""
        if self.__is_timing:
            raise RuntimeError("cannot disable profiler in external timer")
        # Twice, because a timer may have enabled it again.
        for _ in range(2):
            if self.__is_enabled:
                sys.setprofile(None)
                sys.monitoring.free_tool_id(sys.monitoring.PROFILER_ID)
                self.__is_enabled = False
            while self.__stack:
                self.__end()

    def getstats(self):
        """A list of profiler_entry: code, callcount, reccallcount, totaltime, inlinetime, and calls, which is None or a list of
        profiler_subentry with the same of each function that this one has called. code is a string for what is not written in Python."""
        unit = self.__unit

        def fields(code, counts):
            return code, counts.calls, counts.recursive_calls, counts.total * unit, counts.inline * unit

        entries = []
        for code, counts in self.__counts.items():
            if counts.calls:
                callees = [profiler_subentry(*fields(*item)) for item in counts.callees.items() if item[1].calls]
                entries.append(profiler_entry(*fields(code, counts), callees or None))
        return entries

    def __now(self):
        """The time; 0 from a timer that fails, which is no reason for the program to."""
        self.__is_timing = True
        try:
            return self.__as_number(self.__timer())
        except Exception as error:
            sys.unraisablehook(
                SimpleNamespace(
                    exc_type=type(error),
                    exc_value=error,
                    exc_traceback=error.__traceback__,
                    err_msg="Exception ignored while calling _lsprof timer",
                    object=self.__timer,
                )
            )
            return 0
        finally:
            self.__is_timing = False

    def __event(self, frame, event, argument):
        if frame.f_code is _DISABLE:
            # The last that is seen: a function of the engine, as in CPython.
            if event == "call" and self.__builtins:
                self.__begin("<method 'disable' of '_lsprof.Profiler' objects>")
        elif event == "call":
            self.__begin(frame.f_code)
        elif event == "return":
            self.__end()
        elif self.__builtins:
            if event == "c_call":
                self.__begin(_name(argument))
            else:
                self.__end()

    def __begin(self, code):
        counts = self.__counts.get(code)
        if counts is None:
            counts = self.__counts[code] = _Counts()
        counts.enter()
        call = _Call()
        call.counts = counts
        call.by_caller = None
        call.callees_time = 0
        stack = self.__stack
        if self.__subcalls and stack:
            callees = stack[-1].counts.callees
            call.by_caller = callees.get(code)
            if call.by_caller is None:
                call.by_caller = callees[code] = _Counts()
            call.by_caller.enter()
        stack.append(call)
        call.start = self.__now()

    def __end(self):
        # What was called before the profiler was enabled is not counted.
        if not self.__stack:
            return
        now = self.__now()
        call = self.__stack.pop()
        total = now - call.start
        inline = total - call.callees_time
        call.counts.leave(total, inline)
        if call.by_caller is not None:
            call.by_caller.leave(total, inline)
        if self.__stack:
            self.__stack[-1].callees_time += total


_DISABLE = Profiler.disable.__code__
