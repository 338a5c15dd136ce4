//! Times big integers beside CPython: `cargo bench -p python-number --bench big_integers [digits...]`, then the program printed with
//! `--python` under CPython. Each line: operation, digits, best of seven in milliseconds.

use python_number::{IBig, UBig, division, int_text, product, roots};
use std::hint::black_box;
use std::time::Instant;

const PYTHON: &str = "
import sys, time, math
sys.set_int_max_str_digits(0)
def best(f):
    times = []
    for _ in range(7):
        start = time.process_time(); f(); times.append(time.process_time() - start)
    return min(times) * 1000
for digits in map(int, sys.argv[1:]):
    text = ('1234567890987654321' * (digits // 19 + 1))[:digits]
    a = int(text); b = int(text[::-1]); half = int(text[:digits // 2])
    for name, f in (('parse', lambda: int(text)), ('print', lambda: str(a)), ('multiply', lambda: a * b),
                    ('divide', lambda: divmod(a, half)), ('isqrt', lambda: math.isqrt(a)), ('gcd', lambda: math.gcd(a, b) if digits <= 10**5 else 0)):
        print(f'{name} {digits} {best(f):.3f}', flush=True)
";

fn report<T>(name: &str, digits: usize, run: impl Fn() -> T) {
    let best = (0..7)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .min()
        .expect("seven runs");
    println!("{name} {digits} {:.3}", best.as_secs_f64() * 1000.0);
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == "--python") {
        print!("{PYTHON}");
        return;
    }
    let sizes: Vec<usize> = args.iter().filter_map(|a| a.parse().ok()).collect();
    for digits in if sizes.is_empty() { vec![10_000, 100_000] } else { sizes } {
        let text = "1234567890987654321".repeat(digits / 19 + 1)[..digits].to_owned();
        let reversed: String = text.chars().rev().collect();
        let parse = |text: &str| int_text::parse_int(text.as_bytes(), 10, 0).expect("digits").into_big();
        let (a, b, half): (IBig, IBig, IBig) = (parse(&text), parse(&reversed), parse(&text[..digits / 2]));
        let magnitude: UBig = a.clone().into_parts().1;
        report("parse", digits, || parse(&text));
        report("print", digits, || int_text::to_decimal(&a, 0));
        report("multiply", digits, || product::multiply(&a, &b));
        report("multiply by dashu alone", digits, || &a * &b);
        report("divide", digits, || division::floor_div_mod(&a, &half));
        report("isqrt", digits, || roots::isqrt(&magnitude));
        if digits <= 100_000 {
            report("gcd", digits, || roots::gcd(&a, &b));
        }
    }
}
