//! Every line of `expected/*.txt` (written by `generate_expected.py` under CPython 3.14) must come out of this crate as well.

mod cases;

use cases::*;
use python_number::float_ops::FloatPower;
use python_number::float_text::{FloatFlags, FloatStyle};
use python_number::int_bytes::ByteOrder;
use python_number::siphash::HashKey;
use python_number::*;

fn order(text: &str) -> ByteOrder {
    if text == "little" { ByteOrder::Little } else { ByteOrder::Big }
}

/// The same through the functions on `i64`, where both arguments and the result fit.
fn agree<T: PartialEq + std::fmt::Debug>(small: Option<T>, big: T) {
    if let Some(small) = small {
        assert_eq!(small, big);
    }
}

fn integer_case(op: &str, args: &[&str]) -> String {
    let a = int(args.first().unwrap_or(&"0"));
    let b = || int(args[1]);
    let small = || Some((i64::try_from(&a).ok()?, i64::try_from(&b()).ok()?));
    match op {
        "divmod" => {
            let result = division::floor_div_mod(&a, &b());
            if let (Some((x, y)), Ok((quotient, rest))) = (small(), &result) {
                agree(division::floor_div_i64(x, y).map(IBig::from), quotient.clone());
                agree(Some(IBig::from(division::floor_mod_i64(x, y))), rest.clone());
            }
            outcome(result, |(q, r)| format!("{} {}", show_int(&q), show_int(&r)))
        }
        "truediv" => {
            let result = int_float::true_divide(&a, &b());
            if let Some((x, y)) = small() {
                assert_eq!(int_float::true_divide_i64(x, y), result);
            }
            outcome(result, show_float)
        }
        "bitops" => {
            let b = b();
            format!("{} {} {}", show_int(&(&a & &b)), show_int(&(&a | &b)), show_int(&(&a ^ &b)))
        }
        "gcd" => {
            let result = roots::gcd(&a, &b());
            if let Some((x, y)) = small() {
                assert_eq!(IBig::from(roots::gcd_u64(x.unsigned_abs(), y.unsigned_abs())), result);
            }
            show_int(&result)
        }
        "lcm" => show_int(&roots::lcm(&a, &b())),
        "int_to_float" => outcome(int_float::int_to_float(&a), show_float),
        "bits" => format!("{} {}", bits::bit_length(&a), bits::bit_count(&a)),
        "hash" => {
            if let Ok(small) = i64::try_from(&a) {
                assert_eq!(hash::hash_i64(small), hash::hash_int(&a));
            }
            hash::hash_int(&a).to_string()
        }
        "radix" => {
            let radix = args[1].parse().unwrap();
            if let Ok(small) = i64::try_from(&a) {
                assert_eq!(int_text::to_radix_i64(small, radix), int_text::to_radix(&a, radix));
            }
            int_text::to_radix(&a, radix)
        }
        "shl" => {
            let result = bits::shift_left(&a, &b());
            if let (Some((x, y)), Ok(big)) = (small(), &result) {
                let fits = i64::try_from(big).ok();
                assert_eq!(bits::shift_left_i64(x, y as u64), fits);
            }
            outcome(result, |n| show_int(&n))
        }
        "shr" => {
            if let Some((x, y)) = small() {
                assert_eq!(Ok(IBig::from(bits::shift_right_i64(x, y as u64))), bits::shift_right(&a, &b()));
            }
            outcome(bits::shift_right(&a, &b()), |n| show_int(&n))
        }
        "isqrt" => {
            let root = roots::isqrt(&a.clone().into_parts().1);
            agree(u64::try_from(&a).ok().map(|n| UBig::from(roots::isqrt_u64(n))), root.clone());
            show_int(&IBig::from(root))
        }
        "round" => show_int(&division::round_to_power_of_ten(&a, args[1].parse().unwrap())),
        "to_bytes" => {
            let result = int_bytes::to_bytes(&a, args[1].parse().unwrap(), order(args[2]), args[3] == "1");
            outcome(result, |bytes| {
                bytes.iter().fold("b".to_owned(), |text, byte| text + &format!("{byte:02x}"))
            })
        }
        "from_bytes" => show_int(&int_bytes::from_bytes(&bytes(args[0]), order(args[1]), args[2] == "1")),
        "pow" => {
            let exponent = b().into_parts().1;
            let result = power::pow(&a, &exponent);
            if let (Some((x, y)), Ok(big)) = (small(), &result) {
                assert_eq!(power::pow_i64(x, y as u64), i64::try_from(big).ok());
            }
            outcome(result, |n| show_int(&n))
        }
        "powmod" => outcome(power::pow_mod(&a, &b(), &int(args[2])), |n| show_int(&n)),
        "compare" => match int_float::compare_int_float(&a, float(args[1])) {
            None => "none".into(),
            Some(ordering) => (ordering as i32).to_string(),
        },
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn integers() {
    check("integers.txt", |op, args| {
        if op == "from_bytes" {
            return show_int(&int_bytes::from_bytes(&bytes(args[0]), order(args[1]), args[2] == "1"));
        }
        integer_case(op, args)
    });
}

#[test]
fn integer_texts() {
    check("int_texts.txt", |_, args| {
        match int_text::parse_int(args[0].as_bytes(), args[1].parse().unwrap(), 4300) {
            Ok(n) => show_int(&n.into_big()),
            Err(_) => "invalid".into(),
        }
    });
}

/// Large products and texts come out as dashu alone makes them.
#[test]
fn large_products() {
    let digits = |seed: u64, count: usize| -> String {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'0' + (state >> 33) as u8 % 10)
        };
        std::iter::once('7').chain(std::iter::repeat_with(&mut next).take(count)).collect()
    };
    for (first, second) in
        [(80_000, 80_000), (160_000, 79_000), (300_000, 76_000), (10, 90_000), (170_001, 150_000)]
    {
        let (a, b) = (digits(1, first), digits(2, second));
        let parse = |text: &str| int_text::parse_int(text.as_bytes(), 10, 0).unwrap().into_big();
        let (x, y) = (parse(&a), -parse(&b));
        assert_eq!(x, a.parse::<IBig>().unwrap());
        assert_eq!(product::multiply(&x, &y), &x * &y);
    }
}

#[test]
fn digit_limit() {
    let long = "1".repeat(5000);
    assert_eq!(
        int_text::parse_int(long.as_bytes(), 10, 4300).unwrap_err().to_string(),
        "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    );
    assert!(int_text::parse_int(long.as_bytes(), 16, 4300).is_ok());
    assert!(int_text::parse_int(long.as_bytes(), 10, 0).is_ok());
    let n = int(&"9".repeat(4300));
    assert_eq!(int_text::to_decimal(&n, 4300).unwrap().len(), 4300);
    let error = int_text::to_decimal(&(-n - 1), 4300).unwrap_err();
    assert!(
        error.to_string().starts_with("Exceeds the limit (4300 digits) for integer string conversion; use")
    );
}

fn float_format(x: f64, spec: &str) -> String {
    let upper = spec.ends_with(|c: char| c.is_ascii_uppercase());
    let flags = FloatFlags {
        sign: spec.contains('+'),
        alternate: spec.contains('#'),
        upper,
        ..FloatFlags::default()
    };
    let precision = spec.split_once('.').unwrap().1;
    let style = match spec.to_lowercase().chars().last().unwrap() {
        'e' => FloatStyle::Exponent,
        'f' => FloatStyle::Fixed,
        _ => FloatStyle::General,
    };
    float_text::format_float(x, style, precision[..precision.len() - 1].parse().unwrap(), flags)
}

#[test]
fn floats() {
    check("float_texts.txt", |op, args| match op {
        "repr" => float_text::repr(float(args[0])),
        "hex" => float_hex::to_hex(float(args[0])),
        "hash" => match float(args[0]) {
            x if x.is_nan() => "nan".into(),
            x => hash::hash_f64(x, 0).to_string(),
        },
        "ratio" => outcome(int_float::as_integer_ratio(float(args[0])), |(n, d)| {
            format!("{} {}", show_int(&n), show_int(&d))
        }),
        "toint" => outcome(int_float::float_to_int(float(args[0])), |n| show_int(&n)),
        "format" => float_format(float(args[0]), args[1]),
        "round" => outcome(float_ops::round_digits(float(args[0]), args[1].parse().unwrap()), show_float),
        "parse" => float_parse::parse_float(args[0].as_bytes()).map_or("invalid".into(), show_float),
        "fromhex" => match float_hex::from_hex(args[0].as_bytes()) {
            Ok(x) => show_float(x),
            Err(error @ float_hex::HexError::TooLarge) => format!("!OverflowError: {}", error.message()),
            Err(error) => format!("!ValueError: {}", error.message()),
        },
        "divmod" => outcome(float_ops::float_div_mod(float(args[0]), float(args[1])), |(q, r)| {
            assert_eq!(
                float_ops::float_mod(float(args[0]), float(args[1])).map(show_float),
                Ok(show_float(r))
            );
            format!("{} {}", show_float(q), show_float(r))
        }),
        "pow" => outcome(float_ops::float_pow(float(args[0]), float(args[1])), |power| match power {
            FloatPower::Real(x) => show_float(x),
            FloatPower::Complex => "complex".into(),
        }),
        _ => panic!("unknown operation {op}"),
    });
}

#[test]
fn hashes() {
    let key = HashKey::default();
    let item_hashes = |text: &str| -> Vec<i64> {
        text.split(' ').filter(|t| !t.is_empty()).map(|t| hash::hash_int(&int(t))).collect()
    };
    check("hashes.txt", |op, args| {
        let hash = match op {
            "str" => hash::hash_str(key, &bytes(args[0])),
            "bytes" => hash::hash_bytes(key, &bytes(args[0])),
            "tuple" => hash::hash_tuple(item_hashes(args[0]).into_iter()),
            "frozenset" => hash::hash_frozenset(item_hashes(args[0]).into_iter()),
            "slice" => hash::hash_slice(item_hashes(args[0]).try_into().unwrap()),
            "complex" => {
                let (re, im) = args[0].split_once(',').unwrap();
                hash::hash_complex(float(re), float(im), 0)
            }
            "ratio" => hash::hash_ratio(&int(args[0]), &int(args[1]).into_parts().1),
            _ => panic!("unknown operation {op}"),
        };
        hash.to_string()
    });
}

#[test]
fn hash_key_of_a_seed() {
    // `PYTHONHASHSEED=42 python3.14 -c "print(hash('abc'))"`
    assert_eq!(hash::hash_str(HashKey::from_seed(42), b"abc"), HASH_ABC_SEED_42);
}

const HASH_ABC_SEED_42: i64 = 3869580338025362921;
