# ExceptionGroup: making, nesting, split, subgroup, derive, and what is refused.
def shape(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}({error.message!r}: {', '.join(map(shape, error.exceptions))})"
    return repr(error) if error is not None else "None"


def attempt(text):
    try:
        result = eval(text)
        print(text, "->", " / ".join(map(shape, result)) if isinstance(result, tuple) and result and (result[0] is None or isinstance(result[0], BaseException)) else shape(result) if isinstance(result, BaseException) or result is None else result)
    except Exception as error:
        print(text, "->", type(error).__name__, error)


class Mine(ExceptionGroup):
    pass


class Derives(ExceptionGroup):
    def derive(self, errors):
        return Derives("derived " + self.message, errors)


class Base(BaseExceptionGroup):
    pass


class Attributes(ExceptionGroup):
    def __new__(cls, errors, code):
        made = super().__new__(cls, f"code {code}", errors)
        made.code = code
        return made

    def derive(self, errors):
        return Attributes(errors, self.code)


v, k, t, i = ValueError(1), KeyError(2), TypeError(3), KeyboardInterrupt(4)
inner = ExceptionGroup("inner", [v, k])
group = ExceptionGroup("outer", [inner, t, ValueError(5)])
base = BaseExceptionGroup("base", [i, v, inner])
for text in """group
str(group), repr(inner), group.message, group.exceptions == (inner, t, group.exceptions[2])
BaseExceptionGroup('b', [v])
BaseExceptionGroup('b', [i])
ExceptionGroup('e', [i])
Mine('m', [i])
Base('m', [v])
Base('m', [i])
ExceptionGroup('e', [])
ExceptionGroup('e', ())
ExceptionGroup('e', (v, k))
ExceptionGroup('e', {v})
ExceptionGroup('e', 5)
ExceptionGroup('e', [5])
ExceptionGroup('e', [ValueError])
ExceptionGroup('e')
ExceptionGroup('e', [v], 5)
ExceptionGroup(5, [v])
ExceptionGroup(msg='e', excs=[v])
str(ExceptionGroup('e', [v])), str(ExceptionGroup('', [v, k]))
group.split(ValueError)
group.split((KeyError, TypeError))
group.split(lambda e: isinstance(e, ValueError) and e.args == (5,))
group.split(lambda e: e is inner)
group.split(ExceptionGroup)
group.split(OSError)
group.split(Exception)
group.split(5)
group.split((ValueError, 5))
group.split([ValueError])
group.split(lambda e: 1 / 0)
group.split()
group.subgroup(KeyError)
group.subgroup(OSError)
group.subgroup(Exception) is group
group.subgroup(lambda e: False)
base.split(KeyboardInterrupt)
base.split(Exception)
base.subgroup(ValueError)
Mine('m', [v, k]).split(ValueError)
Derives('d', [v, Derives('n', [k, v])]).split(ValueError)
Base('m', [i, v]).split(ValueError)
Attributes([v, k], 7).split(KeyError)[0].code
group.derive([v])
group.derive([i])
group.derive([])
Derives('d', [v]).derive([k])
group.add_note('n') or group.split(ValueError)[0].__notes__
group.split(ValueError)[0].__notes__ is group.__notes__
isinstance(group, Exception), isinstance(base, Exception), issubclass(ExceptionGroup, BaseExceptionGroup), ExceptionGroup.__mro__[1:3]
ExceptionGroup[int], BaseExceptionGroup[ValueError]
group.exceptions is group.exceptions, type(group.exceptions).__name__
setattr(group, 'message', 'x')
setattr(group, 'exceptions', ())
group.args""".splitlines():
    attempt(text)
mutable = [v]
made = ExceptionGroup("made", mutable)
mutable.append(k)
print(made.exceptions, made.args, repr(made))
cause = ExceptionGroup("with cause", [v, k])
cause.__cause__ = OSError("cause")
cause.__context__ = OSError("context")
part = cause.subgroup(ValueError)
print(part.__cause__, part.__context__, part.__suppress_context__, part.__traceback__)
depth = ExceptionGroup("0", [v])
for n in range(50):
    depth = ExceptionGroup(str(n), [depth])
print(str(depth), shape(depth.split(ValueError)[0])[-60:])
try:
    raise ExceptionGroup("raised", [v])
except ValueError:
    print("never")
except Exception as error:
    print("as Exception", error)
