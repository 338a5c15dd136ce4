# Managers from generators, stacks of them, suppression and redirection.
import contextlib
import io
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext, redirect_stdout, suppress


@contextmanager
def logged(name):
    print("enter", name)
    try:
        yield name.upper()
    except ValueError as error:
        print("handled", error)
    finally:
        print("exit", name)


with logged("a") as a, logged("b") as b:
    print(a, b)
with logged("c"):
    raise ValueError("inside")
try:
    with logged("d"):
        raise KeyError("passes")
except KeyError as error:
    print("outside", error)


@logged("decorator")
def decorated(x):
    return x * 2


print(decorated(4))
with suppress(ZeroDivisionError, KeyError):
    1 / 0
    print("not reached")
with ExitStack() as stack:
    for name in "xyz":
        stack.enter_context(logged(name))
    stack.callback(print, "callback", end="!\n")
    kept = stack.pop_all()
print("still open")
kept.close()
out = io.StringIO()
with redirect_stdout(out):
    print("captured")
print(repr(out.getvalue()))


class Resource:
    def close(self):
        print("closed")


with closing(Resource()) as resource, nullcontext(5) as five:
    print(type(resource).__name__, five)


class Manager(AbstractContextManager):
    def __exit__(self, kind, value, trace):
        print(kind.__name__ if kind else None, value)
        return True


with Manager():
    raise RuntimeError("swallowed")


@contextmanager
def broken():
    if False:
        yield


@contextmanager
def twice():
    yield 1
    yield 2


for manager in broken, twice:
    try:
        with manager():
            pass
    except RuntimeError as error:
        print(error)
with ExitStack() as stack:
    @stack.push
    def handle(kind, value, trace):
        print("pushed", kind)
        return True
    raise LookupError
with contextlib.chdir("/"):
    import os
    print(os.getcwd())
