//! What the functions of `cmath` give where an argument is not finite (C99, Annex G): rows by real part, columns by imaginary part, in
//! the order of [`kind`]. `rect` takes its two arguments for these. `ANY`: not looked up.

use std::f64::consts::{FRAC_PI_2 as PI_2, FRAC_PI_4 as PI_4, PI};
const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

pub type Table = [[(f64, f64); 7]; 7];

const PI_34: f64 = 0.75 * PI;
const ANY: (f64, f64) = (NAN, NAN);

/// Minus infinity, negative, minus zero, zero, positive, infinity, no number.
fn kind(x: f64) -> usize {
    if x.is_nan() {
        6
    } else if x.is_infinite() {
        if x > 0.0 { 5 } else { 0 }
    } else if x != 0.0 {
        if x > 0.0 { 4 } else { 1 }
    } else if x.is_sign_negative() {
        2
    } else {
        3
    }
}

/// The entry for two arguments of which one is not finite.
pub fn look_up(table: &Table, x: f64, y: f64) -> (f64, f64) {
    table[kind(x)][kind(y)]
}

pub static ACOS: Table = [
    [(PI_34, INF), (PI, INF), (PI, INF), (PI, -INF), (PI, -INF), (PI_34, -INF), (NAN, INF)],
    [(PI_2, INF), ANY, ANY, ANY, ANY, (PI_2, -INF), (NAN, NAN)],
    [(PI_2, INF), ANY, ANY, ANY, ANY, (PI_2, -INF), (PI_2, NAN)],
    [(PI_2, INF), ANY, ANY, ANY, ANY, (PI_2, -INF), (PI_2, NAN)],
    [(PI_2, INF), ANY, ANY, ANY, ANY, (PI_2, -INF), (NAN, NAN)],
    [(PI_4, INF), (0.0, INF), (0.0, INF), (0.0, -INF), (0.0, -INF), (PI_4, -INF), (NAN, INF)],
    [(NAN, INF), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, -INF), (NAN, NAN)],
];
pub static ACOSH: Table = [
    [(INF, -PI_34), (INF, -PI), (INF, -PI), (INF, PI), (INF, PI), (INF, PI_34), (INF, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, PI_2)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, PI_2)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_4), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, PI_4), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];
pub static ASINH: Table = [
    [(-INF, -PI_4), (-INF, -0.0), (-INF, -0.0), (-INF, 0.0), (-INF, 0.0), (-INF, PI_4), (-INF, NAN)],
    [(-INF, -PI_2), ANY, ANY, ANY, ANY, (-INF, PI_2), (NAN, NAN)],
    [(-INF, -PI_2), ANY, ANY, ANY, ANY, (-INF, PI_2), (NAN, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_4), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, PI_4), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];
pub static ATANH: Table = [
    [(-0.0, -PI_2), (-0.0, -PI_2), (-0.0, -PI_2), (-0.0, PI_2), (-0.0, PI_2), (-0.0, PI_2), (-0.0, NAN)],
    [(-0.0, -PI_2), ANY, ANY, ANY, ANY, (-0.0, PI_2), (NAN, NAN)],
    [(-0.0, -PI_2), ANY, ANY, ANY, ANY, (-0.0, PI_2), (-0.0, NAN)],
    [(0.0, -PI_2), ANY, ANY, ANY, ANY, (0.0, PI_2), (0.0, NAN)],
    [(0.0, -PI_2), ANY, ANY, ANY, ANY, (0.0, PI_2), (NAN, NAN)],
    [(0.0, -PI_2), (0.0, -PI_2), (0.0, -PI_2), (0.0, PI_2), (0.0, PI_2), (0.0, PI_2), (0.0, NAN)],
    [(0.0, -PI_2), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (0.0, PI_2), (NAN, NAN)],
];
pub static COSH: Table = [
    [ANY, (-INF, INF), (INF, 0.0), (INF, -0.0), (-INF, -INF), ANY, (INF, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, 0.0)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, 0.0)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, (-INF, -INF), (INF, -0.0), (INF, 0.0), (-INF, INF), ANY, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, 0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
pub static EXP: Table = [
    [(0.0, 0.0), (-0.0, -0.0), (0.0, -0.0), (0.0, 0.0), (-0.0, 0.0), (0.0, 0.0), (0.0, 0.0)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, (-INF, -INF), (INF, -0.0), (INF, 0.0), (-INF, INF), ANY, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
pub static LOG: Table = [
    [(INF, -PI_34), (INF, -PI), (INF, -PI), (INF, PI), (INF, PI), (INF, PI_34), (INF, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_2), ANY, ANY, ANY, ANY, (INF, PI_2), (NAN, NAN)],
    [(INF, -PI_4), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, PI_4), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];
pub static SINH: Table = [
    [ANY, (INF, -INF), (-INF, -0.0), (-INF, 0.0), (INF, INF), ANY, (INF, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (0.0, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (0.0, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, (-INF, -INF), (INF, -0.0), (INF, 0.0), (-INF, INF), ANY, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
pub static SQRT: Table = [
    [(INF, -INF), (0.0, -INF), (0.0, -INF), (0.0, INF), (0.0, INF), (INF, INF), (NAN, INF)],
    [(INF, -INF), ANY, ANY, ANY, ANY, (INF, INF), (NAN, NAN)],
    [(INF, -INF), ANY, ANY, ANY, ANY, (INF, INF), (NAN, NAN)],
    [(INF, -INF), ANY, ANY, ANY, ANY, (INF, INF), (NAN, NAN)],
    [(INF, -INF), ANY, ANY, ANY, ANY, (INF, INF), (NAN, NAN)],
    [(INF, -INF), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, INF), (INF, NAN)],
    [(INF, -INF), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, INF), (NAN, NAN)],
];
pub static TANH: Table = [
    [(-1.0, 0.0), (-1.0, 0.0), (-1.0, -0.0), (-1.0, 0.0), (-1.0, -0.0), (-1.0, 0.0), (-1.0, 0.0)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (-0.0, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (0.0, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [(1.0, 0.0), (1.0, 0.0), (1.0, -0.0), (1.0, 0.0), (1.0, -0.0), (1.0, 0.0), (1.0, 0.0)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
pub static RECT: Table = [
    [ANY, (INF, INF), (-INF, 0.0), (-INF, -0.0), (INF, -INF), ANY, (INF, NAN)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [(0.0, 0.0), ANY, ANY, ANY, ANY, (0.0, 0.0), (0.0, 0.0)],
    [(0.0, 0.0), ANY, ANY, ANY, ANY, (0.0, 0.0), (0.0, 0.0)],
    [ANY, ANY, ANY, ANY, ANY, ANY, (NAN, NAN)],
    [ANY, (-INF, -INF), (INF, -0.0), (INF, 0.0), (-INF, INF), ANY, (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, 0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
