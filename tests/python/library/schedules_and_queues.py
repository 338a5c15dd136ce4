# sched and queue: order of events, priorities, times, full and empty queues, joining and shutting down.
import queue
import sched

clock = [0]
log = []
s = sched.scheduler(lambda: clock[0], lambda n: clock.__setitem__(0, clock[0] + n))
q, small = queue.Queue(), queue.Queue(2)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""s.enter(5, 2, log.append, ("late",)).time, s.enter(5, 1, log.append, ("first of two",)).priority, s.enterabs(1, 1, log.append, argument=("early",)).action == log.append, s.enter(3, 1, log.extend, kwargs={}).kwargs, len(s.queue), s.empty()
s.cancel([e for e in s.queue if e.action == log.extend][0]), [e.time for e in s.queue], s.run(), log, clock, s.empty()
s.cancel(sched.Event(1, 1, 1, print, (), {}))
s.enter(10, 1, log.append, ("x",)).time, s.run(blocking=False), clock, s.enter(0, 1, lambda: 1 / 0).time
s.run(blocking=False)
len(s.queue), sched.Event(1, 2, 3, None, (), {}) < sched.Event(1, 3, 1, None, (), {}), sched.Event._fields
q.put(1), q.put_nowait(2), q.qsize(), q.get(), q.get_nowait(), q.empty(), q.full()
q.get_nowait()
q.get(timeout=0.01)
q.get(timeout=-1)
small.put(1), small.put(2), small.full()
small.put_nowait(3)
small.put(3, timeout=0.01)
small.put(3, timeout=-1)
small.get(), small.task_done(), small.task_done(), small.unfinished_tasks, small.join()
small.task_done()
(lambda p: (p.put((2, "b")), p.put((1, "z")), p.put((1, "a")), [p.get() for _ in range(3)]))(queue.PriorityQueue())[3]
(lambda p: (p.put(1), p.put("x")))(queue.PriorityQueue())
(lambda l: (l.put(1), l.put(2), l.get(), l.get()))(queue.LifoQueue())
(lambda x: (x.put(1, True, 5), x.put_nowait(2), x.qsize(), x.get(), x.get(timeout=1), x.empty()))(queue.SimpleQueue())
queue.SimpleQueue().get(block=False)
queue.SimpleQueue().get(timeout=-1)
(lambda x: (x.put(1), x.shutdown(), x.get(), x.is_shutdown))(queue.Queue())
(lambda x: (x.shutdown(), x.put(1)))(queue.Queue())
(lambda x: (x.shutdown(), x.get()))(queue.Queue())
(lambda x: (x.put(1), x.shutdown(immediate=True), x.get()))(queue.Queue())
issubclass(queue.Empty, Exception), queue.Full.__mro__[1], queue.ShutDown.__name__, queue.Queue(-1).maxsize, queue.Queue[int]""".splitlines():
    attempt(text)
