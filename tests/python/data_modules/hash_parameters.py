# Hashes with keys, blake2's parameters, shake, digests of files, and what hashlib refuses.
import hashlib
import hmac
import io


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""hashlib.blake2b(b"abc", digest_size=8).hexdigest(), hashlib.blake2b(b"abc", key=b"key", salt=b"salt", person=b"me").hexdigest()[:20], hashlib.blake2s(b"abc", digest_size=5, key=b"k").hexdigest(), hashlib.blake2b(fanout=2, depth=2, leaf_size=4, node_offset=1, node_depth=1, inner_size=32, last_node=True).hexdigest()[:20]
hashlib.blake2b(b"a", digest_size=0)
hashlib.blake2b(b"a", digest_size=65)
hashlib.blake2s(b"a", key=b"x" * 33)
hashlib.blake2b(b"a", salt=b"x" * 17)
hashlib.blake2b.SALT_SIZE, hashlib.blake2b.PERSON_SIZE, hashlib.blake2b.MAX_KEY_SIZE, hashlib.blake2s.MAX_DIGEST_SIZE, hashlib.blake2b().name, hashlib.blake2b().block_size
hashlib.shake_128(b"abc").hexdigest(10), hashlib.shake_256(b"abc").digest(5), hashlib.shake_128().digest_size, hashlib.sha3_224(b"abc").hexdigest()
hashlib.shake_128(b"a").digest()
hashlib.new("sha256", b"abc").hexdigest()[:16], hashlib.new("SHA3_256").name, hashlib.sha256(b"a", usedforsecurity=False).digest_size
hashlib.new("nope")
hashlib.sha256("text")
hashlib.sha256(b"a").update(5)
sorted(hashlib.algorithms_guaranteed), hashlib.algorithms_guaranteed <= hashlib.algorithms_available
hashlib.file_digest(io.BytesIO(b"abc" * 1000), "sha1").hexdigest(), hashlib.file_digest(io.BytesIO(b""), hashlib.md5).hexdigest()
hmac.new(b"key", b"msg", "sha256").hexdigest(), hmac.digest(b"key", b"msg", "md5").hex(), hmac.new(b"k" * 200, b"m", hashlib.sha1).hexdigest(), hmac.new(b"k", digestmod="sha512").name
hmac.new(b"k", b"m")
hmac.new("k", b"m", "md5")
hmac.compare_digest(b"a", b"a"), hmac.compare_digest("a", "b"), hmac.compare_digest(b"a", b"ab")
hmac.compare_digest("\u00e9", "a")
(lambda h: (h.update(b"a"), h.copy().hexdigest()[:8], h.update(b"b"), h.hexdigest()[:8]))(hashlib.sha1()), (lambda h: (h.copy().update(b"x"), h.hexdigest()[:8]))(hmac.new(b"k", b"m", "md5"))""".splitlines():
    attempt(text)
