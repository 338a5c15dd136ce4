"""Queens on a board, by permutations from a recursive generator and sets of diagonals."""
import sys


def permutations(items):
    if not items:
        yield ()
        return
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (item,) + rest


def solutions(n):
    columns = range(n)
    for p in permutations(tuple(columns)):
        if n == len(set(p[i] + i for i in columns)) == len(set(p[i] - i for i in columns)):
            yield p


def main(n):
    print(len(list(solutions(n))))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
