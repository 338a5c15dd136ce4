# zlib: round trips, streams, dictionaries, limits, errors.
import zlib


def show(f):
    try:
        print(repr(f()))
    except zlib.error as e:
        print("error", e)
    except Exception as e:
        print(type(e).__name__, e)


data = b"abc" * 1000 + bytes(range(256)) * 5
for level in range(-1, 10):
    assert zlib.decompress(zlib.compress(data, level)) == data
for wbits in (-15, -9, 9, 15, 31, 25):
    packed = zlib.compress(data, wbits=wbits)
    assert zlib.decompress(packed, wbits=wbits) == data
assert zlib.decompress(zlib.compress(data), wbits=47) == data
assert zlib.decompress(zlib.compress(data, wbits=31), wbits=47) == data
print(zlib.crc32(data), zlib.crc32(b"x", 5), zlib.adler32(data), zlib.adler32(b""), zlib.crc32(b"", -1), zlib.crc32(b"a", 2**40 + 3))
c = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, b"abcabc")
packed = c.compress(data[:100]) + c.flush(zlib.Z_SYNC_FLUSH)
copy = c.copy()
packed += c.compress(data[100:]) + c.flush()
print(copy.compress(b"") + copy.flush() != b"")
show(lambda: c.compress(b"more"))
d = zlib.decompressobj(-15, b"abcabc")
print(d.decompress(packed) == data, d.eof, d.unused_data, d.unconsumed_tail)
d = zlib.decompressobj()
packed = zlib.compress(data)
out = d.decompress(packed, 100)
print(len(out), d.eof, len(d.unconsumed_tail) > 0)
e = d.copy()
out += d.decompress(d.unconsumed_tail) + d.flush()
print(out == data, d.eof)
print(out[:100] + e.decompress(e.unconsumed_tail) == data)
d = zlib.decompressobj()
print(d.decompress(packed + b"tail") == data, d.unused_data, d.decompress(b"x"), d.unused_data)
d = zlib.decompressobj()
print(b"".join(d.decompress(packed[i : i + 1]) for i in range(len(packed))) == data, d.eof)
d = zlib._ZlibDecompressor()
print(d.needs_input, len(d.decompress(packed, 10)), d.needs_input, len(d.decompress(b"", 10)), d.eof)
print(len(d.decompress(b"")), d.eof, d.needs_input, d.unused_data)
show(lambda: d.decompress(b"x"))
show(lambda: zlib.decompress(b"garbage"))
show(lambda: zlib.decompress(packed[:-3]))
show(lambda: zlib.decompress(packed[:-1] + b"\0"))
show(lambda: zlib.compress("text"))
show(lambda: zlib.compress(data, 10))
show(lambda: zlib.compressobj(10))
show(lambda: zlib.compressobj(wbits=100))
show(lambda: zlib.decompressobj(100))
show(lambda: zlib.decompressobj().decompress(packed, -1))
show(lambda: zlib.decompressobj().flush(0))
show(lambda: zlib.decompressobj(zdict=5))
show(lambda: zlib.decompress(packed, bufsize=-1))
c = zlib.compressobj(zdict=b"abc")
needs = c.compress(data) + c.flush()
show(lambda: zlib.decompress(needs))
show(lambda: zlib.decompressobj().decompress(needs))
show(lambda: zlib.decompressobj(zdict=b"abc").decompress(needs) == data)
show(lambda: zlib.decompressobj(zdict=b"xyz").decompress(needs))
print(zlib.MAX_WBITS, zlib.DEF_BUF_SIZE, zlib.Z_FINISH, zlib.DEF_MEM_LEVEL)
