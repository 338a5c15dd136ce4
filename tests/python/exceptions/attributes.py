# What exceptions have in common: context, cause, notes, traceback, pickling protocol.
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise KeyError("k") from e
except KeyError as e:
    print(repr(e.__cause__), e.__cause__ is e.__context__, e.__suppress_context__, e)
try:
    try:
        {}["missing"]
    except KeyError:
        raise ValueError("second")
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
    e.add_note("note 1")
    e.add_note("note 2")
    print(e.__notes__, e.__reduce__())
for e in (StopIteration(5), SystemExit(3), ImportError("m", name="n", path="p"), NameError("x", name="x"), AttributeError("a", name="b", obj=3)):
    print(repr(e), e.args, [getattr(e, name, "-") for name in ("value", "code", "name", "path", "obj", "msg")])
for bad in (lambda: ValueError(x=1), lambda: setattr(ValueError(), "__cause__", 3), lambda: ValueError().with_traceback(3),
            lambda: ValueError().add_note(3), lambda: setattr(ValueError(), "args", 3)):
    try:
        bad()
    except TypeError as e:
        print(e)
print(StopAsyncIteration(1).args, str(KeyError("a")), str(KeyError("a", "b")), repr(KeyError()))
