"""Successive over-relaxation on a grid: nested lists of floats."""
import sys


def relax(grid, omega, rounds):
    rows, columns = len(grid), len(grid[0])
    quarter, rest = omega * 0.25, 1.0 - omega
    for _ in range(rounds):
        for i in range(1, rows - 1):
            above, row, below = grid[i - 1], grid[i], grid[i + 1]
            for j in range(1, columns - 1):
                row[j] = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1]) + rest * row[j]


def main(n):
    grid = [[((i * 37 + j * 17) % 101) / 101.0 for j in range(60)] for i in range(60)]
    relax(grid, 1.25, n)
    print("%.9f" % sum(map(sum, grid)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
