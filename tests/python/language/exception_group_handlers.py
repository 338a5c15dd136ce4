# except*: which leaves go to which handler, what is raised again, and what is refused.
def shape(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}({error.message!r}: {', '.join(map(shape, error.exceptions))})"
    return f"{type(error).__name__}{error.args}"


def run(function, *args):
    try:
        result = function(*args)
        print(function.__name__, "->", result)
    except BaseException as error:
        print(function.__name__, "raised", shape(error), "| context", error.__context__ and shape(error.__context__), "| cause", error.__cause__ and shape(error.__cause__))


def tree():
    return ExceptionGroup("top", [ValueError(1), ExceptionGroup("mid", [KeyError(2), TypeError(3), ExceptionGroup("low", [ValueError(4)])]), OSError(5)])


def split():
    try:
        raise tree()
    except* ValueError as group:
        print("values", shape(group), group.__traceback__ is not None)
    except* (KeyError, TypeError) as group:
        print("pair", shape(group))
    except* OSError as group:
        print("os", shape(group))
    else:
        print("never")
    finally:
        print("finally")


def rest_is_raised():
    try:
        raise tree()
    except* ValueError:
        pass
    except* LookupError:
        pass


def naked():
    try:
        raise ValueError("naked")
    except* ValueError as group:
        print(shape(group), type(group.exceptions[0].__context__))


def naked_unmatched():
    try:
        raise ValueError("naked")
    except* KeyError:
        print("never")


def base():
    try:
        raise BaseExceptionGroup("b", [KeyboardInterrupt(1), ValueError(2)])
    except* KeyboardInterrupt as group:
        print(shape(group))


def raised_inside():
    try:
        raise tree()
    except* ValueError:
        raise RuntimeError("new")
    except* KeyError as group:
        raise LookupError("other") from group.exceptions[0]


def raised_again():
    try:
        raise tree()
    except* ValueError:
        raise
    except* OSError:
        pass


def raised_by_name():
    try:
        raise tree()
    except* (ValueError, TypeError) as group:
        raise group


def nested():
    try:
        try:
            raise tree()
        except* KeyError:
            raise KeyError("replaced")
    except* KeyError as group:
        print("outer", shape(group))


def with_loop():
    found = []
    for i in range(3):
        try:
            if i:
                raise ExceptionGroup("g", [ValueError(i), TypeError(i)])
        except* ValueError as g:
            found.append(len(g.exceptions))
        except* TypeError as g:
            found.append("t")
        else:
            found.append("else")
        finally:
            found.append(i)
    return found


def group_in_handler():
    try:
        raise ValueError
    except* ExceptionGroup:
        pass


def class_that_is_none():
    try:
        raise ValueError(1)
    except* 5:
        pass


def unbound_after():
    try:
        raise ValueError(1)
    except* ValueError as g:
        pass
    return g


def everything():
    try:
        raise tree()
    except* Exception as g:
        return_value = shape(g)
    return return_value


class Special(ExceptionGroup):
    def __init__(self, message, errors, code=0):
        super().__init__(message, errors)
        self.code = code

    def __new__(cls, message, errors, code=0):
        return super().__new__(cls, message, errors)

    def derive(self, errors):
        return Special(self.message, errors, self.code + 1)


class NoDerive(ExceptionGroup):
    pass


def derived():
    error = Special("s", [ValueError(1), KeyError(2)], 7)
    error.add_note("noted")
    try:
        try:
            raise error
        except* ValueError as group:
            print(type(group).__name__, group.code, group.__notes__)
    except* KeyError as group:
        print(type(group).__name__, group.code, group.__notes__)


def not_derived():
    try:
        raise NoDerive("n", [ValueError(1), KeyError(2)])
    except* ValueError as group:
        print(type(group).__name__)


class WrongDerive(ExceptionGroup):
    def derive(self, errors):
        return 5


def wrongly_derived():
    try:
        raise WrongDerive("n", [ValueError(1), KeyError(2)])
    except* ValueError as group:
        print(type(group).__name__)


for function in (split, rest_is_raised, naked, naked_unmatched, base, raised_inside, raised_again, raised_by_name, nested, with_loop, group_in_handler, class_that_is_none, unbound_after, everything, derived, not_derived, wrongly_derived):
    run(function)
for text in ("try: pass\nexcept* ValueError: return", "def f():\n try: pass\n except* ValueError: return", "for x in 'a':\n try: pass\n except* ValueError: break", "for x in 'a':\n try: pass\n except* ValueError: continue", "for x in 'a':\n try: pass\n except* ValueError:\n  for y in 'b': break", "try: pass\nexcept* ValueError: pass\nexcept KeyError: pass", "try: pass\nexcept*: pass", "try: pass\nexcept KeyError, ValueError: pass", "try: pass\nexcept KeyError, ValueError as e: pass", "try: pass\nexcept* KeyError, ValueError: pass", "try: pass\nexcept (KeyError, ValueError), TypeError: pass", "try: pass\nexcept: pass\nexcept KeyError: pass", "try: pass\nelse: pass", "try: pass"):
    try:
        compile(text, "<text>", "exec")
        print(text.replace("\n", ";"), "compiles")
    except SyntaxError as error:
        print(text.replace("\n", ";"), "|", error.msg)
