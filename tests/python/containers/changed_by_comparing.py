# Comparisons that change the lists and heaps that they are made for.
import heapq


class Clearing:
    def __eq__(self, other):
        items.clear()
        return False

    def __lt__(self, other):
        items.clear()
        return True


class Growing:
    def __eq__(self, other):
        items.append(0)
        return False

    def __lt__(self, other):
        items.append(0)
        return True


class Replacing:
    def __eq__(self, other):
        items[:] = [7, 8, 9]
        return False


def shown(name, act):
    try:
        print(name, act())
    except Exception as e:
        print(name, type(e).__name__, e)


for kind in Clearing, Growing, Replacing:
    print(kind.__name__)
    for name, act in {
        "==": lambda: items == [1, 2, 3],
        "!=": lambda: items != [1, 2, 3],
        "<": lambda: items < [1, 2, 3],
        ">=": lambda: items >= [8, 2, 3],
        "reversed <": lambda: [8, 2, 3] < items,
    }.items():
        items = [kind(), kind(), kind()]
        shown(name, act)

for kind in Clearing, Growing:
    print(kind.__name__)
    for name, act in {
        "heappush": lambda: heapq.heappush(items, kind()),
        "heappop": lambda: type(heapq.heappop(items)),
        "heapreplace": lambda: type(heapq.heapreplace(items, kind())),
        "heappushpop": lambda: type(heapq.heappushpop(items, 1)),
        "heappushpop_max": lambda: type(heapq.heappushpop_max(items, kind())),
        "heapify": lambda: heapq.heapify(items),
    }.items():
        items = [kind(), kind(), kind()]
        shown(name, act)
