# asyncio: tasks, gathering, timeouts, cancellation, queues, locks, groups, asynchronous generators and contexts.
import asyncio
import contextlib


async def turns(count, result=None):
    # Turns of the loop instead of time, so that the order is the same on a slow machine.
    for _ in range(count):
        await asyncio.sleep(0)
    return result


async def worker(name, count, log):
    log.append(f"{name} starts")
    await turns(count)
    log.append(f"{name} ends")
    return name * 2


async def gathering():
    log = []
    print(await asyncio.gather(worker("b", 9, log), worker("a", 3, log)), log)
    task = asyncio.create_task(worker("t", 0, log), name="named")
    print(task.get_name(), task.done(), await task, task.done(), task.result())
    results = await asyncio.gather(asyncio.sleep(0, 1), failing(), return_exceptions=True)
    print(results)
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(0, 5)), asyncio.create_task(asyncio.sleep(10))], return_when=asyncio.FIRST_COMPLETED)
    print([t.result() for t in done], len(pending), [t.cancel() for t in pending])
    print([await future for future in asyncio.as_completed([turns(9, "late"), turns(2, "early")])])


async def failing():
    raise ValueError("failed")


async def cancelling():
    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            print("cancelled", error.args)
            raise
        finally:
            print("cleaned")

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    task.cancel("why")
    try:
        await task
    except asyncio.CancelledError:
        print(task.cancelled())
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as error:
        print("timeout", repr(error))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timed out")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(failing())
            group.create_task(asyncio.sleep(10))
    except* ValueError as errors:
        print(errors.exceptions)


async def synchronizing():
    queue, lock, event, semaphore = asyncio.Queue(2), asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(1)
    seen = []

    async def producer():
        for n in range(4):
            await queue.put(n)
        await queue.put(None)

    async def consumer():
        while (n := await queue.get()) is not None:
            async with lock, semaphore:
                seen.append(n)
        event.set()

    await asyncio.gather(producer(), consumer(), event.wait())
    print(seen, lock.locked(), event.is_set(), queue.empty())


async def generating():
    async def numbers(n):
        try:
            for i in range(n):
                yield i
                await asyncio.sleep(0)
        finally:
            print("generator closed")

    print([n async for n in numbers(3) if n != 1], {n: n async for n in numbers(2)})
    async with contextlib.aclosing(numbers(5)) as closing:
        async for n in closing:
            if n == 1:
                break

    @contextlib.asynccontextmanager
    async def managed():
        print("enter")
        yield 5
        print("exit")

    async with managed() as value:
        print(value)
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "from a callback")
    later = asyncio.Event()
    loop.call_later(0.001, later.set)
    print(await future, await later.wait())


for main in gathering, cancelling, synchronizing, generating:
    asyncio.run(main())
try:
    asyncio.run(failing())
except ValueError as error:
    print("raised", error)
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
with asyncio.Runner() as runner:
    print(runner.run(asyncio.sleep(0, "run")))
