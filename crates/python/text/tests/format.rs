//! The format mini-language, `%` and the fields of `str.format` against CPython's answers.

mod cases;

use cases::{bytes, check, float, show_str};
use python_number::IBig;
use python_text::code_points::count;
use python_text::format::fields::{First, Markups, Step, split_name};
use python_text::format::percent::{Amount, Conversion, Piece, Pieces};
use python_text::format::{FormatError, number, percent, text};

fn outcome(result: Result<Vec<u8>, FormatError>) -> String {
    match result {
        Ok(text) => show_str(&text),
        Err(error) => format!("!{:?}: {error}", error.kind),
    }
}

fn int(field: &str) -> IBig {
    field.parse().unwrap()
}

fn format_value(value: &str, spec: &[u8]) -> Result<Vec<u8>, FormatError> {
    match value.as_bytes()[0] {
        b's' => text::format_str(&bytes(value), count(&bytes(value)), spec),
        b'f' => number::format_f64(float(value), spec, None),
        b'c' => {
            let im = float(&value[16..]);
            number::format_complex(float(value), im, spec, None)
        }
        _ => number::format_int(&int(value), spec, "int", 4300, None),
    }
}

fn percent_one(spec: &[u8], value: &str) -> Result<Vec<u8>, FormatError> {
    let Some(Ok(Piece::Conversion(conversion))) = Pieces::new(spec).next() else { panic!("no conversion") };
    let amount = |amount: &Amount| match amount {
        Amount::Value(n) => Some(*n),
        _ => None,
    };
    let (width, precision) = (amount(&conversion.width).unwrap_or(0), amount(&conversion.precision));
    match value.as_bytes()[0] {
        b's' => {
            let text = bytes(value);
            Ok(percent::format_text(&text, count(&text), &conversion, width, precision))
        }
        b'f' => Ok(percent::format_float_conversion(float(value), &conversion, width, precision)),
        _ => percent::format_int(&int(value), &conversion, width, precision, 4300),
    }
}

/// What the string asks for, as CPython sees it when the arguments are those of the generator.
fn pieces(spec: &[u8]) -> String {
    let known = |c: &Conversion<'_>| {
        u8::try_from(c.letter).is_ok_and(|letter| b"%diouxXeEfFgGcrsa".contains(&letter))
    };
    for piece in Pieces::new(spec) {
        match piece {
            Err(error) => return format!("!ValueError: {error}"),
            Ok(Piece::Conversion(c)) if !known(&c) => {
                return format!("!ValueError: {}", percent::unsupported(&c));
            }
            Ok(_) => {}
        }
    }
    "ok".into()
}

fn markup(text: &[u8]) -> String {
    let mut out = Vec::new();
    for markup in Markups::new(text) {
        match markup {
            Err(error) => return format!("!ValueError: {error}"),
            Ok(markup) => {
                out.push(show_str(markup.literal));
                match markup.field {
                    None => out.extend(["-".into(), "-".into(), "-".into()]),
                    Some(field) => {
                        out.extend([show_str(field.name), show_str(field.spec)]);
                        out.push(
                            field.conversion.map_or("-".into(), |c| {
                                show_str(&python_text::code_points::from_code_point(c))
                            }),
                        );
                    }
                }
            }
        }
    }
    out.join(" ")
}

fn name(text: &[u8]) -> String {
    let error = |e: FormatError| format!("!ValueError: {e}");
    let (first, steps) = match split_name(text) {
        Ok(parts) => parts,
        Err(e) => return error(e),
    };
    let mut out = vec![match first {
        First::Automatic => "s".into(),
        First::Index(i) => i.to_string(),
        First::Name(name) => show_str(name),
    }];
    for step in steps {
        match step {
            Err(e) => return error(e),
            Ok(Step::Attribute(name)) => out.extend(["1".into(), show_str(name)]),
            Ok(Step::Index(i)) => out.extend(["0".into(), i.to_string()]),
            Ok(Step::Key(key)) => out.extend(["0".into(), show_str(key)]),
        }
    }
    out.join(" ")
}

#[test]
fn formatting() {
    check("format.txt", |op, args| match op {
        "format" => outcome(format_value(args[0], &bytes(args[1]))),
        "percent" => outcome(percent_one(&bytes(args[0]), args[1])),
        "pieces" => pieces(&bytes(args[0])),
        "markup" => markup(&bytes(args[0])),
        "name" => name(&bytes(args[0])),
        _ => panic!("unknown operation {op}"),
    });
}
