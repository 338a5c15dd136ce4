"""Pickles of containers that come in batches, that hold themselves, or that refill what has items."""
import io
import pickle
from collections import OrderedDict, defaultdict, deque

big = {n: str(n) for n in range(2500)}
big_list = list(range(2500)) + [[n] for n in range(1200)]
for protocol in range(6):
    again = pickle.loads(pickle.dumps(big, protocol))
    print(protocol, again == big, list(again)[:3], list(again)[-1], len(again))
    print(pickle.loads(pickle.dumps(big_list, protocol)) == big_list)
    for value in [{}, {1: 2}, {1: 2, 3: 4}, [], [1], [1, 2], OrderedDict(a=1, b=2), defaultdict(list, a=[1]), deque([1, 2]), {(1, 2): {3: {4: 5}}}]:
        print(pickle.loads(pickle.dumps(value, protocol)), end=" ")
    print()
loop = {}
loop["own"] = loop
items = [loop]
items.append(items)
loop["items"] = items
copied = pickle.loads(pickle.dumps(loop))
print(copied["own"] is copied, copied["items"][0] is copied, copied["items"][1] is copied["items"], list(copied))

# Opcodes by hand: into what has items already, into what is no dict, with nothing above the mark, without a mark.
for data in [
    b"}(K\x01K\x02u(K\x01K\x03K\x04K\x05u.",
    b"}(u.",
    b"](e.",
    b"](K\x01K\x02e(K\x03e.",
    b"](K\x01K\x02u.",
    b"}(K\x01u.",
    b"}K\x01K\x02u.",
    b"(K\x01e.",
    b"((K\x01e.",
    b"}(K\x01(K\x02K\x03u.",
    b"N(K\x01e.",
    b"](K\x01(K\x02e.",
]:
    try:
        print(data, pickle.loads(data))
    except Exception as error:
        print(data, type(error).__name__)


class Key:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return hash(self.number) if hasattr(self, "number") else 0

    def __eq__(self, other):
        return isinstance(other, Key) and self.__dict__ == other.__dict__

    def __repr__(self):
        return f"Key({self.number})"


print(pickle.loads(pickle.dumps({Key(1): 1, Key(2): [Key(3)]})))
stream = io.BytesIO()
pickler = pickle.Pickler(stream)
shared = ["shared"]
for _ in range(3):
    pickler.dump(shared)
print(stream.getvalue().hex(), len(pickler.memo.copy()))
stream.seek(0)
unpickler = pickle.Unpickler(stream)
first, second = unpickler.load(), unpickler.load()
print(first, second is first)


class Bad:
    def __reduce__(self):
        raise ValueError("bad")


for value in [[1, Bad()], (1, 2, 3, 4, Bad()), {"k": Bad()}, {"a": [{"b": (Bad(),)}]}, {1, 2, 3} and [[Bad()]]]:
    try:
        pickle.dumps(value)
    except ValueError as error:
        print(error, error.__notes__)
