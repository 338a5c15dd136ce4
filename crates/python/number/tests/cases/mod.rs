//! Reading and writing the lines of `expected/*.txt`, see `generate_expected.py`.
#![allow(dead_code)] // Each test binary uses its part.

use python_number::*;
use std::fmt::Write;

/// Runs each line and reports those that come out otherwise.
pub fn check(name: &str, run: impl Fn(&str, &[&str]) -> String) {
    let path = format!("{}/tests/expected/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (mut count, mut wrong) = (0, String::new());
    for line in text.trim_end_matches('\n').split('\n') {
        let fields: Vec<&str> = line.split('\t').collect();
        let (expected, args) = fields[1..].split_last().unwrap();
        let got = run(fields[0], args);
        count += 1;
        if got != *expected && wrong.len() < 4000 {
            let short: String = line.chars().take(200).collect();
            writeln!(wrong, "{short}\n    got {got}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "of {count} lines:\n{wrong}");
    assert!(count > 20);
}

pub fn int(text: &str) -> IBig {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (Sign::Negative, digits),
        None => (Sign::Positive, text),
    };
    let magnitude = match digits.strip_prefix("0x") {
        Some(hex) => UBig::from_str_radix(hex, 16).unwrap(),
        None => digits.parse().unwrap(),
    };
    IBig::from_parts(sign, magnitude)
}

pub fn show_int(n: &IBig) -> String {
    let limit = IBig::from(10).pow(40);
    if *n > limit || *n < -limit.clone() {
        let sign = if division::is_negative(n) { "-" } else { "" };
        return format!("{sign}0x{}", int_text::to_radix(n, 16).trim_start_matches('-'));
    }
    n.to_string()
}

pub fn float(text: &str) -> f64 {
    if text == "nan" { f64::NAN } else { f64::from_bits(u64::from_str_radix(text, 16).unwrap()) }
}

pub fn show_float(x: f64) -> String {
    if x.is_nan() { "nan".into() } else { format!("{:016x}", x.to_bits()) }
}

pub fn bytes(text: &str) -> Vec<u8> {
    (1..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

pub fn outcome<T>(result: Result<T, ArithmeticError>, show: impl Fn(T) -> String) -> String {
    match result {
        Ok(value) => show(value),
        Err(error) => format!("!{:?}: {error}", error.kind()),
    }
}
