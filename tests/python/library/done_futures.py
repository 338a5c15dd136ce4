"""Futures and tasks that are done, and those of which a finalizer has something to say."""
import asyncio
import gc


class Finalized(asyncio.Future):
    def __del__(self):
        print("finalized", self.done())
        super().__del__()


async def give(value):
    await asyncio.sleep(0)
    return value


async def fail():
    await asyncio.sleep(0)
    raise ValueError("never looked at")


async def main():
    loop = asyncio.get_running_loop()
    said = []
    loop.set_exception_handler(lambda loop, context: said.append(context["message"]))
    print(sum(await asyncio.gather(*(give(n) for n in range(300)))))
    own = Finalized()
    own.set_result(1)
    print(await own)
    del own
    gc.collect()
    task = loop.create_task(fail())
    await asyncio.sleep(0.01)
    print(task.done())
    del task
    gc.collect()
    await asyncio.sleep(0)
    gc.collect()
    print(said)
    done = loop.create_future()
    done.set_result(2)
    print(done.result(), done.done(), done.cancel())
    lost = loop.create_future()
    lost.set_exception(KeyError("lost"))
    del lost
    gc.collect()
    print(said)
    cancelled = loop.create_task(give(1))
    cancelled.cancel()
    try:
        await cancelled
    except asyncio.CancelledError:
        print("cancelled")
    print(len(asyncio.all_tasks()))


asyncio.run(main())
