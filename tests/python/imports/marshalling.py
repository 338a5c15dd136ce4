# marshal: values go round, damage is refused, code runs again.
import marshal

values = [None, True, False, ..., StopIteration, 0, -1, 2**31 - 1, 2**31, -2**31 - 1, 2**63, -(2**100), 1.5, float("inf"), -2.5 + 3j,
          "", "abc", "é", "\U0001F600", "x" * 300, b"", b"abc", (), (1, 2), tuple(range(300)), [1, [2]], {1: 2, "a": [1]}, {1, 2, 3},
          frozenset(), frozenset({1, "a", b"c"}), slice(1, 2, 3)]
for value in values:
    for version in range(6):
        try:
            back = marshal.loads(marshal.dumps(value, version))
            print(repr(type(value)), version, back == value and type(back) is type(value))
        except ValueError as error:
            print(repr(type(value)), version, error)

knot = [1]
knot.append(knot)
print(marshal.loads(marshal.dumps(knot))[1][1][0])
shared = "some text" * 3
back = marshal.loads(marshal.dumps((shared, shared, [shared])))
print(back[0] is back[1] is back[2][0])

code = compile("def f(a, b=2, *c, **d):\n    'doc'\n    return [x for x in (a, b, 1.5, 'z')]\nprint(f(1), f.__doc__)\n", "<s>", "exec")
again = marshal.loads(marshal.dumps(code))
exec(again)
print(again.co_name, again.co_filename, again == code)

for bad in (b"", b"i", b"s\x01\x00\x00\x00", b"?", b"0", b"r\x00\x00\x00\x00", b"[\x01\x00\x00\x00", b"[\xff\xff\xff\xff",
            b"l\x01\x00\x00\x00\x00\x00", b"l\x01\x00\x00\x00\xff\xff", b"(\x01\x00\x00\x000"):
    try:
        print(marshal.loads(bad))
    except Exception as error:
        print(bad, type(error).__name__, error)
for value in (object(), type, print, [len]):
    try:
        marshal.dumps(value)
    except ValueError as error:
        print(error)
for attempt in (lambda: marshal.dumps(code, allow_code=False), lambda: marshal.loads(marshal.dumps(code), allow_code=False)):
    try:
        attempt()
    except ValueError as error:
        print(error)
deep = []
for _ in range(3000):
    deep = [deep]
try:
    marshal.dumps(deep)
except ValueError as error:
    print(error)
