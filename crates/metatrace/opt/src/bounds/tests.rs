//! Every transfer function against the operation itself: all pairs of abstract values at 4 bits, all unary ones and a
//! sample of pairs at 8 bits, edge values and random ones at 64 bits.
//!
//! *Sound* means that every concrete result is a member of the abstract one. *Precise* compares with the least bound that has
//! every concrete result as a member.

use super::*;
use std::collections::HashSet;

type Unary<const BITS: u32> = (&'static str, fn(Bound<BITS>) -> Bound<BITS>, fn(i64) -> i64);
type Binary<const BITS: u32> =
    (&'static str, fn(Bound<BITS>, Bound<BITS>) -> Bound<BITS>, fn(i64, i64) -> Option<i64>);

fn fits<const BITS: u32>(value: i128) -> Option<i64> {
    (Bound::<BITS>::MIN as i128 <= value && value <= Bound::<BITS>::MAX as i128).then_some(value as i64)
}

fn divisible<const BITS: u32>(a: i64, b: i64) -> bool {
    b != 0 && !(a == Bound::<BITS>::MIN && b == -1)
}

fn unary<const BITS: u32>() -> Vec<Unary<BITS>> {
    vec![("neg", Bound::neg, |a| Bound::<BITS>::wrap(a.wrapping_neg())), ("not", Bound::not, |a| !a)]
}

fn binary<const BITS: u32>() -> Vec<Binary<BITS>> {
    fn word<const BITS: u32>(a: i64) -> u64 {
        a as u64 & low_mask(BITS)
    }
    fn count<const BITS: u32>(b: i64) -> u32 {
        (b & (BITS as i64 - 1)) as u32
    }
    fn wrap<const BITS: u32>(a: i64) -> Option<i64> {
        Some(Bound::<BITS>::wrap(a))
    }
    vec![
        ("add", Bound::add, |a, b| wrap::<BITS>(a.wrapping_add(b))),
        ("sub", Bound::sub, |a, b| wrap::<BITS>(a.wrapping_sub(b))),
        ("mul", Bound::mul, |a, b| wrap::<BITS>(a.wrapping_mul(b))),
        ("and", Bound::and, |a, b| Some(a & b)),
        ("or", Bound::or, |a, b| Some(a | b)),
        ("xor", Bound::xor, |a, b| Some(a ^ b)),
        ("shl", Bound::shl, |a, b| wrap::<BITS>(a << count::<BITS>(b))),
        ("shr", Bound::shr, |a, b| Some(a >> count::<BITS>(b))),
        ("ushr", Bound::ushr, |a, b| wrap::<BITS>((word::<BITS>(a) >> count::<BITS>(b)) as i64)),
        ("div", Bound::div, |a, b| divisible::<BITS>(a, b).then(|| a / b)),
        ("rem", Bound::rem, |a, b| divisible::<BITS>(a, b).then(|| a % b)),
        ("floor_div", Bound::floor_div, |a, b| {
            divisible::<BITS>(a, b).then(|| (a as i128).div_euclid(b as i128) as i64).map(|q| {
                // Euclidean and floor quotients differ for negative divisors that leave a remainder.
                if b < 0 && a % b != 0 { q - 1 } else { q }
            })
        }),
        ("modulo", Bound::modulo, |a, b| {
            divisible::<BITS>(a, b).then(|| ((a as i128 % b as i128 + b as i128) % b as i128) as i64)
        }),
        ("unsigned_mul_high", Bound::unsigned_mul_high, |a, b| {
            wrap::<BITS>(((word::<BITS>(a) as u128 * word::<BITS>(b) as u128) >> BITS) as i64)
        }),
        (
            "add_exact",
            |a, b| a.add_exact(b).unwrap_or(Bound::UNKNOWN),
            |a, b| fits::<BITS>(a as i128 + b as i128),
        ),
        (
            "sub_exact",
            |a, b| a.sub_exact(b).unwrap_or(Bound::UNKNOWN),
            |a, b| fits::<BITS>(a as i128 - b as i128),
        ),
        (
            "mul_exact",
            |a, b| a.mul_exact(b).unwrap_or(Bound::UNKNOWN),
            |a, b| fits::<BITS>(a as i128 * b as i128),
        ),
    ]
}

/// Arguments narrowed from a narrowed result; `None` if no arguments give it.
type Backward<const BITS: u32> =
    (&'static str, fn(Bound<BITS>, Bound<BITS>, Bound<BITS>) -> Option<(Bound<BITS>, Bound<BITS>)>);

fn backward<const BITS: u32>() -> Vec<Backward<BITS>> {
    vec![
        ("add", Bound::add_back),
        ("sub", Bound::sub_back),
        ("mul", Bound::mul_back),
        ("and", Bound::and_back),
        ("or", Bound::or_back),
        ("xor", Bound::xor_back),
        ("shl", |a, b, r| Some((a.shl_back(b, r)?, b))),
        ("shr", |a, b, r| Some((a.shr_back(b, r)?, b))),
        ("ushr", |a, b, r| Some((a.ushr_back(b, r)?, b))),
        ("div", |a, b, r| Some((a.div_back(b, r)?, b))),
        ("floor_div", |a, b, r| Some((a.floor_div_back(b, r)?, b))),
        ("add_exact", Bound::add_exact_back),
        ("sub_exact", Bound::sub_exact_back),
        ("mul_exact", Bound::mul_exact_back),
    ]
}

fn integers<const BITS: u32>() -> impl Iterator<Item = i64> {
    Bound::<BITS>::MIN..=Bound::<BITS>::MAX
}

fn members<const BITS: u32>(bound: Bound<BITS>) -> Vec<i64> {
    (bound.lower()..=bound.upper()).filter(|v| bound.contains(*v)).collect()
}

/// The least bound with these members.
fn least<const BITS: u32>(values: &[i64]) -> Option<Bound<BITS>> {
    values.iter().map(|v| Bound::constant(*v)).reduce(Bound::join)
}

fn ranges<const BITS: u32>() -> Vec<Bound<BITS>> {
    integers::<BITS>()
        .flat_map(|a| (a..=Bound::<BITS>::MAX).filter_map(move |b| Bound::range(a, b)))
        .collect()
}

fn patterns<const BITS: u32>() -> Vec<KnownBits> {
    let words = 0..=low_mask(BITS);
    words
        .clone()
        .flat_map(|unknown| {
            words
                .clone()
                .filter(move |v| v & unknown == 0)
                .map(move |v| KnownBits { value: v, unknown }.sign_extend(BITS))
        })
        .collect()
}

/// Every abstract value of the width.
fn universe<const BITS: u32>() -> Vec<Bound<BITS>> {
    let mut seen = HashSet::new();
    for bits in patterns::<BITS>() {
        for a in integers::<BITS>() {
            for b in a..=Bound::<BITS>::MAX {
                seen.extend(Bound::<BITS>::reduce(a, b, bits));
            }
        }
    }
    let mut all: Vec<_> = seen.into_iter().collect();
    all.sort_by_key(|b| (b.lower(), b.upper(), b.bits().unknown, b.bits().value));
    all
}

struct Random(u64);

impl Random {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.word() % n
    }
    /// All magnitudes, and the neighbourhoods of powers of two.
    fn integer(&mut self) -> i64 {
        let shift = self.below(64);
        match self.below(3) {
            0 => (self.word() >> shift) as i64,
            1 => -((self.word() >> shift) as i64).wrapping_abs(),
            _ => (1i64 << shift)
                .wrapping_add(self.below(3) as i64 - 1)
                .wrapping_mul(1 - 2 * self.below(2) as i64),
        }
    }
    /// A bound with a known member.
    fn bound<const BITS: u32>(&mut self) -> (Bound<BITS>, i64) {
        let member = Bound::<BITS>::wrap(self.integer());
        let (a, b) = (Bound::<BITS>::wrap(self.integer()), Bound::<BITS>::wrap(self.integer()));
        let (lower, upper) = match self.below(4) {
            0 => (member, member),
            1 => (Bound::<BITS>::MIN, Bound::<BITS>::MAX),
            _ => (a.min(b).min(member), a.max(b).max(member)),
        };
        let unknown = match self.below(4) {
            0 => self.word() & self.word(),
            1 => self.word() | self.word(),
            2 => !low_mask(self.below(8) as u32),
            _ => u64::MAX,
        };
        let bits = KnownBits::new(member as u64, unknown).sign_extend(BITS);
        (Bound::reduce(lower, upper, bits).expect("the member is in both"), member)
    }
}

fn check_invariants<const BITS: u32>(bound: Bound<BITS>) {
    assert!(bound.lower() <= bound.upper(), "{bound:?}");
    assert!(Bound::<BITS>::MIN <= bound.lower() && bound.upper() <= Bound::<BITS>::MAX, "{bound:?}");
    assert!(bound.contains(bound.lower()) && bound.contains(bound.upper()), "{bound:?}");
    assert_eq!(bound.bits().value & bound.bits().unknown, 0);
    assert_eq!(Bound::reduce(bound.lower(), bound.upper(), bound.bits()), Some(bound));
}

#[test]
fn reducing_keeps_exactly_the_common_members() {
    for bits in patterns::<5>() {
        for a in integers::<5>() {
            for b in integers::<5>() {
                let expected: Vec<i64> = (a..=b).filter(|v| bits.contains(*v as u64)).collect();
                match Bound::<5>::reduce(a, b, bits) {
                    None => assert_eq!(expected, [], "{a}..={b} {bits:?}"),
                    Some(bound) => {
                        assert_eq!(members(bound), expected, "{a}..={b} {bits:?}");
                        check_invariants(bound);
                    }
                }
            }
        }
    }
}

#[test]
fn the_lattice_operations_are_set_operations() {
    let all = universe::<4>();
    for a in &all {
        for b in &all {
            let union = least::<4>(&[members(*a), members(*b)].concat()).expect("not empty");
            let joined = a.join(*b);
            check_invariants(joined);
            assert!(joined.includes(*a) && joined.includes(*b));
            // A bound may know less than the least of its members' set: the join is the least of the bounds.
            assert!(joined.includes(union));
            let common: Vec<i64> = members(*a).into_iter().filter(|v| b.contains(*v)).collect();
            match a.meet(*b) {
                None => assert_eq!(common, []),
                Some(m) => assert_eq!(members(m), common, "{a:?} {b:?}"),
            }
            if a.includes(*b) {
                assert!(members(*b).iter().all(|v| a.contains(*v)));
            }
            let widened = a.widen(*b);
            check_invariants(widened);
            assert!(widened.includes(joined), "{a:?} {b:?}");
        }
    }
}

#[test]
fn widening_stops_soon() {
    let mut random = Random(1);
    let mut longest = 0;
    for _ in 0..2000 {
        let (mut bound, _) = random.bound::<64>();
        let mut steps = 0;
        for _ in 0..400 {
            let next = bound.widen(random.bound::<64>().0);
            steps += (next != bound) as u32;
            bound = next;
        }
        longest = longest.max(steps);
    }
    assert!(longest <= 20, "{longest} steps");

    // A counter from 0, by 1 and by 4: two steps until it is "not negative", and a multiple of 4.
    for (stride, expected) in [(1, IntBound::NON_NEGATIVE.bits()), (4, KnownBits::new(0, !0 >> 1 & !3))] {
        let mut counter = IntBound::constant(0);
        let mut steps = 0;
        loop {
            let next = counter.join(counter.add_exact(IntBound::constant(stride)).expect("can be added to"));
            let widened = counter.widen(next);
            if widened == counter {
                break;
            }
            counter = widened;
            steps += 1;
        }
        assert_eq!((counter.lower(), counter.bits()), (0, expected));
        assert!(steps <= 6, "{steps} steps");
    }
}

#[test]
fn unary_operations_are_sound_at_8_bits_and_precise() {
    let ranges = ranges::<8>();
    let patterns = patterns::<8>().into_iter().map(Bound::<8>::with_bits);
    for (name, transfer, operation) in unary::<8>() {
        for a in ranges.iter().copied().chain(patterns.clone()) {
            let result = transfer(a);
            check_invariants(result);
            let values: Vec<i64> = members(a).into_iter().map(operation).collect();
            for v in &values {
                assert!(result.contains(*v), "{name} {a:?} = {result:?}, lacks {v}");
            }
            if name == "not" || a.bits() == Bound::<8>::range(a.lower(), a.upper()).expect("a range").bits() {
                assert!(
                    least::<8>(&values).expect("not empty").lower() == result.lower(),
                    "{name} {a:?} = {result:?}"
                );
            }
        }
    }
}

#[test]
fn binary_operations_are_sound_for_all_pairs_at_4_bits() {
    let all = universe::<4>();
    let sets: Vec<Vec<i64>> = all.iter().map(|b| members(*b)).collect();
    for (name, transfer, operation) in binary::<4>() {
        for (a, xs) in all.iter().zip(&sets) {
            for (b, ys) in all.iter().zip(&sets) {
                let result = transfer(*a, *b);
                check_invariants(result);
                for x in xs {
                    for y in ys {
                        if let Some(v) = operation(*x, *y) {
                            assert!(
                                result.contains(v),
                                "{name} {a:?} {b:?} = {result:?}, lacks {x} {name} {y} = {v}"
                            );
                        }
                    }
                }
            }
        }
    }
}

/// For how many percent of the pairs no bound is better.
fn precision(name: &str, left: &[Bound<4>], right: &[Bound<4>]) -> u32 {
    let table = binary::<4>();
    let (_, transfer, operation) = table.iter().find(|row| row.0 == name).expect("in the table");
    let (mut precise, mut total) = (0, 0);
    for a in left {
        let xs = members(*a);
        for b in right {
            let ys = members(*b);
            let values: Vec<i64> =
                xs.iter().flat_map(|x| ys.iter().filter_map(|y| operation(*x, *y))).collect();
            if let Some(best) = least::<4>(&values) {
                total += 1;
                precise += (transfer(*a, *b) == best) as u32;
            }
        }
    }
    100 * precise / total
}

/// Ranges with ranges, patterns with patterns, and anything with a constant (the usual case: strides, masks, sizes).
#[test]
fn precision_does_not_fall() {
    let all = universe::<4>();
    let ranges = ranges::<4>();
    let patterns: Vec<_> = patterns::<4>().into_iter().map(Bound::with_bits).collect();
    let constants: Vec<_> = integers::<4>().map(Bound::constant).collect();
    let measured: String = binary::<4>()
        .iter()
        .map(|(name, ..)| {
            let of_ranges = precision(name, &ranges, &ranges);
            let of_patterns = precision(name, &patterns, &patterns);
            let by_constants = precision(name, &all, &constants);
            format!("{name}: {of_ranges} {of_patterns} {by_constants}\n")
        })
        .collect();
    assert_eq!(measured, PRECISION);
}

const PRECISION: &str = "\
add: 100 92 95
sub: 100 92 95
mul: 72 57 57
and: 83 100 89
or: 83 100 89
xor: 69 100 61
shl: 28 70 99
shr: 94 91 100
ushr: 91 83 100
div: 98 59 95
rem: 92 63 81
floor_div: 98 58 93
modulo: 80 54 80
unsigned_mul_high: 78 76 67
add_exact: 100 93 94
sub_exact: 100 93 94
mul_exact: 56 47 50
";

#[test]
fn binary_operations_are_sound_for_random_pairs_at_8_bits() {
    let mut random = Random(2);
    for (name, transfer, operation) in binary::<8>() {
        for _ in 0..3000 {
            let ((a, _), (b, _)) = (random.bound::<8>(), random.bound::<8>());
            let result = transfer(a, b);
            check_invariants(result);
            let ys = members(b);
            for x in members(a) {
                for y in &ys {
                    if let Some(v) = operation(x, *y) {
                        assert!(
                            result.contains(v),
                            "{name} {a:?} {b:?} = {result:?}, lacks {x} {name} {y} = {v}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn binary_operations_are_sound_at_64_bits() {
    let mut random = Random(3);
    for (name, transfer, operation) in binary::<64>() {
        for _ in 0..100_000 {
            let ((a, x), (b, y)) = (random.bound::<64>(), random.bound::<64>());
            let result = transfer(a, b);
            check_invariants(result);
            for x in [x, a.lower(), a.upper()] {
                for y in [y, b.lower(), b.upper()] {
                    if let Some(v) = operation(x, y) {
                        assert!(
                            result.contains(v),
                            "{name} {a:?} {b:?} = {result:?}, lacks {x} {name} {y} = {v}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn overflow_is_classified_exactly_for_ranges() {
    let ranges = ranges::<4>();
    type Classify = (fn(Bound<4>, Bound<4>) -> Overflow, fn(i64, i64) -> i64);
    let rows: [Classify; 3] = [
        (Bound::add_overflow, |a, b| a + b),
        (Bound::sub_overflow, |a, b| a - b),
        (Bound::mul_overflow, |a, b| a * b),
    ];
    for (classify, operation) in rows {
        for a in &ranges {
            for b in &ranges {
                let (mut fit, mut overflow) = (false, false);
                for x in members(*a) {
                    for y in members(*b) {
                        match fits::<4>(operation(x, y) as i128) {
                            Some(_) => fit = true,
                            None => overflow = true,
                        }
                    }
                }
                match classify(*a, *b) {
                    Overflow::Never => assert!(!overflow),
                    Overflow::Always => assert!(!fit),
                    Overflow::Sometimes => assert!(overflow, "{a:?} {b:?}"),
                }
            }
        }
    }
}

#[test]
fn comparisons_are_decided_soundly_and_completely() {
    let all = universe::<4>();
    for a in &all {
        for b in &all {
            let (xs, ys) = (members(*a), members(*b));
            for relation in Relation::ALL {
                let mut outcomes = [false; 2];
                for x in &xs {
                    for y in &ys {
                        outcomes[relation.holds(*x, *y) as usize] = true;
                    }
                }
                match a.compare(relation, *b) {
                    Some(known) => assert!(!outcomes[!known as usize], "{a:?} {relation:?} {b:?}"),
                    // Equality of interleaved sets, and unsigned order of sets around 0, are beyond one bound.
                    None if matches!(relation, Relation::Lt | Relation::Le | Relation::Gt | Relation::Ge) => {
                        assert_eq!(outcomes, [true; 2], "{a:?} {relation:?} {b:?}");
                    }
                    None => {}
                }
            }
        }
    }
}

#[test]
fn a_known_comparison_narrows_soundly_and_ranges_completely() {
    let all = universe::<4>();
    for a in &all {
        for b in &all {
            let (xs, ys) = (members(*a), members(*b));
            for relation in Relation::ALL {
                let narrowed = a.assume(relation, *b);
                let pairs = xs.iter().flat_map(|x| ys.iter().map(move |y| (*x, *y)));
                let holding: Vec<(i64, i64)> = pairs.filter(|(x, y)| relation.holds(*x, *y)).collect();
                let Some((c, d)) = narrowed else {
                    assert_eq!(holding, [], "{a:?} {relation:?} {b:?}");
                    continue;
                };
                check_invariants(c);
                check_invariants(d);
                assert!(a.includes(c) && b.includes(d));
                for (x, y) in &holding {
                    assert!(
                        c.contains(*x) && d.contains(*y),
                        "{a:?} {relation:?} {b:?} = {c:?} {d:?}, lacks {x} {y}"
                    );
                }
                if matches!(relation, Relation::Lt | Relation::Le | Relation::Gt | Relation::Ge) {
                    let ends = |f: fn(&(i64, i64)) -> i64| {
                        (holding.iter().map(f).min(), holding.iter().map(f).max())
                    };
                    assert_eq!(ends(|p| p.0), (Some(c.lower()), Some(c.upper())), "{a:?} {relation:?} {b:?}");
                    assert_eq!(ends(|p| p.1), (Some(d.lower()), Some(d.upper())), "{a:?} {relation:?} {b:?}");
                }
            }
        }
    }
}

#[test]
fn relations_negate_and_swap() {
    for relation in Relation::ALL {
        for a in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_eq!(relation.is_reflexive(), relation.holds(a, a));
            for b in [i64::MIN, -1, 0, 1, i64::MAX] {
                assert_eq!(relation.holds(a, b), !relation.negated().holds(a, b));
                assert_eq!(relation.holds(a, b), relation.swapped().holds(b, a));
            }
        }
    }
}

fn check_backward<const BITS: u32>(
    name: &str,
    narrow: fn(Bound<BITS>, Bound<BITS>, Bound<BITS>) -> Option<(Bound<BITS>, Bound<BITS>)>,
    (a, b, result): (Bound<BITS>, Bound<BITS>, Bound<BITS>),
    pairs: &[(i64, i64, i64)],
) {
    let narrowed = narrow(a, b, result);
    for (x, y, v) in pairs {
        if !result.contains(*v) {
            continue;
        }
        let Some((c, d)) = narrowed else {
            panic!("{name} {a:?} {b:?} never {result:?}, but {x} {name} {y} = {v}")
        };
        assert!(
            c.contains(*x) && d.contains(*y),
            "{name} {a:?} {b:?} in {result:?} gives {c:?} {d:?}, lacks {x} {y}"
        );
    }
    if let Some((c, d)) = narrowed {
        check_invariants(c);
        check_invariants(d);
        assert!(a.includes(c) && b.includes(d), "{name} {a:?} {b:?} in {result:?} gives {c:?} {d:?}");
    }
}

#[test]
fn narrowing_backwards_is_sound_at_4_bits() {
    let all = universe::<4>();
    let operations = binary::<4>();
    let mut random = Random(4);
    for (name, narrow) in backward::<4>() {
        let operation =
            operations.iter().find(|row| row.0 == name).expect("every inverse has an operation").2;
        for _ in 0..1500 {
            let a = all[random.below(all.len() as u64) as usize];
            let b = all[random.below(all.len() as u64) as usize];
            let ys = members(b);
            let pairs: Vec<_> = members(a)
                .iter()
                .flat_map(|x| ys.iter().filter_map(move |y| operation(*x, *y).map(|v| (*x, *y, v))))
                .collect();
            for result in &all {
                check_backward(name, narrow, (a, b, *result), &pairs);
            }
        }
    }
}

#[test]
fn narrowing_backwards_is_sound_at_64_bits() {
    let operations = binary::<64>();
    let mut random = Random(5);
    for (name, narrow) in backward::<64>() {
        let operation =
            operations.iter().find(|row| row.0 == name).expect("every inverse has an operation").2;
        for _ in 0..100_000 {
            let ((a, x), (b, y), (r, _)) = (random.bound::<64>(), random.bound::<64>(), random.bound::<64>());
            if let Some(v) = operation(x, y) {
                let result = if r.contains(v) { r } else { r.join(Bound::constant(v)) };
                check_backward(name, narrow, (a, b, result), &[(x, y, v)]);
            }
        }
    }
}

#[test]
fn narrowing_backwards_finds_what_guards_say() {
    let any = IntBound::UNKNOWN;
    let c = IntBound::constant;
    let range = |a, b| IntBound::range(a, b).expect("not empty");
    // i + 1 in 1..=10 without overflow: i in 0..=9.
    assert_eq!(any.add_exact_back(c(1), range(1, 10)), Some((range(0, 9), c(1))));
    // The wrapping sum says the same if it wraps in one piece.
    assert_eq!(any.add_back(c(1), range(1, 10)), Some((range(0, 9), c(1))));
    assert_eq!(any.sub_exact_back(c(5), range(0, 3)), Some((range(5, 8), c(5))));
    assert_eq!(range(0, 1000).mul_back(c(8), range(1, 100)), Some((range(1, 12), c(8))));
    // x & 8 == 8.
    let (x, _) = any.and_back(c(8), c(8)).expect("possible");
    assert_eq!(x.bits().ones(), 8);
    assert_eq!(range(0, 1000).shr_back(c(4), range(1, 2)), Some(range(16, 47)));
    assert_eq!(range(0, 1000).shl_back(c(2), range(5, 13)), Some(range(2, 3)));
    // 2 * x == 7.
    assert_eq!(range(0, 1000).mul_back(c(2), c(7)), None);
}

#[test]
fn bounds_print_short() {
    let print = |b: Option<IntBound>| format!("{:?}", b.expect("not empty"));
    assert_eq!(print(IntBound::range(0, 255)), "0..=255");
    assert_eq!(print(IntBound::range(7, 7)), "7");
    assert_eq!(print(Some(IntBound::UNKNOWN)), "..");
    assert_eq!(print(Some(IntBound::NON_NEGATIVE)), "0..");
    assert_eq!(print(IntBound::reduce(0, 100, KnownBits::new(1, !7))), "1..=97 …0????001");
}
