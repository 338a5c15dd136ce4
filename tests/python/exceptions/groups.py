# Exception groups.
def attempt(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, e)


attempt(lambda: ExceptionGroup())
attempt(lambda: ExceptionGroup("a"))
attempt(lambda: ExceptionGroup(1, 2))
attempt(lambda: ExceptionGroup("a", 2))
attempt(lambda: ExceptionGroup("a", []))
attempt(lambda: ExceptionGroup("a", [1]))
attempt(lambda: ExceptionGroup("a", [ValueError(1), 3]))
attempt(lambda: ExceptionGroup("a", [KeyboardInterrupt()]))
attempt(lambda: ExceptionGroup("a", {1: 2}))
attempt(lambda: ExceptionGroup("a", [ValueError()], 2))
attempt(lambda: type(BaseExceptionGroup("a", [ValueError(1)])))
attempt(lambda: type(BaseExceptionGroup("a", [KeyboardInterrupt(1)])))


class Both(BaseExceptionGroup, ValueError):
    pass


class Derived(ExceptionGroup):
    def derive(self, excs):
        return Derived(self.message, excs)


attempt(lambda: Both("a", [KeyboardInterrupt(1)]))
e = ExceptionGroup("a", [ValueError(1), ExceptionGroup("b", [KeyError(2), OSError(3)])])
print(e.message, e.exceptions, e.args, str(e), repr(e))
attempt(lambda: e.split(1))
attempt(lambda: e.subgroup((ValueError, 3)))
print(e.split(KeyError))
print([repr(x) for x in e.split(KeyError)])
print(repr(e.subgroup(lambda x: isinstance(x, ValueError))))
print(e.subgroup(AttributeError), e.split(ExceptionGroup))
print(repr(e.derive([OSError(1)])))
d = Derived("d", [ValueError(1), KeyError(2)])
d.add_note("a note")
d.__cause__ = TypeError("cause")
match, rest = d.split(ValueError)
print(type(match).__name__, match.__notes__, repr(match.__cause__), repr(rest))
print(ExceptionGroup.__mro__, ExceptionGroup.__doc__, ExceptionGroup.__module__)
attempt(lambda: setattr(e, "message", 2))

try:
    raise ExceptionGroup("many", [ValueError("v"), TypeError("t"), ExceptionGroup("in", [ValueError("w"), OSError("o")])])
except* ValueError as group:
    print("values", repr(group))
except* TypeError as group:
    print("types", repr(group))
except* OSError as group:
    print("os", repr(group))
try:
    try:
        raise ValueError("naked")
    except* ValueError as group:
        print(repr(group))
        raise KeyError("from handler")
except BaseException as error:
    print(repr(error), repr(error.__context__))
try:
    try:
        raise ExceptionGroup("x", [ValueError(1), TypeError(2)])
    except* ValueError:
        pass
except ExceptionGroup as error:
    print(repr(error))
