//! Exact sums and products of `math`: `fsum`, `sumprod`, `dist`/`hypot`, `fma`.
//!
//! Source: Shewchuk, "Adaptive precision floating-point arithmetic" (1997); Dekker's exact product by `fma`.

/// Why `fsum` has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SumError {
    /// `OverflowError: intermediate overflow in fsum`
    Overflow,
    /// `ValueError: -inf + inf in fsum`
    InfinitiesCancel,
}

impl SumError {
    /// The exception's text.
    pub fn message(self) -> &'static str {
        match self {
            SumError::Overflow => "intermediate overflow in fsum",
            SumError::InfinitiesCancel => "-inf + inf in fsum",
        }
    }
}

/// `a + b` as the nearest float and what it lacks.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let from_b = sum - a;
    (sum, (a - (sum - from_b)) + (b - from_b))
}

/// A running exact sum: parts that do not overlap, in increasing magnitude.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    parts: Vec<f64>,
    /// Sum of what is not finite, and of the infinities among it.
    special: f64,
    infinities: f64,
}

impl ExactSum {
    /// Adds a number. Errors: `Overflow` if a part leaves the range.
    pub fn add(&mut self, x: f64) -> Result<(), SumError> {
        let original = x;
        let mut x = x;
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let (high, low) = two_sum(x, self.parts[i]);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.parts.push(x);
            return Ok(());
        }
        if original.is_finite() {
            return Err(SumError::Overflow);
        }
        if original.is_infinite() {
            self.infinities += original;
        }
        self.special += original;
        self.parts.clear();
        Ok(())
    }

    /// The sum, rounded once, half to even. Errors: `InfinitiesCancel`.
    pub fn total(&self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(SumError::InfinitiesCancel) } else { Ok(self.special) };
        }
        let mut parts = self.parts.iter().rev().copied();
        let mut high = parts.next().unwrap_or(0.0);
        let mut low = 0.0;
        let mut next = None;
        for part in parts {
            if low != 0.0 {
                next = Some(part);
                break;
            }
            (high, low) = two_sum(high, part);
        }
        // A tie between two floats is decided by the sign of the part below.
        if next.is_some_and(|n| (low < 0.0 && n < 0.0) || (low > 0.0 && n > 0.0)) {
            let twice = low * 2.0;
            let moved = high + twice;
            if twice == moved - high {
                high = moved;
            }
        }
        Ok(high)
    }
}

/// `math.fsum`. Errors: see [`SumError`].
pub fn fsum(items: impl IntoIterator<Item = f64>) -> Result<f64, SumError> {
    let mut sum = ExactSum::default();
    items.into_iter().try_for_each(|x| sum.add(x))?;
    sum.total()
}

/// A sum in three floats, as `math.sumprod` keeps it for floats.
#[derive(Clone, Copy, Debug, Default)]
pub struct TripleSum {
    high: f64,
    low: f64,
    tiny: f64,
}

impl TripleSum {
    /// Adds `a * b`.
    #[inline]
    pub fn add_product(self, a: f64, b: f64) -> TripleSum {
        let product = a * b;
        let product_low = a.mul_add(b, -product);
        let (high, rest) = two_sum(self.high, product);
        let (low, tiny_rest) = two_sum(self.low, product_low);
        let (low, rest) = two_sum(low, rest);
        TripleSum { high, low, tiny: self.tiny + (tiny_rest + rest) }
    }

    /// The sum, rounded.
    pub fn total(self) -> f64 {
        let (high, low) = two_sum(self.high, self.low);
        high + (low + self.tiny)
    }
}

/// `math.hypot` of any number of coordinates, nearly always correctly rounded.
///
/// Coordinates are scaled by a power of two so that squares neither overflow nor vanish, squares are summed with their errors, and
/// the root is corrected by one Newton step on the exact residual.
pub fn hypot(coordinates: &[f64]) -> f64 {
    let mut most = 0.0_f64;
    let mut has_nan = false;
    for x in coordinates {
        has_nan |= x.is_nan();
        most = most.max(x.abs());
    }
    if most.is_infinite() {
        return most;
    }
    if has_nan {
        return f64::NAN;
    }
    if most == 0.0 || coordinates.len() == 1 {
        return most;
    }
    let (_, exponent) = libm::frexp(most);
    if exponent < -1022 {
        // Subnormal: the scale itself would overflow.
        let scaled: Vec<f64> = coordinates.iter().map(|x| x / f64::MIN_POSITIVE).collect();
        return f64::MIN_POSITIVE * hypot(&scaled);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut first, mut second) = (1.0, 0.0, 0.0);
    for x in coordinates {
        let x = x * scale;
        let square = x * x;
        let square_low = x.mul_add(x, -square);
        let (high, low) = two_sum(sum, square);
        sum = high;
        first += square_low;
        second += low;
    }
    let root = (sum - 1.0 + (first + second)).sqrt();
    let square = -root * root;
    let square_low = (-root).mul_add(root, -square);
    let (high, low) = two_sum(sum, square);
    sum = high;
    first += square_low;
    second += low;
    let residual = sum - 1.0 + (first + second);
    (root + residual / (2.0 * root)) / scale
}
