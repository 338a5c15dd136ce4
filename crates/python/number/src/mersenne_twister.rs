//! MT19937, the generator of `random.Random`, with CPython's seeding and conversions.
//!
//! Source: Matsumoto and Nishimura, "Mersenne Twister" (1998), and their reference program of 2002 for `init_by_array`.

use dashu_int::{IBig, UBig};

const LENGTH: usize = 624;
const MIDDLE: usize = 397;
const UPPER: u32 = 0x8000_0000;
const MATRIX: u32 = 0x9908_b0df;

/// The generator's state: 624 words and the place of the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MersenneTwister {
    words: Box<[u32; LENGTH]>,
    next: usize,
}

impl MersenneTwister {
    /// `random.seed(n)`: the magnitude, 32 bits at a time from the lowest.
    pub fn from_int(seed: &IBig) -> MersenneTwister {
        let words = seed.as_sign_words().1;
        let mut key: Vec<u32> = words.iter().flat_map(|&w| [w as u32, (w >> 32) as u32]).collect();
        if key.last() == Some(&0) {
            key.pop();
        }
        if key.is_empty() {
            key.push(0);
        }
        MersenneTwister::from_key(&key)
    }

    /// `init_by_array`. Precondition: the key is not empty.
    pub fn from_key(key: &[u32]) -> MersenneTwister {
        let mut words = Box::new([0_u32; LENGTH]);
        words[0] = 19_650_218;
        for i in 1..LENGTH {
            let before = words[i - 1];
            words[i] = 1_812_433_253_u32.wrapping_mul(before ^ before >> 30).wrapping_add(i as u32);
        }
        let (mut i, mut j) = (1, 0);
        let mixed = |words: &[u32; LENGTH], i: usize, factor: u32| {
            words[i] ^ (words[i - 1] ^ words[i - 1] >> 30).wrapping_mul(factor)
        };
        for _ in 0..LENGTH.max(key.len()) {
            words[i] = mixed(&words, i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i == LENGTH {
                words[0] = words[LENGTH - 1];
                i = 1;
            }
        }
        for _ in 1..LENGTH {
            words[i] = mixed(&words, i, 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i == LENGTH {
                words[0] = words[LENGTH - 1];
                i = 1;
            }
        }
        words[0] = UPPER;
        MersenneTwister { words, next: LENGTH }
    }

    /// `getstate()`: the words and the index of the next, at most 624.
    pub fn state(&self) -> (&[u32; LENGTH], usize) {
        (&self.words, self.next)
    }

    /// `setstate()`. `None`: not 624 words, or the index is beyond.
    pub fn from_state(words: &[u32], next: usize) -> Option<MersenneTwister> {
        let words: [u32; LENGTH] = words.try_into().ok()?;
        (next <= LENGTH).then(|| MersenneTwister { words: Box::new(words), next })
    }

    fn refill(&mut self) {
        let words = &mut self.words;
        for i in 0..LENGTH {
            let mixed = words[i] & UPPER | words[(i + 1) % LENGTH] & !UPPER;
            let twisted = mixed >> 1 ^ if mixed & 1 == 1 { MATRIX } else { 0 };
            words[i] = words[(i + MIDDLE) % LENGTH] ^ twisted;
        }
        self.next = 0;
    }

    /// The next 32 bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.next >= LENGTH {
            self.refill();
        }
        let mut y = self.words[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    /// `random()`: 53 bits in `[0, 1)`.
    #[inline]
    pub fn random(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// `getrandbits(count)` for `count <= 64`.
    pub fn bits_u64(&mut self, count: u32) -> u64 {
        match count {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - count)),
            _ => {
                let low = u64::from(self.next_u32());
                low | u64::from(self.next_u32() >> (64 - count)) << 32
            }
        }
    }

    /// `getrandbits(count)`
    pub fn bits(&mut self, count: usize) -> UBig {
        let mut words = Vec::with_capacity(count.div_ceil(64));
        let mut left = count;
        while left > 0 {
            let take = left.min(64);
            words.push(self.bits_u64(take as u32));
            left -= take;
        }
        UBig::from_words(&words)
    }
}
