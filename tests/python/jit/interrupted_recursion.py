# Compiled recursion without loops comes to polls: signals and other threads have their turn.
import signal
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Alarm(Exception):
    pass


def ring(signum, frame):
    raise Alarm


print([fib(15) for _ in range(3)])
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.2)
try:
    fib(100)
    print("never")
except Alarm:
    print("interrupted")

turns = []
begun, done = threading.Event(), threading.Event()


def other():
    begun.wait()
    for _ in range(5):
        turns.append(time.monotonic())
        time.sleep(0.001)
    done.set()
    signal.raise_signal(signal.SIGALRM)


thread = threading.Thread(target=other)
thread.start()
try:
    begun.set()
    fib(100)
except Alarm:
    print("another thread ran", len(turns), done.is_set())
thread.join()
print(fib(16))
