"""Coroutines that await each other, driven by a loop of our own."""
import sys


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


async def fibonacci(n):
    if n <= 1:
        return n
    return await fibonacci(n - 1) + await fibonacci(n - 2)


async def worker(ident, rounds):
    total = 0
    for i in range(rounds):
        total += await Pause(ident + i)
    return total


def drive(coroutines):
    ready = [(c, None) for c in coroutines]
    results = 0
    while ready:
        later = []
        for c, value in ready:
            try:
                later.append((c, c.send(value)))
            except StopIteration as stop:
                results += stop.value
        ready = later
    return results


def main(n):
    print(drive([fibonacci(n)]))
    print(drive([worker(i, 200) for i in range(20 * n)]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 28)
