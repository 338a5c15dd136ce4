# Classes with __buffer__ and __release_buffer__: who is asked, with which flags, and who is told of the end (PEP 688).
import inspect


class Lender:
    def __init__(self, data):
        self.data = data

    def __buffer__(self, flags):
        print("asked", inspect.BufferFlags(flags) == inspect.BufferFlags.FULL_RO)
        self.lent = memoryview(self.data)
        return self.lent

    def __release_buffer__(self, view):
        print("released", view is self.lent, bytes(view))


lender = Lender(bytearray(b"hello"))
with memoryview(lender) as view:
    view[0] = ord("j")
    print(view.tobytes(), view[1:3].tobytes())
print(lender.data)


class OnlyRelease(bytearray):
    def __release_buffer__(self, view):
        for attempt in (
            lambda: memoryview(view),
            lambda: view.cast("b"),
            lambda: view.toreadonly(),
            lambda: view[:1],
            lambda: view.__buffer__(0),
        ):
            try:
                attempt()
            except ValueError as error:
                print(error)
        print(view.tobytes())
        self.view = view
        super().__release_buffer__(view)


own = OnlyRelease(b"bytes")
with memoryview(own) as view:
    pass
own.clear()
try:
    own.view.tobytes()
except ValueError as error:
    print(error)


class Other(bytearray):
    def __buffer__(self, flags):
        return memoryview(b"something else")

    def __release_buffer__(self, view):
        try:
            super().__release_buffer__(view)
        except ValueError as error:
            print(error)


with memoryview(Other(b"own")) as view:
    print(view.tobytes())


class Raises:
    def __buffer__(self, flags):
        raise RuntimeError("no bytes")


class NoView:
    def __buffer__(self, flags):
        return b"bytes"


for bad in (Raises(), NoView(), 1):
    try:
        memoryview(bad)
    except Exception as error:
        print(type(error).__name__, error)

for value, flags in ((b"read", 1), (bytearray(b"write"), 1), (b"read", 0)):
    try:
        print(memoryview._from_flags(value, flags).tobytes())
    except BufferError as error:
        print(error)

array = bytearray(b"abc")
view = array.__buffer__(0)
array.__release_buffer__(view)
for view in (view, memoryview(b"x"), 1):
    try:
        array.__release_buffer__(view)
    except (TypeError, ValueError) as error:
        print(error)
try:
    array.__buffer__(1 << 40)
except OverflowError as error:
    print("OverflowError")
