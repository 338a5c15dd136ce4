"""Digits of pi by a spigot: big integers."""
import sys


def digits():
    k, numerator, denominator, accumulator = 0, 1, 1, 0
    while True:
        k += 1
        k2 = k * 2 + 1
        accumulator += numerator * 2
        accumulator *= k2
        denominator *= k2
        numerator *= k
        if accumulator >= numerator:
            digit, rest = divmod(numerator * 3 + accumulator, denominator)
            if rest + numerator < denominator:
                yield digit
                accumulator -= denominator * digit
                accumulator *= 10
                numerator *= 10


def main(n):
    out = []
    for digit in digits():
        out.append(digit)
        if len(out) == n:
            break
    text = "".join(map(str, out))
    print(text[:20], text[-20:])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
