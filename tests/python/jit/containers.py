# Lists, tuples, dicts, sets and strings in hot loops.


def sieve(n):
    flags = [True] * (n + 1)
    for i in range(2, n + 1):
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
    return [i for i in range(2, n + 1) if flags[i]]


print(len(sieve(3000)), sieve(40))


def appends(n):
    out = []
    for i in range(n):
        out.append(i * i)
        if len(out) > 100:
            out.pop()
    return len(out), out[-1], out[50]


print(appends(900))


def indexing(n):
    values = list(range(50))
    s = 0
    for i in range(n):
        s += values[i % 50] + values[-1 - i % 50]
        values[i % 50] = s % 1000
    return s, values[:4]


print(indexing(1000))


def out_of_range(n):
    values = [1, 2, 3]
    caught = 0
    for i in range(n):
        try:
            values[i % 5]
        except IndexError:
            caught += 1
    return caught


print(out_of_range(600))


def unpacking(n):
    s = 0
    pairs = [(1, 2), [3, 4], (5, 6)]
    for i in range(n):
        a, b = pairs[i % 3]
        (c, *d), e = (a, b, i), 7
        s += a * b + c + len(d) + e
    return s


print(unpacking(600))


def counting(text):
    counts = {}
    for c in text:
        counts[c] = counts.get(c, 0) + 1
    return sorted(counts.items())[:5]


print(counting("the quick brown fox jumps over the lazy dog" * 30))


def dicts(n):
    d = {}
    for i in range(n):
        d[i % 37] = i
        d["k%d" % (i % 5)] = i
        if i % 11 in d and "k1" in d:
            d["hits"] = d.get("hits", 0) + 1
        if i % 100 == 0:
            del d[i % 37]
    return len(d), d["hits"], d[5]


print(dicts(1000))


def sets(n):
    seen = set()
    for i in range(n):
        seen.add(i * i % 101)
        if 400 in seen:
            return "impossible"
    return len(seen)


print(sets(500))


def strings(n):
    out = ""
    for i in range(n):
        out += "ab"[i % 2]
        if out.endswith("abab") and len(out) > 300:
            out = out[:10]
    return out, len(out)


print(strings(900))


def build(n):
    parts = []
    for i in range(n):
        parts.append(f"{i:03d}|{i!r}|{i / 4:.2f}")
    return "".join(parts)[-40:]


print(build(400))


def comprehensions(n):
    out = 0
    for i in range(n):
        out += sum([j for j in range(i % 10) if j % 2])
        out += len({j: j for j in range(i % 7)})
        out += sum(j for j in range(4))
    return out


print(comprehensions(400))


def swap(n):
    a, b, c = 1, 2.5, "x"
    for _ in range(n):
        a, b, c = b, c, a
    return a, b, c


print(swap(1000))


def tuples(n):
    t = (0, 0)
    for i in range(n):
        t = (t[1], t[0] + i)
    return t


print(tuples(700))


def mutated(n):
    out = []
    values = list(range(n))
    for v in values:
        if v % 3 == 0:
            values.append(1)
            out.append(v)
        if len(values) > n + 100:
            values.clear()
    return len(out), len(values)


print(mutated(500))


def zips(n):
    s = 0
    for i, (a, b) in enumerate(zip(range(n), reversed(range(n)))):
        s += i * (a - b)
    for x in map(lambda v: v + 1, filter(None, range(n))):
        s += x
    return s


print(zips(600))


def slices(n):
    values = list(range(20))
    s = 0
    for i in range(n):
        s += len(values[i % 20 :]) + sum(values[1:3])
        values[0:1] = [i]
    return s


print(slices(500))


def is_tests(n):
    values = [None, 1, "a", None, 1.0, 10**20]
    counts = [0, 0, 0]
    for i in range(n):
        v = values[i % 6]
        counts[0] += v is None
        counts[1] += v is not values[1]
        counts[2] += isinstance(v, (int, str))
    return counts


print(is_tests(600))
