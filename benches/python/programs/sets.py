"""Sets: graph search, sieve, algebra."""
import sys


def neighbours(n, size):
    x, y = n % size, n // size
    if x > 0:
        yield n - 1
    if x < size - 1:
        yield n + 1
    if y > 0:
        yield n - size
    if y < size - 1:
        yield n + size


def flood(size, walls):
    seen = {0}
    frontier = {0}
    steps = 0
    while frontier:
        following = set()
        for n in frontier:
            for other in neighbours(n, size):
                if other not in seen and other not in walls:
                    seen.add(other)
                    following.add(other)
        frontier = following
        steps += 1
    return steps, len(seen)


def primes(limit):
    candidates = set(range(3, limit, 2))
    p = 3
    while p * p < limit:
        if p in candidates:
            candidates -= set(range(p * p, limit, 2 * p))
        p += 2
    return candidates | {2}


def main(n):
    walls = frozenset((i * i * 7 + 11) % 3600 for i in range(600)) - {0}
    for _ in range(n):
        result = flood(60, walls)
        ps = primes(5000)
        a, b = set(range(0, 3000, 2)), set(range(0, 3000, 3))
        algebra = len(a & b), len(a | b), len(a - b), len(a ^ b), a.isdisjoint(b), {6, 12} <= a & b
        chars = {c for c in "the quick brown fox" if c.isalpha()}
    print(result, len(ps), algebra, len(chars))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 220)
