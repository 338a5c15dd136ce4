import errno
import time

print(errno.ENOENT, errno.errorcode[errno.ENOENT], errno.errorcode[errno.EAGAIN], errno.EWOULDBLOCK == errno.EAGAIN)
print(time.gmtime(0), time.gmtime(951782400.5)[:8], time.gmtime(-1)[:6], time.gmtime(4107542400)[6:8])
print(time.time() > 1.7e9, time.monotonic() <= time.monotonic(), time.perf_counter_ns() > 0, time.process_time() > 0)
for bad in [lambda: time.sleep(-1), lambda: time.sleep("x"), lambda: time.sleep(float("nan"))]:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
time.sleep(0)
print(time.gmtime(0).tm_year, time.struct_time(range(9)).tm_mday)
