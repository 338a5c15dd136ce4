//! How a language packs its values into one 64-bit word.
//!
//! An encoding is written **once**, against [`WordOps`], and instantiated three times: on host words in the
//! direct machine and in resume, on recorded constants in the IR interpreter, and on machine-code values in
//! the code generator. So a tag test cannot mean one thing to the interpreter and another to compiled code.
//!
//! [`NanBox`] is the encoding of Python and of the tutorial language: doubles are offset by 2^48 so that the
//! words below are free for raw pointers (no masking to dereference; a conservative scan recognises them),
//! and the top quarter of the negative-NaN space holds 50-bit integers:
//!
//! ```text
//! 0000_0000_0000_0000 ..= 0000_FFFF_FFFF_FFFF   pointers; words below 4096 are specials (none, true, ...)
//! 0001_0000_0000_0000 ..= FFF9_0000_0000_0000   doubles, bits + 2^48 (every NaN the hardware makes is in range)
//! FFFC_0000_0000_0000 ..= FFFF_FFFF_FFFF_FFFF   integers, value + FFFE_0000_0000_0000, -2^49 <= value < 2^49
//! ```
//!
//! Integers outside that range live in a heap box ([`WideInt`]). In traces integers are plain `i64`: the box
//! matters only where a value escapes.

use heap::Header;
use std::cell::Cell;

/// A tagged value.
pub type Word = u64;

/// Primitive word arithmetic, on host words or on values of a code generator.
pub trait WordOps {
    type Word: Copy;
    type Bool: Copy;
    type Float: Copy;
    fn constant(&mut self, bits: u64) -> Self::Word;
    fn add(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn sub(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn and(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn or(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn shl(&mut self, a: Self::Word, bits: u32) -> Self::Word;
    fn sshr(&mut self, a: Self::Word, bits: u32) -> Self::Word;
    fn ushr(&mut self, a: Self::Word, bits: u32) -> Self::Word;
    fn eq(&mut self, a: Self::Word, b: Self::Word) -> Self::Bool;
    fn ult(&mut self, a: Self::Word, b: Self::Word) -> Self::Bool;
    fn float_bits(&mut self, f: Self::Float) -> Self::Word;
    fn bits_float(&mut self, w: Self::Word) -> Self::Float;
    /// 1 for true, 0 for false.
    fn bool_word(&mut self, b: Self::Bool) -> Self::Word;
    fn float_is_nan(&mut self, f: Self::Float) -> Self::Bool;
    fn select(&mut self, c: Self::Bool, a: Self::Word, b: Self::Word) -> Self::Word;
}

/// An encoding of tagged values. All methods are total unless a precondition is given.
pub trait Encoding: 'static {
    const NAME: &'static str;
    const FALSE: Word;
    const TRUE: Word;
    /// A slot without a value. Never a program-visible value.
    const UNSET: Word;
    /// The one value that stands for "nothing".
    const NONE: Word;

    /// Whether `v` is an immediate integer.
    fn is_int<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool;
    /// Precondition: `is_int(v)`.
    fn unbox_int<W: WordOps>(w: &mut W, v: W::Word) -> W::Word;
    /// Whether the integer `i` fits an immediate.
    fn int_fits<W: WordOps>(w: &mut W, i: W::Word) -> W::Bool;
    /// Precondition: `int_fits(i)`.
    fn box_int<W: WordOps>(w: &mut W, i: W::Word) -> W::Word;
    fn is_float<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool;
    /// Precondition: `is_float(v)`.
    fn unbox_float<W: WordOps>(w: &mut W, v: W::Word) -> W::Float;
    fn box_float<W: WordOps>(w: &mut W, f: W::Float) -> W::Word;
    /// `is_float(v)`, and what `unbox_float(v)` gives if it is: for encodings in which one is on the way to the other.
    fn check_float<W: WordOps>(w: &mut W, v: W::Word) -> (W::Bool, W::Float) {
        (Self::is_float(w, v), Self::unbox_float(w, v))
    }
    /// Whether `v` is one of [`Encoding::TRUE`] and [`Encoding::FALSE`].
    fn is_bool<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool;
    /// Precondition: `is_bool(v)`. 1 or 0.
    fn unbox_bool<W: WordOps>(w: &mut W, v: W::Word) -> W::Word;
    fn box_bool<W: WordOps>(w: &mut W, b: W::Bool) -> W::Word;
    /// Whether `v` is a reference to a heap object.
    fn is_ref<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool;
}

/// Heap box of an integer that does not fit an immediate.
#[derive(heap::Layout)]
#[layout(id = 1, name = "wide_int")]
#[repr(C)]
pub struct WideInt {
    pub header: Header,
    #[field(immutable)]
    pub value: Cell<i64>,
}

/// Immediate 50-bit integers and immediate doubles; see the module header.
pub struct NanBox;

const DOUBLE_OFFSET: u64 = 1 << 48;
const INT_MIN_WORD: u64 = 0xFFFC << 48;
const INT_BIAS: u64 = 0xFFFE << 48;
const INT_HALF_RANGE: u64 = 1 << 49;
const FIRST_ADDRESS: u64 = 4096;

impl Encoding for NanBox {
    const NAME: &'static str = "nanbox";
    const FALSE: Word = 2;
    const TRUE: Word = 3;
    const UNSET: Word = 0;
    const NONE: Word = 4;

    #[inline(always)]
    fn is_int<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool {
        let below = w.constant(INT_MIN_WORD - 1);
        w.ult(below, v)
    }
    #[inline(always)]
    fn unbox_int<W: WordOps>(w: &mut W, v: W::Word) -> W::Word {
        let bias = w.constant(INT_BIAS);
        w.sub(v, bias)
    }
    #[inline(always)]
    fn int_fits<W: WordOps>(w: &mut W, i: W::Word) -> W::Bool {
        let half = w.constant(INT_HALF_RANGE);
        let shifted = w.add(i, half);
        let range = w.constant(INT_HALF_RANGE * 2);
        w.ult(shifted, range)
    }
    #[inline(always)]
    fn box_int<W: WordOps>(w: &mut W, i: W::Word) -> W::Word {
        let bias = w.constant(INT_BIAS);
        w.add(i, bias)
    }
    #[inline(always)]
    fn is_float<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool {
        Self::check_float(w, v).0
    }
    #[inline(always)]
    fn check_float<W: WordOps>(w: &mut W, v: W::Word) -> (W::Bool, W::Float) {
        let offset = w.constant(DOUBLE_OFFSET);
        let bits = w.sub(v, offset);
        let range = w.constant(INT_MIN_WORD - DOUBLE_OFFSET);
        (w.ult(bits, range), w.bits_float(bits))
    }
    #[inline(always)]
    fn unbox_float<W: WordOps>(w: &mut W, v: W::Word) -> W::Float {
        let offset = w.constant(DOUBLE_OFFSET);
        let bits = w.sub(v, offset);
        w.bits_float(bits)
    }
    #[inline(always)]
    fn box_float<W: WordOps>(w: &mut W, f: W::Float) -> W::Word {
        let bits = w.float_bits(f);
        let offset = w.constant(DOUBLE_OFFSET);
        w.add(bits, offset)
    }
    #[inline(always)]
    fn is_bool<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool {
        let clear = w.constant(!1);
        let pair = w.and(v, clear);
        let falsity = w.constant(Self::FALSE);
        w.eq(pair, falsity)
    }
    #[inline(always)]
    fn unbox_bool<W: WordOps>(w: &mut W, v: W::Word) -> W::Word {
        let one = w.constant(1);
        w.and(v, one)
    }
    #[inline(always)]
    fn box_bool<W: WordOps>(w: &mut W, b: W::Bool) -> W::Word {
        let bit = w.bool_word(b);
        let falsity = w.constant(Self::FALSE);
        w.or(bit, falsity)
    }
    #[inline(always)]
    fn is_ref<W: WordOps>(w: &mut W, v: W::Word) -> W::Bool {
        let first = w.constant(FIRST_ADDRESS);
        let distance = w.sub(v, first);
        let range = w.constant(DOUBLE_OFFSET - FIRST_ADDRESS);
        w.ult(distance, range)
    }
}

/// Operations on host words that need no unboxing, for interpreters' commonest paths. Each says `None` where the result is no
/// immediate.
impl NanBox {
    /// Whether both are immediate integers.
    #[inline(always)]
    pub fn both_ints(a: Word, b: Word) -> bool {
        // The tag is all ones.
        a & b >= INT_MIN_WORD
    }
    /// Whether both are floats.
    #[inline(always)]
    pub fn both_floats(a: Word, b: Word) -> bool {
        Self::is_float(&mut Host, a) & Self::is_float(&mut Host, b)
    }
    /// Precondition of this and the next two: [`NanBox::both_ints`].
    #[inline(always)]
    pub fn add_ints(a: Word, b: Word) -> Option<Word> {
        // A sum of 51 bits that does not fit leaves the range of the tag at one of its ends.
        let sum = a.wrapping_add(b.wrapping_sub(INT_BIAS));
        (sum >= INT_MIN_WORD).then_some(sum)
    }
    #[inline(always)]
    pub fn sub_ints(a: Word, b: Word) -> Option<Word> {
        let difference = a.wrapping_sub(b).wrapping_add(INT_BIAS);
        (difference >= INT_MIN_WORD).then_some(difference)
    }
    /// Like the words as signed numbers, so are the integers ordered.
    #[inline(always)]
    pub fn cmp_ints(a: Word, b: Word) -> std::cmp::Ordering {
        (a as i64).cmp(&(b as i64))
    }
    /// An integer as an immediate.
    #[inline(always)]
    pub fn small(i: i64) -> Option<Word> {
        Self::int_fits(&mut Host, i as u64).then(|| Self::box_int(&mut Host, i as u64))
    }
}

/// [`WordOps`] on host words.
pub struct Host;

impl WordOps for Host {
    type Word = u64;
    type Bool = bool;
    type Float = f64;
    #[inline(always)]
    fn constant(&mut self, bits: u64) -> u64 {
        bits
    }
    #[inline(always)]
    fn add(&mut self, a: u64, b: u64) -> u64 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn sub(&mut self, a: u64, b: u64) -> u64 {
        a.wrapping_sub(b)
    }
    #[inline(always)]
    fn and(&mut self, a: u64, b: u64) -> u64 {
        a & b
    }
    #[inline(always)]
    fn or(&mut self, a: u64, b: u64) -> u64 {
        a | b
    }
    #[inline(always)]
    fn shl(&mut self, a: u64, bits: u32) -> u64 {
        a << bits
    }
    #[inline(always)]
    fn sshr(&mut self, a: u64, bits: u32) -> u64 {
        ((a as i64) >> bits) as u64
    }
    #[inline(always)]
    fn ushr(&mut self, a: u64, bits: u32) -> u64 {
        a >> bits
    }
    #[inline(always)]
    fn eq(&mut self, a: u64, b: u64) -> bool {
        a == b
    }
    #[inline(always)]
    fn ult(&mut self, a: u64, b: u64) -> bool {
        a < b
    }
    #[inline(always)]
    fn float_bits(&mut self, f: f64) -> u64 {
        f.to_bits()
    }
    #[inline(always)]
    fn bits_float(&mut self, w: u64) -> f64 {
        f64::from_bits(w)
    }
    #[inline(always)]
    fn bool_word(&mut self, b: bool) -> u64 {
        b as u64
    }
    #[inline(always)]
    fn float_is_nan(&mut self, f: f64) -> bool {
        f.is_nan()
    }
    #[inline(always)]
    fn select(&mut self, c: bool, a: u64, b: u64) -> u64 {
        if c { a } else { b }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_word_is_recognised_by_exactly_one_test() {
        let h = &mut Host;
        let ints = [0i64, 1, -1, (1 << 49) - 1, -(1 << 49)];
        for i in ints {
            assert!(NanBox::int_fits(h, i as u64));
            let v = NanBox::box_int(h, i as u64);
            assert_eq!(NanBox::unbox_int(h, v) as i64, i);
            assert!(
                NanBox::is_int(h, v)
                    && !NanBox::is_float(h, v)
                    && !NanBox::is_ref(h, v)
                    && !NanBox::is_bool(h, v)
            );
        }
        for i in [1i64 << 49, -(1 << 49) - 1, i64::MAX, i64::MIN] {
            assert!(!NanBox::int_fits(h, i as u64));
        }
        let minus_nan = f64::from_bits(0xFFF8_0000_0000_0000);
        for f in [
            0.0,
            -0.0,
            1.5,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            minus_nan,
            f64::MIN_POSITIVE,
            f64::MAX,
        ] {
            let v = NanBox::box_float(h, f);
            assert_eq!(NanBox::unbox_float(h, v).to_bits(), f.to_bits());
            assert!(
                NanBox::is_float(h, v)
                    && !NanBox::is_int(h, v)
                    && !NanBox::is_ref(h, v)
                    && !NanBox::is_bool(h, v)
            );
        }
        for (b, w) in [(false, NanBox::FALSE), (true, NanBox::TRUE)] {
            let v = NanBox::box_bool(h, b);
            assert_eq!(v, w);
            assert!(
                NanBox::is_bool(h, v)
                    && !NanBox::is_int(h, v)
                    && !NanBox::is_float(h, v)
                    && !NanBox::is_ref(h, v)
            );
            assert_eq!(NanBox::unbox_bool(h, v), b as u64);
        }
        let limit = 1i64 << 49;
        let integers = [-limit, -limit + 1, -1, 0, 1, limit - 1];
        let words = integers.map(|i| NanBox::small(i).expect("in range"));
        for (i, x) in integers.iter().zip(words) {
            for (j, y) in integers.iter().zip(words) {
                assert!(NanBox::both_ints(x, y) && !NanBox::both_floats(x, y));
                assert_eq!(NanBox::add_ints(x, y), NanBox::small(i + j));
                assert_eq!(NanBox::sub_ints(x, y), NanBox::small(i - j));
                assert_eq!(NanBox::cmp_ints(x, y), i.cmp(j));
            }
            assert!(!NanBox::both_ints(x, NanBox::box_float(h, -1.0)));
            assert!(!NanBox::both_ints(NanBox::box_float(h, f64::NAN), x));
        }
        for w in [NanBox::NONE, NanBox::UNSET] {
            assert!(
                !NanBox::is_int(h, w)
                    && !NanBox::is_float(h, w)
                    && !NanBox::is_ref(h, w)
                    && !NanBox::is_bool(h, w)
            );
        }
        assert!(NanBox::is_ref(h, 0x7F00_1234_5678));
    }
}
