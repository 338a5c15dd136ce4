"""Trees walked by recursive generators, and a pipeline of them."""
import sys


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def build(values):
    if not values:
        return None
    middle = len(values) // 2
    return Tree(build(values[:middle]), values[middle], build(values[middle + 1:]))


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def squares(source):
    for x in source:
        yield x * x


def odd(source):
    for x in source:
        if x & 1:
            yield x
            yield -x


def main(n):
    tree = build(range(100))
    total = 0
    for _ in range(n):
        for value in tree:
            total += value
    for _ in range(n):
        total += sum(odd(squares(numbers(200)))) + sum(x + 1 for x in numbers(200))
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9000)
