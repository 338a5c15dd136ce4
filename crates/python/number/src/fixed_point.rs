//! `%f` of ordinary floats by one multiplication and one shift: a float is m·2^e, so with `precision` digits after the point it is
//! m·10^precision·2^e, rounded to an integer. That fits 128 bits up to [`MOST_DIGITS`] for every float below 2^53 and many above. It is exact, as
//! the general way is (Grisu, and Dragon where the digits end before the precision does, which they mostly do here).

/// 10^22 · 2^53 < 2^127.
pub const MOST_DIGITS: usize = 22;

const MANTISSA_BITS: i32 = f64::MANTISSA_DIGITS as i32 - 1;

/// Appends `|x|` rounded half-even to `precision` digits after the point; no point if there are none. `false`: it takes more than 128 bits, and
/// nothing was appended. Precondition: finite.
pub fn push_fixed(out: &mut String, x: f64, precision: usize) -> bool {
    if precision > MOST_DIGITS {
        return false;
    }
    let bits = x.abs().to_bits();
    let (biased, fraction) = ((bits >> MANTISSA_BITS) as i32, bits & ((1 << MANTISSA_BITS) - 1));
    let (mantissa, exponent) = match biased {
        0 => (fraction, 1 - 1023 - MANTISSA_BITS),
        _ => (fraction | 1 << MANTISSA_BITS, biased - 1023 - MANTISSA_BITS),
    };
    let scaled = u128::from(mantissa) * 10_u128.pow(precision as u32);
    let rounded = match exponent {
        0.. if exponent as u32 <= scaled.leading_zeros() => scaled << exponent,
        0.. => return false,
        // Less than a half.
        ..=-128 => 0,
        _ => {
            let shift = -exponent as u32;
            let (whole, rest) = (scaled >> shift, scaled & ((1 << shift) - 1));
            let half = 1_u128 << (shift - 1);
            whole + u128::from(rest > half || rest == half && whole & 1 == 1)
        }
    };
    push_scaled(out, rounded, precision);
    true
}

/// Appends `scaled / 10^precision`.
fn push_scaled(out: &mut String, scaled: u128, precision: usize) {
    // 39 digits of 128 bits, the point, and a zero before it.
    let mut text = [b'0'; 48];
    let mut at = text.len();
    let mut push = |digit: u8, written: &mut usize| {
        if *written == precision && precision > 0 {
            at -= 1;
            text[at] = b'.';
        }
        at -= 1;
        text[at] = b'0' + digit;
        *written += 1;
    };
    let (mut written, mut left) = (0, scaled);
    while left > u128::from(u64::MAX) {
        push((left % 10) as u8, &mut written);
        left /= 10;
    }
    let mut left = left as u64;
    while left > 0 || written <= precision {
        push((left % 10) as u8, &mut written);
        left /= 10;
    }
    out.push_str(std::str::from_utf8(&text[at..]).expect("digits are ASCII"));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the standard library says it, which is exact.
    fn check(x: f64, precision: usize) {
        let mut out = String::new();
        if push_fixed(&mut out, x, precision) {
            assert_eq!(out, format!("{:.*}", precision, x.abs()), "{x:e} with {precision} digits");
        }
    }

    #[test]
    fn ties_and_extremes_are_rounded_to_even() {
        for x in
            [0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e-300, 5e-324, 9.995, 1e15, 1e16, 1e22, 1e38, 1e300, 0.05]
        {
            for precision in 0..=MOST_DIGITS + 1 {
                check(x, precision);
            }
        }
    }

    #[test]
    fn random_floats_agree_with_the_general_way() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..100_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let precision = (state >> 59) as usize % (MOST_DIGITS + 1);
            let x = f64::from_bits(state);
            if x.is_finite() {
                check(x, precision);
            }
            // Of moderate size.
            check((state >> 11) as f64 / (1_u64 << (state & 63)) as f64, precision);
        }
    }
}
