"""Dicts that hot loops make empty and fill by the runtime: what was stored in one turn is still there in the next."""


def frequencies(lines, characters):
    table = {}
    for line in lines:
        for character in characters:
            counts = table.get(character, {})
            count = line.count(character)
            counts[count] = counts.get(count, 0) + 1
            table[character] = counts
    return table


def chained(n):
    last = {}
    kept = []
    for i in range(n):
        made = {}
        made[i] = last
        made["n"] = len(made)
        if i % 50 == 49:
            kept.append((len(made), sorted(map(str, made)), len(made[i])))
        made.setdefault("later", i)
        last.pop("n", None)
        last = made
    return kept


def grouped(n):
    groups = {}
    for i in range(n):
        groups.setdefault(i % 7, {}).setdefault(i % 3, []).append(i)
    return {k: {j: len(v) for j, v in g.items()} for k, g in groups.items()}


def keywords(n):
    def collect(**named):
        named["extra"] = 1
        return named

    total = 0
    for i in range(n):
        made = collect()
        again = collect(a=i)
        total += len(made) + len(again) + again["a"]
    return total


characters = [chr(c) for c in range(127)]
table = frequencies(["a;b", "1;2", "x;y;z"], characters)
print({c: table[c] for c in "ab;12cxyz"})
print(chained(400))
print(grouped(500))
print(keywords(500))
