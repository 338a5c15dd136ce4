"""The same as on Linux: nothing of it depends on the system."""

from _sysconfigdata__linux_ import build_time_vars
