"""Threads take turns in loops, in calls, and while one waits; nothing of one is seen as another's."""
import sys
import threading
import time

# A loop without calls, ended from outside.
stop = False


def spin():
    while not stop:
        pass


thread = threading.Thread(target=spin)
thread.start()
stop = True
thread.join()
print("spun")


# Recursion without loops: the main thread gets its turn long before the end.
class Enough(Exception):
    pass


asked = False


def recurse(n):
    if asked:
        raise Enough
    return n if n < 2 else recurse(n - 1) + recurse(n - 2)


def run():
    try:
        recurse(60)
    except Enough:
        print("stopped")


thread = threading.Thread(target=run)
thread.start()
asked = True
thread.join()

# Each thread has its own recursion limit, handled exception and frames.
print(sys.getswitchinterval())
sys.setswitchinterval(0.0001)
results = {}


def deep(name):
    def down(n):
        return 0 if n == 0 else 1 + down(n - 1)

    try:
        raise KeyError(name)
    except KeyError:
        for _ in range(20):
            assert down(300) == 300
            assert sys.exception().args == (name,), sys.exception()
        try:
            down(100000)
        except RecursionError as error:
            results[name] = (str(error)[:16], error.__context__.args)
    assert sys.exception() is None


threads = [threading.Thread(target=deep, args=(name,)) for name in ("a", "b", "c", "d")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))


# Generators run in the thread that asks; two threads cannot be in one.
def numbers():
    for n in range(3000):
        yield n


def take(source, into):
    for n in source:
        into.append(n)


lists = [[] for _ in range(4)]
threads = [threading.Thread(target=take, args=(numbers(), into)) for into in lists]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print([sum(into) for into in lists])


def slow():
    time.sleep(0.2)
    yield 1


source = slow()
thread = threading.Thread(target=next, args=(source,))
thread.start()
while not source.gi_running:
    time.sleep(0.001)
try:
    next(source)
except ValueError as error:
    print(error)
thread.join()

# What is looked up while others change it.
table = {}


def fill(base):
    for n in range(400):
        table[base + n] = str(n)
        table.pop(base + n - 10, None)


threads = [threading.Thread(target=fill, args=(base,)) for base in range(0, 4000, 1000)]
for thread in threads:
    thread.start()
while any(thread.is_alive() for thread in threads):
    for key, value in list(table.items()):
        assert value == str(key % 1000)
print(sorted(table)[::10])
sys.setswitchinterval(0.005)
