# sys.monitoring: tools, sets of events, callbacks and DISABLE.
import sys

M = sys.monitoring
E = M.events
TOOL = 3


def attempt(label, action):
    try:
        print(label, "->", action())
    except Exception as error:
        print(label, "->", type(error).__name__, error)


print("# tools")
attempt("not in use", lambda: M.set_events(TOOL, E.LINE))
attempt("no tool", lambda: M.use_tool_id(6, "x"))
attempt("negative", lambda: M.get_tool(-1))
attempt("name", lambda: M.use_tool_id(TOOL, 5))
attempt("free", lambda: M.get_tool(TOOL))
attempt("use", lambda: M.use_tool_id(TOOL, "test"))
attempt("again", lambda: M.use_tool_id(TOOL, "other"))
attempt("get", lambda: M.get_tool(TOOL))
attempt("events", lambda: M.get_events(TOOL))

print("# sets")
attempt("lines", lambda: M.set_events(TOOL, E.LINE | E.PY_START))
attempt("get", lambda: M.get_events(TOOL) == E.LINE | E.PY_START)
attempt("too large", lambda: M.set_events(TOOL, 1 << 30))
attempt("negative", lambda: M.set_events(TOOL, -1))
attempt("C_RETURN alone", lambda: M.set_events(TOOL, E.C_RETURN))
attempt("local", lambda: M.set_local_events(TOOL, attempt.__code__, E.LINE))
attempt("get local", lambda: M.get_local_events(TOOL, attempt.__code__) == E.LINE)
attempt("no code", lambda: M.set_local_events(TOOL, attempt, E.LINE))
attempt("not local", lambda: M.set_local_events(TOOL, attempt.__code__, E.RAISE))
M.set_local_events(TOOL, attempt.__code__, 0)
M.set_events(TOOL, 0)

print("# callbacks")
attempt("two events", lambda: M.register_callback(TOOL, E.LINE | E.CALL, print))
attempt("no event", lambda: M.register_callback(TOOL, 0, print))
attempt("first", lambda: M.register_callback(TOOL, E.LINE, print))
attempt("second", lambda: M.register_callback(TOOL, E.LINE, None) is print)

NAMES = [
    "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "C_RETURN",
    "C_RAISE",
]


def watch(names, function, *args):
    """Runs a function and prints the events of this file."""
    seen = []

    def callback(name):
        def called(code, *arguments):
            if code.co_filename != __file__ or code.co_name == "watch":
                return
            if name == "LINE":
                shown = [arguments[0] - code.co_firstlineno]
            else:
                shown = [getattr(a, "__name__", a) for a in arguments[1:]]
                shown = ["MISSING" if a is M.MISSING else a for a in shown]
                shown = [type(a).__name__ if not isinstance(a, (int, str, type(None))) else a for a in shown]
            seen.append((code.co_name, name, *shown))

        return called

    bits = 0
    for name in names:
        M.register_callback(TOOL, getattr(E, name), callback(name))
        if name not in ("C_RETURN", "C_RAISE"):
            bits |= getattr(E, name)
    M.set_events(TOOL, bits)
    try:
        result = function(*args)
    except Exception as error:
        result = type(error).__name__
    M.set_events(TOOL, 0)
    for name in names:
        M.register_callback(TOOL, getattr(E, name), None)
    print(function.__name__, "->", result)
    for event in seen:
        print("   ", *event)


def inner(x):
    return x + 1


def outer():
    y = inner(1)
    z = len([y])
    return y + z


def fails():
    raise ValueError("wrong")


def catches():
    try:
        fails()
    except ValueError:
        return "caught"


def fails_natively():
    try:
        int("x")
    except ValueError:
        pass


def generates():
    x = yield 1
    yield x


def iterates():
    return list(generates())


def throws():
    g = generates()
    next(g)
    try:
        g.throw(KeyError("k"))
    except KeyError:
        pass


def loops():
    for k in range(2):
        k += 1
    return k


print("# events")
for names, function in [
    (["PY_START", "PY_RETURN"], outer), (["LINE"], outer), (["CALL"], outer), (["CALL", "C_RETURN", "C_RAISE"], outer),
    (["CALL", "C_RETURN", "C_RAISE"], fails_natively), (["RAISE", "EXCEPTION_HANDLED", "PY_UNWIND"], catches),
    (["RAISE", "PY_UNWIND"], fails), (["PY_START", "PY_RESUME", "PY_YIELD", "PY_RETURN"], iterates),
    (["PY_THROW", "PY_UNWIND", "PY_RESUME"], throws), (["LINE"], loops), (["LINE"], catches),
]:
    watch(names, function)

print("# code objects")
lines = []
M.register_callback(TOOL, E.LINE, lambda code, line: lines.append((code.co_name, line - code.co_firstlineno)))
M.set_local_events(TOOL, inner.__code__, E.LINE)
outer()
outer()
print(lines)
M.set_local_events(TOOL, inner.__code__, 0)
outer()
print(len(lines))

print("# DISABLE")
lines = []


def once(code, line):
    lines.append((code.co_name, line - code.co_firstlineno))
    return M.DISABLE


M.register_callback(TOOL, E.LINE, once)
M.set_local_events(TOOL, loops.__code__, E.LINE)
loops()
loops()
print(lines)
M.restart_events()
loops()
print(lines)
M.set_local_events(TOOL, loops.__code__, 0)

M.register_callback(TOOL, E.RAISE, lambda *args: M.DISABLE)
M.set_events(TOOL, E.RAISE)
try:
    try:
        fails()
    except ValueError as error:
        message = str(error)
finally:
    M.set_events(TOOL, 0)
print(message)

print("# a callback that raises")


def refuses(code, offset):
    if code is inner.__code__:
        raise RuntimeError("refused")


M.register_callback(TOOL, E.PY_START, refuses)
M.set_events(TOOL, E.PY_START)
try:
    outer()
except RuntimeError as error:
    message = error
M.set_events(TOOL, 0)
print(repr(message))
M.free_tool_id(TOOL)
attempt("freed", lambda: M.get_tool(TOOL))
