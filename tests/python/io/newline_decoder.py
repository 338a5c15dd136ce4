"""IncrementalNewlineDecoder."""
import io


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


for translate in (True, False):
    decoder = io.IncrementalNewlineDecoder(None, translate)
    print(decoder.newlines)
    for part, final in (("a", False), ("\n", False), ("b\r", False), ("\n", False), ("c\r", False), ("d", False), ("\r", False), ("", True), ("e\r\n\r", True)):
        print(repr(part), repr(decoder.decode(part, final)), decoder.newlines, decoder.getstate())
    decoder.reset()
    print(decoder.newlines, decoder.getstate())
    print(repr(decoder.decode("x\r\n\n\r\ry\n")), decoder.newlines)


class Decoder:
    """Upper case, with a state that counts."""

    def __init__(self):
        self.state = (b"", 0)

    def decode(self, data, final=False):
        self.state = (b"", self.state[1] + 1)
        return data.decode().upper()

    def getstate(self):
        return self.state

    def setstate(self, state):
        self.state = state

    def reset(self):
        self.state = (b"", 0)


below = Decoder()
decoder = io.IncrementalNewlineDecoder(below, True)
print(repr(decoder.decode(b"ab\r")), decoder.getstate(), repr(decoder.decode(b"\ncd\r")), decoder.getstate(), below.state)
decoder.setstate((b"", 6))
print(below.state, decoder.getstate(), repr(decoder.decode(b"\r", final=True)))
decoder.setstate((b"", 7))
print(below.state, repr(decoder.decode(b"\n")))
decoder.reset()
print(below.state, decoder.newlines)
attempt(io.IncrementalNewlineDecoder(None, True).decode, b"bytes")
attempt(io.IncrementalNewlineDecoder(None, True).setstate, 5)
attempt(io.IncrementalNewlineDecoder.__new__(io.IncrementalNewlineDecoder).decode, "x")
decoder = io.IncrementalNewlineDecoder(decoder=None, translate=1, errors="strict")
print(repr(decoder.decode(input="\r", final=False)), repr(decoder.decode(input="", final=True)))
print(repr(decoder.decode("")), decoder.newlines)
