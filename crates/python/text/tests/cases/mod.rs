//! Reading and writing the lines of `expected/*.txt`, see `generate_expected.py`.
#![allow(dead_code)] // Each test binary uses its part.

use std::fmt::Write;

/// Runs each line and reports those that come out otherwise.
pub fn check(name: &str, run: impl Fn(&str, &[&str]) -> String) {
    let path = format!("{}/tests/expected/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (mut count, mut failures, mut wrong) = (0, 0, String::new());
    for line in text.trim_end_matches('\n').split('\n') {
        let fields: Vec<&str> = line.split('\t').collect();
        let (expected, args) = fields[1..].split_last().unwrap();
        let got = run(fields[0], args);
        count += 1;
        if got != *expected {
            failures += 1;
            if wrong.len() < 6000 {
                writeln!(
                    wrong,
                    "{}: {:?}\n    not {}\n    got {}",
                    fields[0],
                    args.iter().map(|a| readable(a)).collect::<Vec<_>>(),
                    readable(expected),
                    readable(&got)
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{failures} of {count} lines:\n{wrong}");
    assert!(count > 20);
}

/// For messages: strings as text.
fn readable(field: &str) -> String {
    let one = |item: &str| match item.strip_prefix('s') {
        Some(_) => format!("{:?}", String::from_utf8_lossy(&bytes(item))),
        None => item.to_owned(),
    };
    if field.starts_with('!') {
        field.to_owned()
    } else {
        field.split(' ').map(one).collect::<Vec<_>>().join(" ")
    }
}

/// The bytes of an `s...` or `b...` field.
pub fn bytes(field: &str) -> Vec<u8> {
    (1..field.len()).step_by(2).map(|i| u8::from_str_radix(&field[i..i + 2], 16).unwrap()).collect()
}

pub fn is_bytes(field: &str) -> bool {
    field.starts_with('b')
}

fn hex(prefix: char, bytes: &[u8]) -> String {
    let mut out = prefix.to_string();
    bytes.iter().for_each(|b| write!(out, "{b:02x}").unwrap());
    out
}

pub fn show_str(text: &[u8]) -> String {
    hex('s', text)
}

pub fn show_bytes(bytes: &[u8]) -> String {
    hex('b', bytes)
}

pub fn show_list<'a>(items: impl IntoIterator<Item = &'a [u8]>, prefix: char) -> String {
    items.into_iter().map(|item| hex(prefix, item)).collect::<Vec<_>>().join(" ")
}

pub fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(field: &str) -> T {
    field.parse().unwrap()
}

pub fn option<T: std::str::FromStr<Err: std::fmt::Debug>>(field: &str) -> Option<T> {
    (field != "-").then(|| field.parse().unwrap())
}

pub fn float(field: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(&field[1..17], 16).unwrap())
}

pub fn flag(value: bool) -> String {
    u8::from(value).to_string()
}
