# While the collector is off, weak references to garbage in cycles stay; gc.isenabled() tells the switch, not the threshold.
import gc
import weakref


class Cyclic:
    def __init__(self):
        self.loop = self


def watched():
    return weakref.ref(Cyclic())


def garbage():
    for _ in range(300_000):
        [[]]


gc.disable()
kept = watched()
garbage()
print(gc.isenabled(), kept() is None)
gc.collect()
print(kept() is None)
gc.enable()
gc.set_threshold(0)
kept = watched()
garbage()
print(gc.isenabled(), gc.get_threshold()[0], kept() is None)
gc.set_threshold(700)
gc.collect()
print(gc.isenabled(), kept() is None)
