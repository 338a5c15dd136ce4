# Slices with steps and bounds of all kinds, read, assigned and deleted, on every sequence.
from array import array
from collections import UserList, deque

bounds = (None, -9, -3, -1, 0, 1, 2, 4, 9)
text = "abcd"
lines = []
for step in (None, 1, 2, 3, -1, -2, -9):
    row = []
    for start in bounds:
        row.append("/".join(text[start:stop:step] or "-" for stop in bounds))
    print(step, " ".join(row))


def attempt(name, container, change):
    try:
        result = change(container)
        print(name, container, "" if result is None else result)
    except Exception as error:
        print(name, type(error).__name__, error, container)


def assign(key, value):
    return lambda c: c.__setitem__(key, value)


def delete(key):
    return lambda c: c.__delitem__(key)


S = slice
for kind in (list, bytearray, lambda v: array("b", v), UserList):
    name = getattr(kind, "__name__", "array").strip("<>")
    wrap = kind if kind is not UserList else list
    for key, values in ((S(1, 3), [7]), (S(1, 1), [7, 8, 9]), (S(3, 1), [7]), (S(None), []), (S(None, None, 2), [7, 8, 9]), (S(None, None, -2), [7, 8, 9]), (S(None, None, 2), [7]), (S(4, None, -1), [1, 2, 3, 4, 5]), (S(2, 2, 2), []), (S(9, 20), [7]), (S(-2, None), [7])):
        attempt(f"{name} {key.start}:{key.stop}:{key.step}={values}", kind([0, 1, 2, 3, 4]), assign(key, wrap(values)))
    for key in (S(1, 3), S(None, None, 2), S(None, None, -2), S(3, 1), S(1, None, 3), S(-1, -9, -1), S(None, None, 0), 2, -1, 5, "x", 1.0):
        attempt(f"{name} del {key}", kind([0, 1, 2, 3, 4]), delete(key))
    attempt(name, kind([0, 1, 2]), assign(S(0, 1), 5))
    attempt(name, kind([0, 1, 2]), assign(S(0, 2, 2), 5))
    attempt(name, kind([0, 1, 2]), assign(S("a", 1), [1]))
    attempt(name, kind([0, 1, 2]), assign(5, 5))
    attempt(name, kind([0, 1, 2]), lambda c: c[5])
    attempt(name, kind([0, 1, 2]), lambda c: c[None])
    attempt(name, kind([0, 1, 2]), lambda c: c[1, 2])
    attempt(name, kind([0, 1, 2]), lambda c: c[2**70])
    attempt(name, kind([0, 1, 2]), lambda c: c[2**70:])


class Index:
    def __init__(self, value, container=None):
        self.value, self.container = value, container

    def __index__(self):
        if self.container is not None:
            self.container.clear()
        return self.value


numbers = list(range(10))
print(numbers[Index(2):Index(8):Index(3)], numbers[Index(-1)], text[Index(1)], (1, 2)[Index(0)], b"ab"[Index(1)], range(9)[Index(2):Index(5)])
attempt("cleared", numbers, lambda c: c[1:Index(5, c)])
numbers = list(range(4))
attempt("cleared", numbers, lambda c: c.__setitem__(slice(1, Index(3, c)), [7]))
for own in ([1, 2, 3], deque([1, 2, 3])):
    attempt("itself", own, lambda c: c.extend(c))
own = [1, 2, 3]
own[1:2] = own
print(own)
own[::2] = own[1::2] + [0]
print(own)
own[:] = (x * 2 for x in own)
print(own)
print(slice(1, 2, 3).indices(2), slice(None, None, -1).indices(5), slice(-5, 5).indices(3), slice(2**80).indices(2**70), slice(None, -(2**70), -1).indices(3))
for arguments in ((-1,), ("a",), (1.5,)):
    attempt("indices", slice(1), lambda c: c.indices(*arguments))
print(slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3), hash(slice(1)) == hash(slice(1)), repr(slice("a", None, [1])), slice(5).__reduce__()[1])
