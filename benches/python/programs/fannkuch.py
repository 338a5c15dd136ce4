"""Pancake flips over all permutations: small lists, slices, integer loops."""
import sys


def fannkuch(n):
    permutation = list(range(n))
    count = [0] * n
    most = checksum = index = 0
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if permutation[0] != 0:
            p = permutation[:]
            flips = 0
            while p[0]:
                first = p[0]
                p[: first + 1] = p[first::-1]
                flips += 1
            if flips > most:
                most = flips
            checksum += flips if index % 2 == 0 else -flips
        while True:
            if r == n:
                return checksum, most
            permutation.insert(r, permutation.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        index += 1


def main(n):
    print(fannkuch(n))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
