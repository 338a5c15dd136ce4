# Loops that get hot: sums, overflow into big integers, floats, mixed types, breaks and else clauses.


def total(n):
    i = 0
    s = 0
    while i < n:
        i += 1
        s += i
    return s


print(total(10), total(1000), total(5000))


def power(base, n):
    s = 1
    i = 0
    while i < n:
        s *= base
        i += 1
    return s


print(power(3, 300))
print(power(-7, 300) == (-7) ** 300, power(1, 1000), power(2, 700).bit_length())


def down(n):
    s = -(1 << 62)
    seen = []
    while n > 0:
        s -= 1 << 55
        n -= 1
        if n % 100 == 0:
            seen.append(s)
    return s, seen[-1], len(seen)


print(down(500))


def averages(n):
    x = 0.0
    for i in range(n):
        x = (x + i) / 2
    return x


print(averages(10), averages(1000))


def mixed(values):
    s = 0
    for v in values:
        s = s + v
    return s


print(mixed([1] * 500 + [0.5] * 500 + [10**30] + [2] * 300))
print(mixed([True] * 300 + [1.5]))


def first_multiple(n, k):
    for i in range(1, n):
        if i % k == 0 and i > 400:
            break
    else:
        return "none"
    return i


print(first_multiple(1000, 7), first_multiple(1000, 1999), first_multiple(300, 7))


def nested(n):
    count = 0
    for i in range(n):
        for j in range(i):
            if (i ^ j) & 1:
                continue
            count += 1
    return count


print(nested(60))


def collatz(limit):
    longest = (0, 0)
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > longest[0]:
            longest = (steps, start)
    return longest


print(collatz(1000))


def division(n):
    out = []
    for i in range(-n, n):
        try:
            out.append(100 // i + 100 % i)
        except ZeroDivisionError as error:
            out.append(str(error))
    return out[:5], out[n - 2 : n + 3]


print(division(300))


def shifts(n):
    s = 0
    for i in range(n):
        s ^= (1 << (i % 70)) >> 3
        s &= (1 << 80) - 1
        s |= i
    return s


print(shifts(1000))


def compare(n):
    out = [0] * 6
    values = [0, 1, -1, 2.5, 10**20, -0.0, float("inf"), True]
    for i in range(n):
        a, b = values[i % 8], values[(i * 7 + 3) % 8]
        out[0] += a < b
        out[1] += a <= b
        out[2] += a == b
        out[3] += a != b
        out[4] += a > b
        out[5] += a >= b
    return out


print(compare(1000))
i = 0
s = 0
while i < 2000:
    i += 1
    if i & 3:
        s += i
print(i, s)
for k in range(700):
    s -= k
print(s, k)
