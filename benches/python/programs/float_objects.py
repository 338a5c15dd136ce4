"""Points with float attributes: instances made, changed and compared."""
import sys
from math import cos, sin, sqrt


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        self.x = x = sin(i)
        self.y = cos(i) * 3
        self.z = (x * x) / 2

    def normalize(self):
        x, y, z = self.x, self.y, self.z
        norm = sqrt(x * x + y * y + z * z)
        self.x /= norm
        self.y /= norm
        self.z /= norm

    def maximize(self, other):
        self.x = self.x if self.x > other.x else other.x
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def largest(count):
    points = [Point(float(i)) for i in range(count)]
    for point in points:
        point.normalize()
    first = points[0]
    for point in points[1:]:
        first = first.maximize(point)
    return first


def main(n):
    for _ in range(n):
        p = largest(20000)
    print("%.6f %.6f %.6f" % (p.x, p.y, p.z))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
