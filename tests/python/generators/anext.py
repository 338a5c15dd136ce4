# The builtins aiter and anext, and what they await.
class Letters:
    def __init__(self, text):
        self.letters = iter(text)

    def __aiter__(self):
        return self

    async def __anext__(self):
        for letter in self.letters:
            return letter
        raise StopAsyncIteration


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value
    return "suspended"


async def main():
    it = aiter(Letters("ab"))
    print(await anext(it), await anext(it, "default"), await anext(it, "default"))
    try:
        await anext(it)
    except StopAsyncIteration:
        print("end")

    async def numbers():
        yield 1

    g = numbers()
    print(await anext(g), await anext(g, None))
    for bad in (lambda: anext(3), lambda: aiter(3)):
        try:
            bad()
        except TypeError as e:
            print(e)
    print([letter async for letter in Letters("xyz")], {l: 1 async for l in Letters("k")})
    return "done"


print(run(main()))
