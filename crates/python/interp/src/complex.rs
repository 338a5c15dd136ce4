//! Complex numbers in traces: their parts are floats of the trace, and the numbers between are virtual. A real operand stays real (C99's mixed
//! arithmetic, as since 3.14).
//!
//! Only the recorder comes here; the direct machine calls the runtime. Whatever is not the plain case is left to the runtime too: `None`,
//! and nothing was done. That is a product whose real part is no number, for which infinite factors have rules of their own (C99, annex G), and an
//! absolute value that is infinite, which may have to raise.

use crate::residual as call;
use heap::Layout;
use metatrace_machine::{Arg, Compare, FloatBinary, FloatUnary, Machine, MachineExt, Raised};
use python_model::objects::*;
use python_model::operators::Binary;

/// An operand: the imaginary part of a real one is absent.
struct Parts<M: Machine> {
    re: M::Float,
    im: Option<M::Float>,
}

fn complex<M: Machine>(m: &mut M, value: M::Value) -> Option<M::Ref> {
    let object = m.as_ref(value)?;
    m.has_layout(object, Complex::ID).then_some(object)
}

fn parts<M: Machine>(m: &mut M, value: M::Value) -> Option<Parts<M>> {
    if let Some(re) = m.as_float(value) {
        return Some(Parts { re, im: None });
    }
    let object = complex(m, value)?;
    Some(Parts { re: m.load_float(Complex::RE, object), im: Some(m.load_float(Complex::IM, object)) })
}

/// A new complex number.
pub fn new<M: Machine>(m: &mut M, re: M::Float, im: M::Float) -> Result<M::Value, Raised> {
    let object = m.new_object(Complex::ID, Complex::DESCR.size_bytes)?;
    m.store(Complex::RE, object, Arg::Float(re));
    m.store(Complex::IM, object, Arg::Float(im));
    Ok(m.box_ref(object))
}

/// `a + b`, `a - b` and `a * b`, one of which is complex and the other complex or a float.
pub fn binary<M: Machine>(
    m: &mut M,
    op: Binary,
    a: M::Value,
    b: M::Value,
) -> Result<Option<M::Value>, Raised> {
    let op = match op {
        Binary::Add => FloatBinary::Add,
        Binary::Sub => FloatBinary::Sub,
        Binary::Mul => FloatBinary::Mul,
        _ => return Ok(None),
    };
    let (Some(a), Some(b)) = (parts(m, a), parts(m, b)) else { return Ok(None) };
    let (re, im) = match (a.im, b.im) {
        (None, None) => return Ok(None),
        (Some(x), Some(y)) if op == FloatBinary::Mul => {
            let (first, second) = (m.float_mul(a.re, b.re), m.float_mul(x, y));
            let re = m.float_sub(first, second);
            let is_number = m.float_eq(re, re);
            if !m.truth(is_number) {
                return Ok(None);
            }
            let (first, second) = (m.float_mul(a.re, y), m.float_mul(x, b.re));
            (re, m.float_add(first, second))
        }
        (Some(x), Some(y)) => (m.float_binary(op, a.re, b.re), m.float_binary(op, x, y)),
        (Some(x), None) => {
            let im = if op == FloatBinary::Mul { m.float_mul(x, b.re) } else { x };
            (m.float_binary(op, a.re, b.re), im)
        }
        (None, Some(y)) => {
            let im = match op {
                FloatBinary::Mul => m.float_mul(y, a.re),
                FloatBinary::Sub => m.float_unary(FloatUnary::Neg, y),
                _ => y,
            };
            (m.float_binary(op, a.re, b.re), im)
        }
    };
    new(m, re, im).map(Some)
}

/// `abs(a)`
pub fn absolute<M: Machine>(m: &mut M, a: M::Value) -> Result<Option<M::Value>, Raised> {
    let Some(object) = complex(m, a) else { return Ok(None) };
    let (re, im) = (m.load_float(Complex::RE, object), m.load_float(Complex::IM, object));
    let length = m.call_float(&call::HYPOT, &[Arg::Float(re), Arg::Float(im)])?;
    let infinity = m.float(f64::INFINITY);
    let is_finite = m.float_compare(Compare::Lt, length, infinity);
    Ok(if m.truth(is_finite) { Some(m.box_float(length)) } else { None })
}

/// `complex(re, im)` of two floats
pub fn from_parts<M: Machine>(m: &mut M, re: M::Value, im: M::Value) -> Result<Option<M::Value>, Raised> {
    match (m.as_float(re), m.as_float(im)) {
        (Some(re), Some(im)) => new(m, re, im).map(Some),
        _ => Ok(None),
    }
}

/// `a.real` and `a.imag`
pub fn part<M: Machine>(m: &mut M, object: M::Ref, name: &[u8]) -> Option<M::Value> {
    let part = match name {
        b"real" => m.load_float(Complex::RE, object),
        b"imag" => m.load_float(Complex::IM, object),
        _ => return None,
    };
    Some(m.box_float(part))
}
