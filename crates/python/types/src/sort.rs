//! Sorting of lists: powersort (Munro and Wild, 2018), the merge policy of CPython since 3.11.
//!
//! What is sorted is a permutation, not the items: an array of numbers needs no write barriers, cannot be seen by the collector, and
//! is a permutation whenever a comparison raises. Items whose comparison is known (all `int`, all `float`, all `str`) are sorted
//! without asking them. Runs are found and extended as in Timsort, so that few items are compared the way CPython compares them, which
//! shows when `__lt__` is inconsistent. Not done: galloping inside merges, which saves comparisons on structured data; only the ends of
//! runs are skipped by bisection.
//!
//! While it is sorted the list is empty; if it is not so afterwards, it was changed: `ValueError`.

use heap::Gc;
use metatrace_machine::Raised;
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::value::*;

/// `list.sort(key=key, reverse=reverse)`; no key is `NONE`.
/// Errors: what keys and comparisons raise, the list is a permutation of itself then; `ValueError` if it was changed meanwhile.
pub fn sort(py: Py, list: Gc<List>, key: Word, reverse: bool) -> Result<()> {
    let (items, length) = (list.storage(), list.len());
    let sorted = py.new_values(length.max(4))?;
    let nothing = py.new_values(0)?;
    list.items.set(py.mutator(), list, Some(nothing));
    list.length.set(0);

    let mut order: Vec<u32> = (0..length as u32).collect();
    let result = sort_order(py, items, &mut order, key, reverse);

    let is_changed = list.storage().address() != nothing.address() || !list.is_empty();
    for (to, from) in sorted.items().iter().zip(&order) {
        to.set(py.mutator(), sorted, items.items()[*from as usize].get());
    }
    list.items.set(py.mutator(), list, Some(sorted));
    list.length.set(length as i64);
    result?;
    if is_changed {
        return Err(py.value_error("list modified during sort"));
    }
    Ok(())
}

fn sort_order(py: Py, items: Gc<Values>, order: &mut [u32], key: Word, reverse: bool) -> Result<()> {
    let mut keys = items;
    if key != NONE {
        keys = py.new_values(order.len())?;
        for index in 0..order.len() {
            let made = py.call(key, &[items.items()[index].get()])?;
            keys.items()[index].set(py.mutator(), keys, made);
        }
    }
    // Backwards before and after: equal items keep their order.
    if reverse {
        order.reverse();
    }
    let result = sort_by_keys(py, keys, order);
    if reverse {
        order.reverse();
    }
    result
}

fn sort_by_keys(py: Py, keys: Gc<Values>, order: &mut [u32]) -> Result<()> {
    let key = |index: u32| keys.items()[index as usize].get();
    match kind_of(keys, order.len()) {
        Kind::Ints => order.sort_by_cached_key(|&index| as_i64(key(index)).expect("all keys are ints")),
        Kind::Floats => order.sort_by(|&a, &b| match (V::of(key(a)), V::of(key(b))) {
            (V::Float(a), V::Float(b)) => a.partial_cmp(&b).expect("no key is NaN"),
            _ => unreachable!("all keys are floats"),
        }),
        Kind::Strings => sort_strings(order, |index| as_object(key(index)).expect("all keys are strings")),
        Kind::Tuples => powersort(order, &mut |a, b| is_less_tuple(py, key(a), key(b)))?,
        Kind::Mixed => powersort(order, &mut |a, b| py.holds(Comparison::Lt, key(a), key(b)))?,
    }
    Ok(())
}

/// Sorts strings. The first eight bytes of each are compared as a number, which lies beside the index: most pairs differ there.
fn sort_strings(order: &mut [u32], text: impl Fn(u32) -> Gc<Str>) {
    let beginning = |index: u32| {
        let text = text(index);
        let bytes = text.as_bytes();
        let mut first = [0; 8];
        let count = bytes.len().min(8);
        first[..count].copy_from_slice(&bytes[..count]);
        u64::from_be_bytes(first)
    };
    let mut keyed: Vec<(u64, u32)> = order.iter().map(|&index| (beginning(index), index)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a.1).as_bytes().cmp(text(b.1).as_bytes())));
    for (to, (_, index)) in order.iter_mut().zip(keyed) {
        *to = index;
    }
}

/// `a < b` of two tuples.
fn is_less_tuple(py: Py, a: Word, b: Word) -> Result<bool> {
    let tuple = |word| as_object::<Tuple>(word).expect("all keys are tuples");
    let (x, y) = (tuple(a), tuple(b));
    if let Some(order) = py.plain_order(x, y) {
        return Ok(order.is_lt());
    }
    for (left, right) in x.items().iter().zip(y.items()) {
        let (left, right) = (left.get(), right.get());
        if !py.is_equal(left, right)? {
            return py.holds(Comparison::Lt, left, right);
        }
    }
    Ok(x.items().len() < y.items().len())
}

/// What all keys are, if how they are compared is known. Only tuples may hold what runs user code.
enum Kind {
    Ints,
    Floats,
    Strings,
    Tuples,
    Mixed,
}

fn kind_of(keys: Gc<Values>, length: usize) -> Kind {
    let all = |is: fn(V) -> bool| keys.items()[..length].iter().all(|key| is(V::of(key.get())));
    match keys.items().first().map(|key| V::of(key.get())) {
        Some(V::Int(_)) if all(|key| matches!(key, V::Int(_))) => Kind::Ints,
        Some(V::Float(_)) if all(|key| matches!(key, V::Float(f) if !f.is_nan())) => Kind::Floats,
        Some(V::Str(_)) if all(|key| matches!(key, V::Str(_))) => Kind::Strings,
        Some(V::Tuple(_)) if all(|key| matches!(key, V::Tuple(_))) => Kind::Tuples,
        _ => Kind::Mixed,
    }
}

type Less<'a> = dyn FnMut(u32, u32) -> std::result::Result<bool, Raised> + 'a;

/// A sorted stretch, and the depth of the merge with the one after it.
struct Run {
    start: usize,
    length: usize,
    power: u32,
}

/// Sorts stably. `order` is a permutation of itself also if a comparison raises.
fn powersort(order: &mut [u32], less: &mut Less) -> Result<()> {
    let total = order.len();
    let least = least_run(total);
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    while start < total {
        let mut length = find_run(&mut order[start..], less)?;
        let wanted = least.min(total - start);
        if length < wanted {
            insertion_sort(&mut order[start..start + wanted], length, less)?;
            length = wanted;
        }
        if let Some(last) = runs.last() {
            let power = power(last.start, last.length, length, total);
            while runs.len() > 1 && runs[runs.len() - 2].power > power {
                merge_last(order, &mut runs, less)?;
            }
            runs.last_mut().expect("there was one").power = power;
        }
        runs.push(Run { start, length, power: 0 });
        start += length;
    }
    while runs.len() > 1 {
        merge_last(order, &mut runs, less)?;
    }
    Ok(())
}

/// Shortest run worth merging: such that the number of runs is a power of two or a little less.
fn least_run(mut total: usize) -> usize {
    let mut remainder = 0;
    while total >= 64 {
        remainder |= total & 1;
        total >>= 1;
    }
    total + remainder
}

/// Length of the run at the beginning, ascending afterwards: one that descends is turned round, stretches of equal items kept.
fn find_run(order: &mut [u32], less: &mut Less) -> Result<usize> {
    let total = order.len();
    let mut n = 1;
    while n < total && !less(order[n], order[n - 1])? {
        n += 1;
    }
    if n == total {
        return Ok(n);
    }
    if n > 1 {
        if less(order[0], order[n - 1])? {
            return Ok(n);
        }
        // All equal so far, and then smaller: the beginning of a descent.
        order[..n].reverse();
    }
    n += 1;
    let mut equal = 0;
    while n < total {
        if less(order[n], order[n - 1])? {
            keep_equal(order, n, &mut equal);
        } else if less(order[n - 1], order[n])? {
            break;
        } else {
            equal += 1;
        }
        n += 1;
    }
    keep_equal(order, n, &mut equal);
    order[..n].reverse();
    while n < total && !less(order[n], order[n - 1])? {
        n += 1;
    }
    Ok(n)
}

/// Turns the last stretch of equal items round, so that turning the run round restores it.
fn keep_equal(order: &mut [u32], end: usize, equal: &mut usize) {
    if *equal > 0 {
        order[end - *equal - 1..end].reverse();
        *equal = 0;
    }
}

/// Sorts by binary insertion; the first `sorted` are.
fn insertion_sort(order: &mut [u32], sorted: usize, less: &mut Less) -> Result<()> {
    for index in sorted..order.len() {
        let at = bisect(&order[..index], |item| less(order[index], item))?;
        order[at..=index].rotate_right(1);
    }
    Ok(())
}

/// Number of items before the first for which the test holds.
fn bisect(order: &[u32], mut test: impl FnMut(u32) -> Result<bool>) -> Result<usize> {
    let (mut low, mut high) = (0, order.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if test(order[middle])? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// The depth in the ideal merge tree of the boundary between two neighbouring runs: the first binary digit in which their middles,
/// as fractions of the whole, differ.
fn power(start: usize, left: usize, right: usize, total: usize) -> u32 {
    let mut a = 2 * start + left;
    let mut b = a + left + right;
    let mut result = 0;
    loop {
        result += 1;
        if a >= total {
            a -= total;
            b -= total;
        } else if b >= total {
            return result;
        }
        a *= 2;
        b *= 2;
    }
}

/// Merges the last two runs.
fn merge_last(order: &mut [u32], runs: &mut Vec<Run>, less: &mut Less) -> Result<()> {
    let (right, left) = (runs.pop().expect("two runs"), runs.last_mut().expect("two runs"));
    let (start, middle, end) = (left.start, right.start, right.start + right.length);
    left.length += right.length;
    left.power = right.power;
    // What is in place already at both ends.
    let skipped = bisect(&order[start..middle], |item| less(order[middle], item))?;
    let start = start + skipped;
    if start == middle {
        return Ok(());
    }
    let kept = bisect(&order[middle..end], |item| Ok(!less(item, order[middle - 1])?))?;
    let end = middle + kept;

    let mut merged = Vec::with_capacity(end - start);
    let (mut a, mut b) = (start, middle);
    while a < middle && b < end {
        if less(order[b], order[a])? {
            merged.push(order[b]);
            b += 1;
        } else {
            merged.push(order[a]);
            a += 1;
        }
    }
    merged.extend_from_slice(&order[a..middle]);
    merged.extend_from_slice(&order[b..end]);
    order[start..end].copy_from_slice(&merged);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sorts numbers by their tens and checks the order against a stable sort.
    fn check(values: &[u32]) {
        let mut order: Vec<u32> = (0..values.len() as u32).collect();
        let key = |index: u32| values[index as usize] / 10;
        powersort(&mut order, &mut |a, b| Ok(key(a) < key(b))).expect("comparing does not raise");
        let mut expected: Vec<u32> = (0..values.len() as u32).collect();
        expected.sort_by_key(|&index| key(index));
        assert_eq!(order, expected);
    }

    #[test]
    fn powersort_is_a_stable_sort() {
        let mut state = 12345_u32;
        for length in (0..70).chain([100, 257, 1000]) {
            for spread in [10, 50, 1000, 100_000] {
                let mut values: Vec<u32> = Vec::new();
                for _ in 0..length {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    values.push((state >> 8) % spread);
                }
                check(&values);
                values.sort_unstable();
                check(&values);
                values.reverse();
                check(&values);
                values.rotate_left(length / 3);
                check(&values);
            }
        }
    }

    #[test]
    fn an_error_leaves_a_permutation() {
        for fuel in 0..600 {
            let mut order: Vec<u32> = (0..200).map(|index| index * 7919 % 200).collect();
            let mut left = fuel;
            let _ = powersort(&mut order, &mut |a, b| {
                left -= 1;
                if left < 0 { Err(Raised) } else { Ok(a < b) }
            });
            order.sort_unstable();
            assert_eq!(order, (0..200).collect::<Vec<u32>>());
        }
    }
}
