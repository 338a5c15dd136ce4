"""Values as text: f-strings, format specifications, percent formatting, str() and repr(), int() and float()."""
import sys


def row(i, name, amount):
    return f"{i:>6} | {name:<12} | {amount:10.2f} | {i:#06x} | {name!r}"


def main(n):
    total = 0
    names = ["alpha", "beta", "gamma", "delta"]
    for i in range(n):
        name = names[i & 3]
        amount = i * 1.25
        line = row(i, name, amount)
        total += len(line)
        total += len("%s-%d-%5.1f" % (name, i, amount))
        total += len(f"{name}:{i}")
        total += len("{0}/{1}/{0}".format(name, i))
        total += len(str(i)) + len(repr(amount)) + len(str((i, name)))
        total += int(str(i)) & 7
        total += int(float("%d.5" % (i & 15)))
    print(line)
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150000)
