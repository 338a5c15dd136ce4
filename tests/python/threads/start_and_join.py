"""Starting threads, waiting for them, and what they leave behind."""
import _thread
import threading

done = []


def work(number, *, word="none"):
    done.append((number, word))


threads = [threading.Thread(target=work, args=(n,), kwargs={"word": "w" * n}) for n in range(4)]
for thread in threads:
    thread.start()
    thread.join()
print(done)
print([thread.is_alive() for thread in threads], threading.active_count())

# A thread can be started once, and must have been to be joined.
thread = threading.Thread(target=lambda: None)
for attempt in (thread.join, threading.current_thread().join):
    try:
        attempt()
    except RuntimeError as error:
        print(error)
thread.start()
thread.join()
try:
    thread.start()
except RuntimeError as error:
    print(error)

# Identities.
seen = []


def identify():
    own = threading.current_thread()
    seen.append((own.name, own.ident == threading.get_ident(), own.ident != main, own is threading.main_thread()))


main = threading.get_ident()
for name in ("first", "second"):
    thread = threading.Thread(target=identify, name=name)
    thread.start()
    thread.join()
print(seen, main == threading.main_thread().ident)

# The primitive: no handle, so a lock says when it ends.
lock = _thread.allocate_lock()
lock.acquire()
identity = _thread.start_new_thread(lambda a, b=0: (done.append(a + b), lock.release()), (40,), {"b": 2})
lock.acquire()
print(done[-1], isinstance(identity, int), identity != main)
for arguments in ((None, ()), (print, []), (print, (), [])):
    try:
        _thread.start_new_thread(*arguments)
    except TypeError as error:
        print(error)

# Handles.
handle = _thread.start_joinable_thread(lambda: done.append("joined"), daemon=False)
handle.join()
print(done[-1], handle.is_done(), handle.ident != 0)
fresh = _thread._ThreadHandle()
for use in (fresh.join, fresh._set_done):
    try:
        use()
    except RuntimeError as error:
        print(error)
try:
    _thread.start_joinable_thread(print, handle=handle)
except RuntimeError as error:
    print(error)


# Many at a time.
counter = 0
guard = threading.Lock()


def count():
    global counter
    for _ in range(50):
        with guard:
            counter += 1


threads = [threading.Thread(target=count) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counter, threading.active_count())
