//! Functions of floats in traces: powers, and the mathematical functions that say what they compute
//! ([`NativeDef::computing`](python_model::native::NativeDef::computing)). The trace calls that alone, without boxes.
//!
//! A result that is infinite or no number is left to the runtime, which knows what it means: an exception, a complex number, or that the
//! argument was none. So is whatever is no float or machine integer: `None`, and nothing was done.

use crate::arith;
use crate::residual as call;
use heap::Gc;
use metatrace_machine::{Arg, Compare, FloatUnary, Machine, MachineExt};
use python_model::native::FloatFunction;
use python_model::objects::Builtin;

/// The result, if it is finite.
fn finite<M: Machine>(m: &mut M, result: M::Float) -> Option<M::Float> {
    let size = m.float_unary(FloatUnary::Abs, result);
    let infinity = m.float(f64::INFINITY);
    let is_finite = m.float_compare(Compare::Lt, size, infinity);
    m.truth(is_finite).then_some(result)
}

/// `x ** y`
#[inline(always)]
pub fn power<M: Machine>(m: &mut M, x: M::Float, y: M::Float) -> Option<M::Float> {
    let result = m.call_float(&call::FLOAT_POW, &[Arg::Float(x), Arg::Float(y)]).expect("it does not raise");
    finite(m, result)
}

/// A call of a mathematical function.
pub fn function<M: Machine>(
    m: &mut M,
    builtin: Gc<Builtin>,
    computes: FloatFunction,
    a: M::Value,
) -> Option<M::Value> {
    let x = match m.as_int(a) {
        Some(_) if computes.makes_int => return Some(a),
        Some(i) => m.int_to_float(i),
        None => m.as_float(a)?,
    };
    if builtin.def().name == "sqrt" {
        let zero = m.float(0.0);
        let is_negative = m.float_lt(x, zero);
        if m.truth(is_negative) {
            return None;
        }
        let root = m.float_unary(FloatUnary::Sqrt, x);
        let root = finite(m, root)?;
        return Some(m.box_float(root));
    }
    let own = m.reference(builtin.erase());
    let result =
        m.call_float(&call::FLOAT_FUNCTION, &[Arg::Ref(own), Arg::Float(x)]).expect("it does not raise");
    if computes.makes_int {
        let i = arith::whole(m, result)?;
        return Some(m.box_int(i));
    }
    let result = finite(m, result)?;
    Some(m.box_float(result))
}
