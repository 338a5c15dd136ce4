# Encoding and decoding of JSON: options, hooks, errors with positions.
import json
from decimal import Decimal

document = {"name": "caf\u00e9", "list": [1, 2.5, -0.0, 1e100, True, None], "nested": {"empty": [], "none": {}}, "quote\"": "tab\t\u2028"}
text = json.dumps(document)
print(text)
assert json.loads(text) == document
print(json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
print(json.dumps({"b": [1, {"c": 2}], "a": []}, indent=2, sort_keys=True))
print(json.dumps([1, [2]], indent="--"), json.dumps({1: 1, None: 2, True: 3, 1.5: 4}), json.dumps("\x7f\x00/"))
print(json.loads(' [1 , 2.0, 1e3, "\\u20ac\\ud83d\\ude00", true, false, null, -5] '), json.loads('{"a": 1, "a": 2}'))
print(json.loads("[1.1, 2]", parse_float=Decimal, parse_int=str), json.loads('{"a": {"b": 1}}', object_pairs_hook=list), json.loads('{"x": 1}', object_hook=lambda d: sorted(d)))
print(json.loads("[NaN, Infinity, -Infinity]"), json.dumps([float("nan"), float("-inf")]), json.loads(b'\xff\xfe"\x00a\x00"\x00'), json.loads("123456789012345678901234567890"))
for wrong in ("", "[1,]", "{", '{"a" 1}', "[1 2]", '"abc', "nul", "[1]x", '{"a":}', '"\\x"', '"\t"', "{'a': 1}", "[1,\n 2,\n x]", '{"a": 1,}'):
    try:
        print(json.loads(wrong))
    except json.JSONDecodeError as error:
        print(repr(wrong), error, error.pos, error.lineno, error.colno)
for value, options in [({(1, 2): 3}, {}), ({1, 2}, {}), (float("nan"), {"allow_nan": False}), (object, {})]:
    try:
        print(json.dumps(value, **options))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
cycle = []
cycle.append(cycle)
try:
    json.dumps(cycle)
except ValueError as error:
    print(error)


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, complex):
            return [o.real, o.imag]
        return super().default(o)


print(json.dumps({"c": 1 + 2j}, cls=Encoder), "".join(Encoder().iterencode([1j])), json.dumps({(1,): 1, "k": 2}, skipkeys=True))
try:
    json.dumps([object()], cls=Encoder)
except TypeError as error:
    print(str(error).split(" at ")[0], error.__notes__)
print(json.JSONDecoder().raw_decode('[1] tail'), json.dumps(10**20), json.dumps(1.0), json.dumps(1e16), json.dumps("\ud800"))
