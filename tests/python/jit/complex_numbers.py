"""Complex numbers in hot loops: parts kept apart, mixed operands, signed zeros, infinities and NaNs that have rules of their own."""
inf, nan = float("inf"), float("nan")


def iterate(n):
    z = 0j
    total = 0.0
    c = complex(0.1, 0.2)
    for _ in range(n):
        z = z * z + c
        w = 2.0 * z - 1.5 + (z - c) * z - (1.0 - z)
        total += abs(w) + w.real - w.imag
    return z, total


def combine(values):
    out = []
    for a in values:
        for b in values:
            out.append((a * b, a + b, a - b))
    return out


def lengths(numbers):
    total = 0.0
    message = None
    for z in numbers:
        try:
            total += abs(z)
        except OverflowError as error:
            message = str(error)
    return total, message


class Phasor(complex):
    """Its own product, the inherited sum."""

    def __mul__(self, other):
        return "product"


def subclass(numbers):
    seen = []
    for z in numbers:
        seen.append((z * 1j, z + 1j, abs(z), z.real))
    return seen


print(iterate(5000))
values = [complex(1, 2), complex(inf, nan), complex(nan, inf), complex(-0.0, 0.0), 2.0, -0.0, complex(1e308, 1e308), 3, True]
for _ in range(60):
    combined = combine(values)
for row in combined:
    print(*map(repr, row))
for turn in range(300):
    result = lengths([1j, 3 + 4j, complex(1e308, 1e308) * 1.5 if turn == 299 else 1j])
print(result)
for turn in range(400):
    result = subclass([1 + 1j, Phasor(3, 4) if turn > 390 else 2j])
print(result)
