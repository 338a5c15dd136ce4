"""Escape times in the complex plane: complex numbers and while loops of floats."""
import sys


def escape(cr, ci, limit):
    zr = zi = 0.0
    for i in range(limit):
        zr2, zi2 = zr * zr, zi * zi
        if zr2 + zi2 > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = zr2 - zi2 + cr
    return limit


def escape_complex(c, limit):
    z = 0j
    for i in range(limit):
        if abs(z) > 2.0:
            return i
        z = z * z + c
    return limit


def main(n):
    total = 0
    for y in range(n):
        for x in range(n):
            total += escape(3.0 * x / n - 2.0, 2.0 * y / n - 1.0, 60)
            if (x + y) % 4 == 0:
                total += escape_complex(complex(3.0 * x / n - 2.0, 2.0 * y / n - 1.0), 60)
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
