# Warnings: filters, categories, recording; tracebacks as text and as objects.
import linecache
import sys
import traceback
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("plain")
    warnings.warn("deprecated", DeprecationWarning, stacklevel=1)
    warnings.warn(UserWarning("instance"))
    warnings.warn_explicit("explicit", RuntimeWarning, "file.py", 42)
print([(w.category.__name__, str(w.message), w.lineno if w.filename == "file.py" else "here") for w in caught])
with warnings.catch_warnings():
    warnings.filterwarnings("error", message="bad.*")
    for text in "bad thing", "good thing":
        try:
            warnings.filterwarnings("ignore", message="good")
            warnings.warn(text)
            print("passed", text)
        except UserWarning as error:
            print("raised", error)
print(warnings.formatwarning("message", UserWarning, "f.py", 3, "  the line"), end="")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("once")
    for _ in range(3):
        warnings.warn("repeated")
print(len(caught))


@warnings.deprecated("use other")
def old():
    return 1


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(old(), caught[0].message, old.__deprecated__)
for attempt in (lambda: warnings.warn("x", int), lambda: warnings.simplefilter("nope"), lambda: warnings.filterwarnings("always", 5)):
    try:
        attempt()
    except (TypeError, ValueError, AssertionError) as error:
        print(type(error).__name__, error)
linecache.cache["made.py"] = (0, None, ["def f(x):\n", "    return g(x) + 1\n", "def g(x):\n", "    raise ValueError('deep', x)\n"], "made.py")
namespace = {}
exec(compile("".join(linecache.getlines("made.py")), "made.py", "exec"), namespace)


def call():
    namespace["f"](3)


try:
    call()
except ValueError as error:
    entries = traceback.extract_tb(error.__traceback__)
    print([(e.name, e.lineno, e.line) for e in entries][2:], len(entries))
    print("".join(traceback.format_exception_only(error)), "".join(traceback.format_list(entries[2:])), end="")
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    print(report.exc_type_str, report.stack[-1].locals, report)
    print("".join(traceback.format_tb(error.__traceback__, limit=-1)), end="")
try:
    try:
        raise KeyError("first")
    except KeyError as first:
        raise ValueError("second") from first
except ValueError as error:
    error.add_note("a note")
    lines = traceback.format_exception(error)
    print([line for line in "".join(lines).splitlines() if not line.startswith(("  ", "Traceback"))])
try:
    raise ExceptionGroup("group", [ValueError(1), ExceptionGroup("inner", [KeyError("k")])])
except ExceptionGroup as error:
    print("".join(traceback.format_exception(error)).count("|"), error.subgroup(KeyError), error.split(ValueError))
print(sys.exc_info(), traceback.format_exc())
