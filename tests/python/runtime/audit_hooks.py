"""Audit hooks (PEP 578) are told of events, and forbid them by raising."""

import io
import os
import sys

seen = []
watched = {"import", "open", "exec", "compile", "my.event", "sys.addaudithook"}


def hook(event, arguments):
    if event in watched and seen is not None:
        seen.append((event, arguments))


sys.addaudithook(hook)
sys.audit("my.event", 1, "two")
sys.audit("other.event")
print(seen.pop(), len(seen))

import colorsys

print([(event, arguments[0]) for event, arguments in seen if event == "import" and arguments[0] == "colorsys"])
seen.clear()
open(os.devnull).close()
print([(event, arguments[0], arguments[1]) for event, arguments in seen])
seen.clear()
code = compile("x = 1", "<here>", "exec")
exec(code)
print([(event, arguments) if event == "compile" else (event, arguments[0] is code) for event, arguments in seen])
seen.clear()


class Forbidden(RuntimeError):
    pass


forbidden = {"my.secret"}


def guard(event, arguments):
    if event in forbidden:
        raise Forbidden(event, *arguments)


sys.addaudithook(guard)
print([event for event, _ in seen])
for event in ("my.secret", "my.public"):
    try:
        sys.audit(event, 5)
        print(event, "passes")
    except Forbidden as error:
        print(repr(error))
forbidden.add("sys.addaudithook")
late = []
sys.addaudithook(lambda event, arguments: late.append(event))
sys.audit("my.public")
print("a hook that is not added hears", late)
forbidden.add("open")
try:
    io.open(os.devnull)
except Forbidden as error:
    print(error.args[0], error.args[1], error.args[2])
try:
    sys.audit(1)
except TypeError as error:
    print(error)
