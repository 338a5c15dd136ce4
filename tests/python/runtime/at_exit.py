# What is alive when the program ends is finalized, after the functions of `atexit`.
import atexit


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("finalized", self.name, len(helper()))


def helper():
    return "abc"


def waiting():
    try:
        yield
    finally:
        print("generator ended")


atexit.register(print, "atexit")
thing = Thing("global")
generator = waiting()
next(generator)
print("program ends")
