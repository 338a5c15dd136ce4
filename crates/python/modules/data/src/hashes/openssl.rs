//! `_hashlib`: the hashes under the names that CPython has from OpenSSL, HMAC, and keys made of passwords (PBKDF2, scrypt).
//!
//! There is no OpenSSL here, only the interface that `hashlib` and `hmac` look for first. HMAC (RFC 2104) is two hashes of the same algorithm,
//! and a hasher like others; a key of PBKDF2 (RFC 8018) goes on from copies of their states, which costs two blocks for each round.
//! Missing of what OpenSSL brings: RIPEMD-160, SM3, and truncated SHA-512.

use super::{
    Algorithm, Hash, Hasher, MD5_ALGORITHM, SHA1_ALGORITHM, SHA2_ALGORITHMS, SHA3_ALGORITHMS, digest, feed,
    hash_methods, made_as, one_data, receiver,
};
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type, new_exception};
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, getter, given};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign};
use python_types::buffer;
use sha2::Digest;
use std::cell::{Cell, RefCell};

/// What OpenSSL lets scrypt use without being told otherwise.
const SCRYPT_BYTES: u64 = 32 << 20;
const MOST: i64 = i32::MAX as i64;
const NAME_PREFIX: &str = "openssl_";

#[derive(Default)]
struct Types {
    fixed: Cell<Word>,
    open: Cell<Word>,
    keyed: Cell<Word>,
    unsupported: Cell<Word>,
}

impl Types {
    fn class(py: Py, which: fn(&Types) -> &Cell<Word>) -> TypeRef {
        py.as_type(which(py.vm().state::<Types>()).get()).expect("set when the module was made")
    }
}

fn algorithms() -> impl Iterator<Item = &'static Algorithm> {
    [&MD5_ALGORITHM, &SHA1_ALGORITHM].into_iter().chain(&SHA2_ALGORITHMS).chain(&SHA3_ALGORITHMS)
}

fn unsupported(py: Py, message: &str) -> Raised {
    let class = Types::class(py, |types| &types.unsupported);
    match py.str(message).and_then(|text| py.call(class.word(), &[text])) {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

/// The algorithm of a name: ours, or one of OpenSSL's, which are written in any case and with hyphens. Errors: `UnsupportedDigestmodError`.
fn named(py: Py, name: &str) -> Result<&'static Algorithm> {
    let plain = name.to_ascii_lowercase().replace('-', "");
    let plain = plain.replace("sha2", if plain.len() > "sha224".len() { "sha" } else { "sha2" });
    algorithms()
        .find(|known| known.name == name || known.name.replace('_', "") == plain)
        .ok_or_else(|| unsupported(py, "[digital envelope routines] unsupported"))
}

fn new_hash(py: Py, algorithm: &'static Algorithm, data: Word) -> Result {
    let class = match algorithm.digest_bytes {
        0 => Types::class(py, |types| &types.open),
        _ => Types::class(py, |types| &types.fixed),
    };
    made_as(py, class, algorithm, data)
}

// -- HMAC

/// The states of two hashes that have read the key.
struct Keyed {
    inner: Box<dyn Hasher>,
    outer: Box<dyn Hasher>,
    digest_bytes: usize,
}

impl Keyed {
    fn new(algorithm: &Algorithm, key: &[u8]) -> Keyed {
        let mut block = vec![0; algorithm.block_bytes];
        if key.len() > block.len() {
            let mut hasher = (algorithm.start)();
            hasher.update(key);
            let digest = hasher.digest(algorithm.digest_bytes);
            block[..digest.len()].copy_from_slice(&digest);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let start = |pad: u8| {
            let mut hasher = (algorithm.start)();
            hasher.update(&block.iter().map(|byte| byte ^ pad).collect::<Vec<_>>());
            hasher
        };
        Keyed { inner: start(0x36), outer: start(0x5c), digest_bytes: algorithm.digest_bytes }
    }
}

impl Hasher for Keyed {
    fn update(&mut self, bytes: &[u8]) {
        self.inner.update(bytes);
    }
    fn digest(&self, _length: usize) -> Vec<u8> {
        let mut outer = self.outer.copied();
        outer.update(&self.inner.digest(self.digest_bytes));
        outer.digest(self.digest_bytes)
    }
    fn copied(&self) -> Box<dyn Hasher> {
        let (inner, outer) = (self.inner.copied(), self.outer.copied());
        Box::new(Keyed { inner, outer, digest_bytes: self.digest_bytes })
    }
}

/// The algorithm that a `digestmod` names or is: a name, or one of the functions of this module.
fn digest_mod(py: Py, value: Word) -> Result<&'static Algorithm> {
    let algorithm = if let Some(name) = py.as_str(value) {
        named(py, &name.to_text())?
    } else {
        let own = match as_object::<Builtin>(value) {
            Some(_) => py.get_attr_opt(value, py.intern("__name__")?)?.and_then(|name| py.as_str(name)),
            None => None,
        };
        let own = own.map(|name| name.to_text());
        let known = own.as_deref().and_then(|name| name.strip_prefix(NAME_PREFIX));
        match known.and_then(|name| algorithms().find(|algorithm| algorithm.name == name)) {
            Some(algorithm) => algorithm,
            None => return Err(unsupported(py, &format!("Unsupported digestmod {}", py.repr_text(value)?))),
        }
    };
    match algorithm.digest_bytes {
        0 => Err(py.value_error("no reason supplied")),
        _ => Ok(algorithm),
    }
}

fn keyed(py: Py, key: Word, message: Word, digest_mod_: Word) -> Result<(Keyed, &'static Algorithm)> {
    let key = buffer::get(py, key)?.to_vec();
    let algorithm = digest_mod(py, digest_mod_)?;
    let mut keyed = Keyed::new(algorithm, &key);
    if let Some(message) = given(message) {
        feed(py, message, |bytes| keyed.update(bytes))?;
    }
    Ok((keyed, algorithm))
}

fn hmac_new(py: Py, a: &[Word]) -> Result {
    if given(a[2]).is_none() {
        return Err(py.type_error("Missing required parameter 'digestmod'."));
    }
    let (keyed, algorithm) = keyed(py, a[0], a[1], a[2])?;
    let hash = Hash {
        name: algorithm.keyed_name,
        digest_bytes: algorithm.digest_bytes,
        block_bytes: algorithm.block_bytes,
        hasher: RefCell::new(Box::new(keyed)),
    };
    Ok(word(foreign::new(py, Types::class(py, |types| &types.keyed), hash)?))
}

// -- keys made of passwords

/// PBKDF2 with HMAC over a hash with blocks of `BLOCK` bytes.
pub(super) fn stretch<D: Digest + Clone, const BLOCK: usize>(
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    out: &mut [u8],
) {
    let mut block = [0; BLOCK];
    if password.len() > BLOCK {
        let digest = D::digest(password);
        block[..digest.len()].copy_from_slice(&digest);
    } else {
        block[..password.len()].copy_from_slice(password);
    }
    let start = |pad: u8| D::new_with_prefix(block.map(|byte| byte ^ pad));
    let (inner, outer) = (start(0x36), start(0x5c));
    let keyed = |first: &[u8], second: &[u8]| {
        let inner = inner.clone().chain_update(first).chain_update(second).finalize();
        outer.clone().chain_update(inner).finalize()
    };
    for (number, part) in (1u32..).zip(out.chunks_mut(<D as Digest>::output_size())) {
        let mut last = keyed(salt, &number.to_be_bytes());
        let mut mixed = last.clone();
        for _ in 1..rounds {
            last = keyed(&last, &[]);
            mixed.iter_mut().zip(&last).for_each(|(mixed, byte)| *mixed ^= byte);
        }
        part.copy_from_slice(&mixed[..part.len()]);
    }
}

/// A length: positive, and what OpenSSL's `int` can hold.
fn length(py: Py, value: Word, what: &str) -> Result<usize> {
    let value = py.index(value)?;
    match value {
        ..=0 => Err(py.value_error(format!("{what} must be greater than 0."))),
        1..=MOST => Ok(value as usize),
        _ => Err(py.overflow_error(format!("{what} is too great."))),
    }
}

fn pbkdf2(py: Py, a: &[Word]) -> Result {
    let Some(name) = py.as_str(a[0]) else {
        let kind = py.argument_type(a[0]);
        return Err(py.type_error(format!("pbkdf2_hmac() argument 'hash_name' must be str, not {kind}")));
    };
    let algorithm = named(py, &name.to_text())?;
    let (password, salt) = (buffer::get(py, a[1])?.to_vec(), buffer::get(py, a[2])?.to_vec());
    let rounds = length(py, a[3], "iteration value")?;
    let bytes = match given(a[4]) {
        Some(bytes) => length(py, bytes, "key length")?,
        None if algorithm.digest_bytes == 0 => {
            return Err(py.value_error("key length must be greater than 0."));
        }
        None => algorithm.digest_bytes,
    };
    let Some(stretch) = algorithm.stretch else {
        return Err(unsupported(py, "[digital envelope routines] unsupported"));
    };
    let mut out = vec![0; bytes];
    py.blocking(|| stretch(&password, &salt, rounds as u32, &mut out));
    py.new_bytes(&out)
}

fn scrypt_key(py: Py, a: &[Word]) -> Result {
    let (password, salt) = (buffer::get(py, a[0])?.to_vec(), buffer::get(py, a[1])?.to_vec());
    let unsigned = |value: Word| py.index(value).map(|value| u64::try_from(value).unwrap_or(0));
    let (n, r, p) = (unsigned(a[2])?, unsigned(a[3])?, unsigned(a[4])?);
    if n < 2 || !n.is_power_of_two() {
        return Err(py.value_error("n must be a power of 2."));
    }
    let at_most = |value: Word, default: i64| if value == UNSET { Ok(default) } else { py.index(value) };
    let most_bytes = at_most(a[5], 0)?;
    if !(0..=MOST).contains(&most_bytes) {
        return Err(py.value_error(format!("maxmem must be positive and smaller than {MOST}")));
    }
    let bytes = at_most(a[6], 64)?;
    if !(1..=MOST).contains(&bytes) {
        return Err(py.value_error(format!("dklen must be greater than 0 and smaller than {MOST}")));
    }
    if r == 0 || p == 0 {
        return Err(py.value_error("Invalid parameter combination for n, r, p, maxmem."));
    }
    let limit = if most_bytes == 0 { SCRYPT_BYTES } else { most_bytes as u64 };
    // Blocks of 128 r bytes: p at the beginning, and n with two to work in.
    let used = u128::from(r) * 128 * (u128::from(p) + u128::from(n) + 2);
    let params = match (u32::try_from(r), u32::try_from(p)) {
        (Ok(r), Ok(p)) if used <= u128::from(limit) => scrypt::Params::new(n.ilog2() as u8, r, p).ok(),
        _ => None,
    };
    let Some(params) = params else {
        return Err(py.value_error("[digital envelope routines] memory limit exceeded"));
    };
    let mut out = vec![0; bytes as usize];
    match py.blocking(|| scrypt::scrypt(&password, &salt, &params, &mut out)) {
        Ok(()) => py.new_bytes(&out),
        Err(_) => Err(py.value_error("Invalid parameter combination for n, r, p, maxmem.")),
    }
}

// -- the module

fn shown(py: Py, a: &[Word], what: &str) -> Result {
    let name = receiver(py, a[0])?.name.trim_start_matches("hmac-");
    let address = object(a[0]).map_or(0, heap::identity);
    py.str(&format!("<{name} {what} object @ {address:#x}>"))
}

hash_methods!(
    FIXED_METHODS,
    "($self, /)",
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| shown(py, a, "_hashlib.HASH"))
);
hash_methods!(
    OPEN_METHODS,
    "($self, /, length)",
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| shown(py, a, "_hashlib.HASHXOF"))
);
hash_methods!(
    KEYED_METHODS,
    "($self, /)",
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| shown(py, a, "HMAC"))
);

macro_rules! starter {
    ($name:literal $algorithm:expr) => {
        def(
            concat!("openssl_", $name),
            "(data=b'', *, usedforsecurity=True, string=None)",
            concat!("Returns a ", $name, " hash object; optionally initialized with a string"),
            |py, a| new_hash(py, &$algorithm, one_data(py, a[0], a[2])?),
        )
    };
}

static FUNCTIONS: &[NativeDef] = &[
    starter!("md5" MD5_ALGORITHM),
    starter!("sha1" SHA1_ALGORITHM),
    starter!("sha224" SHA2_ALGORITHMS[0]),
    starter!("sha256" SHA2_ALGORITHMS[1]),
    starter!("sha384" SHA2_ALGORITHMS[2]),
    starter!("sha512" SHA2_ALGORITHMS[3]),
    starter!("sha3_224" SHA3_ALGORITHMS[0]),
    starter!("sha3_256" SHA3_ALGORITHMS[1]),
    starter!("sha3_384" SHA3_ALGORITHMS[2]),
    starter!("sha3_512" SHA3_ALGORITHMS[3]),
    starter!("shake_128" SHA3_ALGORITHMS[4]),
    starter!("shake_256" SHA3_ALGORITHMS[5]),
    def(
        "new",
        "(name, data=b'', *, usedforsecurity=True, string=None)",
        "Return a new hash object using the named algorithm.\n\nAn optional string argument may be provided and will be\nautomatically hashed.\n\nThe MD5 and SHA1 algorithms are always supported.",
        |py, a| {
            let data = one_data(py, a[1], a[3])?;
            let Some(name) = py.as_str(a[0]) else {
                let kind = py.argument_type(a[0]);
                return Err(py.type_error(format!("new() argument 'name' must be str, not {kind}")));
            };
            new_hash(py, named(py, &name.to_text())?, data)
        },
    ),
    def("hmac_new", "(key, msg=b'', digestmod=None)", "Return a new hmac object.", hmac_new),
    def("hmac_digest", "(key, msg, digest)", "Single-shot HMAC.", |py, a| {
        let (keyed, algorithm) = keyed(py, a[0], a[1], a[2])?;
        py.new_bytes(&keyed.digest(algorithm.digest_bytes))
    }),
    def(
        "pbkdf2_hmac",
        "(hash_name, password, salt, iterations, dklen=None)",
        "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.",
        pbkdf2,
    ),
    def(
        "scrypt",
        "(password, *, salt, n, r, p, maxmem=0, dklen=64)",
        "scrypt password-based key derivation function.",
        scrypt_key,
    ),
    def("get_fips_mode", "()", "Whether only algorithms of FIPS 140 are allowed: never.", |_, _| {
        Ok(small_int(0))
    }),
];

pub static HASHLIB: NativeModule = NativeModule {
    name: "_hashlib",
    doc: "OpenSSL interface for hashlib module",
    functions: FUNCTIONS,
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        let class = |name, base, methods| {
            let flags = flags::NO_CONSTRUCTOR;
            let made =
                NativeClass { module: "_hashlib", name, doc: "", base, flags, constructor: None, methods };
            native_type(py, &made)
        };
        // Without what only SHA-3 objects show.
        let own_of = |methods: &'static [NativeDef]| &methods[..methods.len() - 3];
        let fixed = class("HASH", None, own_of(FIXED_METHODS))?;
        let open = class("HASHXOF", Some(fixed), own_of(OPEN_METHODS))?;
        let keyed = class("HMAC", None, own_of(KEYED_METHODS))?;
        let unsupported = new_exception(py, "_hashlib", "UnsupportedDigestmodError", py.ty(Ty::ValueError))?;
        for (cell, class) in [
            (&types.fixed, fixed.word()),
            (&types.open, open.word()),
            (&types.keyed, keyed.word()),
            (&types.unsupported, unsupported),
        ] {
            cell.set(py.vm().immortal(class));
            let name = py.as_type(class).expect("it was just made").name.borrow().to_string();
            dict::set_symbol(py, own, py.intern(&name)?, class)?;
        }
        let names = dict::new(py)?;
        for algorithm in algorithms() {
            dict::add_element(py, names, py.str(algorithm.name)?)?;
        }
        dict::set_symbol(py, own, py.intern("openssl_md_meth_names")?, py.new_frozenset(names)?)?;
        let constructors = dict::new(py)?;
        for algorithm in algorithms() {
            let function = dict::get_symbol(py, own, py.intern(&format!("{NAME_PREFIX}{}", algorithm.name))?);
            dict::set(py, constructors, function.unwrap_or(NONE), py.str(algorithm.name)?)?;
        }
        let constructors = py.call(py.ty(Ty::MappingProxy).word(), &[word(constructors)])?;
        dict::set_symbol(py, own, py.intern("_constructors")?, constructors)?;
        let compare = py.import_from("_operator", "_compare_digest")?;
        dict::set_symbol(py, own, py.intern("compare_digest")?, compare)?;
        dict::set_symbol(py, own, py.intern("_GIL_MINSIZE")?, small_int(super::GIL_MINSIZE))
    },
};
