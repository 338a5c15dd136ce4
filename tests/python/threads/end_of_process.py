"""What a process does with its threads when it ends."""
import atexit
import threading
import time

atexit.register(print, "atexit: last")
closing = threading.Event()


def late():
    closing.wait()
    print("waited for")


def for_ever():
    while True:
        time.sleep(0.001)


def busy():
    n = 0
    while True:
        n += 1


threading.Thread(target=late).start()
threading.Thread(target=for_ever, daemon=True).start()
threading.Thread(target=busy, daemon=True).start()
threading._register_atexit(closing.set)
threading._register_atexit(print, "threads: before they are joined")
print("end of the program")
