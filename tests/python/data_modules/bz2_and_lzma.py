# bz2 and lzma: round trips in pieces, formats, filters, what lies behind the end, and what errors say.
import bz2
import io
import lzma
import tarfile


def show(text, function):
    try:
        print(text, function())
    except Exception as error:
        print(text, type(error).__name__, error)


data = b"".join(b"%d squared is %d\n" % (n, n * n) for n in range(20_000))
assert bz2.decompress(bz2.compress(data)) == data and bz2.decompress(bz2.compress(b"a") + bz2.compress(b"b", 1)) == b"ab"
print(bz2.compress(b"hello").hex(), len(bz2.compress(data)), bz2.compress(b"").hex())
compressor = bz2.BZ2Compressor(3)
packed = b"".join(compressor.compress(data[at:at + 1000]) for at in range(0, len(data), 1000)) + compressor.flush()
show("flush", compressor.flush)
show("compress", lambda: compressor.compress(b""))
show("level", lambda: bz2.BZ2Compressor(10))
decompressor = bz2.BZ2Decompressor()
out = b""
while not decompressor.eof:
    piece, packed = (packed[:700], packed[700:]) if decompressor.needs_input else (b"", packed)
    out += decompressor.decompress(piece + (b"rest" if decompressor.needs_input and not packed else b""), 5000)
print(out == data, decompressor.unused_data, decompressor.needs_input)
show("end", lambda: decompressor.decompress(b""))
show("data", lambda: bz2.decompress(b"x" * 40))
show("cut", lambda: bz2.decompress(bz2.compress(data)[:-4]))

for format, check, preset, filters in [
    (lzma.FORMAT_XZ, -1, None, None), (lzma.FORMAT_XZ, lzma.CHECK_SHA256, 1, None), (lzma.FORMAT_XZ, lzma.CHECK_NONE, 9, None), (lzma.FORMAT_ALONE, -1, 2, None),
    (lzma.FORMAT_RAW, -1, None, [{"id": lzma.FILTER_DELTA, "dist": 5}, {"id": lzma.FILTER_LZMA2, "preset": 1 | lzma.PRESET_EXTREME}]),
    (lzma.FORMAT_XZ, lzma.CHECK_CRC32, None, [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16, "lc": 4, "mf": lzma.MF_HC3, "mode": lzma.MODE_FAST}]),
]:
    packed = lzma.compress(data, format, check, preset, filters)
    decompressor = lzma.LZMADecompressor(format if filters and format == lzma.FORMAT_RAW else lzma.FORMAT_AUTO, filters=filters if format == lzma.FORMAT_RAW else None)
    out, rest = b"", packed + b"behind"
    while not decompressor.eof:
        piece, rest = (rest[:1000], rest[1000:]) if decompressor.needs_input else (b"", rest)
        out += decompressor.decompress(piece, 3000)
        if not piece and not rest and decompressor.needs_input:
            break
    print(format, check, out == data, decompressor.check, decompressor.eof, (decompressor.unused_data + rest)[-6:], packed[:6].hex())
for text, function in [
    ("format", lambda: lzma.LZMACompressor(format=9)), ("raw", lambda: lzma.LZMACompressor(format=lzma.FORMAT_RAW)), ("preset", lambda: lzma.LZMACompressor(preset=10)),
    ("both", lambda: lzma.LZMACompressor(preset=3, filters=[])), ("id", lambda: lzma.LZMACompressor(filters=[{}])), ("type", lambda: lzma.LZMACompressor(filters=[1])),
    ("option", lambda: lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, "foo": 1}])), ("many", lambda: lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2}] * 5)),
    ("check", lambda: lzma.LZMACompressor(lzma.FORMAT_ALONE, check=1)), ("format", lambda: lzma.LZMADecompressor(format=8)), ("raw", lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW)),
    ("filters", lambda: lzma.LZMADecompressor(filters=[{"id": 3}])), ("data", lambda: lzma.decompress(b"a" * 30)), ("cut", lambda: lzma.decompress(lzma.compress(data)[:-9])),
    ("corrupt", lambda: lzma.decompress(lzma.compress(b"hello")[:-30] + b"0" * 30)), ("memory", lambda: lzma.decompress(lzma.compress(b"hello"), memlimit=1)),
    ("properties", lambda: lzma._encode_filter_properties({"id": lzma.FILTER_LZMA1, "lc": 1, "dict_size": 65536}).hex()),
    ("properties", lambda: lzma._decode_filter_properties(lzma.FILTER_LZMA2, b"\x16")), ("properties", lambda: lzma._decode_filter_properties(lzma.FILTER_LZMA1, b"]\0\0\x80\0")),
    ("properties", lambda: lzma._decode_filter_properties(lzma.FILTER_DELTA, b"\3")), ("properties", lambda: lzma._decode_filter_properties(lzma.FILTER_LZMA2, b"\xff")),
    ("supported", lambda: [lzma.is_check_supported(check) for check in (0, 1, 4, 10, 99)]),
]:
    show(text, function)

for mode, module in [("bz2", bz2), ("xz", lzma)]:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{mode}") as archive:
        entry = tarfile.TarInfo("numbers")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    stream.seek(0)
    with tarfile.open(fileobj=stream) as archive:
        print(mode, archive.getnames(), archive.extractfile("numbers").read() == data)
    with module.open(io.BytesIO(module.compress(data)), "rt") as lines:
        print(sum(1 for line in lines), lines.tell() > 0)
