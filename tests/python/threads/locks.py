"""Locks that are waited for: plain and reentrant ones, conditions, semaphores, barriers, events."""
import threading
import time

lock = threading.Lock()
lock.acquire()
order = []


def wait_for_it():
    order.append("waiting")
    with lock:
        order.append("got it")


thread = threading.Thread(target=wait_for_it)
thread.start()
while not order:
    time.sleep(0.001)
order.append("release")
lock.release()
thread.join()
print(order)

lock.acquire()
start = time.monotonic()
print(lock.acquire(timeout=0.05), time.monotonic() - start >= 0.05, lock.acquire(False))
# Another thread may release a plain lock, not a reentrant one.
threading.Thread(target=lock.release).start()
print(lock.acquire(timeout=10))
lock.release()

recursive = threading.RLock()
recursive.acquire()
recursive.acquire()
answers = []


def intrude():
    answers.append(recursive.acquire(blocking=False))
    answers.append(recursive._is_owned())
    try:
        recursive.release()
    except RuntimeError as error:
        answers.append(str(error))


thread = threading.Thread(target=intrude)
thread.start()
thread.join()
print(answers, recursive._recursion_count())
recursive.release()
recursive.release()

# A condition: producers and consumers of a bounded list.
items, condition, taken = [], threading.Condition(), []


def produce(base):
    for n in range(50):
        with condition:
            while len(items) >= 3:
                condition.wait()
            items.append(base + n)
            condition.notify_all()


def consume():
    for _ in range(50):
        with condition:
            condition.wait_for(lambda: items)
            taken.append(items.pop(0))
            condition.notify_all()


threads = [threading.Thread(target=produce, args=(base,)) for base in (0, 100)]
threads += [threading.Thread(target=consume) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(taken) == [*range(50), *range(100, 150)])
with condition:
    print(condition.wait(timeout=0.01))

# Never more than two at a time.
semaphore, inside, most = threading.BoundedSemaphore(2), 0, 0
guard = threading.Lock()


def enter():
    global inside, most
    with semaphore:
        with guard:
            inside += 1
            most = max(most, inside)
        time.sleep(0.002)
        with guard:
            inside -= 1


threads = [threading.Thread(target=enter) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(1 <= most <= 2, inside)

barrier = threading.Barrier(3)
places = []
threads = [threading.Thread(target=lambda: places.append(barrier.wait())) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(places))

event = threading.Event()
threads = [threading.Thread(target=lambda: places.append(event.wait(10))) for _ in range(3)]
for thread in threads:
    thread.start()
event.set()
for thread in threads:
    thread.join()
print(places[3:])

fired = threading.Event()
timer = threading.Timer(0.01, fired.set)
timer.start()
print(fired.wait(10))
timer.join()
for bad in (lambda: lock.acquire(timeout=float("nan")), lambda: lock.acquire(timeout=-2), lambda: lock.acquire(False, 1), lambda: lock.acquire(timeout=1e20)):
    try:
        bad()
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)
