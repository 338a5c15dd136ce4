"""Nested data written as JSON text and read back, by recursive functions."""
import sys

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def encode(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(c, c) for c in value) + '"'
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join([encode(item) for item in value]) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join([encode(k) + ": " + encode(v) for k, v in value.items()]) + "}"
    raise TypeError(type(value).__name__)


class Reader:
    def __init__(self, text):
        self.text = text
        self.at = 0

    def skip(self):
        while self.text[self.at] in " \n":
            self.at += 1
        return self.text[self.at]

    def value(self):
        c = self.skip()
        if c == '"':
            return self.string()
        if c == "[":
            return self.array()
        if c == "{":
            return self.object()
        for word, value in (("null", None), ("true", True), ("false", False)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "+-0123456789.e":
            self.at += 1
        number = self.text[start:self.at]
        return float(number) if "." in number else int(number)

    def string(self):
        self.at += 1
        out = []
        while True:
            c = self.text[self.at]
            self.at += 1
            if c == '"':
                return "".join(out)
            if c == "\\":
                c = self.text[self.at]
                self.at += 1
                c = {"n": "\n", "t": "\t"}.get(c, c)
            out.append(c)

    def array(self):
        self.at += 1
        items = []
        while self.skip() != "]":
            items.append(self.value())
            if self.skip() == ",":
                self.at += 1
        self.at += 1
        return items

    def object(self):
        self.at += 1
        items = {}
        while self.skip() != "}":
            key = self.value()
            self.skip()
            self.at += 1
            items[key] = self.value()
            if self.skip() == ",":
                self.at += 1
        self.at += 1
        return items


def sample(i):
    return {
        "id": i, "name": "record \"%d\"\n" % i, "price": i * 0.5, "ok": i % 2 == 0, "none": None,
        "tags": ["a", "b", str(i)], "nested": {"x": [1, 2, [3, i]], "y": {}},
    }


def main(n):
    data = [sample(i) for i in range(20)]
    for _ in range(n):
        text = encode(data)
        again = Reader(text).value()
        assert again == data
    print(len(text), text[:60])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 800)
