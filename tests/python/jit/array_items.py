"""Items of arrays in hot loops: every typecode, the ends of their ranges, wrong items and indices, arrays that change."""
import math
import struct
from array import array

CODES = "bBhHiIlLqQfd"


def sums(code, turns):
    data = array(code, range(10))
    total = 0
    for turn in range(turns):
        i = turn % 10
        data[i] = data[-1 - i] + 1 if turn % 7 else i
        total += data[i] + len(data)
    return total, data[0], data[9], type(data[1]).__name__


for code in CODES:
    print(code, sums(code, 600))


def ends(code, values, turns):
    """What is stored at last is at the end of what fits, or beyond it."""
    data, seen = array(code, [0, 0]), []
    for value in values:
        for turn in range(turns):
            try:
                data[1] = value if turn == turns - 1 else 1
            except (OverflowError, TypeError) as error:
                seen.append(type(error).__name__)
        seen.append(data[1])
    return seen


for code in "BHIiql":
    bits = array(code).itemsize * 8
    print(code, ends(code, [2**bits - 1, 2**bits, -1, 2 ** (bits - 1), 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), True, 1.5, "x", 2**80], 200))
print("d", ends("d", [1, True, 2**62 + 1, 2**53 + 1, -0.0, 1e308 * 10, None, "1", 2**2000], 200))


def indices(turns):
    data, seen = array("d", [0.5, 1.5, 2.5]), []
    for last in [3, -3, -4, True, 10**20, None, "a", 1.0, slice(1, 3)]:
        try:
            for turn in range(turns):
                found = data[last if turn == turns - 1 else turn % 3]
            seen.append(found)
        except (IndexError, TypeError) as error:
            seen.append(type(error).__name__)
    return seen


print(indices(300))


def changing(turns):
    """The array grows and shrinks, and is seen through a view."""
    data, total = array("d", [1.0]), 0.0
    for turn in range(turns):
        data[turn % len(data)] = turn * 0.5
        total += data[-1]
        if turn % 50 == 49:
            data.append(data[0] + 1)
        if turn % 200 == 199:
            del data[1:]
        if turn % 90 == 89:
            with memoryview(data) as view:
                view[0] = -1.0
                total += data[0] + view[-1]
        if turn % 110 == 109:
            data[0:1] = array("d", [7.0])
            total += data[0]
    return total, list(data)


print(changing(2000))


def kinds(turns):
    """One site, items of many kinds of arrays and others."""
    class Own(array):
        def __getitem__(self, index):
            return "own"

    class Plain(array):
        pass

    sources = [array("d", [1.5]), array("i", [-2]), array("B", [255]), [4], (5,), Own("d", [6.0]), Plain("d", [7.5]), bytearray(b"\x08"), array("f", [0.1])]
    seen = []
    for turn in range(turns):
        item = sources[turn % len(sources)][0]
        if turn >= turns - len(sources):
            seen.append(item)
    return seen


print(kinds(900))


def no_numbers(turns):
    """Bytes that no arithmetic makes: what is no number stays none, whatever it holds."""
    patterns = [b"\xff" * 8, b"\x08\0\0\0\0\0\xfc\xff", b"\x01\0\0\0\0\0\xf0\x7f", b"\0\0\0\0\0\0\xf4\xff", b"\x10\0\0\0\0\0\xff\xff"]
    seen = 0
    for pattern in patterns:
        data = array("d", [1.0])
        for turn in range(turns):
            if turn == turns - 3:
                data = array("d", pattern)
            item = data[0]
            copy = [item, item + 1.0, -item]
            seen += sum(math.isnan(each) for each in copy)
            if isinstance(item, int) or item != item and type(item) is not float:
                print("no float")
        seen += math.isnan(struct.unpack("<d", pattern)[0]) + math.isnan(memoryview(pattern).cast("d")[0])
    seen += math.isnan(struct.unpack("<f", b"\xff" * 4)[0]) + math.isnan(array("f", b"\xff" * 4)[0])
    return seen


print(no_numbers(300))


class Grid:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.data = array("d", [0]) * (width * height)

    def place(self, x, y):
        if 0 <= x < self.width and 0 <= y < self.height:
            return y * self.width + x
        raise IndexError(x, y)

    def __getitem__(self, at):
        return self.data[self.place(*at)]

    def __setitem__(self, at, value):
        self.data[self.place(*at)] = value


def relax(turns):
    grid = Grid(12, 9)
    for x in range(12):
        grid[x, 0] = x
    for _ in range(turns):
        for y in range(1, 8):
            for x in range(1, 11):
                grid[x, y] = 0.25 * (grid[x - 1, y] + grid[x + 1, y] + grid[x, y - 1] + grid[x, y + 1])
    try:
        grid[12, 0] = 1
    except IndexError as error:
        print(error)
    return [round(grid[x, 4], 9) for x in range(12)]


print(relax(60))
