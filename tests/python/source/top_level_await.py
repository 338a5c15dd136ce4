# compile() with PyCF_ALLOW_TOP_LEVEL_AWAIT: code that awaits is a coroutine, whose variables are the namespace's.
import ast
import asyncio
import inspect


async def later(value):
    await asyncio.sleep(0)
    return value


class Items:
    def __init__(self, *items):
        self.items = iter(items)

    async def __aenter__(self):
        return "entered"

    async def __aexit__(self, *exc_info):
        await later(None)

    def __aiter__(self):
        return self

    async def __anext__(self):
        await later(None)
        for item in self.items:
            return item
        raise StopAsyncIteration


def run(source, mode="exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
    space = {"later": later, "Items": Items}
    try:
        code = compile(source, "<source>", mode, flags)
    except SyntaxError as error:
        print(error)
        return
    print(mode, code.co_flags & inspect.CO_COROUTINE)
    result = eval(code, space)
    if inspect.iscoroutine(result):
        print(result.__name__, result.__qualname__)
        try:
            result = asyncio.run(result)
        except ZeroDivisionError as error:
            result = repr(error)
    print(result, {name: value for name, value in space.items() if not name.startswith("__") and name not in ("later", "Items")})


run("x = 1")
run("x = await later(2)\ny = x + 1")
run("await later(3)", "eval")
run("await later(4)", "single")
run("x = [i async for i in Items(1, 2)]")
run("async for x in Items(1, 2):\n    y = x\nelse:\n    z = 1")
run("async with Items() as x:\n    y = [await later(i) for i in (1, 2)]")
# A function that awaits makes no coroutine of the module.
run("async def f():\n    return await later(1)\nx = f.__name__\ndel f")
run("x = 1\nawait later(1 / 0)")
run("def f():\n    global x\n    x = 5\nawait later(f())\ny = x\ndel f")
run("class A:\n    await later(1)")
run("def f():\n    await later(1)")
run("await later(1)", flags=0)
