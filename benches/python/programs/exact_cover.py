"""Pentominoes laid out on a board, by bit masks: integer operations, tuples, recursion."""
import sys

PIECES = {
    "I": "11111", "L": "1111 1000", "P": "11 11 10", "N": "1110 0011", "T": "111 010 010",
    "U": "101 111", "V": "100 100 111", "W": "100 110 011", "Y": "1111 0100", "Z": "110 010 011",
}
WIDTH, HEIGHT = 10, 5


def orientations(text):
    cells = [(x, y) for y, row in enumerate(text.split()) for x, c in enumerate(row) if c == "1"]
    found = set()
    for _ in range(2):
        for _ in range(4):
            cells = [(y, -x) for x, y in cells]
            left, top = min(x for x, _ in cells), min(y for _, y in cells)
            found.add(tuple(sorted((x - left, y - top) for x, y in cells)))
        cells = [(-x, y) for x, y in cells]
    return sorted(found)


def placements():
    table = []
    for name in sorted(PIECES):
        by_cell = [[] for _ in range(WIDTH * HEIGHT)]
        for cells in orientations(PIECES[name]):
            w, h = max(x for x, _ in cells), max(y for _, y in cells)
            for y in range(HEIGHT - h):
                for x in range(WIDTH - w):
                    numbers = [(y + dy) * WIDTH + x + dx for dx, dy in cells]
                    mask = 0
                    for number in numbers:
                        mask |= 1 << number
                    by_cell[min(numbers)].append(mask)
        table.append([tuple(masks) for masks in by_cell])
    return table


def has_hole(board, full):
    """Whether an empty region cannot be filled with pieces of five cells."""
    empty = full & ~board
    left_edge = sum(1 << (y * WIDTH) for y in range(HEIGHT))
    right_edge = left_edge << (WIDTH - 1)
    while empty:
        region = empty & -empty
        while True:
            grown = region | ((region & ~right_edge) << 1) | ((region & ~left_edge) >> 1)
            grown |= (region << WIDTH) | (region >> WIDTH)
            grown &= empty
            if grown == region:
                break
            region = grown
        if region.bit_count() % 5:
            return True
        empty &= ~region
    return False


class Solver:
    def __init__(self, limit):
        self.table = placements()
        self.full = (1 << (WIDTH * HEIGHT)) - 1
        self.limit = limit
        self.tried = 0
        self.found = []

    def solve(self, board, used, chosen):
        if board == self.full:
            self.found.append(tuple(chosen))
            return
        free = ~board & (board + 1)
        cell = free.bit_length() - 1
        for piece, by_cell in enumerate(self.table):
            if used >> piece & 1:
                continue
            for mask in by_cell[cell]:
                if board & mask:
                    continue
                self.tried += 1
                if self.tried > self.limit:
                    return
                after = board | mask
                if has_hole(after, self.full):
                    continue
                chosen.append(mask)
                self.solve(after, used | 1 << piece, chosen)
                chosen.pop()


def main(n):
    solver = Solver(n)
    solver.solve(0, 0, [])
    print(solver.tried, len(solver.found), solver.found[:1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120000)
