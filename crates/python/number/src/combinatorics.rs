//! `math.factorial`, `math.comb`, `math.perm`: products by halves, so that factors stay of equal size and multiplication is fast.

use dashu_int::{IBig, UBig};

/// The product of `first, first + step, ...` up to `last`; one if empty.
fn product(first: u64, last: u64, step: u64) -> UBig {
    if first > last {
        return UBig::ONE;
    }
    let count = (last - first) / step + 1;
    if count <= 8 {
        return (0..count).map(|i| UBig::from(first + i * step)).product();
    }
    let middle = first + (count / 2 - 1) * step;
    product(first, middle, step) * product(middle + step, last, step)
}

/// `math.factorial`. Precondition: the result fits in memory.
///
/// The odd part is a product of odd factors, each range used for all the powers of two it stands under (Luschny's split recursion).
pub fn factorial(n: u64) -> UBig {
    if n <= 20 {
        return UBig::from((1..=n).product::<u64>());
    }
    let mut odd = UBig::ONE;
    let mut inner = UBig::ONE;
    let mut lower = 1;
    for i in (0..64 - n.leading_zeros()).rev() {
        let upper = n >> i;
        // Odd numbers in (lower, upper].
        let first = (lower + 1) | 1;
        let last = if upper & 1 == 1 { upper } else { upper.saturating_sub(1) };
        inner *= product(first, last, 2);
        odd *= &inner;
        lower = upper;
    }
    odd << (n - u64::from(n.count_ones())) as usize
}

/// `math.comb`. Precondition: the result fits in memory.
pub fn comb(n: u64, k: u64) -> UBig {
    if k > n {
        return UBig::ZERO;
    }
    let k = k.min(n - k);
    if k == 0 {
        return UBig::ONE;
    }
    if k <= 34 {
        // Exact at each step: the product of i consecutive numbers is a multiple of i!.
        let mut value = 1_u128;
        for i in 0..k {
            match value.checked_mul(u128::from(n - i)) {
                Some(next) => value = next / u128::from(i + 1),
                None => return product(n - k + 1, n, 1) / factorial(k),
            }
        }
        return UBig::from(value);
    }
    product(n - k + 1, n, 1) / factorial(k)
}

/// `math.comb` of a big `n`. Precondition: `n >= k`.
pub fn comb_big(n: &IBig, k: u64) -> IBig {
    let falling = perm_big(n, k);
    falling / IBig::from(factorial(k))
}

/// `math.perm`. Precondition: the result fits in memory.
pub fn perm(n: u64, k: u64) -> UBig {
    if k > n {
        UBig::ZERO
    } else if k == 0 {
        UBig::ONE
    } else {
        product(n - k + 1, n, 1)
    }
}

/// `math.perm` of a big `n`. Precondition: `n >= k`.
pub fn perm_big(n: &IBig, k: u64) -> IBig {
    fn range(n: &IBig, from: u64, to: u64) -> IBig {
        match to - from {
            0 => IBig::ONE,
            1 => n - IBig::from(from),
            count => {
                let middle = from + count / 2;
                range(n, from, middle) * range(n, middle, to)
            }
        }
    }
    range(n, 0, k)
}
