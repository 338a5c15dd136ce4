"""The chaos game on a spline: objects with operators, float arithmetic."""
import sys
from math import sqrt


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % n


class Vector:
    def __init__(self, x=0.0, y=0.0):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def length(self):
        return sqrt(self.x * self.x + self.y * self.y)

    def mix(self, other, t):
        return self * (1 - t) + other * t


class Spline:
    def __init__(self, points, degree):
        self.points = points
        self.degree = degree
        self.knots = [0] * degree + list(range(len(points) - degree + 1)) + [len(points) - degree] * degree

    def domain(self):
        return self.knots[self.degree], self.knots[len(self.knots) - 1 - self.degree]

    def segment(self, u):
        first, last = self.degree, len(self.knots) - 1 - self.degree
        for i in range(first, last):
            if self.knots[i] <= u <= self.knots[i + 1]:
                return i
        return last - 1

    def __call__(self, u):
        at = self.segment(u)
        degree, knots = self.degree, self.knots
        d = [self.points[at - degree + i] for i in range(degree + 1)]
        for level in range(1, degree + 1):
            for i in range(degree, level - 1, -1):
                low = knots[at - degree + i]
                high = knots[at + 1 + i - level]
                t = (u - low) / (high - low) if high != low else 0.0
                d[i] = d[i - 1].mix(d[i], t)
        return d[degree]


class Game:
    def __init__(self, splines):
        self.splines = splines
        self.random = Random(1234)
        self.lengths = []
        for spline in splines:
            low, high = spline.domain()
            previous, total = spline(low), 0.0
            for i in range(1, 100):
                current = spline(low + (high - low) * i / 100)
                total += (current - previous).length()
                previous = current
            self.lengths.append(max(1, int(total * 20)))
        self.total = sum(self.lengths)

    def pick(self):
        r = self.random.below(self.total)
        for index, length in enumerate(self.lengths):
            if r < length:
                return index, r / length
            r -= length
        return len(self.lengths) - 1, 0.5

    def step(self, point):
        index, t = self.pick()
        spline = self.splines[index]
        low, high = spline.domain()
        base = spline(low + (high - low) * t)
        return point.mix(base, 0.6)


def play(steps):
    splines = [
        Spline([Vector(1.6, 0.0), Vector(1.9, 0.6), Vector(1.3, 1.4), Vector(0.2, 1.7), Vector(0.0, 1.0)], 3),
        Spline([Vector(0.1, 0.2), Vector(0.7, 0.4), Vector(0.9, 1.2), Vector(1.4, 0.3)], 2),
        Spline([Vector(0.0, 1.0), Vector(0.5, 0.9), Vector(0.7, 0.1), Vector(1.6, 0.0)], 3),
    ]
    game = Game(splines)
    grid = [[0] * 64 for _ in range(64)]
    point = Vector(0.5, 0.5)
    for _ in range(steps):
        point = game.step(point)
        x, y = int(point.x * 30), int(point.y * 30)
        if 0 <= x < 64 and 0 <= y < 64:
            grid[y][x] += 1
    return sum(1 for row in grid for cell in row if cell), max(map(max, grid))


def main(n):
    print(play(n))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 80000)
