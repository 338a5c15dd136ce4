# Hash functions: digests, copies, parameters, errors.
import _blake2
import _md5
import _sha1
import _sha2
import _sha3


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


for start in (_md5.md5, _sha1.sha1, _sha2.sha224, _sha2.sha256, _sha2.sha384, _sha2.sha512, _sha3.sha3_224, _sha3.sha3_256, _sha3.sha3_384, _sha3.sha3_512, _blake2.blake2b, _blake2.blake2s):
    h = start()
    print(h.name, h.digest_size, h.block_size, h.hexdigest())
    h = start(b"abc")
    c = h.copy()
    h.update(bytearray(b"d" * 1000))
    h.update(memoryview(b"xyz")[1:])
    print(h.hexdigest(), c.hexdigest() == start(b"abc").hexdigest(), h.digest().hex() == h.hexdigest())
    print(start(string=b"q").hexdigest() == start(data=b"q").hexdigest() if start not in (_blake2.blake2b, _blake2.blake2s) else "")
    show(lambda: start("text"))
    show(lambda: start(5))
    show(lambda: h.update("text"))
for start in (_sha3.shake_128, _sha3.shake_256):
    h = start(b"abc")
    print(h.name, h.digest_size, h.block_size, h.hexdigest(10), h.digest(40).hex(), h._capacity_bits, h._rate_bits, h._suffix)
    show(lambda: h.hexdigest(-1))
    show(lambda: h.hexdigest())
for blake in (_blake2.blake2b, _blake2.blake2s):
    print(blake.SALT_SIZE, blake.PERSON_SIZE, blake.MAX_KEY_SIZE, blake.MAX_DIGEST_SIZE)
    print(blake(b"data", digest_size=20, key=b"key", salt=b"salt", person=b"me").hexdigest())
    print(blake(b"data", fanout=2, depth=3, leaf_size=4096, node_offset=1, node_depth=1, inner_size=16, last_node=True).hexdigest())
    show(lambda: blake(digest_size=0))
    show(lambda: blake(digest_size=65))
    show(lambda: blake(key=b"x" * 65))
    show(lambda: blake(salt=b"x" * 17))
    show(lambda: blake(person=b"x" * 17))
    show(lambda: blake(fanout=256))
    show(lambda: blake(depth=0))
    show(lambda: blake(inner_size=65))
    show(lambda: blake(node_depth=-1))
    show(lambda: blake(leaf_size=2**32))
