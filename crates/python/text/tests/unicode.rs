//! What the tables say of every code point of the planes in use, as one checksum for each block of 4096 (see `generate_expected.py`).

mod cases;

use cases::check;
use python_text::code_points::{from_code_point, from_code_points};
use python_text::normalize::{Form, normalize};
use python_text::{case, checksum::crc32, predicates, repr, unicode};
use std::fmt::Write;

fn push_hex(out: &mut String, text: &[u8]) {
    let digit = |d: u8| char::from(b"0123456789abcdef"[d as usize]);
    text.iter().for_each(|b| out.extend([digit(b >> 4), digit(b & 15)]));
}

fn line(code: u32) -> String {
    use predicates as p;
    let c = from_code_point(code);
    let after_a = from_code_points([0x61, code]);
    let mut out = String::new();
    for flag in [
        p::is_alpha(&c),
        p::is_decimal(&c),
        p::is_digit(&c),
        p::is_numeric(&c),
        p::is_lower(&c),
        p::is_upper(&c),
        p::is_title(&c),
        p::is_space(&c),
        p::is_printable(&c),
        p::is_identifier(&c),
        p::is_identifier(&after_a),
        unicode::is(code, unicode::MIRRORED),
        p::is_alnum(&c),
    ] {
        out.push(if flag { '1' } else { '0' });
    }
    let value = |v: Option<u32>| v.map_or(-1, i64::from);
    write!(
        out,
        " {} {} {} {} {} {} {:016x}",
        unicode::category(code),
        unicode::bidirectional(code),
        unicode::east_asian_width(code),
        unicode::combining(code),
        value(unicode::decimal(code)),
        value(unicode::digit(code)),
        unicode::numeric(code).unwrap_or(-1.0).to_bits(),
    )
    .unwrap();
    let accented = from_code_points([code, 0x301, 0x327]);
    let texts = [
        case::lower(&c),
        case::upper(&c),
        case::title(&c),
        case::casefold(&c),
        case::swap_case(&c),
        case::capitalize(&c),
        repr::repr_str(&c),
        case::lower(&from_code_points([0x61, code, 0x3a3])),
        case::lower(&from_code_points([code, 0x3a3, code])),
        case::title(&from_code_points([code, 0x61, 0x62, 0x63])),
    ];
    let forms = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];
    let normalized = forms.map(|form| normalize(&accented, form).unwrap_or(accented.clone()));
    for text in texts.iter().chain(&normalized) {
        out.push(' ');
        push_hex(&mut out, text);
    }
    out.push('\n');
    out
}

/// Also looks every seventh name up (each lookup is a binary search that spells names).
fn names(start: u32) -> u32 {
    use unicode::names::{lookup, name};
    (start..start + 0x1000).fold(0, |crc, code| {
        let found = name(code);
        if let Some(name) = found.as_ref().filter(|_| code % 7 == 0) {
            assert_eq!(lookup(&name.to_lowercase()), Some(code), "{name}");
        }
        crc32((found.unwrap_or("-".into()) + "\n").as_bytes(), crc)
    })
}

#[test]
fn unknown_names() {
    for name in [
        "",
        "NO SUCH",
        "HANGUL SYLLABLE ",
        "HANGUL SYLLABLE GAX",
        "CJK UNIFIED IDEOGRAPH-41",
        "LATIN SMALL LETTER",
    ] {
        assert_eq!(unicode::names::lookup(name), None, "{name}");
    }
}

#[test]
fn every_code_point() {
    check("unicode.txt", |op, args| {
        let start: u32 = args[0].parse().unwrap();
        if op == "names" {
            return names(start).to_string();
        }
        let crc = (start..start + 0x1000).fold(0, |crc, code| crc32(line(code).as_bytes(), crc));
        crc.to_string()
    });
}
