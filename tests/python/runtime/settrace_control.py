# What a trace function decides: local functions, None, lines and opcodes, errors, jumps, and what is set where.
import sys
import threading


def record(events):
    def tracer(frame, event, argument):
        if frame.f_code.co_filename == __file__:
            events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer

    return tracer


def traced(function, tracer, *args):
    sys.settrace(tracer)
    try:
        return function(*args)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        sys.settrace(None)


def inner():
    a = 1
    return a


def outer():
    x = inner()
    y = inner()
    return x + y


print("# a call that is not traced")
events = []


def only_outer(frame, event, argument):
    events.append((frame.f_code.co_name, event))
    if frame.f_code.co_name == "outer":
        return local
    return None


def local(frame, event, argument):
    events.append((frame.f_code.co_name, "local " + event))


print(traced(outer, only_outer))
print(events)

print("# without lines")
events = []


def no_lines(frame, event, argument):
    frame.f_trace_lines = False
    events.append((frame.f_code.co_name, event))
    return no_lines


print(traced(outer, no_lines))
print(events)

print("# opcodes")
kinds = set()


def opcodes(frame, event, argument):
    frame.f_trace_opcodes = True
    kinds.add(event)
    return opcodes


print(traced(outer, opcodes))
print(sorted(kinds))

print("# a function that raises")


def raises_at(wanted):
    def tracer(frame, event, argument):
        if event == wanted:
            raise RuntimeError(event)
        return tracer

    return tracer


def fails():
    raise ValueError


for wanted in ("call", "line", "return", "exception"):
    print(traced(fails if wanted == "exception" else outer, raises_at(wanted)), sys.gettrace())

print("# gettrace and getprofile")


def nothing(frame, event, argument):
    return None


sys.settrace(nothing)
print(sys.gettrace() is nothing, sys.getprofile())
sys.settrace(None)
sys.setprofile(nothing)
print(sys.gettrace(), sys.getprofile() is nothing)
sys.setprofile(None)

print("# f_trace of a frame that runs")


def sets_itself():
    events = []
    frame = sys._getframe()
    print(frame.f_trace, frame.f_trace_lines, frame.f_trace_opcodes)
    sys.settrace(nothing)
    frame.f_trace = record(events)
    a = 1
    b = 2
    sys.settrace(None)
    del frame.f_trace
    print(frame.f_trace)
    return events


print(sets_itself())
for name, value in [("f_trace_lines", 1), ("f_trace_opcodes", None), ("f_lineno", 5)]:
    try:
        setattr(sys._getframe(), name, value)
    except Exception as error:
        print(name, type(error).__name__, error)

print("# variables, as they are at events")


def assigns():
    a = 1
    b = a + 1
    a = 3
    return a + b


seen = []


def looks(frame, event, argument):
    if frame.f_code is assigns.__code__:
        seen.append((event, dict(frame.f_locals)))
        return looks


traced(assigns, looks)
print(seen)


def changes(frame, event, argument):
    if frame.f_code is assigns.__code__:
        if event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 4:
            frame.f_locals["b"] = 100
        return changes


print(traced(assigns, changes))

print("# jumps")


def jumps(function, at, to):
    def tracer(frame, event, argument):
        if frame.f_code is function.__code__:
            first = frame.f_code.co_firstlineno
            if event == "line" and frame.f_lineno == first + at and not done:
                done.append(True)
                try:
                    frame.f_lineno = first + to
                except ValueError as error:
                    print("  ", error)
            return tracer

    done = []
    return tracer


def steps():
    out = []
    out.append(1)
    out.append(2)
    out.append(3)
    return out


print(traced(steps, jumps(steps, 2, 4)))
print(traced(steps, jumps(steps, 4, 2)))
print(traced(steps, jumps(steps, 3, 3)))
print(traced(steps, jumps(steps, 3, -1)))
print(traced(steps, jumps(steps, 3, 50)))


def loops():
    out = []
    for k in range(3):
        out.append(k)
    out.append("end")
    return out


print(traced(loops, jumps(loops, 3, 4)))

print("# other threads")
events = []


def in_thread():
    return inner()


threading.settrace(record(events))
thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
threading.settrace(None)
print(events)
print(threading.gettrace())

print("# profiling")
events = []


def profiler(frame, event, argument):
    if frame.f_code.co_filename == __file__:
        events.append((frame.f_code.co_name, event, getattr(argument, "__name__", argument)))


def native():
    values = [3, 1, 2]
    values.sort()
    n = len(values)
    try:
        values.index(9)
    except ValueError:
        pass
    return sorted(values, key=lambda v: -v)[0] + n


sys.setprofile(profiler)
native()
sys.setprofile(None)
for event in events:
    print("  ", event)

print("# both")
events = []
sys.setprofile(profiler)
traced(inner, record(events))
sys.setprofile(None)
print(events)
