"""Queues, thread pools, subprocesses with pipes, and timers built on threads."""
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

numbers, squares = queue.Queue(maxsize=4), queue.Queue()


def worker():
    while (n := numbers.get()) is not None:
        squares.put(n * n)
        numbers.task_done()
    numbers.task_done()


threads = [threading.Thread(target=worker) for _ in range(3)]
for thread in threads:
    thread.start()
for n in range(60):
    numbers.put(n)
for _ in threads:
    numbers.put(None)
numbers.join()
for thread in threads:
    thread.join()
print(sum(squares.get() for _ in range(60)), squares.empty())
try:
    squares.get(timeout=0.01)
except queue.Empty:
    print("empty")

simple = queue.SimpleQueue()
thread = threading.Thread(target=lambda: [simple.put(n) for n in range(5)])
thread.start()
print([simple.get() for _ in range(5)])
thread.join()

with ThreadPoolExecutor(max_workers=4, thread_name_prefix="pool") as pool:
    print(list(pool.map(pow, range(8), [2] * 8)))
    futures = [pool.submit(divmod, 17, n) for n in (0, 3, 5)]
    wait(futures)
    print(futures[0].exception(), [future.result() for future in futures[1:]])
    print(sorted(future.result() for future in as_completed([pool.submit(len, "x" * n) for n in range(5)])))
    print(pool.submit(lambda: threading.current_thread().name.startswith("pool")).result())
try:
    pool.submit(print)
except RuntimeError as error:
    print(error)

# Both pipes fill up: each needs a reader.
program = "import sys; d = sys.stdin.read(); sys.stderr.write('e' * 200000); sys.stdout.write(d * 2)"
done = subprocess.run([sys.executable, "-c", program], input="x" * 100000, capture_output=True, text=True)
print(done.returncode, len(done.stdout), len(done.stderr))
try:
    subprocess.run([sys.executable, "-c", "import time; time.sleep(30)"], timeout=0.2, capture_output=True)
except subprocess.TimeoutExpired as error:
    print(error.timeout)

# print and a shared file from many threads: whole lines.
import os
import tempfile

with tempfile.NamedTemporaryFile("w", delete=False) as file:

    def write(letter):
        for _ in range(100):
            print(letter * 50, file=file)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
with open(file.name, "rb") as shared:
    content = shared.read()
os.unlink(file.name)
print(len(content), sorted(set(content.decode())))
