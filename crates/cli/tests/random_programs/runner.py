"""Runs programs one after the other, each as if it were alone: `runner.py FILE...`. What each prints is under a line with its name."""

import contextlib
import io
import re
import sys


def without_addresses(text):
    return re.sub(r" at 0x[0-9a-f]+", " at 0x", text)


def main(names):
    for name in names:
        print("===", name, flush=True)
        sys.modules.pop("prelude", None)
        with open(name, encoding="utf-8") as file:
            code = compile(file.read(), name, "exec")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(code, {"__name__": "program"})
            except Exception as error:
                print(type(error).__name__, error)
        print(without_addresses(printed.getvalue()))


main(sys.argv[1:])
