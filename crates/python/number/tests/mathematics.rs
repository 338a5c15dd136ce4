//! Complex numbers, `math` and `random` against CPython's answers, see `expected.rs`.

mod cases;

use cases::*;
use python_number::complex::{self, Complex};
use python_number::math_special::{self as special, MathError};
use python_number::mersenne_twister::MersenneTwister;
use python_number::*;

fn complex(field: &str) -> Complex {
    let (re, im) = field.split_once(',').unwrap();
    Complex::new(float(re), float(im))
}

fn show_complex(z: Complex) -> String {
    format!("{},{}", show_float(z.re), show_float(z.im))
}

fn floats(field: &str) -> Vec<f64> {
    field.split(' ').map(float).collect()
}

fn checked(result: Result<f64, MathError>) -> String {
    match result {
        Ok(x) => show_float(x),
        Err(MathError::Domain) => "domain".into(),
        Err(MathError::Range) => "range".into(),
    }
}

fn random(seed: &IBig) -> String {
    let mut r = MersenneTwister::from_int(seed);
    let mut out = vec![show_float(r.random()), show_float(r.random())];
    for count in [5, 32, 33, 64, 200] {
        out.push(show_int(&IBig::from(r.bits(count))));
    }
    // The state survives a round trip in the middle.
    let (words, next) = r.state();
    let mut r = MersenneTwister::from_state(words, next).unwrap();
    let drawn: Vec<u32> = (0..700).map(|_| r.next_u32()).collect();
    out.extend(drawn[697..].iter().map(u32::to_string));
    out.join(" ")
}

/// CPython's `lgamma` has an absolute error of this size where the result is near zero.
const LGAMMA_SLACK: f64 = 1e-15;

/// `near` if the value is within four units in the last place of CPython's, or fails as it does.
fn near(got: Result<f64, MathError>, expected: &str, slack: f64) -> String {
    match &got {
        Ok(x) if !matches!(expected, "domain" | "range") => {
            let wanted = float(expected);
            let is_near =
                (x - wanted).abs() <= slack + 4.0 * special::ulp(wanted) || x.to_bits() == wanted.to_bits();
            if is_near || x.is_nan() && wanted.is_nan() { "near".into() } else { show_float(*x) }
        }
        _ if checked(got) == expected => "near".into(),
        _ => checked(got),
    }
}

fn run(op: &str, args: &[&str]) -> String {
    let x = || float(args[0]);
    let small = |i: usize| args[i].parse::<u64>().unwrap();
    match op {
        "cmul" => show_complex(complex(args[0]).multiply(complex(args[1]))),
        "cdiv" => outcome(complex(args[0]).divide(complex(args[1])), show_complex),
        "cpow" => outcome(complex(args[0]).pow(complex(args[1])), show_complex),
        "crepr" => complex::repr(complex(args[0])),
        "cparse" => complex::parse_complex(args[0].as_bytes()).map_or("invalid".into(), show_complex),
        "random" => random(&int(args[0])),
        "factorial" => show_int(&IBig::from(combinatorics::factorial(small(0)))),
        "comb" => {
            let result = IBig::from(combinatorics::comb(small(0), small(1)));
            if small(1) <= small(0) {
                assert_eq!(combinatorics::comb_big(&int(args[0]), small(1)), result);
            }
            show_int(&result)
        }
        "perm" => {
            let result = IBig::from(combinatorics::perm(small(0), small(1)));
            if small(1) <= small(0) {
                assert_eq!(combinatorics::perm_big(&int(args[0]), small(1)), result);
            }
            show_int(&result)
        }
        "fsum" => match math_sums::fsum(floats(args[0])) {
            Ok(sum) => show_float(sum),
            Err(error @ math_sums::SumError::Overflow) => format!("!OverflowError: {}", error.message()),
            Err(error) => format!("!ValueError: {}", error.message()),
        },
        "hypot" => show_float(math_sums::hypot(&floats(args[0]))),
        "sumprod" => {
            let pairs = floats(args[0]).into_iter().zip(floats(args[1]));
            let sum = pairs.fold(math_sums::TripleSum::default(), |sum, (a, b)| sum.add_product(a, b));
            show_float(sum.total())
        }
        "near_gamma" => near(special::gamma(x()), args[1], 0.0),
        "near_lgamma" => near(special::lgamma(x()), args[1], LGAMMA_SLACK),
        "near_erf" => near(Ok(special::erf(x())), args[1], 0.0),
        "near_erfc" => near(Ok(special::erfc(x())), args[1], 0.0),
        "near_log" => near(special::log_int(&int(args[0]), f64::ln), args[1], 0.0),
        "near_log2" => near(special::log_int(&int(args[0]), f64::log2), args[1], 0.0),
        "near_log10" => near(special::log_int(&int(args[0]), f64::log10), args[1], 0.0),
        "ulp" => show_float(special::ulp(x())),
        "frexp" => {
            let (mantissa, exponent) = special::frexp(x());
            format!("{} {exponent}", show_float(mantissa))
        }
        "modf" => {
            let (fraction, whole) = special::modf(x());
            format!("{} {}", show_float(fraction), show_float(whole))
        }
        "nextafter" => show_float(special::next_after(x(), float(args[1]), 1)),
        "nextafter5" => show_float(special::next_after(x(), float(args[1]), 5)),
        "remainder" => checked(special::remainder(x(), float(args[1]))),
        "fma" => checked(special::fma(x(), float(args[1]), -x())),
        "ldexp" => checked(special::ldexp(x(), args[1].parse().unwrap())),
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn mathematics() {
    check("mathematics.txt", run);
}
