# json: places of errors, odd documents, encoders and decoders of programs, and what cannot be written.
import json


class Encoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, set):
            return sorted(value)
        if isinstance(value, complex):
            return {"re": value.real}
        return super().default(value)


class Text(str):
    pass


class Number(int):
    def __repr__(self):
        return "overridden"


loop = []
loop.append(loop)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""json.loads("")
json.loads("nope")
json.loads("[1, 2")
json.loads("[1,]")
json.loads("[1 2]")
json.loads('{"a" 1}')
json.loads('{"a": 1,}')
json.loads("{1: 2}")
json.loads('{"a":}')
json.loads('"abc')
json.loads('"a\nb"')
json.loads('"\\x"')
json.loads('"\\u12"')
json.loads("[1] x")
json.loads("01")
json.loads("-")
json.loads("1.")
json.loads("\ufeff1")
json.loads(b"\xff\xfe1\x002\x00"), json.loads(b"\xef\xbb\xbf5"), json.loads(bytearray(b"[1]")), json.loads(" \n[ ] "), json.loads('"\\ud83d\\ude00"') == "\U0001f600", ascii(json.loads('"\\ud800"')), json.loads("[NaN, Infinity, -Infinity]"), json.loads("1E400"), json.loads("-0"), json.loads("-0.0"), json.loads("1e5"), json.loads("123456789012345678901234567890")
json.loads(5)
json.loads(None)
json.loads('{"a": 1, "a": 2}'), json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d)), json.loads("[1.5, 2, NaN]", parse_float=str, parse_int=hex, parse_constant=lambda c: c), json.loads('"a\tb"', strict=False)
json.JSONDecoder().raw_decode("[1] rest"), json.JSONDecoder().raw_decode("x[1]", 1)
json.JSONDecoder().raw_decode("x")
json.JSONDecodeError("m", "a\nb", 2).lineno, json.JSONDecodeError("m", "a\nb", 2).colno, str(json.JSONDecodeError("m", "ab", 1)), json.JSONDecodeError("m", "ab", 1).__reduce__()[1]
json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps("\u00e9\u2028\x00\"\\/"), json.dumps("\u00e9", ensure_ascii=False), json.dumps(["\U0001f600", "\ud800"]), json.dumps((1, [2.0, 1e100, -0.0])), json.dumps(float("nan")), json.dumps([True, None]), json.dumps(Text("t")), json.dumps(Number(5)), json.dumps({Text("k"): Number(1)})
json.dumps([1, {"a": [], "b": {}}], indent=2), json.dumps([1, [2]], indent="->"), json.dumps({"b": 1, "a": 2}, sort_keys=True), json.dumps([1, 2], separators=(",", ":")), json.dumps({"a": 1}, indent=0), json.dumps([], indent=4), json.dumps({(1, 2): 3}, skipkeys=True)
json.dumps({1, 2})
json.dumps(object)
json.dumps({(1, 2): 3})
json.dumps(loop)
json.dumps(float("inf"), allow_nan=False)
json.dumps(b"x")
json.dumps({"b": 1, 2: 3}, sort_keys=True)
json.dumps([{1, 2}, 3j], cls=Encoder), json.dumps({1}, default=list), "".join(json.JSONEncoder().iterencode([1, {"a": "b"}])), json.dumps(range, default=lambda o: o.__name__)
json.dumps([b"x"], cls=Encoder)
json.dumps([[1, {"k": object()}]])
json.loads("[" * 100 + "]" * 100) is not None, json.dumps(json.loads("[" * 50 + "]" * 50)) == "[" * 50 + "]" * 50""".splitlines():
    attempt(text)
