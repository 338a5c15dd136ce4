//! Multiplication of very large integers.
//!
//! dashu multiplies by Toom-3 up to 4000 words and by a number-theoretic transform beyond, which is five times slower at that point (9 ms
//! against 1.6 ms for 80,000 and 75,000 decimal digits). Karatsuba's split brings larger operands back into the range of Toom-3; it wins up to
//! about 2**15 words (2.7 ms against 12 ms for 100,000 digits), where the transform's lower exponent does (96 ms for a million).
//!
//! Known limit: only products asked for here gain; dashu's division, roots and printing multiply by themselves.

use dashu_int::{IBig, Sign, UBig};

/// Operands up to here are dashu's: below its threshold for transforms.
const TOOM_WORDS: usize = 3_900;
/// Operands from here on are dashu's again.
const TRANSFORM_WORDS: usize = 1 << 15;
const WORD_BITS: usize = 64;

/// `a * b`.
pub fn multiply(a: &IBig, b: &IBig) -> IBig {
    let ((sign_a, words_a), (sign_b, words_b)) = (a.as_sign_words(), b.as_sign_words());
    if !splits(words_a.len().min(words_b.len())) {
        return a * b;
    }
    let sign = if sign_a == sign_b { Sign::Positive } else { Sign::Negative };
    IBig::from_parts(sign, multiply_words(words_a, words_b))
}

/// `a * b`.
pub fn multiply_magnitudes(a: &UBig, b: &UBig) -> UBig {
    if splits(a.as_words().len().min(b.as_words().len())) {
        multiply_words(a.as_words(), b.as_words())
    } else {
        a * b
    }
}

fn splits(shorter: usize) -> bool {
    (TOOM_WORDS..TRANSFORM_WORDS).contains(&shorter)
}

fn multiply_words(a: &[u64], b: &[u64]) -> UBig {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if !splits(b.len()) {
        return UBig::from_words(a) * UBig::from_words(b);
    }
    if a.len() >= 2 * b.len() {
        // Far longer: a row of products of equal size.
        let rows = a.chunks(b.len()).enumerate();
        return rows
            .map(|(i, row)| multiply_words(row, b) << (i * b.len() * WORD_BITS))
            .fold(UBig::ZERO, |sum, row| sum + row);
    }
    let half = a.len().div_ceil(2);
    let bits = half * WORD_BITS;
    let (low_a, high_a) = a.split_at(half);
    let (low_b, high_b) = b.split_at(half.min(b.len()));
    let low = multiply_words(low_a, low_b);
    let high = multiply_words(high_a, high_b);
    let sum = |low: &[u64], high: &[u64]| UBig::from_words(low) + UBig::from_words(high);
    let (sum_a, sum_b) = (sum(low_a, high_a), sum(low_b, high_b));
    let middle = multiply_words(sum_a.as_words(), sum_b.as_words()) - &low - &high;
    (high << (2 * bits)) + (middle << bits) + low
}

/// The value of decimal digits (ASCII), by halves.
pub fn parse_decimal(digits: &[u8]) -> UBig {
    /// Fewer digits are dashu's, whose powers stay in the range of Toom-3.
    const LEAF: usize = 60_000;
    fn value(digits: &[u8], powers: &[UBig], leaf: usize) -> UBig {
        let Some((power, rest)) = powers.split_last() else {
            let text = std::str::from_utf8(digits).expect("digits are ASCII");
            return UBig::from_str_radix(text, 10).expect("the caller has seen digits only");
        };
        // powers[i] = 10**(leaf * 2**i)
        let low = leaf << rest.len();
        if digits.len() <= low {
            return value(digits, rest, leaf);
        }
        let (high, low) = digits.split_at(digits.len() - low);
        multiply_magnitudes(&value(high, rest, leaf), power) + value(low, rest, leaf)
    }
    let mut powers = Vec::new();
    let mut covered = LEAF;
    while covered < digits.len() {
        powers.push(match powers.last() {
            None => UBig::from(10_u8).pow(LEAF),
            Some(before) => multiply_magnitudes(before, before),
        });
        covered *= 2;
    }
    value(digits, &powers, LEAF)
}
