"""`threading` in the main thread: locks, conditions, events, thread-local data. And what `_thread` itself offers."""
import threading, _thread
print(threading.current_thread().name, threading.main_thread() is threading.current_thread(), threading.active_count())
e = threading.Event(); print(e.is_set(), e.wait(0)); e.set(); print(e.wait())
c = threading.Condition()
with c:
    print(c.wait(0.001)); c.notify_all()
l = threading.local(); l.x = 1; print(l.__dict__)
class L(threading.local):
    def __init__(self, a): self.a = a
print(L(3).a)
try: threading.local(1)
except TypeError as e: print(e)
r = threading.RLock()
with r:
    with r: print(r._recursion_count(), r._is_owned(), repr(r).split(" at ")[0].replace(str(threading.get_ident()), "ID"))
print(repr(threading.Lock()).split(" at ")[0])
try: r.release()
except RuntimeError as e: print(e)
s = threading.Semaphore(2)
with s: print(s.acquire(blocking=False), s.acquire(blocking=False))
try: _thread.exit()
except SystemExit as e: print(repr(e))
h = _thread._ThreadHandle()
print(h)
try: h.join()
except RuntimeError as e: print(e)
print(threading.Barrier(1).wait())
try: threading.current_thread().join()
except RuntimeError as e: print(e)
try: class_ = type("X", (_thread.lock,), {})
except TypeError as e: print(e)
