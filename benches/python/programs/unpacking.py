"""Unpacking of tuples and lists, starred and nested, and swaps."""
import sys


def unpack(n):
    pair = (1, 2)
    triple = [3, 4, 5]
    nested = ((1, 2), [3, (4, 5)])
    a = b = c = d = e = total = 0
    for i in range(n):
        a, b = pair
        c, d, e = triple
        a, b = b, a
        (x, y), (z, (u, v)) = nested
        c, d, e = e, c, d
        first, *rest = triple
        p, q, r, s = a, b, c, d
        total += a + b * c - d + e + x + y + z + u + v + first + p + q + r + s + i
        for j, (k, l) in enumerate((pair, pair)):
            total += j + k - l
    return total


def main(n):
    print(unpack(n))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 900000)
