# Frames that compiled code holds are seen, and changed, as if the interpreter ran them.
import sys
import traceback


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


LAST = 2999
seen = []


def look(i, depth=1):
    if i == LAST:
        frame = sys._getframe(depth)
        seen.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, sorted(frame.f_locals)))
    return i


def key_that_looks(i):
    return look(i, 2)


def read_through_builtins():
    total = 0
    for i in range(LAST + 1):
        total += max([i - 1, i], key=key_that_looks)
    return total


def read_through_calls():
    total = 0
    for i in range(LAST + 1):
        p = Point(i, i + 1)
        total += look(p.x, 1) + p.y
    return total


def change(name, i, value):
    if i == LAST:
        sys._getframe(2).f_locals[name] = value
    return 0


def changed_through_builtins():
    total = 0
    for i in range(LAST + 10):
        added = 1
        sum(map(lambda j: change2(j), [i]))
        total += added
    return total


def change2(i):
    if i == LAST:
        frame = sys._getframe(2)
        frame.f_locals["added"] = 1000
    return i


def changed_through_inlined_calls():
    total = 0
    for i in range(LAST + 10):
        added = 1
        middle(i)
        total += added
    return total


def middle(i):
    return change("added", i, 5000)


def virtual_objects():
    total = 0
    for i in range(LAST + 10):
        p = Point(i, 1)
        max([i, 0], key=change_point)
        total += p.y
    return total


def change_point(i):
    if i == LAST:
        p = sys._getframe(1).f_locals["p"]
        p.y = 100
        sys._getframe(1).f_locals["p"] = Point(p.x, p.y + 7)
    return i


def recursive(n, leaf):
    if n == 0:
        return leaf()
    mine = n * 2
    inner = recursive(n - 1, leaf)
    return inner + mine


def leaf_that_counts():
    return 0


def leaf_that_looks():
    frame, names = sys._getframe(1), []
    while frame.f_code.co_name == "recursive":
        names.append((frame.f_locals["n"], frame.f_locals.get("mine")))
        if frame.f_locals["n"] == 3:
            frame.f_locals["mine"] = 1000
        frame = frame.f_back
    seen.append(names[:4] + names[-2:])
    return 0


def recursion():
    total = sum(recursive(20, leaf_that_counts) for _ in range(2000))
    return total, recursive(20, leaf_that_looks), recursive(20, leaf_that_counts)


def left_by_an_exception():
    def inner(i):
        x, y = i, [i]
        return x / (LAST - i)

    def outer(i):
        twice = i * 2
        return inner(i) + twice

    total = 0
    for i in range(LAST + 1):
        before = i - 1
        try:
            total += outer(i)
        except ZeroDivisionError as error:
            tb = error.__traceback__
            while tb is not None:
                frame = tb.tb_frame
                names = {name: value for name, value in frame.f_locals.items() if name in ("x", "y", "twice", "i", "before")}
                print(frame.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno, names)
                tb = tb.tb_next
            print(error.__traceback__.tb_frame is sys._getframe())
            print(error.__traceback__.tb_next.tb_next.tb_frame.f_back is error.__traceback__.tb_next.tb_frame)


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        asked.append(sys._getframe(1).f_code.co_name)
        sys._getframe(1).f_locals["bonus"] = 50
        return False


asked = []


def keys_that_are_asked():
    table = {i: i for i in range(100)}
    total = 0
    for i in range(LAST + 1):
        bonus = 0
        if i == LAST:
            table = {Key(i % 50): 1, 7: 8}
        total += (i % 50) in table
        table[i % 50] = i
        total += table[i % 50] + bonus
    return total


def stack_of_lines():
    for i in range(LAST + 1):
        list(filter(extract, [i]))
    return None


def extract(i):
    if i == LAST:
        for entry in traceback.extract_stack()[-3:]:
            print(entry.name, entry.line)


def own_variables():
    before = "kept"
    for i in range(LAST + 1):
        temporary = i
    shown = locals()
    return sorted(shown.items())


print(read_through_builtins(), read_through_calls())
print(changed_through_builtins(), changed_through_inlined_calls())
print(virtual_objects())
print(recursion())
left_by_an_exception()
print(keys_that_are_asked(), asked)
stack_of_lines()
print(own_variables())
for entry in seen:
    print(entry)
