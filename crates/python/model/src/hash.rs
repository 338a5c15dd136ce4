//! Hashes that do not need the object protocol: text with the interpreter's secret, numbers modulo 2^61 − 1.
//!
//! The values are CPython's: strings hash as SipHash-1-3 of their PEP 393 storage (one, two or four bytes per code point), so
//! that `PYTHONHASHSEED=0` gives the same order of sets on both. Source: PEP 456, CPython 3.14 `Python/pyhash.c` (behaviour).

/// The key of the text hash.
#[derive(Clone, Copy, Default)]
pub struct HashSecret {
    pub k0: u64,
    pub k1: u64,
}

/// 2^61 − 1
pub const MODULUS: u64 = (1 << 61) - 1;
/// Hash of infinity.
pub const INFINITY: i64 = 314_159;

impl HashSecret {
    /// The secret of `PYTHONHASHSEED`: 0 is all zeros; other numbers give CPython's sequence.
    pub fn from_seed(seed: u32) -> HashSecret {
        if seed == 0 {
            return HashSecret::default();
        }
        // The linear congruential generator that CPython fills its secret with.
        let mut x = seed;
        let mut bytes = [0_u8; 16];
        for byte in &mut bytes {
            x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
            *byte = (x >> 16) as u8;
        }
        let half = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        HashSecret { k0: half(0), k1: half(8) }
    }

    /// Hash of bytes. Never 0 (which means "not computed") unless empty, and never −1.
    pub fn hash_bytes(&self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() {
            return 0;
        }
        finish(siphash13(self.k0, self.k1, bytes))
    }

    /// Hash of a string.
    pub fn hash_wtf8(&self, bytes: &[u8], is_ascii: bool) -> i64 {
        if is_ascii {
            return self.hash_bytes(bytes);
        }
        let points: Vec<u32> = code_points(bytes).collect();
        let widest = points.iter().copied().max().unwrap_or(0);
        let stored: Vec<u8> = match widest {
            0..=0xFF => points.iter().map(|p| *p as u8).collect(),
            0x100..=0xFFFF => points.iter().flat_map(|p| (*p as u16).to_le_bytes()).collect(),
            _ => points.iter().flat_map(|p| p.to_le_bytes()).collect(),
        };
        self.hash_bytes(&stored)
    }
}

fn finish(hash: u64) -> i64 {
    if hash as i64 == -1 { -2 } else { hash as i64 }
}

/// The code points of WTF-8 bytes.
pub fn code_points(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = *bytes.get(at)?;
        let tail = |i: usize| u32::from(bytes[at + i] & 0x3F);
        let (point, length) = match first {
            0..=0x7F => (u32::from(first), 1),
            0xC0..=0xDF => (u32::from(first & 0x1F) << 6 | tail(1), 2),
            0xE0..=0xEF => (u32::from(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
            _ => (u32::from(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4),
        };
        at += length;
        Some(point)
    })
}

fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[2] = v[2].rotate_left(32);
    }
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let m = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        v[3] ^= m;
        round(&mut v);
        v[0] ^= m;
    }
    let mut last = (bytes.len() as u64) << 56;
    for (i, byte) in chunks.remainder().iter().enumerate() {
        last |= u64::from(*byte) << (8 * i);
    }
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// Hash of an integer.
pub fn hash_i64(value: i64) -> i64 {
    let reduced = (value.unsigned_abs() % MODULUS) as i64;
    let hash = if value < 0 { -reduced } else { reduced };
    if hash == -1 { -2 } else { hash }
}

/// Hash of a finite or infinite float; `None` for NaN, which hashes by identity.
pub fn hash_f64(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { INFINITY } else { -INFINITY });
    }
    if value == value.trunc() && value.abs() < 9e15 {
        return Some(hash_i64(value as i64));
    }
    let bits = value.abs().to_bits();
    let (mut exponent, mut mantissa) = ((bits >> 52) as i64 - 1075, bits & ((1 << 52) - 1));
    if exponent == -1075 {
        exponent += 1;
    } else {
        mantissa |= 1 << 52;
    }
    // mantissa · 2^exponent modulo 2^61 − 1: a rotation by the exponent modulo 61.
    let turn = exponent.rem_euclid(61) as u32;
    let reduced = mantissa % MODULUS;
    let rotated = if turn == 0 { reduced } else { (reduced << turn & MODULUS) | reduced >> (61 - turn) };
    let hash = (rotated % MODULUS) as i64;
    let hash = if value < 0.0 { -hash } else { hash };
    Some(if hash == -1 { -2 } else { hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values printed by CPython 3.14 with PYTHONHASHSEED=0.
    #[test]
    fn hashes_are_those_of_cpython() {
        let secret = HashSecret::from_seed(0);
        assert_eq!(secret.hash_wtf8(b"abc", true), HASH_ABC);
        assert_eq!(hash_f64(1.5), Some(1_152_921_504_606_846_977));
        assert_eq!(hash_f64(-0.1), Some(-230_584_300_921_369_408));
        assert_eq!(hash_f64(1e300), Some(1_224_995_262_755_759_164));
        assert_eq!(hash_i64(-1), -2);
        assert_eq!(hash_i64(i64::MIN), -4);
    }
    const HASH_ABC: i64 = -4_594_863_902_769_663_758;
}
