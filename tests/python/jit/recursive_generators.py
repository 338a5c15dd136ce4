def gen(n):
    if n:
        for x in gen(n - 1):
            yield (n,) + x
        for x in gen(n - 1):
            yield x + (n,)
    else:
        yield ()
def total(n):
    s = 0
    for x in gen(n):
        s += len(x)
    return s
for i in range(300):
    r = total(4)
    if r != 64: print("wrong", i, r); break
else: print("fine")
