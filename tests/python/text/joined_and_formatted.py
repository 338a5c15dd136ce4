"""Joining, digits of every radix and formatting of plain values in hot loops: what is refused, too."""


def joined(parts, separator):
    try:
        return separator.join(parts)
    except TypeError as error:
        return f"{type(error).__name__}: {error}"


class Text(str):
    pass


for separator in ("", ",", "añ", "\ud800"):
    for parts in ([], [""], ["a"], ["", ""], ["a", ""], ["x", "y", "z"], ["é", "€", "\U0001F600"], [Text("s"), "t"], ("t", "u"), "abc",
                  ["a", 1, "b"], [None], {"k": 1}, iter(["p", "q"]), ["\ud800", "\udc00"]):
        print(ascii(joined(parts, separator)), end=" ")
    print()
print(type(joined([Text("s")], ",")).__name__, joined(5, ","), len(joined(["ab"] * 10000, "--")))
growing = ["a"]
print(",".join(growing + growing * 2), "".join(str(i) for i in range(20)), "-".join(map(str, range(5))))

for value in (0, 1, -1, 7, 8, -255, 2**49, 2**63 - 1, -(2**63), 2**63, 2**100, True):
    print(hex(value), oct(value), bin(value))
for value in (1.5, "a", None):
    try:
        hex(value)
    except TypeError as error:
        print(error)

specs = ["", "d", "5", "<5", ">5", "^5", "=5", "05", "+", " ", "#x", "#010b", "o", "X", ",", "_", "_x", "c", "n", "e", ".2f", ".3", "10.2f", "%", "s", "5s",
         ".2s", "*^9", "é>6", "z", "z.1f", "q", "5q", "1" * 19, "٣", "0٣", "5.", ".", "1000d", "#o", "-5", "<<5", "x<", "+.1e", "g", "#g"]
values = [0, 5, -42, 123456789, 2**63 - 1, 2**70, True, 1.5, -0.0, 1e300, float("nan"), float("-inf"), "text", "é€", ""]


def formatted(value, spec):
    try:
        return f"{value:{spec}}"
    except (ValueError, OverflowError, MemoryError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


for spec in specs:
    said = [formatted(value, spec) for value in values]
    print(ascii(spec), [ascii(s) if len(s) < 60 else len(s) for s in said])
    assert all(s == "{:{}}".format(v, spec) for v, s in zip(values, said) if "Error" not in s)


class Number(int):
    def __format__(self, spec):
        return f"own {spec}"


class Width(str):
    pass


def hot(n):
    total = 0
    for i in range(n):
        value = i if i % 7 else i * 0.5
        total += len(f"{value:>8}|{i:05d}|{i / 3:.2f}|{str(i):<6}|{i:#x}")
        total += len("{:>6}{:.1f}".format(i, i)) + len(format(i, Width(">9")))
    return total, f"{Number(3):>5}", f"{Text('t'):>5}"


print(hot(2000))
