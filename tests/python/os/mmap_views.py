# Views of maps: without copies, through casts and slices, and what a map refuses while they live.
import hashlib
import io
import mmap
import os
import struct
import tempfile
from multiprocessing import shared_memory

m = mmap.mmap(-1, 32)
view = memoryview(m)
print(view.readonly, view.nbytes, view.format, view.obj is m)
view[0:4] = b"abcd"
view[5] = 101
print(m[:8], bytes(view[:8]))
m[1] = 120
print(view[:4].tobytes(), view[1], view == m, view[:4] == b"axcd")
for attempt in (m.close, lambda: m.resize(64)):
    try:
        attempt()
    except BufferError as error:
        print(error)
ints = view.cast("I")
ints[1] = 0x01020304
print(ints.tolist()[:3], m[4:8])
struct.pack_into("<I", m, 8, 77)
print(struct.unpack_from("<I", m, 8), struct.unpack_from("<I", view, 8))
print(hashlib.sha256(m).hexdigest()[:16], hashlib.sha256(view).hexdigest()[:16], bytes(m)[:4], bytearray(m)[:4])
print(io.BytesIO(b"0123456789").readinto(m), m[:12])
print(io.BytesIO(b"XY").readinto(view[20:]), m[18:24])
print(m.find(b"XY"), b"".join([m, view[:2]])[-4:], b"".join([view[:3], m[:2]]))
ints.release()
view.release()
m.close()
try:
    memoryview(m)
except ValueError as error:
    print(error)

with tempfile.TemporaryFile() as file:
    file.write(b"x" * 100)
    file.flush()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m:
        with memoryview(m) as view:
            print(view.readonly, view[:3].tobytes())
            try:
                view[0] = 1
            except TypeError as error:
                print(error)
        try:
            io.BytesIO(b"1").readinto(m)
        except TypeError as error:
            print(error)
    with mmap.mmap(file.fileno(), 0) as m:
        with memoryview(m) as view:
            print(os.preadv(file.fileno(), [view[10:12]], 0), os.write(os.open(os.devnull, os.O_WRONLY), view))
            view[50:53] = b"new"
        m.flush()
    print(os.pread(file.fileno(), 3, 50))


def forgotten():
    m = mmap.mmap(-1, 16)
    view = memoryview(m)[3:]
    del view
    m.close()
    return m.closed


print(forgotten())
block = shared_memory.SharedMemory(create=True, size=64)
try:
    block.buf[:5] = b"hello"
    other = shared_memory.SharedMemory(block.name)
    print(bytes(other.buf[:5]), len(other.buf) >= 64)
    other.buf[0] = 72
    print(bytes(block.buf[:5]))
    other.close()
finally:
    block.close()
    block.unlink()
names = shared_memory.ShareableList([1, 2.5, "three", b"four", None, True])
try:
    print(list(names))
    names[0], names[2] = 10, "tri"
    print(list(names), names.count(10), names.index("tri"))
finally:
    names.shm.close()
    names.shm.unlink()
