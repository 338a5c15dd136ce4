//! SipHash-1-3, the hash of strings and bytes, and its key.
//!
//! Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), with one compression and three
//! finalisation rounds.

/// The 128-bit key of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashKey {
    pub k0: u64,
    pub k1: u64,
}

impl HashKey {
    /// The key that `PYTHONHASHSEED=seed` makes; zero turns randomisation off.
    pub fn from_seed(seed: u32) -> HashKey {
        if seed == 0 {
            return HashKey::default();
        }
        // CPython fills its secret with a linear congruential generator.
        let mut state = seed;
        let mut next_word = || {
            let mut bytes = [0; 8];
            for byte in &mut bytes {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
            u64::from_le_bytes(bytes)
        };
        let k0 = next_word();
        HashKey { k0, k1: next_word() }
    }
}

struct State {
    v: [u64; 4],
}

impl State {
    fn new(key: HashKey) -> State {
        State {
            v: [
                key.k0 ^ 0x736f_6d65_7073_6575,
                key.k1 ^ 0x646f_7261_6e64_6f6d,
                key.k0 ^ 0x6c79_6765_6e65_7261,
                key.k1 ^ 0x7465_6462_7974_6573,
            ],
        }
    }

    #[inline]
    fn round(&mut self) {
        let [a, b, c, d] = self.v;
        let (a, c) = (a.wrapping_add(b), c.wrapping_add(d));
        let (b, d) = (b.rotate_left(13) ^ a, d.rotate_left(16) ^ c);
        let a = a.rotate_left(32);
        let (c, a) = (c.wrapping_add(b), a.wrapping_add(d));
        let (b, d) = (b.rotate_left(17) ^ c, d.rotate_left(21) ^ a);
        self.v = [a, b, c.rotate_left(32), d];
    }

    #[inline]
    fn word(&mut self, word: u64) {
        self.v[3] ^= word;
        self.round();
        self.v[0] ^= word;
    }
}

/// SipHash-1-3 of bytes.
pub fn siphash13(key: HashKey, bytes: &[u8]) -> u64 {
    let mut state = State::new(key);
    let (words, tail) = bytes.as_chunks::<8>();
    for word in words {
        state.word(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    last[7] = bytes.len() as u8;
    state.word(u64::from_le_bytes(last));
    state.v[2] ^= 0xff;
    for _ in 0..3 {
        state.round();
    }
    state.v[0] ^ state.v[1] ^ state.v[2] ^ state.v[3]
}
