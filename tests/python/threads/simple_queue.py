# queue.SimpleQueue: order, waiting, time limits, many threads; and the inverse normal distribution that is native, too.
import gc
import queue
import statistics
import threading
import weakref

q = queue.SimpleQueue()
print(type(q).__module__, q.empty(), q.qsize())
for item in range(10):
    q.put(item)
print([q.get() for _ in range(7)], q.qsize())
q.put_nowait("last")
print([q.get_nowait() for _ in range(4)], q.empty())
for function in [q.get_nowait, lambda: q.get(False), lambda: q.get(timeout=0.01), lambda: q.get(timeout=-1), lambda: q.get(timeout="x"), lambda: q.put()]:
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)
print(queue.SimpleQueue[int], queue.Empty.__module__)

results = queue.SimpleQueue()


def work():
    while (item := q.get()) is not None:
        results.put(item * item)
    results.put(None)


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for item in range(2000):
    q.put(item)
for _ in threads:
    q.put(None)
ended, total = 0, 0
while ended < len(threads):
    item = results.get(timeout=60)
    ended, total = (ended + 1, total) if item is None else (ended, total + item)
print(total, q.empty(), results.empty())


class Item:
    pass


kept = Item()
gone = weakref.ref(kept)
q.put(kept)
del kept
gc.collect()
print(gone() is q.get())


class Named(queue.SimpleQueue):
    pass


named = Named()
named.name = "n"
named.put(1)
print(named.name, named.get())

normal = statistics.NormalDist(100, 15)
print([normal.inv_cdf(p / 8) for p in range(1, 8)], normal.inv_cdf(1e-12), normal.inv_cdf(1 - 1e-9), statistics._normal_dist_inv_cdf(0.3, 0, 1))
for p in (0, 1, -1):
    try:
        statistics._normal_dist_inv_cdf(p, 0, 1)
    except ValueError as error:
        print(error)
