def attempt(function):
    try:
        print(function())
    except Exception as e:
        print(type(e).__name__, e)


ranges = (range(0), range(5), range(2, 5), range(0, 10, 3), range(10, 0, -3), range(5, 5), range(0, -5), range(-3, 3, 2),
          range(2**62, 2**62 + 3), range(2**63 - 2, 2**63 - 1), range(-2**63, 2**63 - 1, 2**62))
for r in ranges:
    print(r, len(r), bool(r), r.start, r.stop, r.step)
    print(*r)
    print(*r.__reversed__())
    for i in range(len(r)):
        print(r[i], r[i - len(r)], r[i] in r, r.index(r[i]), r.count(r[i]), end="; ")
    print()
    print(r[:], r[1:], r[:-1], r[::-1], r[::2], r[5:1:-1], r[-2:], r[10:20])
    for other in ranges:
        print(r == other, r != other, end=" ")
    print()
r = range(0, 20, 4)
print(3 in r, 4 in r, 4.0 in r, 20 in r, -4 in r, "a" in r, True in range(2), 10**30 in r, r.count("x"), r.count(8.0), r.index(8.0))
attempt(lambda: range())
attempt(lambda: range(1, 2, 3, 4))
attempt(lambda: range(1.0))
attempt(lambda: range("a"))
attempt(lambda: range(1, 2, 0))
attempt(lambda: range(x=1))
attempt(lambda: range(3)["a"])
attempt(lambda: range(3)[3])
attempt(lambda: range(3)[-4])
attempt(lambda: range(3)[::0])
attempt(lambda: range(3).index(5))
attempt(lambda: range(3).index("a"))
attempt(lambda: range(3).index(5.0))
attempt(lambda: range(3) < range(4))
attempt(lambda: hash(range(3)) == hash(range(0, 3, 1)))


class Equal:
    def __eq__(self, other):
        return other == 2


print(Equal() in range(5), range(5).index(Equal()), range(5).count(Equal()))
print(range(True), range(3, True, -1))
match range(3):
    case [a, b, c]:
        print(a, b, c)
