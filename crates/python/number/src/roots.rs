//! Greatest common divisor, least common multiple, integer square root.

use dashu_int::ops::{Gcd, SquareRoot};
use dashu_int::{IBig, UBig};

/// `math.gcd` of two magnitudes; `gcd(0, 0) == 0`.
pub fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    // Binary: no division. Powers of two common to both come back at the end.
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        if b == 0 {
            return a << shift;
        }
    }
}

/// `math.gcd`, never negative; `gcd(0, 0) == 0`.
pub fn gcd(a: &IBig, b: &IBig) -> IBig {
    if a.is_zero() && b.is_zero() {
        return IBig::ZERO;
    }
    IBig::from(a.gcd(b))
}

/// `math.lcm`, never negative; zero if either is zero.
pub fn lcm(a: &IBig, b: &IBig) -> IBig {
    if a.is_zero() || b.is_zero() {
        return IBig::ZERO;
    }
    let quotient = a / gcd(a, b);
    IBig::from((quotient * b).into_parts().1)
}

/// `math.isqrt`.
pub fn isqrt_u64(n: u64) -> u64 {
    n.isqrt()
}

/// `math.isqrt`.
pub fn isqrt(n: &UBig) -> UBig {
    n.sqrt()
}
