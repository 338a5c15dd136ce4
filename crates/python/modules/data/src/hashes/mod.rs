//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: what `hashlib` is made of without OpenSSL. The algorithms are RustCrypto's and
//! `blake2b_simd`'s; here are the objects. [`openssl`] has the same under the names of `_hashlib`.

mod openssl;

pub use openssl::HASHLIB;

use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{Args, Constructor, NativeDef, bind, def, getter};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign, signature};
use python_types::buffer;
use sha2::Digest;
use shake::{ExtendableOutput, Update, XofReader};
use std::cell::RefCell;

/// Below this number of bytes CPython keeps its lock.
const GIL_MINSIZE: i64 = 2048;

/// A hash under way.
trait Hasher {
    fn update(&mut self, bytes: &[u8]);
    /// The digest of what came so far; `length` for algorithms that leave it open.
    fn digest(&self, length: usize) -> Vec<u8>;
    fn copied(&self) -> Box<dyn Hasher>;
}

/// Hashes of one length.
struct Fixed<D>(D);

impl<D: Digest + Clone + 'static> Hasher for Fixed<D> {
    fn update(&mut self, bytes: &[u8]) {
        Digest::update(&mut self.0, bytes);
    }
    fn digest(&self, _length: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
    fn copied(&self) -> Box<dyn Hasher> {
        Box::new(Fixed(self.0.clone()))
    }
}

/// Hashes of any length.
struct Open<D>(D);

impl<D: Update + ExtendableOutput + Clone + 'static> Hasher for Open<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn digest(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        self.0.clone().finalize_xof().read(&mut out);
        out
    }
    fn copied(&self) -> Box<dyn Hasher> {
        Box::new(Open(self.0.clone()))
    }
}

macro_rules! blake {
    ($($state:ty)*) => {
        $(impl Hasher for $state {
            fn update(&mut self, bytes: &[u8]) {
                <$state>::update(self, bytes);
            }
            fn digest(&self, _length: usize) -> Vec<u8> {
                self.finalize().as_bytes().to_vec()
            }
            fn copied(&self) -> Box<dyn Hasher> {
                Box::new(self.clone())
            }
        })*
    };
}
blake! { blake2b_simd::State blake2s_simd::State }

/// Password, salt, rounds; where the key goes.
type Stretch = fn(&[u8], &[u8], u32, &mut [u8]);

/// An algorithm: its names, sizes in bytes, and how it starts.
struct Algorithm {
    name: &'static str,
    /// Of HMAC with it.
    keyed_name: &'static str,
    type_name: &'static str,
    /// 0: any length.
    digest_bytes: usize,
    block_bytes: usize,
    start: fn() -> Box<dyn Hasher>,
    /// PBKDF2 of password, salt and a number of rounds, if the length of the digest is fixed.
    stretch: Option<Stretch>,
}

macro_rules! fixed {
    ($name:literal $type_name:literal $hasher:ty, $digest:literal $block:literal) => {
        Algorithm {
            name: $name,
            keyed_name: concat!("hmac-", $name),
            type_name: $type_name,
            digest_bytes: $digest,
            block_bytes: $block,
            start: || Box::new(Fixed(<$hasher as Digest>::new())),
            stretch: Some(openssl::stretch::<$hasher, $block>),
        }
    };
}

static MD5_ALGORITHM: Algorithm = fixed!("md5" "MD5Type" md5::Md5, 16 64);
static SHA1_ALGORITHM: Algorithm = fixed!("sha1" "SHA1Type" sha1::Sha1, 20 64);
static SHA2_ALGORITHMS: [Algorithm; 4] = [
    fixed!("sha224" "SHA224Type" sha2::Sha224, 28 64),
    fixed!("sha256" "SHA256Type" sha2::Sha256, 32 64),
    fixed!("sha384" "SHA384Type" sha2::Sha384, 48 128),
    fixed!("sha512" "SHA512Type" sha2::Sha512, 64 128),
];
static SHA3_ALGORITHMS: [Algorithm; 6] = [
    fixed!("sha3_224" "sha3_224" sha3::Sha3_224, 28 144),
    fixed!("sha3_256" "sha3_256" sha3::Sha3_256, 32 136),
    fixed!("sha3_384" "sha3_384" sha3::Sha3_384, 48 104),
    fixed!("sha3_512" "sha3_512" sha3::Sha3_512, 64 72),
    Algorithm {
        name: "shake_128",
        keyed_name: "hmac-shake_128",
        type_name: "shake_128",
        digest_bytes: 0,
        block_bytes: 168,
        start: || Box::new(Open(shake::Shake128::default())),
        stretch: None,
    },
    Algorithm {
        name: "shake_256",
        keyed_name: "hmac-shake_256",
        type_name: "shake_256",
        digest_bytes: 0,
        block_bytes: 136,
        start: || Box::new(Open(shake::Shake256::default())),
        stretch: None,
    },
];

/// An object: its type is the algorithm's.
struct Hash {
    name: &'static str,
    digest_bytes: usize,
    block_bytes: usize,
    hasher: RefCell<Box<dyn Hasher>>,
}

/// Types by name of the algorithm.
#[derive(Default)]
struct Types(RefCell<Vec<(&'static str, TypeRef)>>);

fn class_of(py: Py, name: &str) -> TypeRef {
    let known = py.vm().state::<Types>().0.borrow();
    known.iter().find(|(known, _)| *known == name).expect("set when the module was made").1
}

fn made(py: Py, algorithm: &'static Algorithm, data: Word) -> Result {
    made_as(py, class_of(py, algorithm.name), algorithm, data)
}

fn made_as(py: Py, class: TypeRef, algorithm: &'static Algorithm, data: Word) -> Result {
    let mut hasher = (algorithm.start)();
    if data != UNSET {
        feed(py, data, |bytes| hasher.update(bytes))?;
    }
    let hash = Hash {
        name: algorithm.name,
        digest_bytes: algorithm.digest_bytes,
        block_bytes: algorithm.block_bytes,
        hasher: RefCell::new(hasher),
    };
    Ok(word(foreign::new(py, class, hash)?))
}

/// Hands the bytes of a value on. Errors: `TypeError` for text and what is not bytes-like.
fn feed(py: Py, data: Word, use_bytes: impl FnOnce(&[u8])) -> Result<()> {
    if py.as_str(data).is_some() {
        return Err(py.type_error("Strings must be encoded before hashing"));
    }
    match buffer::get_opt(py, data)? {
        Some(bytes) => {
            use_bytes(&bytes);
            bytes.keep();
            Ok(())
        }
        None => Err(py.type_error("object supporting the buffer API required")),
    }
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Hash> {
    foreign::expect(py, value, "a hash object")
}

/// The digest, whose length is asked for if the algorithm leaves it open.
fn digest(py: Py, a: &[Word]) -> Result<Vec<u8>> {
    let own = receiver(py, a[0])?;
    let length = match a.get(1) {
        Some(&length) => {
            let length = py.index(length)?;
            if length < 0 {
                return Err(py.value_error("Cannot convert negative int"));
            }
            if length >= 1 << 29 {
                return Err(py.overflow_error("length is too large"));
            }
            length as usize
        }
        None => own.digest_bytes,
    };
    Ok(own.hasher.borrow().digest(length))
}

macro_rules! hash_methods {
    ($name:ident, $digest:literal $(, $extra:expr)*) => {
        static $name: &[NativeDef] = &[
            $($extra,)*
            def(
                "update",
                "($self, obj, /)",
                "Update this hash object's state with the provided string.",
                |py, a| {
                    let own = receiver(py, a[0])?;
                    feed(py, a[1], |bytes| own.hasher.borrow_mut().update(bytes))?;
                    Ok(NONE)
                },
            ),
            def("digest", $digest, "Return the digest value as a bytes object.", |py, a| {
                let bytes = digest(py, a)?;
                py.new_bytes(&bytes)
            }),
            def(
                "hexdigest",
                $digest,
                "Return the digest value as a string of hexadecimal digits.",
                |py, a| {
                    let bytes = digest(py, a)?;
                    py.str_bytes(&python_text::binascii::to_hex(&bytes, None, 0))
                },
            ),
            def("copy", "($self, /)", "Return a copy of the hash object.", |py, a| {
                let own = receiver(py, a[0])?;
                let hash = Hash {
                    name: own.name,
                    digest_bytes: own.digest_bytes,
                    block_bytes: own.block_bytes,
                    hasher: RefCell::new(own.hasher.borrow().copied()),
                };
                Ok(word(foreign::new(py, py.type_of(a[0]), hash)?))
            }),
            getter("name", "", |py, a| py.str(receiver(py, a[0])?.name)),
            getter("digest_size", "", |py, a| py.int(receiver(py, a[0])?.digest_bytes as i64)),
            getter("block_size", "", |py, a| py.int(receiver(py, a[0])?.block_bytes as i64)),
            getter("_capacity_bits", "", |py, a| py.int(1600 - 8 * receiver(py, a[0])?.block_bytes as i64)),
            getter("_rate_bits", "", |py, a| py.int(8 * receiver(py, a[0])?.block_bytes as i64)),
            getter("_suffix", "", |py, a| {
                py.new_bytes(if receiver(py, a[0])?.digest_bytes == 0 { b"\x1f" } else { b"\x06" })
            }),
        ];
    };
}
use hash_methods;
hash_methods!(METHODS, "($self, /)");
hash_methods!(OPEN_METHODS, "($self, length)");

fn add_class(
    py: Py,
    module: &'static str,
    algorithm: &'static Algorithm,
    constructor: Option<Constructor>,
) -> Result<TypeRef> {
    // The last three attributes are those of SHA-3.
    let methods = match algorithm {
        Algorithm { digest_bytes: 0, .. } => OPEN_METHODS,
        _ if module == "_sha3" => METHODS,
        _ => &METHODS[..METHODS.len() - 3],
    };
    let flags = flags::FINAL | if constructor.is_none() { flags::NO_CONSTRUCTOR } else { 0 };
    let doc = "";
    let class = native_type(
        py,
        &NativeClass { module, name: algorithm.type_name, doc, base: None, flags, constructor, methods },
    )?;
    py.vm().state::<Types>().0.borrow_mut().push((algorithm.name, class));
    Ok(class)
}

fn finish(py: Py, own: heap::Gc<Dict>, classes: &[TypeRef]) -> Result<()> {
    for class in classes {
        let name = py.intern(&class.name.borrow())?;
        dict::set_symbol(py, own, name, class.word())?;
    }
    dict::set_symbol(py, own, py.intern("_GIL_MINSIZE")?, small_int(GIL_MINSIZE))
}

/// `data` and `string` name the same.
fn one_data(py: Py, data: Word, string: Word) -> Result {
    match (data, string) {
        (UNSET, other) => Ok(other),
        (data, UNSET) => Ok(data),
        _ => Err(py.type_error("'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.")),
    }
}

macro_rules! starter {
    ($name:literal $algorithm:expr) => {
        def(
            $name,
            "(data=b'', *, usedforsecurity=True, string=None)",
            "Return a new hash object; optionally initialized with a string.",
            |py, a| {
                let data = one_data(py, a[0], a[2])?;
                made(py, &$algorithm, data)
            },
        )
    };
}

pub static MD5: NativeModule = NativeModule {
    name: "_md5",
    doc: "",
    functions: &[starter!("md5" MD5_ALGORITHM)],
    fill: |py, own| {
        let class = add_class(py, "_md5", &MD5_ALGORITHM, None)?;
        finish(py, own, &[class])
    },
};

pub static SHA1: NativeModule = NativeModule {
    name: "_sha1",
    doc: "",
    functions: &[starter!("sha1" SHA1_ALGORITHM)],
    fill: |py, own| {
        let class = add_class(py, "_sha1", &SHA1_ALGORITHM, None)?;
        finish(py, own, &[class])
    },
};

pub static SHA2: NativeModule = NativeModule {
    name: "_sha2",
    doc: "",
    functions: &[
        starter!("sha224" SHA2_ALGORITHMS[0]),
        starter!("sha256" SHA2_ALGORITHMS[1]),
        starter!("sha384" SHA2_ALGORITHMS[2]),
        starter!("sha512" SHA2_ALGORITHMS[3]),
    ],
    fill: |py, own| {
        for algorithm in &SHA2_ALGORITHMS {
            let class = add_class(py, "_sha2", algorithm, None)?;
            finish(py, own, &[class])?;
        }
        Ok(())
    },
};

fn construct_sha3(py: Py, class: TypeRef, args: Args) -> Result {
    let name = class.name.borrow().to_string();
    let signature = signature!("(data=b'', *, usedforsecurity=True, string=None)");
    let [data, _, string] = bind(py, &name, signature, args)?;
    let algorithm = SHA3_ALGORITHMS.iter().find(|known| known.name == name);
    made(py, algorithm.expect("the class was made for an algorithm"), one_data(py, data, string)?)
}

pub static SHA3: NativeModule = NativeModule {
    name: "_sha3",
    doc: "",
    functions: &[],
    fill: |py, own| {
        for algorithm in &SHA3_ALGORITHMS {
            let class = add_class(py, "_sha3", algorithm, Some(construct_sha3))?;
            finish(py, own, &[class])?;
        }
        dict::set_symbol(py, own, py.intern("implementation")?, py.str("RustCrypto")?)
    },
};

// -- BLAKE2, which has parameters

/// Sizes of `blake2b` or `blake2s`.
struct Blake {
    name: &'static str,
    /// As errors write it.
    title: &'static str,
    most_digest: usize,
    most_key: usize,
    salt: usize,
    person: usize,
    /// Bits of `node_offset`.
    offset_bits: u32,
}

static BLAKE2B: Blake = Blake {
    name: "blake2b",
    title: "Blake2b",
    most_digest: 64,
    most_key: 64,
    salt: 16,
    person: 16,
    offset_bits: 64,
};
static BLAKE2S: Blake = Blake {
    name: "blake2s",
    title: "Blake2s",
    most_digest: 32,
    most_key: 32,
    salt: 8,
    person: 8,
    offset_bits: 48,
};

/// An unsigned argument below a limit; `error` beyond it.
fn number(py: Py, value: Word, default: u64, least: u64, most: u64, error: &str) -> Result<u64> {
    if value == UNSET {
        return Ok(default);
    }
    match V::of(py.to_index(value)?) {
        V::Int(number) if number < 0 && error.ends_with("is too large") => {
            Err(py.value_error("Cannot convert negative int"))
        }
        V::Int(number) if number >= 0 && (least..=most).contains(&(number as u64)) => Ok(number as u64),
        V::Big(number) => match u64::try_from(&*number.value) {
            Ok(number) if number <= most => Ok(number),
            _ => Err(py.overflow_error(error)),
        },
        _ if error.ends_with("is too large") => Err(py.overflow_error(error)),
        _ => Err(py.value_error(error)),
    }
}

/// The bytes of an argument, at most so many.
fn few_bytes(py: Py, value: Word, most: usize, what: &str) -> Result<Vec<u8>> {
    if value == UNSET {
        return Ok(Vec::new());
    }
    let bytes = buffer::get(py, value)?.to_vec();
    if bytes.len() > most {
        return Err(py.value_error(format!("maximum {what} length is {most} bytes")));
    }
    Ok(bytes)
}

fn construct_blake(py: Py, class: TypeRef, args: Args) -> Result {
    let sizes = if &**class.name.borrow() == "blake2b" { &BLAKE2B } else { &BLAKE2S };
    let signature = signature!(
        "(data=b'', *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
    );
    let a: [Word; 14] = bind(py, sizes.name, signature, args)?;
    let data = one_data(py, a[0], a[13])?;
    let most = sizes.most_digest as u64;
    let digest_bytes = match a[1] {
        UNSET => sizes.most_digest,
        size => {
            let size = py.index(size)?;
            if size < 1 || size as u64 > most {
                let message = format!(
                    "digest_size for {} must be between 1 and {most} bytes, here it is {size}",
                    sizes.title
                );
                return Err(py.value_error(message));
            }
            size as usize
        }
    };
    let key = few_bytes(py, a[2], sizes.most_key, "key")?;
    let mut salt = few_bytes(py, a[3], sizes.salt, "salt")?;
    let mut person = few_bytes(py, a[4], sizes.person, "person")?;
    salt.resize(sizes.salt, 0);
    person.resize(sizes.person, 0);
    let fanout = number(py, a[5], 1, 0, 255, "fanout must be between 0 and 255")? as u8;
    let depth = number(py, a[6], 1, 1, 255, "depth must be between 1 and 255")? as u8;
    let leaf = number(py, a[7], 0, 0, u64::from(u32::MAX), "leaf_size is too large")? as u32;
    let most_offset = u64::MAX >> (64 - sizes.offset_bits);
    let offset = number(py, a[8], 0, 0, most_offset, "node_offset is too large")?;
    let node_depth = number(py, a[9], 0, 0, 255, "node_depth must be between 0 and 255")? as u8;
    let inner_error = format!("inner_size must be between 0 and is {most}");
    let inner = number(py, a[10], 0, 0, most, &inner_error)? as usize;
    let is_last = a[11] != UNSET && py.truth(a[11])?;
    macro_rules! state {
        ($module:ident) => {{
            let mut params = $module::Params::new();
            params
                .hash_length(digest_bytes)
                .key(&key)
                .salt(&salt)
                .personal(&person)
                .fanout(fanout)
                .max_depth(depth);
            params.max_leaf_length(leaf).node_offset(offset).node_depth(node_depth).inner_hash_length(inner);
            params.last_node(is_last);
            Box::new(params.to_state()) as Box<dyn Hasher>
        }};
    }
    let mut hasher = if sizes.most_digest == 64 { state!(blake2b_simd) } else { state!(blake2s_simd) };
    if data != UNSET {
        feed(py, data, |bytes| hasher.update(bytes))?;
    }
    let block_bytes = 2 * sizes.most_digest;
    let hash = Hash { name: sizes.name, digest_bytes, block_bytes, hasher: RefCell::new(hasher) };
    Ok(word(foreign::new(py, class_of(py, sizes.name), hash)?))
}

pub static BLAKE2: NativeModule = NativeModule {
    name: "_blake2",
    doc: "_blake2b provides BLAKE2b for hashlib\n",
    functions: &[],
    fill: |py, own| {
        for sizes in [&BLAKE2B, &BLAKE2S] {
            let class = NativeClass {
                module: "_blake2",
                name: sizes.name,
                doc: "Return a new BLAKE2 hash object.",
                base: None,
                flags: 0,
                constructor: Some(construct_blake),
                methods: &METHODS[..METHODS.len() - 3],
            };
            let class = native_type(py, &class)?;
            py.vm().state::<Types>().0.borrow_mut().push((sizes.name, class));
            dict::set_symbol(py, own, py.intern(sizes.name)?, class.word())?;
            let namespace = class.object().dict.get().expect("a type has a namespace");
            for (name, size) in [
                ("SALT_SIZE", sizes.salt),
                ("PERSON_SIZE", sizes.person),
                ("MAX_KEY_SIZE", sizes.most_key),
                ("MAX_DIGEST_SIZE", sizes.most_digest),
            ] {
                let size = small_int(size as i64);
                dict::set_symbol(py, namespace, py.intern(name)?, size)?;
                let name = format!("{}_{name}", sizes.name.to_uppercase());
                dict::set_symbol(py, own, py.intern(&name)?, size)?;
            }
        }
        dict::set_symbol(py, own, py.intern("_GIL_MINSIZE")?, small_int(GIL_MINSIZE))
    },
};
