"""The first solutions of the eight queens puzzle, and how many there are."""


def solutions(size, row=0, columns=(), up=(), down=()):
    if row == size:
        yield columns
        return
    for column in range(size):
        if column in columns or row + column in up or row - column in down:
            continue
        yield from solutions(
            size, row + 1, columns + (column,), up + (row + column,), down + (row - column,)
        )


class Board:
    def __init__(self, columns):
        self.columns = columns

    def __str__(self):
        size = len(self.columns)
        rows = []
        for column in self.columns:
            rows.append(" ".join("Q" if c == column else "." for c in range(size)))
        return "\n".join(rows)


count = 0
for columns in solutions(8):
    count += 1
    if count <= 2:
        print(Board(columns))
        print()
print(f"{count} solutions")
