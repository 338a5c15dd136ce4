"""Streams in memory that nobody closes: only those of a class written in Python are told."""
import gc
import io
import weakref

closed = []


class Told(io.BytesIO):
    def close(self):
        closed.append(self.getvalue())
        super().close()


class Text(io.StringIO):
    def __del__(self):
        closed.append(self.getvalue())


def drop(turns):
    references = []
    for turn in range(turns):
        stream = io.BytesIO(b"a")
        stream.write(b"bc%d" % turn)
        text = io.StringIO("x")
        text.seek(0, 2)
        text.write(str(turn))
        references.append((weakref.ref(stream), weakref.ref(text)))
        if turn % 50 == 0:
            Told(b"told").seek(0)
            Text("text")
    return stream.getvalue(), text.getvalue(), references


data, text, references = drop(200)
for _ in range(3):
    gc.collect()
print(data, text, sum(a() is None and b() is None for a, b in references) >= 190)
print(sorted(map(str, closed)))
seen = io.BytesIO(b"seen")
with seen.getbuffer() as view:
    gc.collect()
    print(bytes(view))
print(b"".join([]), b", ".join([b"a", bytearray(b"b"), memoryview(b"c")]), bytearray(b"-").join([b"x", b"y"]))
for wrong in [[b"a", "b"], [b"a", 1], ["a"], [None]]:
    try:
        b"-".join(wrong)
    except TypeError as error:
        print(error)
