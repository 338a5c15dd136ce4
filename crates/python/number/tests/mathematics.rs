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
