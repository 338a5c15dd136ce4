//! The programs of the bench in Rust, with the checks that the language asks for: additions, subtractions and
//! multiplications of integers test for overflow, items of lists test bounds and tag, divisions round down.
//!
//! What a twin need not do is what a compiler for the language is asked to see: that a variable keeps its type, that a record
//! keeps its fields, which function a call reaches.

use std::hint::black_box;

/// One program.
pub struct Program {
    pub name: &'static str,
    /// Defines `work`.
    pub toy: &'static str,
    pub rust: fn(i64) -> f64,
    /// The argument of `work`.
    pub n: i64,
    /// What jit : Rust should not exceed; `None` where no limit is set.
    pub limit: Option<f64>,
}

macro_rules! programs {
    ($($name:ident($n:literal) $(<= $limit:literal)?;)*) => {
        pub const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            toy: include_str!(concat!("programs/", stringify!($name), ".toy")),
            rust: |n| $name(black_box(n)) as f64,
            n: $n,
            limit: programs!(@limit $($limit)?),
        }),*];
    };
    (@limit) => { None };
    (@limit $limit:literal) => { Some($limit) };
}

programs! {
    int_sum(10_000_000) <= 1.5;
    mandelbrot(100) <= 1.5;
    nested_loops(2_000_000) <= 1.5;
    nested_short(2_000_000) <= 1.5;
    field_updates(3_000_000) <= 1.5;
    method_calls(3_000_000) <= 1.5;
    closures(3_000_000) <= 1.5;
    closures_made(3_000_000) <= 1.5;
    records_made(3_000_000) <= 1.5;
    floats_read(3_000_000) <= 1.5;
    floats_written(3_000_000) <= 1.5;
    polymorphic(1_000_000) <= 1.5;
    nine_branches(500_000);
    collatz(500_000);
    sieve(300_000);
    fib(25) <= 3.0;
    fib_float(25) <= 3.0;
    tak(18) <= 3.0;
    ackermann(300) <= 3.0;
}

#[inline(always)]
fn add(a: i64, b: i64) -> i64 {
    a.checked_add(b).expect("the programs do not overflow")
}
#[inline(always)]
fn sub(a: i64, b: i64) -> i64 {
    a.checked_sub(b).expect("the programs do not overflow")
}
#[inline(always)]
fn mul(a: i64, b: i64) -> i64 {
    a.checked_mul(b).expect("the programs do not overflow")
}

/// What an item of a list can be.
#[derive(Clone, Copy)]
#[expect(dead_code, reason = "a tag that is never made must be tested all the same")]
enum Value {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
}

impl Value {
    #[inline(always)]
    fn float(self) -> f64 {
        match self {
            Value::Float(x) => x,
            _ => panic!("the programs keep their types"),
        }
    }
}

#[inline(never)]
fn int_sum(n: i64) -> i64 {
    let (mut s, mut i) = (0, 0);
    while i < n {
        s = add(s, i);
        i = add(i, 1);
    }
    s
}

#[inline(never)]
fn mandelbrot(n: i64) -> i64 {
    let mut total = 0;
    for row in 0..n {
        for column in 0..n {
            let cx = 3.0 * column as f64 / n as f64 - 2.2;
            let cy = 2.4 * row as f64 / n as f64 - 1.2;
            let (mut x, mut y, mut i) = (0.0, 0.0, 0);
            while i < 100 {
                let (xx, yy) = (x * x, y * y);
                if xx + yy > 4.0 {
                    break;
                }
                y = 2.0 * x * y + cy;
                x = xx - yy + cx;
                i = add(i, 1);
            }
            total = add(total, i);
        }
    }
    total
}

#[inline(never)]
fn nested_loops(n: i64) -> i64 {
    let mut s: i64 = 0;
    for i in 0..n / 100 {
        for j in 0..100 {
            s = add(s, sub(mul(i, j), s.div_euclid(3)));
        }
    }
    s
}

#[inline(never)]
fn nested_short(n: i64) -> i64 {
    let mut s = 0;
    for i in 0..n / 16 {
        for j in 0..black_box(4) {
            for k in 0..black_box(4) {
                s = add(s, sub(mul(i, j), k));
            }
        }
    }
    s
}

#[inline(never)]
fn field_updates(n: i64) -> i64 {
    struct Point {
        x: i64,
        y: i64,
        turns: i64,
    }
    let mut p = Box::new(Point { x: 0, y: 1, turns: 0 });
    let p = black_box(&mut *p);
    for i in 0..n {
        p.x = add(p.x, i);
        p.y = sub(p.x, p.y);
        p.turns = add(p.turns, 1);
    }
    add(add(p.x, p.y), p.turns)
}

#[inline(never)]
fn method_calls(n: i64) -> i64 {
    struct Counter {
        count: i64,
    }
    impl Counter {
        fn add(&mut self, k: i64) -> i64 {
            self.count = add(self.count, k);
            self.count
        }
    }
    let mut c = Box::new(Counter { count: 0 });
    let c = black_box(&mut *c);
    let mut s = 0;
    for i in 0..n {
        s = sub(add(s, c.add(1)), i);
    }
    s
}

#[inline(never)]
fn closures(n: i64) -> i64 {
    let (mut sum, k) = (0, black_box(3));
    let mut f = |x| {
        sum = add(sum, mul(x, k));
        sum
    };
    let mut last = 0;
    for i in 0..n {
        last = sub(f(i), last);
    }
    last
}

#[inline(never)]
fn closures_made(n: i64) -> i64 {
    let mut s = 0;
    for i in 0..n {
        let f = |x| add(x, i);
        s = sub(f(f(s)), s);
    }
    s
}

#[inline(never)]
fn records_made(n: i64) -> f64 {
    let (mut x, mut y) = (0, 0.0);
    for i in 0..n {
        x = add(x, i);
        y += 0.5;
    }
    x as f64 + y
}

#[inline(never)]
fn floats() -> Vec<Value> {
    black_box((0..1000).map(|i| Value::Float(i as f64 * 0.5)).collect())
}

#[inline(never)]
fn floats_read(n: i64) -> f64 {
    let xs = floats();
    let mut s = 0.0;
    for _ in 0..n / 1000 {
        for x in black_box(&xs) {
            s += x.float();
        }
    }
    s
}

#[inline(never)]
fn floats_written(n: i64) -> f64 {
    let mut xs = floats();
    for _ in 0..n / 1000 {
        let xs = black_box(&mut xs);
        let mut i = 0;
        while i < xs.len() as i64 {
            xs[i as usize] = Value::Float(xs[i as usize].float() * 0.5 + 1.0);
            i = add(i, 1);
        }
    }
    xs.iter().map(|x| x.float()).sum()
}

trait Shape {
    fn area(&self) -> i64;
}
struct Square(i64);
struct Oblong(i64, i64);
struct Triangle(i64, i64);
impl Shape for Square {
    fn area(&self) -> i64 {
        mul(self.0, self.0)
    }
}
impl Shape for Oblong {
    fn area(&self) -> i64 {
        mul(self.0, self.1)
    }
}
impl Shape for Triangle {
    fn area(&self) -> i64 {
        mul(self.0, self.1).div_euclid(2)
    }
}

#[inline(never)]
fn polymorphic(n: i64) -> i64 {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    let mut x = 1;
    for i in 0..300 {
        x = mul(x, 1103515245) % 2147483647;
        shapes.push(match x / 1024 % 3 {
            0 => Box::new(Square(i)),
            1 => Box::new(Oblong(i, 2)),
            _ => Box::new(Triangle(i, 4)),
        });
    }
    let shapes = black_box(shapes);
    let mut s = 0;
    for _ in 0..n / 300 {
        for shape in &shapes {
            s = add(s, shape.area());
        }
    }
    s
}

#[inline(never)]
fn nine_branches(n: i64) -> f64 {
    let (mut a, mut b, mut c, mut d, mut x): (i64, i64, f64, f64, i64) = (0, 0, 0.0, 1.5, 1);
    for _ in 0..n {
        x = mul(x, 16807).rem_euclid(2147483647);
        let bit = |k: i64| x.div_euclid(k).rem_euclid(2) == 0;
        if bit(2) {
            a = add(a, 1)
        } else {
            b = add(b, 1)
        }
        if bit(4) {
            c += 0.5
        }
        if bit(8) {
            d = d * 0.75 + 1.0
        }
        if bit(16) {
            a = sub(a, b)
        } else {
            b = add(b, 2)
        }
        if bit(32) {
            c -= d
        }
        if bit(64) {
            b = sub(b, a)
        }
        if bit(128) {
            a = a.rem_euclid(1000)
        }
        if bit(256) {
            b = b.rem_euclid(1000)
        }
        if bit(512) {
            d += c * 0.001
        }
    }
    add(a, b) as f64 + c.floor() + (d * 1000.0).floor()
}

#[inline(never)]
fn collatz(n: i64) -> i64 {
    let mut longest = 0;
    for start in 1..n / 100 {
        let (mut x, mut length) = (start, 0);
        while x != 1 {
            x = if x.rem_euclid(2) == 0 { x.div_euclid(2) } else { add(mul(3, x), 1) };
            length = add(length, 1);
        }
        longest = longest.max(length);
    }
    longest
}

#[inline(never)]
fn sieve(n: i64) -> i64 {
    let mut composite = Vec::new();
    for _ in 0..n {
        composite.push(Value::Bool(false));
    }
    let (mut count, mut i) = (0, 2);
    while i < n {
        if matches!(composite[i as usize], Value::Bool(false)) {
            count = add(count, 1);
            let mut j = mul(i, i);
            while j < n {
                composite[j as usize] = Value::Bool(true);
                j = add(j, i);
            }
        }
        i = add(i, 1);
    }
    count
}

#[inline(never)]
fn fib(n: i64) -> i64 {
    if n < 2 { n } else { add(fib(sub(n, 1)), fib(sub(n, 2))) }
}

#[inline(never)]
fn fib_float(n: i64) -> f64 {
    fn fib(n: f64) -> f64 {
        if n < 2.0 { n } else { fib(n - 1.0) + fib(n - 2.0) }
    }
    fib(n as f64)
}

#[inline(never)]
fn tak(n: i64) -> i64 {
    #[inline(never)]
    fn tak(x: i64, y: i64, z: i64) -> i64 {
        if y >= x { z } else { tak(tak(sub(x, 1), y, z), tak(sub(y, 1), z, x), tak(sub(z, 1), x, y)) }
    }
    tak(n, 12, 6)
}

#[inline(never)]
fn ackermann(n: i64) -> i64 {
    #[inline(never)]
    fn ackermann(m: i64, n: i64) -> i64 {
        match (m, n) {
            (0, n) => add(n, 1),
            (m, 0) => ackermann(sub(m, 1), 1),
            (m, n) => ackermann(sub(m, 1), ackermann(m, sub(n, 1))),
        }
    }
    ackermann(black_box(2), n)
}
