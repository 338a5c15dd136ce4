"""Exceptions that leave a thread: threading.excepthook, sys.unraisablehook, SystemExit."""
import _thread
import sys
import threading

caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))


def fail():
    raise ValueError("in a thread")


thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()
print(caught)
threading.excepthook = threading.__excepthook__

thread = threading.Thread(target=sys.exit, args=(3,))
thread.start()
thread.join()
print(threading.active_count())

ended = _thread.allocate_lock()


def hook(args):
    shown = args.err_msg.replace(hex(id(fail)), "ADDRESS")
    caught.append((args.exc_type.__name__, shown, args.object))
    ended.release()


sys.unraisablehook = hook
ended.acquire()
_thread.start_new_thread(fail, ())
ended.acquire()
print(caught[-1])
sys.unraisablehook = sys.__unraisablehook__


def leave():
    try:
        _thread.exit()
    finally:
        ended.release()


_thread.start_new_thread(leave, ())
ended.acquire()

# The traceback of a thread is its own.
texts = []


def outer():
    def inner():
        fail()

    inner()


def show(args):
    names = []
    traceback = args.exc_traceback
    while traceback is not None:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    texts.append(names[-3:])


threading.excepthook = show
thread = threading.Thread(target=outer)
thread.start()
thread.join()
print(texts)
