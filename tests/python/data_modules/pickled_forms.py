# pickle: each protocol's bytes, references, persistent ids, own reducers, buffers, and damaged data.
import copyreg
import io
import pickle
import pickletools


class Point:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return self.x == other.x


class WithState:
    def __getstate__(self):
        return {"s": 1}, {"slot": 2}

    __slots__ = ("s", "slot", "__dict__")


class Persistent(pickle.Pickler):
    def persistent_id(self, value):
        return ("id", value.x) if isinstance(value, Point) else None


class Loader(pickle.Unpickler):
    def persistent_load(self, pid):
        return f"loaded {pid}"

    def find_class(self, module, name):
        if name == "WithState":
            raise pickle.UnpicklingError("forbidden")
        return super().find_class(module, name)


class Overrides(pickle.Pickler):
    def reducer_override(self, value):
        return (str, ("overridden",)) if isinstance(value, Point) else NotImplemented


def through(kind, value, protocol=4):
    buffer = io.BytesIO()
    kind(buffer, protocol).dump(value)
    return buffer.getvalue()


shared = [1]
values = [None, True, 0, 255, 65536, -1, 2**31, 2**100, 1.5, "a\u20ac", b"b", (), (1,), (1, 2, 3, 4), [], [1, 2], {}, {"a": 1}, {1}, frozenset(), ..., int, len, slice(1), bytearray(b"x"), 3j]


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[[pickle.dumps(v, p) for p in range(6)] for v in (None, 255, "a", b"b", (1, 2), [1])]
[[pickle.loads(pickle.dumps(v, p)) == v for v in values].count(True) for p in range(6)], pickle.HIGHEST_PROTOCOL, pickle.DEFAULT_PROTOCOL, pickle.format_version
(lambda t: (t[0] is t[1], t[0] is t[2]["k"]))(pickle.loads(pickle.dumps([shared, shared, {"k": shared}]))), (lambda r: r[0] is r)((lambda r: r.append(r) or pickle.loads(pickle.dumps(r)))([])), pickle.loads(pickle.dumps(Point([1]))).x, (lambda w: (w.s if hasattr(w, "s") else "unset", w.slot))(pickle.loads(pickle.dumps(WithState())))
Loader(io.BytesIO(through(Persistent, [Point(5), 1]))).load(), pickle.loads(through(Overrides, [Point(5)]))
Loader(io.BytesIO(pickle.dumps(WithState()))).load()
pickle.loads(through(Persistent, Point(5)))
pickle.loads(b"")
pickle.loads(b"junk")
pickle.loads(pickle.dumps([1, 2])[:-1])
pickle.loads(b"\x80\x09.")
pickle.loads(b"cnope\nnope\n.")
pickle.loads(b"cos\nnope\n.")
pickle.loads(b"0.")
pickle.loads(b"].extra")
pickle.loads("text")
pickle.dumps(x for x in ())
pickle.dumps(io.StringIO)[:10], pickle.dumps(Point)[-20:]
pickle.dumps(open(__file__))
pickle.dumps(1, 99)
pickle.dumps(1, -1)[:2]
(lambda b: (pickle.dumps(pickle.PickleBuffer(b"abc"), 5, buffer_callback=b.append)[:2], len(b), b[0].raw().tobytes()))([]), pickle.loads(pickle.dumps(pickle.PickleBuffer(bytearray(b"abc")), 5)), pickle.loads(pickle.dumps(pickle.PickleBuffer(b"abc"), 5, buffer_callback=lambda b: False), buffers=[b"other"])
pickle.dumps(pickle.PickleBuffer(b"abc"), 4)
pickle.loads(pickle.dumps(pickle.PickleBuffer(b"abc"), 5, buffer_callback=lambda b: False))
copyreg.pickle(Point, lambda p: (Point, (p.x * 2,))) or pickle.loads(pickle.dumps(Point(4))).x, copyreg.dispatch_table.pop(Point).__name__, copyreg.constructor(Point)
copyreg.pickle(Point, 5)
copyreg.constructor(5)
(lambda b: (lambda p: (p.dump(shared), p.dump(shared), p.memo is not None, p.clear_memo(), len(b.getvalue())))(pickle.Pickler(b, 2)))(io.BytesIO())
(lambda u: (u.load(), u.load()))(pickle.Unpickler(io.BytesIO(pickle.dumps(1) + pickle.dumps("two"))))
pickle.dump(1, 5)
pickletools.optimize(pickle.dumps(["a", "a"], 2)) == pickletools.optimize(pickletools.optimize(pickle.dumps(["a", "a"], 2))), [op.name for op, arg, pos in pickletools.genops(pickle.dumps((1, "a"), 0))]
pickletools.dis(pickle.dumps([1, (2, "x")], 2))""".splitlines():
    attempt(text)
