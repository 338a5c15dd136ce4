"""Generators and coroutines that are hot where they are resumed: called by their own kind, by the runtime, by loops; ended in each way."""
import sys


class Node:
    def __init__(self, left, key, right):
        self.left, self.key, self.right = left, key, right

    def __iter__(self):
        # Level by level: each item passes through a loop at each of them.
        if self.left:
            for key in self.left:
                yield key
        yield self.key
        if self.right:
            for key in self.right:
                yield key


def tree(keys):
    if not keys:
        return None
    middle = len(keys) // 2
    return Node(tree(keys[:middle]), keys[middle], tree(keys[middle + 1:]))


def permutations(items):
    if not items:
        yield ()
        return
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (item,) + rest


def hanoi(n, a, b, c):
    """Gives the number of its moves back."""
    if n == 0:
        return 0
    moves = yield from hanoi(n - 1, a, c, b)
    yield a, c
    moves += 1
    moves += yield from hanoi(n - 1, b, a, c)
    return moves


def result_of(generator):
    items = []
    while True:
        try:
            items.append(next(generator))
        except StopIteration as stop:
            return len(items), stop.value


def failing(depth, at):
    """Raises from the deepest level after some items."""
    if depth == 0:
        for i in range(at):
            yield i
        raise ValueError(at)
    try:
        for i in failing(depth - 1, at):
            yield i + 1
    except ValueError as error:
        yield -error.args[0]
        raise KeyError(depth) from error


def collected(generator):
    items = []
    try:
        for item in generator:
            items.append(item)
    except Exception as error:
        items.append(type(error).__name__)
        items.append(error.args)
        while error.__cause__:
            error = error.__cause__
            items.append(repr(error))
    return items


def accumulator():
    total = 0
    while True:
        try:
            sent = yield total
        except LookupError:
            total = -total
        else:
            if sent is None:
                return total
            total += sent


log = []


def careful(depth):
    try:
        if depth == 0:
            while True:
                yield depth
        for item in careful(depth - 1):
            yield item + 1
    finally:
        log.append(depth)


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


async def fibonacci(n):
    if n <= 1:
        return n
    return await fibonacci(n - 1) + await fibonacci(n - 2)


async def stepping(n):
    if n == 0:
        return await Pause("leaf")
    answer = await stepping(n - 1)
    if n % 3 == 0:
        answer += await Pause(n)
    return answer + 1


async def broken(n):
    if n == 0:
        raise RuntimeError("at the end")
    try:
        await broken(n - 1)
    finally:
        if n % 4 == 0:
            await Pause(n)


def run(coroutine, answers):
    seen, answer = [], None
    for each in answers:
        try:
            seen.append(coroutine.send(answer))
        except StopIteration as stop:
            seen.append(("result", stop.value))
            break
        except RuntimeError as error:
            seen.append(error.args)
            break
        answer = each
    return seen


class Changing:
    """Each kind of item in turn, so that what a resumption finds is of several types."""

    def __iter__(self):
        for item in (1, 2.5, "x", None, (1,), 10 ** 30, True):
            yield item


def kinds(depth):
    if depth == 0:
        for item in Changing():
            yield item
    else:
        for item in kinds(depth - 1):
            yield [item] if depth % 3 == 0 else item


def reenter():
    def inner():
        try:
            next(own)
        except ValueError as error:
            yield str(error)
    own = inner()
    return list(own)


def frames(depth):
    if depth == 0:
        yield sys._getframe().f_code.co_name
        yield sys._getframe(1).f_lineno - sys._getframe(2).f_lineno
        return
    for item in frames(depth - 1):
        yield item


def main():
    walked = tree(list(range(60)))
    print([sum(walked) for _ in range(80)][-1], list(walked) == list(range(60)))
    print(len([p for _ in range(3) for p in permutations(tuple(range(5)))]), list(permutations("abc")))
    print([result_of(hanoi(5, 1, 2, 3)) for _ in range(60)][-1])
    for depth in (0, 1, 2, 6):
        print(depth, [collected(failing(depth, 5)) for _ in range(70)][-1])
    for _ in range(70):
        both = accumulator()
        steps = [next(both)] + [both.send(i) for i in range(10)] + [both.throw(KeyError())] + [both.send(i) for i in range(5)]
        try:
            both.send(None)
        except StopIteration as stop:
            steps.append(stop.value)
    print(steps)
    for _ in range(60):
        del log[:]
        held = careful(7)
        taken = [next(held) for _ in range(5)]
        held.close()
    # The levels below are finalized some time.
    print(taken, 7 in log)
    print([run(fibonacci(12), [None] * 3) for _ in range(20)][-1])
    print([run(stepping(9), list(range(20))) for _ in range(80)][-1])
    print([run(broken(9), [None] * 20) for _ in range(80)][-1])
    print([list(kinds(7)) for _ in range(80)][-1])
    print([reenter() for _ in range(60)][-1])
    print([list(frames(8)) for _ in range(60)][-1])
    deep = kinds(0)
    for _ in range(300):
        deep = (item for item in deep)
    print(list(deep))
    try:
        print(sum(1 for _ in kinds(100000)))
    except RecursionError as error:
        print("RecursionError")


main()
