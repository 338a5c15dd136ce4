//! `float(text)`: exact parsing (Rust's parser rounds correctly), Python's spellings.
//!
//! Text is ASCII here, see `int_text`.

use crate::int_text::strip;

/// `float(text)`: white space around, a sign, digits with underscores between them, `inf`, `infinity`, `nan` in any case.
/// `None`: `ValueError: could not convert string to float: {repr}`.
pub fn parse_float(text: &[u8]) -> Option<f64> {
    let text = strip(text);
    if !text.contains(&b'_') {
        return parse_plain(text);
    }
    // An underscore stands between two digits.
    let is_digit = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
    for (i, _) in text.iter().enumerate().filter(|(_, b)| **b == b'_') {
        if !is_digit(i.checked_sub(1)) || !is_digit(Some(i + 1)) {
            return None;
        }
    }
    parse_plain(&text.iter().copied().filter(|&b| b != b'_').collect::<Vec<_>>())
}

fn parse_plain(text: &[u8]) -> Option<f64> {
    let length = float_prefix(text);
    (length == text.len() && length != 0).then(|| value(text))
}

/// The value of a text that `float_prefix` has measured.
fn value(text: &[u8]) -> f64 {
    let text = std::str::from_utf8(text).expect("a float's text is ASCII");
    text.parse().expect("the grammar of Rust's floats includes that of Python's")
}

/// The float at the start of the text and its length; length zero where there is none.
pub fn parse_prefix(text: &[u8]) -> (f64, usize) {
    let length = float_prefix(text);
    if length == 0 { (0.0, 0) } else { (value(&text[..length]), length) }
}

/// Length of the longest prefix that is a float without underscores.
fn float_prefix(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    for word in ["infinity", "inf", "nan"] {
        if text[sign..].get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word.as_bytes())) {
            return sign + word.len();
        }
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + exponent_sign).min(text.len()));
        if exponent > 0 {
            end += 1 + exponent_sign + exponent;
        }
    }
    end
}
