"""Structures nested so deeply that native code would run out of stack: the answer, or RecursionError."""

DEPTH = 100_000


def attempt(name, action):
    # How much fits is up to the implementation.
    try:
        action()
    except RecursionError:
        pass
    print(name, "withstood")


def nested(outermost, wrap):
    value = outermost
    for _ in range(DEPTH):
        value = wrap(value)
    return value


attempt("enumerate", lambda: next(nested(iter([1]), enumerate)))
attempt("zip", lambda: list(nested(iter([1]), zip)))


def loop():
    for _ in nested(iter([1, 2]), enumerate):
        pass


attempt("loop", loop)
tuples = nested((), lambda inner: (inner,))
attempt("isinstance", lambda: isinstance(1, tuples))
attempt("issubclass", lambda: issubclass(int, tuples))
attempt("format", lambda: "%s" % (tuples,))
attempt("sort", lambda: sorted([tuples, tuples]))
attempt("hash", lambda: {tuples})
attempt("tuple in list", lambda: [tuples].index(nested((), lambda inner: (inner,))))


# A few levels of native recursion are still fine after all that.
print(list(map(str, filter(None, zip([1, 2], enumerate("ab"))))))
