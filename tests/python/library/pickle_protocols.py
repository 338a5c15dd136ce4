# What pickling keeps: cycles, classes by name, reduce hooks, persistent ids, protocols 0 to 5.
import copyreg
import io
import pickle
import pickletools


class Plain:
    def __init__(self, a):
        self.a = a

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__


class Reduced:
    def __init__(self, n):
        self.n = n

    def __reduce__(self):
        return Reduced, (self.n + 1,)


class WithArguments(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    def __getnewargs__(self):
        return tuple(self)


class Singleton:
    def __reduce__(self):
        return "SINGLETON"


SINGLETON = Singleton()
values = [None, True, 5, -1, 2**70, -(2**300), 1.5, float("inf"), 1j, "text", "\u20ac\U0001f40d", b"bytes", bytearray(b"xy"), [1, [2]], (1,), (1, 2, 3, 4), {"a": {1: 2}}, {1, 2}, frozenset("ab"), range(3), slice(1, 2), Plain([1]), len, Plain, Ellipsis, NotImplemented, type(None)]
for protocol in range(6):
    for value in values:
        made = pickle.loads(pickle.dumps(value, protocol))
        assert made == value and type(made) is type(value), (protocol, value)
    again = pickle.loads(pickle.dumps(Reduced(1), protocol))
    cycle = [1]
    cycle.append(cycle)
    made = pickle.loads(pickle.dumps(cycle, protocol))
    print(protocol, again.n, made[1] is made, pickle.loads(pickle.dumps(WithArguments(1, 2), protocol)), pickle.loads(pickle.dumps(SINGLETON, protocol)) is SINGLETON)
print(pickle.dumps([1, "a", None, 1.5], 0))
print(pickle.dumps({"key": (1, 2)}, 2), pickle.dumps(b"abc", 4))


class Persisting(pickle.Pickler):
    def persistent_id(self, obj):
        return "the-id" if obj is SINGLETON else None


class Finding(pickle.Unpickler):
    def persistent_load(self, pid):
        return ("loaded", pid)


buffer = io.BytesIO()
Persisting(buffer).dump([SINGLETON, 1])
buffer.seek(0)
print(Finding(buffer).load())
copyreg.pickle(complex, lambda c: (complex, (c.real + 1, c.imag)))
print(pickle.loads(pickle.dumps(1 + 2j)))
for attempt in (lambda: pickle.dumps((n for n in [])), lambda: pickle.loads(b""), lambda: pickle.loads(b"garbage"), lambda: pickle.loads(b"cno_such\nthing\n.")):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
pickletools.dis(pickle.dumps((1, "x"), 2))
stored = pickle.dumps(bytearray(b"data"), 5, buffer_callback=(buffers := []).append)
print(len(buffers), pickle.loads(stored, buffers=buffers))
