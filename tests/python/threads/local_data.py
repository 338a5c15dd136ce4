"""threading.local: attributes of each thread, also of subclasses with __init__ and slots."""
import gc
import threading
import weakref


def in_thread(function):
    result = []
    thread = threading.Thread(target=lambda: result.append(function()))
    thread.start()
    thread.join()
    return result[0]


data = threading.local()
data.x = 1
print(in_thread(lambda: hasattr(data, "x")), data.__dict__)


def use():
    data.x = "other"
    data.y = 2
    del data.y
    return data.x, data.__dict__


print(in_thread(use), data.x)
try:
    data.y
except AttributeError as error:
    print(error)
try:
    del data.y
except AttributeError as error:
    print(error)
try:
    data.__dict__ = {}
except AttributeError as error:
    print(error)
try:
    threading.local(1)
except TypeError as error:
    print(error)


class Counted(threading.local):
    made = 0
    number = 2

    def __init__(self, start, *, step=1):
        type(self).made += 1
        self.value = start
        self.step = step

    def advance(self):
        self.value += self.step
        return self.value

    @property
    def double(self):
        return self.value * 2


own = Counted(10, step=5)
print(own.advance(), own.advance(), own.double, own.number)
print(in_thread(lambda: (own.advance(), own.double, own.__dict__)), own.value, Counted.made)


class Slotted(threading.local):
    __slots__ = ("shared",)


slotted = Slotted()
slotted.shared = "same"
slotted.own = "mine"
print(in_thread(lambda: (slotted.shared, hasattr(slotted, "own"))))


class Broken(threading.local):
    def __init__(self):
        if threading.current_thread() is not threading.main_thread():
            raise ValueError("not here")


broken = Broken()


def touch():
    try:
        broken.x
    except ValueError as error:
        return str(error)


print(in_thread(touch))


# What a thread kept goes with it.
class Kept:
    pass


references = []


def keep():
    data.kept = Kept()
    references.append(weakref.ref(data.kept))


for _ in range(5):
    in_thread(keep)
gc.collect()
print(sum(reference() is None for reference in references) >= 4)
