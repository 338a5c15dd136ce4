//! Random numbers that are the same on every machine and in every version: a failing seed stays failing.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next_u64() % limit as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Small numbers mostly, edges of ranges often, anything sometimes.
    pub fn int(&mut self) -> i64 {
        const EDGES: [i64; 16] = [
            0,
            1,
            -1,
            2,
            63,
            64,
            255,
            256,
            i32::MAX as i64,
            i32::MIN as i64,
            (1 << 49) - 1,
            -(1 << 49),
            1 << 49,
            i64::MAX,
            i64::MIN,
            i64::MIN + 1,
        ];
        match self.below(8) {
            0..=4 => self.below(41) as i64 - 20,
            5 => self.pick(&EDGES),
            6 => self.next_u64() as i64 >> self.below(64),
            _ => self.next_u64() as i64 >> 14,
        }
    }

    pub fn float(&mut self) -> f64 {
        const EDGES: [f64; 12] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MIN_POSITIVE,
            f64::MAX,
            9_007_199_254_740_993.0,
            1e-310,
        ];
        match self.below(4) {
            0 => self.pick(&EDGES),
            1 => self.below(41) as f64 / 4.0 - 5.0,
            2 => self.below(2001) as f64 - 1000.0,
            _ => (self.next_u64() as i64 as f64) * 1e-12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_of_a_seed_never_changes() {
        let mut rng = Rng::new(1);
        assert_eq!([rng.next_u64(), rng.next_u64()], [0x910A_2DEC_8902_5CC1, 0xBEEB_8DA1_658E_EC67]);
        assert!((0..1000).all(|_| rng.below(7) < 7));
    }
}
