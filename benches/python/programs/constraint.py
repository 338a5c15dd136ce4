"""A puzzle solved by propagation and search, in the manner of Sudoku solvers: strings, dicts, sets, recursion."""
import sys

DIGITS = "123456789"
ROWS = "ABCDEFGHI"


def cross(a, b):
    return [x + y for x in a for y in b]


CELLS = cross(ROWS, DIGITS)
UNITS = (
    [cross(ROWS, c) for c in DIGITS]
    + [cross(r, DIGITS) for r in ROWS]
    + [cross(rs, cs) for rs in ("ABC", "DEF", "GHI") for cs in ("123", "456", "789")]
)
UNITS_OF = {cell: [unit for unit in UNITS if cell in unit] for cell in CELLS}
PEERS = {cell: sorted(set(sum(UNITS_OF[cell], [])) - {cell}) for cell in CELLS}


def parse(text):
    values = {cell: DIGITS for cell in CELLS}
    for cell, digit in zip(CELLS, text):
        if digit in DIGITS and not assign(values, cell, digit):
            return None
    return values


def assign(values, cell, digit):
    for other in values[cell].replace(digit, ""):
        if not eliminate(values, cell, other):
            return None
    return values


def eliminate(values, cell, digit):
    if digit not in values[cell]:
        return values
    values[cell] = values[cell].replace(digit, "")
    if len(values[cell]) == 0:
        return None
    if len(values[cell]) == 1:
        last = values[cell]
        for peer in PEERS[cell]:
            if not eliminate(values, peer, last):
                return None
    for unit in UNITS_OF[cell]:
        places = [other for other in unit if digit in values[other]]
        if len(places) == 0:
            return None
        if len(places) == 1 and not assign(values, places[0], digit):
            return None
    return values


def search(values):
    if values is None:
        return None
    open_cells = [cell for cell in CELLS if len(values[cell]) > 1]
    if not open_cells:
        return values
    cell = min(open_cells, key=lambda c: (len(values[c]), c))
    for digit in values[cell]:
        found = search(assign(values.copy(), cell, digit))
        if found:
            return found
    return None


PUZZLES = [
    "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
    "..3.2.6..9..3.5..1..18.64....81.29..7.......8..67.82....26.95..8..2.3..9..5.1.3..",
    "52...6.........7.13...........4..8..6......5...........418.........3..2...87.....",
]


def main(n):
    for _ in range(n):
        results = ["".join(solved[c] for c in CELLS) for solved in map(search, map(parse, PUZZLES))]
    for result in results:
        print(result)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 32)
