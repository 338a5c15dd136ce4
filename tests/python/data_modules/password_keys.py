# hashlib and hmac by _hashlib: types and names, HMAC, PBKDF2 (RFC 6070, RFC 7914), scrypt (RFC 7914), and the errors of each.
import _hashlib
import hashlib
import hmac
import secrets


def attempt(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
        print(result.hex() if isinstance(result, bytes) else result)
    except Exception as error:
        print(type(error).__name__, error)


for name in ("md5", "sha1", "sha256", "sha3_512", "shake_128"):
    state = getattr(hashlib, name)(b"abc")
    print(type(state), state.name, state.digest_size, state.block_size, state.copy().name, repr(state).split("@")[0])
    print(state.hexdigest(*[16] * name.startswith("shake")))
print(issubclass(_hashlib.HASHXOF, _hashlib.HASH), hashlib.algorithms_guaranteed <= hashlib.algorithms_available)
for name in ("SHA256", "sha-512", "sha3-256", "no such"):
    attempt(lambda: hashlib.new(name, b"x").name)
attempt(lambda: hashlib.new("no such", usedforsecurity=False))
attempt(_hashlib.new, "no such")
attempt(type(hashlib.sha256()))
print(issubclass(_hashlib.UnsupportedDigestmodError, ValueError), _hashlib.get_fips_mode())

pbkdf2 = hashlib.pbkdf2_hmac
attempt(pbkdf2, "sha1", b"password", b"salt", 1)
attempt(pbkdf2, "sha1", b"password", b"salt", 4096)
attempt(pbkdf2, "sha1", b"passwordPASSWORDpassword", b"saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25)
attempt(pbkdf2, "sha1", b"pass\0word", b"sa\0lt", 4096, dklen=16)
attempt(pbkdf2, "sha256", b"passwd", b"salt", 1, 64)
attempt(pbkdf2, hash_name="SHA512", password=bytearray(b"p" * 200), salt=memoryview(b"s"), iterations=3)
attempt(pbkdf2, "sha3_256", b"p" * 137, b"s", 2)
for arguments in (
    ("sha256", b"p", b"s", 0),
    ("sha256", b"p", b"s", -1),
    ("sha256", b"p", b"s", 1 << 40),
    ("sha256", b"p", b"s", 1, 0),
    ("sha256", b"p", b"s", 1, 1 << 40),
    ("no such", b"p", b"s", 1),
    ("shake_128", b"p", b"s", 1),
    (b"sha256", b"p", b"s", 1),
    ("sha256", "p", b"s", 1),
    ("sha256", b"p", None, 1),
):
    attempt(pbkdf2, *arguments)

attempt(hashlib.scrypt, b"", salt=b"", n=16, r=1, p=1)
attempt(hashlib.scrypt, b"password", salt=b"NaCl", n=1024, r=8, p=16)
attempt(hashlib.scrypt, b"pleaseletmein", salt=b"SodiumChloride", n=1024, r=8, p=1, maxmem=1 << 22, dklen=10)
for changed in (
    {"n": 15},
    {"n": 1},
    {"n": 1 << 20},
    {"r": 0},
    {"p": 0},
    {"p": (1 << 31) - 1},
    {"dklen": 0},
    {"dklen": -1},
    {"maxmem": -1},
    {"maxmem": 1024},
    {"salt": None},
):
    attempt(hashlib.scrypt, b"p", **({"salt": b"s", "n": 16, "r": 8, "p": 1} | changed))
attempt(hashlib.scrypt, "p", salt=b"s", n=2, r=8, p=1)

for name in ("md5", "sha384", "sha3_224", "blake2s", hashlib.sha1, hashlib.blake2b):
    for key in (b"k", b"k" * 200):
        state = hmac.new(key, b"Hi ", name)
        state.update(b"There")
        print(state.name, state.digest_size, state.block_size, state.copy().hexdigest())
        print(hmac.digest(key, b"Hi There", name) == state.digest())
keyed = _hashlib.hmac_new(b"k", b"m", "sha256")
print(type(keyed), keyed.name, repr(keyed).split("@")[0])
attempt(type(keyed))
for arguments in ((b"k", b"m"), (b"k", b"m", "no such"), (b"k", b"m", len), (b"k", "m", "md5"), ("k", b"m", "md5"), (b"k", b"m", "shake_128")):
    attempt(_hashlib.hmac_new, *arguments)
attempt(hmac.new, b"k", b"m", "no such")
for pair in (("a", "a"), (b"a", bytearray(b"a")), ("a", "b"), (b"a", b"ab"), ("é", "é"), (b"a", "a"), ("a", b"a"), (1, 2)):
    attempt(hmac.compare_digest, *pair)
print(secrets.compare_digest(b"x", b"x"), len(secrets.token_bytes(12)), len(secrets.token_hex(3)))
