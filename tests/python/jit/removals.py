# `list.remove` and codecs in hot loops: what asks nobody, and what does.
class Same:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        log.append(self.n)
        return isinstance(other, Same) and self.n == other.n


class Plain:
    pass


log = []


def removals(rounds):
    total = 0
    kept = [Plain() for _ in range(4)]
    for i in range(rounds):
        numbers = [1, 2.0, "x", (1, 2), True, None, 5]
        numbers.remove((5, "x", 2, (1, 2), True, None, 1)[i % 7])
        total += len(numbers) + (numbers[0] == 1)
        mixed = list(kept)
        mixed.remove(kept[i % 4])
        total += len(mixed)
        try:
            mixed.remove(kept[i % 4])
        except ValueError as error:
            total += len(str(error))
        asked = [Same(1), Same(2), 3]
        asked.remove(Same(2) if i % 2 else 3)
        total += len(asked)
    return total


def codecs(rounds):
    total = 0
    for i in range(rounds):
        text = "aé\udc80"[: i % 4]
        try:
            total += len(text.encode("utf-8", "surrogatepass")) + len(text.encode("utf-8", "strict"))
        except UnicodeEncodeError as error:
            total += error.start
        total += len(text.encode("latin-1", "replace")) + len(b"ab\xff".decode("utf-8", "replace"))
        try:
            b"\xff".decode("ascii")
        except UnicodeDecodeError as error:
            total += len(error.reason)
    return total


def parts(rounds):
    total = 0
    data = bytes(range(20))
    numbers = range(5, 105, 3)
    for i in range(rounds):
        k = i % 11 - 5
        total += len(data[k:]) + len(data[:k]) + sum(data[k : k + 4]) + len(data[::k or 1])
        part = numbers[k : 20 : (i % 3) + 1]
        total += len(part) + part.start + part.stop * 2 + part.step
        part = part[::-1]
        total += part.start + part.stop
    return total, range(2**62, 2**63 - 1)[-2:], range(10)[3:3], range(0, -10, -2)[1:3], b"abc"[1:1]


print(removals(2000), len(log) > 0)
print(codecs(2000))
print(parts(3000))
for step in (0, "x"):
    try:
        range(5)[::step]
    except (ValueError, TypeError) as error:
        print(error)
