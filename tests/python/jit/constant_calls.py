# Calls of functions whose arguments a trace knows: their results are known as well, but not that they raise.
class Named:
    def __init__(self):
        self.parts = ["EUR", "USD", "EUR"]

    def __getattr__(self, name):
        if name.startswith("total_"):
            return sum(1 for part in self.parts if part == name[6:])
        if name.startswith("odd_"):
            return name[4:][::-1] + name[-1:] + name[:3:2]
        raise AttributeError(name[1:] + "?")


def run(n):
    named = Named()
    total = 0
    texts = []
    for i in range(n):
        total += named.total_EUR + named.total_USD * 10
        if i == n // 2:
            named.parts = ["USD"] * 4
        text = named.odd_names
        if i % 200 == 0:
            texts.append((text, total))
        try:
            named.missing
        except AttributeError as error:
            if i % 300 == 0:
                texts.append(str(error))
    return texts


print(run(1000))


def raises(n, step):
    caught = 0
    for i in range(n):
        try:
            "abcdef"[::step]
        except ValueError as error:
            caught += len(str(error))
        try:
            b"abc"[0:2:0]
        except ValueError:
            caught += 1
        try:
            "a b c".split("")
        except ValueError as error:
            caught += len(str(error))
    return caught


print(raises(500, 0), raises(500, 2))


def folded(n):
    key = "Key: Value; Other"
    found = 0
    for i in range(n):
        found += len(key[5:10]) + key.find("Value") + key.count("e") + len(key.upper().lower()) + len(b"abcd"[1:3])
        found += len(key.split("; ")) + (key[5:10] == "Value") + (key[i % 5:] == key[5:])
    return found


print(folded(2000))
for parts in (key := "a,b").split(","), "x y".partition(" "), "abc".encode():
    print(parts, key)


def lists(n):
    # What changes is made anew each time.
    made = []
    for i in range(n):
        parts = "a-b-c".split("-")
        parts.append(i)
        made.append(parts)
    return made[0], made[-1], len({id(parts) for parts in made}) == n


print(lists(500))
