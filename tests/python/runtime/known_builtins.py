"""Built-in functions and methods that call sites know, under other names and with others in their place."""
import builtins


def lengths(values):
    return [len(v) for v in values]


class Sized(list):
    def __len__(self):
        return 42


values = [[1, 2], (1,), "text", "häß", {1: 2}, {1, 2, 3}, b"ab", range(7), Sized([1])]
print(lengths(values))
size = len
print(size("abc"), size(Sized()))
try:
    len(1)
except TypeError as error:
    print(error)
try:
    len()
except TypeError as error:
    print(error)
real = builtins.len
builtins.len = lambda value: "mine"
print(lengths(values[:2]))
builtins.len = real
print(lengths(values[:2]))


class Loud(list):
    def append(self, item):
        print("appends", item)
        super().append(item)


def fill(target):
    for i in range(3):
        target.append(i)
    add = target.append
    add("bound")
    list.append(target, "unbound")
    return target


print(fill([]), fill(Loud()))
try:
    [].append()
except TypeError as error:
    print(error)
print([].append(1))

print("%s-%d-%s-%i" % ("a", 5, 7, -3), "%s%%" % "x", "%d" % True, "%s" % None, "%s" % (1.5,))
for format, operand in (("%s %s", "a"), ("%d", "a"), ("%s", ("a", "b")), ("%d", ()), ("%s", ((),))):
    try:
        print(format % operand)
    except TypeError as error:
        print(error)
print("%d %s" % (10**30, 10**30), "%s" % [1], "%-5s|%5d|%05d" % ("a", 1, 2))

# Fixed-point text is rounded half to even of the exact value.
print([f"{x:.1f}" for x in (0.05, 0.15, 0.25, 0.35, 2.5, -0.04)], "%.0f %.0f %.0f" % (0.5, 1.5, 2.5))
print(f"{1e22:.2f} {2**-30:.20f} {123456789.125:.2f} {1e300:.1f}"[:80], f"{5e-324:.3f}", f"{2**-25!r} {0.1 + 0.2!r}")


# Unpacking in one step, also into what is being unpacked.
def swap(a, b):
    a, b = b, a
    return a, b


def same(pair):
    pair, other = pair
    return pair, other


print(swap(1, 2), same((3, 4)), same([5, 6]), same("xy"))
for bad in ((1,), (1, 2, 3), [1], "abc", 5):
    try:
        same(bad)
    except (TypeError, ValueError) as error:
        print(error)
