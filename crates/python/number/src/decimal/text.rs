//! Decimal numbers as text: reading what the specification calls numeric strings, writing scientific and engineering notation.

use super::{Coefficient, Decimal, Kind};

/// Exponents beyond are as good as infinite.
const FAR: i64 = 4_000_000_000_000_000_000;

impl Decimal {
    /// Reads ASCII text. `None`: it is no number. An exponent beyond every context's limits stays beyond.
    pub fn parse(text: &[u8]) -> Option<Decimal> {
        let (is_negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        match rest.first()? {
            b'0'..=b'9' | b'.' => parse_number(is_negative, rest),
            _ => parse_special(is_negative, rest),
        }
    }

    /// `str(value)`, or engineering notation (exponents are multiples of three).
    pub fn to_text(&self, is_engineering: bool, is_upper: bool) -> String {
        let mut out = String::new();
        if self.is_negative {
            out.push('-');
        }
        match self.kind {
            Kind::Infinity => out.push_str("Infinity"),
            Kind::QuietNan | Kind::SignalingNan => {
                out.push_str(if self.is_signaling() { "sNaN" } else { "NaN" });
                if !self.coefficient.is_zero() {
                    out.push_str(&self.coefficient.text());
                }
            }
            Kind::Finite => self.push_number(&mut out, is_engineering, is_upper),
        }
        out
    }

    fn push_number(&self, out: &mut String, is_engineering: bool, is_upper: bool) {
        let digits = self.coefficient.text();
        let length = digits.len() as i64;
        // Digits before the point if there were no exponent.
        let leading = self.exponent + length;
        let point = if self.exponent <= 0 && leading > -6 {
            leading
        } else if !is_engineering {
            1
        } else if self.coefficient.is_zero() {
            (leading + 1).rem_euclid(3) - 1
        } else {
            (leading - 1).rem_euclid(3) + 1
        };
        if point <= 0 {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', -point as usize));
            out.push_str(&digits);
        } else if point >= length {
            out.push_str(&digits);
            out.extend(std::iter::repeat_n('0', (point - length) as usize));
        } else {
            let (whole, fraction) = digits.split_at(point as usize);
            out.push_str(whole);
            out.push('.');
            out.push_str(fraction);
        }
        if leading != point {
            out.push(if is_upper { 'E' } else { 'e' });
            let exponent = leading - point;
            if exponent >= 0 {
                out.push('+');
            }
            out.push_str(&exponent.to_string());
        }
    }
}

fn parse_number(is_negative: bool, text: &[u8]) -> Option<Decimal> {
    let end = text.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(text.len());
    let (mantissa, exponent) = text.split_at(end);
    let exponent = match exponent.split_first() {
        None => 0,
        Some((_, exponent)) => parse_exponent(exponent)?,
    };
    let point = mantissa.iter().position(|&byte| byte == b'.');
    let fraction = point.map_or(0, |point| mantissa.len() - point - 1);
    let mut joined;
    let digits = match point {
        None => mantissa,
        Some(0) => &mantissa[1..],
        Some(point) => {
            joined = mantissa[..point].to_vec();
            joined.extend_from_slice(&mantissa[point + 1..]);
            &joined
        }
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let first = digits.iter().position(|&byte| byte != b'0').unwrap_or(digits.len());
    let coefficient = Coefficient::parse(&digits[first..]);
    Some(Decimal::new(is_negative, coefficient, exponent - fraction as i64))
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, &digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(FAR)
    });
    Some(if is_negative { -value } else { value })
}

fn parse_special(is_negative: bool, text: &[u8]) -> Option<Decimal> {
    let text = text.to_ascii_lowercase();
    if matches!(text.as_slice(), b"inf" | b"infinity") {
        return Some(Decimal::infinity(is_negative));
    }
    let (kind, payload) = match text.strip_prefix(b"snan") {
        Some(payload) => (Kind::SignalingNan, payload),
        None => (Kind::QuietNan, text.strip_prefix(b"nan")?),
    };
    if !payload.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let first = payload.iter().position(|&byte| byte != b'0').unwrap_or(payload.len());
    let coefficient = Coefficient::parse(&payload[first..]);
    Some(Decimal { kind, is_negative, exponent: 0, coefficient })
}
