"""Event loops are told of asynchronous generators: `sys.set_asyncgen_hooks`. What is dropped unfinished is closed or warned of."""
import gc
import sys
import warnings


def attempt(action, *args, **options):
    try:
        print(action(*args, **options))
    except Exception as error:
        print(type(error).__name__, error)


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


def step(awaitable):
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value


print(sys.get_asyncgen_hooks())
attempt(sys.set_asyncgen_hooks, 1)
attempt(sys.set_asyncgen_hooks, finalizer=2)
attempt(sys.set_asyncgen_hooks, other=2)
firsts, finals = [], []
sys.set_asyncgen_hooks(firsts.append, finals.append)
one = numbers()
print(len(firsts), step(one.__anext__()), firsts == [one])
step(one.__anext__())
print(len(firsts))
sys.set_asyncgen_hooks(None, None)
two = numbers()
print(step(two.asend(None)), len(firsts))
step(two.aclose())


def dropped():
    def generator():
        try:
            yield 1
        finally:
            print("finally")

    next(generator())


dropped()
for _ in range(3):
    gc.collect()


async def nothing():
    pass


def leave():
    nothing()


def leave_step():
    numbers().asend(None)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    leave()
    leave_step()
    for _ in range(3):
        gc.collect()
print(sorted(str(warning.message).split("\n")[0] for warning in caught))

print(sys.get_coroutine_origin_tracking_depth())
sys.set_coroutine_origin_tracking_depth(2)
coroutine = nothing()
print([(line, name) for _, line, name in coroutine.cr_origin])
coroutine.close()
sys.set_coroutine_origin_tracking_depth(0)
coroutine = nothing()
print(coroutine.cr_origin)
coroutine.close()
attempt(sys.set_coroutine_origin_tracking_depth, -1)
