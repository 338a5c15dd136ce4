# traceback: summaries, frames, exceptions taken apart, limits, chains, groups, and text for lines that are not there.
import io
import traceback as t


def fail(n):
    if n:
        fail(n - 1)
    raise ValueError("deep")


def chained():
    try:
        fail(1)
    except ValueError as error:
        raise KeyError("outer") from error


def caught(function, *args):
    try:
        function(*args)
    except Exception as error:
        return error


e, c = caught(fail, 2), caught(chained)
g = ExceptionGroup("g", [e, TypeError("t"), ExceptionGroup("inner", [OSError(2, "no")])])
noted = ValueError("noted")
noted.add_note("one\ntwo")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[(f.name, f.lineno, f.line) for f in t.extract_tb(e.__traceback__)], len(t.extract_tb(e.__traceback__, limit=1)), [f.name for f in t.extract_tb(e.__traceback__, limit=-2)], t.extract_stack()[-1].name, t.extract_tb(None)
print("".join(t.format_exception(e)), end="")
print("".join(t.format_exception(c)), end="")
print("".join(t.format_exception(c, chain=False)), end="")
print("".join(t.format_exception(g)), end="")
print("".join(t.format_exception(e, limit=1)), "".join(t.format_exception(e, limit=-1)), end="")
t.format_exception_only(noted), t.format_exception_only(g), t.format_exception_only(g, show_group=True), t.format_exception_only(type(e), e), t.format_exception_only(SyntaxError("m", ("f", 3, 4, "some text", 3, 6)))
t.format_exception(type(e), e, None), t.format_exception(None, None, None), t.format_exc(), t.format_tb(None), t.format_list([("f.py", 3, "name", "line"), ("g.py", 5, "other", None)])
t.format_exception(5)
t.format_exception(e, 5)
t.FrameSummary("f", 1, "n", line="text"), t.FrameSummary("f", 1, "n") == ("f", 1, "n", ""), tuple(t.FrameSummary("f", 1, "n", line=" x ")), t.StackSummary.from_list([("f", 1, "n", "l")]).format(), len(t.FrameSummary("f", 1, "n"))
(lambda x: (x.exc_type_str, str(x), x.__cause__.exc_type_str, x.__suppress_context__, len(x.stack), x == t.TracebackException.from_exception(c), list(x.format_exception_only())))(t.TracebackException.from_exception(c))
(lambda x: [y.exc_type_str for y in x.exceptions])(t.TracebackException.from_exception(g)), list(t.TracebackException.from_exception(g, max_group_width=1).format())[-4:], list(t.TracebackException.from_exception(g, max_group_depth=1).format())[-3:]
(lambda out: (t.print_exception(noted, file=out), t.print_list(t.extract_tb(e.__traceback__)[:1], file=out), t.print_tb(None, file=out), out.getvalue()))(io.StringIO())[3]
[(f.f_code.co_name, n) for f, n in t.walk_tb(e.__traceback__)], t.walk_stack(None).__class__.__name__, t.StackSummary.extract(t.walk_tb(e.__traceback__), capture_locals=True)[1].locals, list(t.TracebackException.from_exception(e, capture_locals=True).format())[2:4]
t.clear_frames(e.__traceback__), e.__traceback__.tb_next.tb_frame.f_locals, e.__traceback__.tb_lineno, e.__traceback__.tb_lasti >= 0""".splitlines():
    attempt(text)
