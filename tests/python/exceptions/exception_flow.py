# Order of else, finally and returns; contexts and causes; re-raising; exceptions in handlers and generators.
log = []


def order(kind):
    try:
        log.append("try")
        if kind == "raise":
            raise ValueError("v")
        if kind == "return":
            return "returned"
    except ValueError:
        log.append("except")
        return "handled"
    else:
        log.append("else")
    finally:
        log.append("finally")
    return "end"


for kind in "raise", "return", "none":
    log.clear()
    print(order(kind), log)


def loops():
    for n in range(4):
        try:
            if n == 1:
                continue
            if n == 3:
                break
            yield n
        finally:
            yield f"cleanup {n}"


print(list(loops()))
try:
    try:
        {}["missing"]
    except KeyError:
        int("x")
except ValueError as error:
    print(repr(error), repr(error.__context__), error.__cause__, error.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise RuntimeError("from") from error
except RuntimeError as error:
    print(repr(error.__cause__), error.__suppress_context__)
try:
    raise ValueError from None
except ValueError as error:
    print(error.__cause__, error.__suppress_context__)


def nested():
    try:
        raise KeyError(1)
    except KeyError:
        try:
            raise IndexError(2)
        except IndexError:
            pass
        raise


try:
    nested()
except KeyError as error:
    print("reraised", error, error.__context__)
try:
    raise
except RuntimeError as error:
    print(error)


def name_is_deleted():
    error = "before"
    try:
        raise ValueError
    except ValueError as error:
        pass
    try:
        return error
    except UnboundLocalError as unbound:
        return unbound


print(name_is_deleted())


class Custom(Exception):
    def __init__(self, code, *args):
        super().__init__(*args)
        self.code = code

    def __str__(self):
        return f"code {self.code}: {self.args}"


for attempt in (lambda: (_ for _ in ()).throw(Custom(5, "a", 1)), lambda: [].pop(), lambda: (lambda: 0)(1), lambda: None.x, lambda: undefined, lambda: 1 + "", lambda: (1).__add__("x")):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error, error.args)


def chain(depth):
    try:
        if depth:
            chain(depth - 1)
        else:
            raise ValueError("bottom")
    except ValueError as error:
        raise ValueError(f"level {depth}") from error


try:
    chain(3)
except ValueError as error:
    texts = []
    while error:
        texts.append(str(error))
        error = error.__cause__
    print(texts)
for bad in 5, "text", int:
    try:
        raise bad
    except TypeError as error:
        print(error)
    except BaseException as error:
        print("?", error)
try:
    try:
        pass
    except 5:
        pass
    raise ValueError
except (KeyError, (ValueError,)) if False else ValueError:
    print("matched")
try:
    try:
        raise ValueError
    except 5:
        pass
except TypeError as error:
    print(error)
