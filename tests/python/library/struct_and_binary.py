# Binary records, base encodings, hashes, checksums and compression.
import array
import base64
import binascii
import hashlib
import hmac
import struct
import zlib

packed = struct.pack("<hIq?4s2xf", -2, 7, 2**40, True, b"ab", 1.5)
print(packed, struct.unpack("<hIq?4s2xf", packed), struct.calcsize("@bhil"), list(struct.iter_unpack(">H", b"\0\1\0\2")), struct.Struct("!d").pack(1.1).hex(), struct.pack("5p", b"abcdefg"), struct.unpack_from("<H", b"xx\1\2", 2))
buffer = bytearray(8)
struct.pack_into(">I", buffer, 2, 0xDEADBEEF)
print(buffer, struct.pack("e", 1.0), struct.unpack("<n" if False else "<q", bytes(8)))
for attempt in (lambda: struct.pack("b", 200), lambda: struct.unpack("I", b"abc"), lambda: struct.pack("z", 1), lambda: struct.pack("2i", 1), lambda: struct.pack("i", "x"), lambda: struct.pack_into("i", buffer, 6, 1)):
    try:
        print(attempt())
    except struct.error as error:
        print(error)
data = bytes(range(20))
for encode, decode in (base64.b64encode, base64.b64decode), (base64.b32encode, base64.b32decode), (base64.b16encode, base64.b16decode), (base64.b85encode, base64.b85decode), (base64.a85encode, base64.a85decode), (base64.urlsafe_b64encode, base64.urlsafe_b64decode), (base64.z85encode, base64.z85decode):
    made = encode(data)
    print(made, decode(made) == data)
for attempt in (lambda: base64.b64decode("abc"), lambda: base64.b64decode("a$b=", validate=True), lambda: binascii.unhexlify("abc"), lambda: binascii.unhexlify("zz"), lambda: base64.b32decode("1")):
    try:
        print(attempt())
    except binascii.Error as error:
        print(error)
print(binascii.hexlify(data, "-", 4), binascii.crc32(b"hello"), zlib.adler32(b"hello"), binascii.crc_hqx(b"hello", 0), bytes.fromhex("de ad"), data.hex(":", 2), binascii.b2a_uu(b"uu"), binascii.b2a_qp(b"a=b\xff"))
for name in "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s":
    print(name, hashlib.new(name, b"abc").hexdigest()[:24], getattr(hashlib, name)().digest_size)
print(hashlib.shake_128(b"x").hexdigest(8), hmac.new(b"key", b"msg", "sha256").hexdigest()[:16], hmac.compare_digest(b"a", b"a"), hashlib.blake2b(b"x", key=b"k", digest_size=8).hexdigest())
text = b"repeat " * 100
squeezed = zlib.compress(text, 9)
print(len(squeezed) < 40, zlib.decompress(squeezed) == text, zlib.decompressobj().decompress(squeezed, 10), len(zlib.compress(text, wbits=-15)) < len(squeezed))
try:
    zlib.decompress(b"garbage")
except zlib.error as error:
    print(error)
numbers = array.array("i", [3, 1, 2])
numbers.extend([5, 4])
numbers[1:3] = array.array("i", [9])
print(numbers, numbers.tobytes() if numbers.itemsize == 0 else numbers.itemsize, sorted(numbers), numbers.typecode, array.array("d", [1.5]) + array.array("d", [2]), array.array("u" if False else "w", "h\u00e9").tounicode(), memoryview(numbers).format)
for attempt in (lambda: array.array("i", [2**40]), lambda: array.array("i", "abc"), lambda: array.array("?"), lambda: numbers.append(1.5)):
    try:
        print(attempt())
    except (OverflowError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
