"""Signals are the main thread's; a fork copies the forking thread only."""
import os
import signal
import sys
import threading
import time
import warnings

events = []


def handler(number, frame):
    events.append((number, threading.current_thread() is threading.main_thread()))


signal.signal(signal.SIGUSR1, handler)
thread = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGUSR1))
thread.start()
thread.join()
while not events:
    time.sleep(0.001)
print(events == [(signal.SIGUSR1, True)])


def try_to_handle():
    try:
        signal.signal(signal.SIGUSR1, handler)
    except ValueError as error:
        events.append(str(error))


thread = threading.Thread(target=try_to_handle)
thread.start()
thread.join()
print(events[-1])


# A lock that the main thread waits for is given up when a handler raises.
class Interrupted(Exception):
    pass


def interrupt(number, frame):
    raise Interrupted


signal.signal(signal.SIGALRM, interrupt)
lock = threading.Lock()
lock.acquire()
for attempt in (lock.acquire, lambda: lock.acquire(timeout=20), lambda: threading.Event().wait(20), lambda: time.sleep(20)):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        attempt()
    except Interrupted:
        print("interrupted")

import _thread

signal.signal(signal.SIGINT, signal.default_int_handler)
ready = []


def interrupt_main():
    # Not while the main thread is still in `start`, whose locks an exception may find half taken.
    while not ready:
        time.sleep(0.001)
    _thread.interrupt_main()


thread = threading.Thread(target=interrupt_main)
try:
    thread.start()
    ready.append(True)
    while True:
        time.sleep(0.01)
except KeyboardInterrupt:
    print("KeyboardInterrupt")
thread.join()

# The child of a thread: that thread is its main thread; it can start others.
other = threading.Thread(target=threading.Event().wait, args=(0.5,))
other.start()
local = threading.local()
local.x = "main"


def fork():
    local.x = "thread"
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        main = threading.current_thread() is threading.main_thread()
        print("child", main, threading.active_count(), local.x, other.is_alive())
        thread = threading.Thread(target=print, args=("thread of the child",))
        thread.start()
        thread.join()
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            time.sleep(20)
        except Interrupted:
            print("handled in the child")
        sys.stdout.flush()
        os._exit(7)
    events.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    thread = threading.Thread(target=fork)
    thread.start()
    thread.join()
print(events[-1], local.x)
print([str(warning.message).replace(str(os.getpid()), "PID") for warning in caught])
other.join()
