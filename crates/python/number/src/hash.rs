//! Hashes that Python defines: equal numbers of any type hash alike, by their value modulo the prime 2**61 - 1.
//!
//! Invariant: no function returns -1, which CPython reserves for errors and programs have come to rely on.
//! Source: the library reference, "Hashing of numeric types"; xxHash for tuples.

use crate::int_float::significand;
use crate::siphash::{HashKey, siphash13};
use dashu_int::{IBig, UBig};

/// The prime that numeric hashes are taken modulo.
pub const MODULUS: u64 = (1 << 61) - 1;
/// `hash(inf)`.
pub const INFINITY: i64 = 314_159;
/// The multiplier of the imaginary part.
const IMAGINARY: u64 = 1_000_003;

#[inline]
fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// A residue with its sign as a hash.
#[inline]
fn signed(residue: u64, is_negative: bool) -> i64 {
    let hash = residue as i64;
    not_minus_one(if is_negative { -hash } else { hash })
}

/// `hash(n)`.
#[inline]
pub fn hash_i64(n: i64) -> i64 {
    let magnitude = n.unsigned_abs();
    // Most are far smaller.
    signed(if magnitude < MODULUS { magnitude } else { magnitude % MODULUS }, n < 0)
}

/// `hash(n)`.
pub fn hash_int(n: &IBig) -> i64 {
    signed(residue(n), crate::division::is_negative(n))
}

/// The magnitude modulo the prime. 2**64 = 8 modulo it, so no division is needed.
fn residue(n: &IBig) -> u64 {
    let words = n.as_sign_words().1;
    words.iter().rev().fold(0, |rest, &word| {
        let rotated = (rest << 3 & MODULUS) | rest >> 58;
        let sum = rotated + (word & MODULUS) + (word >> 61);
        let sum = (sum & MODULUS) + (sum >> 61);
        if sum >= MODULUS { sum - MODULUS } else { sum }
    })
}

/// `hash(x)`. `identity`: hash of the object's address, which is the hash of a NaN.
pub fn hash_f64(x: f64, identity: i64) -> i64 {
    if x.is_nan() {
        return identity;
    }
    if x.is_infinite() {
        return if x < 0.0 { -INFINITY } else { INFINITY };
    }
    if let Some(whole) = crate::int_float::float_to_i64(x)
        && whole as f64 == x
    {
        return hash_i64(whole);
    }
    let (mantissa, exponent) = significand(x);
    // 2**61 = 1 modulo the prime: a power of two is a rotation of 61 bits.
    let turn = exponent.rem_euclid(61) as u32;
    let reduced = mantissa % MODULUS;
    let rotated = if turn == 0 { reduced } else { (reduced << turn & MODULUS) | reduced >> (61 - turn) };
    signed(rotated, x < 0.0)
}

/// `hash(complex(re, im))`.
pub fn hash_complex(re: f64, im: f64, identity: i64) -> i64 {
    let im = (hash_f64(im, identity) as u64).wrapping_mul(IMAGINARY);
    not_minus_one((hash_f64(re, identity) as u64).wrapping_add(im) as i64)
}

/// `hash(Fraction(numerator, denominator))`, in lowest terms with a positive denominator.
pub fn hash_ratio(numerator: &IBig, denominator: &UBig) -> i64 {
    let is_negative = crate::division::is_negative(numerator);
    let below = residue(denominator.as_ibig());
    if below == 0 {
        return if is_negative { -INFINITY } else { INFINITY };
    }
    // Fermat: the inverse is the power p - 2.
    let inverse = crate::power::pow_mod_u64(below, MODULUS - 2, MODULUS);
    let product = u128::from(residue(numerator)) * u128::from(inverse) % u128::from(MODULUS);
    signed(product as u64, is_negative)
}

/// The hash of an address: the low bits, alike in all aligned addresses, go to the top.
pub fn hash_address(address: u64) -> i64 {
    not_minus_one(address.rotate_right(4) as i64)
}

/// `hash(b)`; empty bytes hash to 0.
pub fn hash_bytes(key: HashKey, bytes: &[u8]) -> i64 {
    if bytes.is_empty() { 0 } else { not_minus_one(siphash13(key, bytes) as i64) }
}

/// `hash(s)` of a string in generalised UTF-8.
///
/// CPython hashes its storage: one, two or four bytes for each code point, whatever the widest needs.
pub fn hash_str(key: HashKey, text: &[u8]) -> i64 {
    if text.is_ascii() {
        return hash_bytes(key, text);
    }
    let most = text.iter().copied().max().unwrap_or(0);
    // The lead byte tells the size: c3 begins U+00FF, ef begins U+FFFF.
    let width = match most {
        0..=0xc3 => 1,
        0xc4..=0xef => 2,
        _ => 4,
    };
    let mut storage = Vec::with_capacity(text.len() * width);
    let mut rest = text;
    while let [lead, ..] = *rest {
        let length = match lead {
            0..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let first = if length == 1 { u32::from(lead) } else { u32::from(lead) & (0x7f >> length) };
        let code_point = rest[1..length].iter().fold(first, |c, &b| c << 6 | u32::from(b & 0x3f));
        storage.extend_from_slice(&code_point.to_le_bytes()[..width]);
        rest = &rest[length..];
    }
    hash_bytes(key, &storage)
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;
/// Stands for -1 in hashes of tuples and slices.
const TUPLE_MINUS_ONE: i64 = 1_546_275_796;

fn xx_round(sum: u64, lane: i64) -> u64 {
    sum.wrapping_add((lane as u64).wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
}

/// `hash(t)` from the items' hashes.
pub fn hash_tuple(items: impl ExactSizeIterator<Item = i64>) -> i64 {
    let count = items.len() as u64;
    let sum = items.fold(PRIME_5, xx_round);
    let hash = sum.wrapping_add(count ^ (PRIME_5 ^ 3_527_539)) as i64;
    if hash == -1 { TUPLE_MINUS_ONE } else { hash }
}

/// `hash(slice(start, stop, step))` from the three hashes.
pub fn hash_slice(parts: [i64; 3]) -> i64 {
    let hash = parts.into_iter().fold(PRIME_5, xx_round) as i64;
    if hash == -1 { TUPLE_MINUS_ONE } else { hash }
}

/// `hash(frozenset)` from the items' hashes, in any order.
pub fn hash_frozenset(items: impl ExactSizeIterator<Item = i64>) -> i64 {
    let count = items.len() as u64;
    let shuffled = |item: i64| {
        let bits = item as u64;
        ((bits ^ 89_869_747) ^ bits << 16).wrapping_mul(3_644_798_167)
    };
    let mut hash = items.fold(0, |sum, item| sum ^ shuffled(item));
    hash ^= (count + 1).wrapping_mul(1_927_868_237);
    hash ^= hash >> 11 ^ hash >> 25;
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX { 590_923_713 } else { hash as i64 }
}
