# OSError: subclasses by number, attributes, texts.
for args in [(), (1,), (1, 2), (2, "no", "f"), (2, "no", "f", None, "g"), (2, "n", "f", None, "g", "h"), ("a", "b"),
             (17, "x"), (13, "x"), (32, "x"), (111, "x"), (110, "x"), (4, "x"), (20, "x"), (21, "x"), (999, "x"), (11, "x")]:
    e = OSError(*args)
    print(type(e).__name__, e.args, e.errno, e.strerror, e.filename, e.filename2, "|", e, "|", repr(e), e.__reduce__())
try:
    OSError(2, "n").characters_written
except AttributeError as e:
    print(e)
try:
    OSError(2, x=1)
except TypeError as e:
    print(e)
e = BlockingIOError(11, "x", 3)
print(e.args, e.characters_written, e.filename)
e.errno = 7
print(e)


class Mine(OSError):
    pass


e = Mine(2, "mine", "file")
print(type(e).__name__, e, e.filename)
print(IOError is OSError, EnvironmentError is OSError, issubclass(ConnectionResetError, ConnectionError))
