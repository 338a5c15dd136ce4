# What tracing shows of iterators that end (StopIteration as an exception, but not of built-in ones), of exits from `with`, and of
# decorated classes.
import sys


class AsyncOver:
    def __init__(self, items):
        self.iterator = iter(items)

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return next(self.iterator)
        except StopIteration:
            raise StopAsyncIteration


class Counter:
    def __init__(self, stop):
        self.left = stop

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left


class Context:
    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        pass


async def one():
    return 1


def generator():
    yield 1


async def asynchronous():
    await one()
    async for x in AsyncOver("a"):
        y = x
    else:
        z = 1


def delegating():
    x = yield from generator()
    yield from [1]
    for x in generator():
        pass
    for x in [1]:
        pass
    for x in Counter(1):
        y = x


def leaving():
    for i in 1, 2:
        with Context():
            break
    with Context():
        return


def leaving_finally():
    try:
        return
    finally:
        x = 1


def decorated():
    def decorator(argument):
        return lambda value: value

    @decorator(6)
    @decorator(
        len([8]),
    )
    class Inner:
        pass


def decorated_function():
    @staticmethod
    def inner():
        pass


def show(frame, event, argument):
    what = argument[0].__name__ if event == "exception" else argument
    print(frame.f_code.co_name, frame.f_lineno, event, type(what).__name__)
    return show


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        pass


for function in (lambda: run(asynchronous()), lambda: list(delegating()), leaving, leaving_finally, decorated, decorated_function):
    sys.settrace(show)
    function()
    sys.settrace(None)

def only_delegating():
    yield from generator()


events = []


def note(code, offset, value):
    events.append((code.co_name, type(value).__name__))


def note_branch(name):
    def callback(code, offset, target):
        lines = {start: line for start, end, line in code.co_lines() for start in range(start, end, 2)}
        events.append((name, lines[offset]))
        assert any(offset == source and target in ways for source, *ways in code.co_branches())

    return callback


monitoring = sys.monitoring
monitoring.use_tool_id(3, "test")
kinds = monitoring.events
for kind, callback in (
    (kinds.STOP_ITERATION, note),
    (kinds.BRANCH_LEFT, note_branch("left")),
    (kinds.BRANCH_RIGHT, note_branch("right")),
):
    monitoring.register_callback(3, kind, callback)
monitoring.set_local_events(3, only_delegating.__code__, kinds.STOP_ITERATION)
monitoring.set_local_events(3, delegating.__code__, kinds.BRANCH_LEFT | kinds.BRANCH_RIGHT)
list(only_delegating())
list(delegating())
monitoring.set_local_events(3, delegating.__code__, 0)
monitoring.free_tool_id(3)
print(*events, sep="\n")
