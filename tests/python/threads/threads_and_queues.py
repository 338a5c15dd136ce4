# Threads, locks, conditions, events, barriers, queues, executors, thread-local state, exceptions in threads.
import queue
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait

results, lock = [], threading.Lock()


def work(n):
    for _ in range(50):
        with lock:
            results.append(n)


threads = [threading.Thread(target=work, args=(n,), name=f"worker-{n}") for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(results), sorted(set(results)), [t.is_alive() for t in threads], threads[0].name, threading.current_thread().name, threading.active_count(), threading.main_thread() is threading.current_thread())
tasks, done = queue.Queue(maxsize=2), queue.SimpleQueue()


def consume():
    while (item := tasks.get()) is not None:
        done.put(item * item)
        tasks.task_done()
    tasks.task_done()


consumer = threading.Thread(target=consume, daemon=True)
consumer.start()
for n in range(5):
    tasks.put(n)
tasks.put(None)
tasks.join()
print([done.get() for _ in range(5)], done.empty(), tasks.qsize(), consumer.join(), consumer.daemon)
priorities = queue.PriorityQueue()
for item in (3, "c"), (1, "a"), (2, "b"):
    priorities.put(item)
print([priorities.get_nowait()[1] for _ in range(3)])
for attempt in (lambda: priorities.get_nowait(), lambda: priorities.get(timeout=0.01), lambda: lock.release(), lambda: threads[0].start(), lambda: threading.RLock().release(), lambda: threading.current_thread().join()):
    try:
        attempt()
    except (queue.Empty, RuntimeError) as error:
        print(type(error).__name__, error)
condition, ready = threading.Condition(), []


def wait_for_it():
    with condition:
        condition.wait_for(lambda: ready)
        ready.append("seen")


waiter = threading.Thread(target=wait_for_it)
waiter.start()
with condition:
    ready.append("set")
    condition.notify_all()
waiter.join()
event, barrier, local = threading.Event(), threading.Barrier(3), threading.local()
local.value, order = "main", []


def meet(n):
    local.value = n
    order.append(barrier.wait() is not None)
    event.wait()
    order.append(local.value == n)


members = [threading.Thread(target=meet, args=(n,)) for n in range(3)]
[m.start() for m in members]
print(event.wait(0.01), event.set(), [m.join() for m in members], sorted(order), local.value, ready)
reentrant = threading.RLock()
with reentrant, reentrant:
    print(lock.acquire(timeout=0.01), lock.acquire(blocking=False), lock.locked(), lock.release(), reentrant)if False else print(lock.acquire(timeout=0.01), lock.acquire(blocking=False), lock.locked(), lock.release())
semaphore = threading.BoundedSemaphore(1)
with semaphore:
    print(semaphore.acquire(blocking=False))
try:
    semaphore.release()
except ValueError as error:
    print(error)
threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)
failing = threading.Thread(target=lambda: 1 / 0, name="failing")
failing.start()
failing.join()
with ThreadPoolExecutor(3, thread_name_prefix="pool") as pool:
    print(list(pool.map(lambda n: n * n, range(5))), pool.submit(pow, 2, 10).result(), sorted(f.result() for f in as_completed([pool.submit(abs, -n) for n in range(3)])))
    future = pool.submit(int, "x")
    print(repr(future.exception()), future.done(), future.cancelled(), len(wait([future], return_when=FIRST_COMPLETED).done))
timer = threading.Timer(0.001, print, ("timer",))
timer.start()
timer.join()
print(len(threading.enumerate()), threading.get_ident() == threading.main_thread().ident)
