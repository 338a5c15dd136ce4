def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


for s in (slice(5), slice(1, 5), slice(None), slice(None, None, -1), slice(-3, None, 2), slice(10, -10, -3), slice(2**70, -2**70, -1)):
    print(s, s.start, s.stop, s.step)
    for length in (0, 1, 5, 10, 2**64):
        print(*s.indices(length), end="; ")
    print()
print(slice(1, 2) == slice(1, 2), slice(1, 2) == slice(1, 3), slice(1, 2) != slice(1, 2, None), slice(1, 2) < slice(1, 3), slice(3) >= slice(2))
print(slice(1) == 1, hash(slice(1, 2)) == hash(slice(1, 2)))


class I:
    def __index__(self):
        return 3


print(*slice(I(), I(), I()).indices(I()))


class Show:
    def __getitem__(self, key):
        return key


print(Show()[1:2], Show()[::], Show()[:, 1:2:3][1], Show()["a":"b"].start)
attempt(lambda: slice())
attempt(lambda: slice(1, 2, 3, 4))
attempt(lambda: slice(x=1))
attempt(lambda: slice(1).indices(-1))
attempt(lambda: slice("a").indices(5))
attempt(lambda: slice(1, 2, 0).indices(5))
attempt(lambda: slice(1).indices("a"))
attempt(lambda: slice(1).indices())
attempt(lambda: slice(1) < 5)
attempt(lambda: slice(1, "a") < slice(1, 2))
