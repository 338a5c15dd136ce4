"""Comprehensions of all kinds over small records."""
import sys


class Widget:
    def __init__(self, ident, kind, price, tags):
        self.ident = ident
        self.kind = kind
        self.price = price
        self.tags = tags

    @property
    def is_cheap(self):
        return self.price < 50


def make(count):
    return [Widget(i, "abc"[i % 3], i * 7 % 100, [i % 5, i % 7]) for i in range(count)]


def report(widgets):
    by_kind = {kind: [w for w in widgets if w.kind == kind] for kind in {w.kind for w in widgets}}
    prices = {kind: sum(w.price for w in items) for kind, items in by_kind.items()}
    cheap = [w.ident for w in widgets if w.is_cheap]
    tags = {tag for w in widgets for tag in w.tags}
    pairs = [(x, y) for x in range(20) for y in range(20) if x < y]
    table = [[x * y for x in range(12)] for y in range(12)]
    flat = [cell for row in table for cell in row if cell % 2]
    return sorted(prices.items()), len(cheap), sorted(tags), len(pairs), sum(flat)


def main(n):
    widgets = make(200)
    for _ in range(n):
        result = report(widgets)
    print(result)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7000)
