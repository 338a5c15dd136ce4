# Instances of classes that derive from built-in ones, in hot loops: what they leave to the built-in class, and what they do not.
from collections import Counter, OrderedDict, defaultdict


class Stack(list):
    pass


class Loud(list):
    def append(self, item):
        super().append(item * 2)

    def __len__(self):
        return super().__len__() + 100

    def __contains__(self, item):
        return item == "yes"


class Table(dict):
    pass


class Missing(dict):
    def __missing__(self, key):
        return key * 2


class Count(int):
    pass


class Never(int):
    def __bool__(self):
        return False


class Text(str):
    pass


class Point(tuple):
    __slots__ = ()


class Bag(set):
    pass


def lists(rounds):
    total = 0
    for i in range(rounds):
        stack = Stack()
        for k in range(i % 5):
            stack.append(k)
        if stack:
            total += len(stack) + stack[-1] + (2 in stack)
            stack[0] = 9
            total += sum(x for x in stack)
            for item in stack:
                total += item
            total += stack.pop()
            total += stack[0:1] == [9]
        assert type(stack) is Stack
    return total


def loud(rounds):
    loud = Loud()
    total = 0
    for i in range(rounds):
        loud.append(i)
        total += len(loud) + ("yes" in loud) + (i in loud)
    return total, loud[:3]


def tables(rounds):
    table, missing, counts, groups, ordered = Table(), Missing(), Counter(), defaultdict(list), OrderedDict()
    total = 0
    for i in range(rounds):
        table[i % 7] = table.get(i % 7, 0) + 1
        total += missing[i % 3]
        counts[i % 4] += 1
        groups[i % 3].append(i)
        ordered[i % 5] = i
        total += len(table) + len(counts) + len(groups) + (i % 9 in table) + bool(table) + bool(missing)
    return total, table, counts, [len(group) for group in groups.values()], list(ordered.items()), len(missing)


def numbers(rounds):
    total = 0
    values = [Count(0), Count(5), Never(5), Text(""), Text("abc"), Point(()), Point((1, 2, 3)), Bag(), Bag([1])]
    for i in range(rounds):
        value = values[i % len(values)]
        if value:
            total += 1
        total += isinstance(value, int)
        if isinstance(value, (str, tuple, set)):
            total += len(value)
        if isinstance(value, Text) and value:
            total += len(value.upper()) + (value[1] == "b")
        if isinstance(value, Bag):
            total += type(value.copy()) is set
    return total


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, key):
        if isinstance(key, slice):
            return key.start, key.stop, key.step
        return self.n + key


def sized(rounds):
    total = 0
    for i in range(rounds):
        own = Sized(i % 3)
        total += len(own) + (1 if own else 0) + own[2] + own[i:4][0]
    return total


def bad_lengths():
    for n in (-1, "x", 2**70, True, 1.5):
        for _ in range(300):
            try:
                found = len(Sized(n))
            except (TypeError, ValueError, OverflowError) as error:
                found = type(error).__name__, str(error)
        print(repr(found))
        try:
            print(bool(Sized(n)))
        except (TypeError, ValueError, OverflowError) as error:
            print(type(error).__name__, error)


def indexes(rounds):
    stack = Stack([1, 2, 3])
    errors = 0
    for i in range(rounds):
        try:
            errors += stack[i % 5]
        except IndexError as error:
            errors += len(str(error))
    return errors


class Odd:
    def __len__(self, n=[0]):
        n[0] += 1
        return "long" if n[0] % 50 == 0 else n[0] % 3


def odd(rounds):
    total = 0
    own = Odd()
    for _ in range(rounds):
        try:
            total += len(own)
        except TypeError as error:
            total += len(str(error))
    return total


print(odd(2000))
print(lists(2000))
print(loud(500))
print(tables(2000))
print(numbers(3000))
print(sized(3000))
bad_lengths()
print(indexes(2000))

# A class that stops leaving something to its base.
stack = Stack([1, 2, 3])
def length(rounds):
    total = 0
    for _ in range(rounds):
        total += len(stack)
    return total
print(length(2000))
Stack.__len__ = lambda self: 50
print(length(10))
del Stack.__len__
print(length(2000))
