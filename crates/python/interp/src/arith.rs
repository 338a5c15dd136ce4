//! Arithmetic and comparison: numbers and strings inline, methods written in Python as frames, all else by the runtime.

use crate::calls;
use crate::complex;
use crate::continuation::Continuation;
use crate::floats;
use crate::frame::{self, Entered};
use crate::plain;
use crate::residual as call;
use crate::text;
use heap::Layout;
use metatrace_machine::{
    Arg, Compare, Encoding, FloatBinary, FloatUnary, FrameStack, Host, IntChecked, Machine, MachineExt,
    NanBox, Raised,
};
use python_compile::opcode::Opcode;
use python_model::code::{Code, frame as extra};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison, Unary};
use python_model::py::Py;
use python_model::types::{Ty, TypeRef};
use python_model::value::{as_object, float_word, small_int};

type Entry<M> = Result<Entered<<M as Machine>::Value>, Raised>;

/// The result for two immediate integers or two floats whose result is an immediate again, for the direct machine; `None` leaves it to
/// [`binary`].
#[inline(always)]
pub fn immediates<M: Machine>(m: &mut M, op: Binary, a: M::Value, b: M::Value) -> Option<M::Value> {
    let (a, b) = (m.promote_value(a), m.promote_value(b));
    let h = &mut Host;
    if NanBox::both_ints(a, b) {
        let result = match op {
            Binary::Add => NanBox::add_ints(a, b)?,
            Binary::Sub => NanBox::sub_ints(a, b)?,
            _ => {
                let (x, y) = (NanBox::unbox_int(h, a) as i64, NanBox::unbox_int(h, b) as i64);
                match op {
                    Binary::Mul => NanBox::small(x.checked_mul(y)?)?,
                    Binary::And => small_int(x & y),
                    Binary::Or => small_int(x | y),
                    Binary::Xor => small_int(x ^ y),
                    // What is divided by a positive number only gets smaller.
                    Binary::FloorDiv if y > 0 => small_int(x.div_euclid(y)),
                    Binary::Mod if y > 0 => small_int(x.rem_euclid(y)),
                    Binary::RShift if (y as u64) < 64 => small_int(x >> y),
                    Binary::LShift if (y as u64) < 63 && (x << y) >> y == x => NanBox::small(x << y)?,
                    Binary::TrueDiv if y != 0 => float_word(x as f64 / y as f64),
                    _ => return None,
                }
            }
        };
        return Some(m.value(result));
    }
    if matches!(op, Binary::Add | Binary::Sub | Binary::Mul | Binary::TrueDiv) && NanBox::both_floats(a, b) {
        let (x, y) = (NanBox::unbox_float(h, a), NanBox::unbox_float(h, b));
        let result = match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            Binary::Mul => x * y,
            _ if y != 0.0 => x / y,
            _ => return None,
        };
        return Some(m.value(float_word(result)));
    }
    None
}

/// The same for comparisons.
#[inline(always)]
pub fn compare_immediates<M: Machine>(m: &mut M, op: Comparison, a: M::Value, b: M::Value) -> Option<bool> {
    let (a, b) = (m.promote_value(a), m.promote_value(b));
    if NanBox::both_ints(a, b) {
        return Some(op.holds(NanBox::cmp_ints(a, b)));
    }
    if NanBox::both_floats(a, b) {
        let (x, y) = (NanBox::unbox_float(&mut Host, a), NanBox::unbox_float(&mut Host, b));
        return Some(match op {
            Comparison::Lt => x < y,
            Comparison::Le => x <= y,
            Comparison::Eq => x == y,
            Comparison::Ne => x != y,
            Comparison::Gt => x > y,
            Comparison::Ge => x >= y,
        });
    }
    None
}

/// `a op b`
#[inline(never)]
pub fn binary<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    op: Binary,
    a: M::Value,
    b: M::Value,
) -> Entry<M> {
    if let Some(value) = numbers(m, op, a, b) {
        return Ok(Entered::Value(value));
    }
    if !M::RECORDS && op == Binary::Add {
        stack.set_pc(pc);
        let (x, y) = (m.promote_value(a), m.promote_value(b));
        if let Some(sum) = py.simple_concat(x, y)? {
            return Ok(Entered::Value(m.value(sum)));
        }
    }
    slow(m, py, stack, pc, op, a, b, Continuation::Binary)
}

/// `a op= b`
#[inline(never)]
pub fn inplace<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    op: Binary,
    a: M::Value,
    b: M::Value,
) -> Entry<M> {
    if let Some(value) = numbers(m, op, a, b) {
        return Ok(Entered::Value(value));
    }
    if !M::RECORDS
        && op == Binary::Add
        && let (Some(x), Some(y)) = (as_object(m.promote_value(a)), as_object(m.promote_value(b)))
    {
        stack.set_pc(pc);
        let sum = py.concat(x, y)?;
        return Ok(Entered::Value(m.value(sum)));
    }
    slow(m, py, stack, pc, op, a, b, Continuation::Inplace)
}

/// The result if both operands are machine numbers and the operation has one.
#[inline(always)]
fn numbers<M: Machine>(m: &mut M, op: Binary, a: M::Value, b: M::Value) -> Option<M::Value> {
    if let Some(x) = m.as_int(a) {
        if let Some(y) = m.as_int(b) {
            return integers(m, op, x, y);
        }
        let y = m.as_float(b)?;
        let x = exact_float(m, x)?;
        return floats(m, op, x, y);
    }
    let x = m.as_float(a)?;
    if let Some(y) = m.as_float(b) {
        return floats(m, op, x, y);
    }
    let y = m.as_int(b)?;
    let y = exact_float(m, y)?;
    floats(m, op, x, y)
}

/// `&`, `|` and `^` of two truth values are one.
fn truth_values<M: Machine>(m: &mut M, op: Binary, x: M::Bool, y: M::Bool) -> Option<M::Bool> {
    match op {
        Binary::And => Some(m.bool_and(x, y)),
        Binary::Or => Some(m.bool_or(x, y)),
        Binary::Xor => {
            let (x, y) = (m.bool_to_int(x), m.bool_to_int(y));
            Some(m.int_ne(x, y))
        }
        _ => None,
    }
}

/// The operands if one is an integer or a truth value, and the other a truth value, which counts as 0 or 1.
fn truth_values_as_integers<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> Option<(M::Int, M::Int)> {
    if let Some(x) = m.as_int(a) {
        let truth = m.as_bool(b)?;
        return Some((x, m.bool_to_int(truth)));
    }
    let truth = m.as_bool(a)?;
    let x = m.bool_to_int(truth);
    let y = match m.as_int(b) {
        Some(y) => y,
        None => {
            let truth = m.as_bool(b)?;
            m.bool_to_int(truth)
        }
    };
    Some((x, y))
}

/// An integer as a float, if no bit is lost.
#[inline(always)]
fn exact_float<M: Machine>(m: &mut M, x: M::Int) -> Option<M::Float> {
    let limit = m.int(1 << 53);
    let shifted = m.int_add(x, limit);
    let range = m.int(1 << 54);
    let fits = m.uint_lt(shifted, range);
    if !m.truth(fits) {
        return None;
    }
    Some(m.int_to_float(x))
}

#[inline(always)]
pub(crate) fn integers<M: Machine>(m: &mut M, op: Binary, x: M::Int, y: M::Int) -> Option<M::Value> {
    let result = match op {
        Binary::Add => m.int_checked(IntChecked::Add, x, y)?,
        Binary::Sub => m.int_checked(IntChecked::Sub, x, y)?,
        Binary::Mul => m.int_checked(IntChecked::Mul, x, y)?,
        Binary::And => m.int_and(x, y),
        Binary::Or => m.int_or(x, y),
        Binary::Xor => m.int_xor(x, y),
        Binary::FloorDiv | Binary::Mod => {
            // Zero raises, and −1 may overflow: one unsigned comparison excludes both.
            let one = m.int(1);
            let next = m.int_add(y, one);
            let unusual = m.uint_lt(one, next);
            if !m.truth(unusual) {
                return None;
            }
            if op == Binary::Mod { m.int_mod(x, y) } else { m.int_floor_div(x, y) }
        }
        Binary::LShift => {
            let limit = m.int(63);
            let in_range = m.uint_lt(y, limit);
            if !m.truth(in_range) {
                return None;
            }
            let shifted = m.int_shl(x, y);
            let back = m.int_shr(shifted, y);
            let lossless = m.int_eq(back, x);
            if !m.truth(lossless) {
                return None;
            }
            shifted
        }
        Binary::RShift => {
            let limit = m.int(64);
            let in_range = m.uint_lt(y, limit);
            if !m.truth(in_range) {
                return None;
            }
            m.int_shr(x, y)
        }
        Binary::TrueDiv => {
            let zero = m.int(0);
            let is_zero = m.int_eq(y, zero);
            if m.truth(is_zero) {
                return None;
            }
            let (x, y) = (exact_float(m, x)?, exact_float(m, y)?);
            let quotient = m.float_div(x, y);
            return Some(m.box_float(quotient));
        }
        // The commonest power; others are the runtime's.
        Binary::Pow => {
            let two = m.int(2);
            let is_square = m.int_eq(y, two);
            if !m.truth(is_square) {
                return None;
            }
            m.int_checked(IntChecked::Mul, x, x)?
        }
        Binary::MatMul | Binary::Divmod => return None,
    };
    Some(m.box_int(result))
}

#[inline(always)]
fn floats<M: Machine>(m: &mut M, op: Binary, x: M::Float, y: M::Float) -> Option<M::Value> {
    let result = match op {
        Binary::Add => m.float_binary(FloatBinary::Add, x, y),
        Binary::Sub => m.float_binary(FloatBinary::Sub, x, y),
        Binary::Mul => m.float_binary(FloatBinary::Mul, x, y),
        Binary::TrueDiv | Binary::Mod | Binary::FloorDiv => {
            let zero = m.float(0.0);
            let is_zero = m.float_eq(y, zero);
            if m.truth(is_zero) {
                return None;
            }
            match op {
                Binary::TrueDiv => m.float_div(x, y),
                Binary::Mod => m
                    .call_float(&call::FLOAT_MOD, &[Arg::Float(x), Arg::Float(y)])
                    .expect("it does not raise"),
                _ => m
                    .call_float(&call::FLOAT_FLOOR_DIV, &[Arg::Float(x), Arg::Float(y)])
                    .expect("it does not raise"),
            }
        }
        Binary::Pow => floats::power(m, x, y)?,
        _ => return None,
    };
    Some(m.box_float(result))
}

/// A float that is whole as an integer; `None`: it is beyond 64 bits, infinite or no number.
pub fn whole<M: Machine>(m: &mut M, f: M::Float) -> Option<M::Int> {
    let size = m.float_unary(FloatUnary::Abs, f);
    let limit = m.float(4e18);
    let fits = m.float_lt(size, limit);
    if !m.truth(fits) {
        return None;
    }
    Some(m.float_to_int(f))
}

/// The class of an instance, if it is an instance of a class written in Python.
fn instance_class<M: Machine>(m: &mut M, py: Py, value: M::Value) -> Option<TypeRef> {
    let object = m.as_ref(value)?;
    let layout = m.layout_of(object);
    (layout.0 >= heap::FIRST_DYNAMIC_LAYOUT).then(|| py.vm().maps.get(layout).class)
}

#[expect(clippy::too_many_arguments, reason = "an operation and where it stands")]
#[inline(never)]
fn slow<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    op: Binary,
    a: M::Value,
    b: M::Value,
    continuation: Continuation,
) -> Entry<M> {
    stack.set_pc(pc);
    if op == Binary::Add
        && let (Some(x), Some(y)) = (m.as_ref(a), m.as_ref(b))
        && m.layout_of(x) == Str::ID
        && m.layout_of(y) == Str::ID
    {
        return m.call_value(&call::CONCAT, &[Arg::Ref(x), Arg::Ref(y)]).map(Entered::Value);
    }
    if M::RECORDS
        && let (Some(x), Some(y)) = (m.as_bool(a), m.as_bool(b))
        && let Some(truth) = truth_values(m, op, x, y)
    {
        return Ok(Entered::Value(m.box_bool(truth)));
    }
    if M::RECORDS
        && let Some((x, y)) = truth_values_as_integers(m, a, b)
        && let Some(value) = integers(m, op, x, y)
    {
        return Ok(Entered::Value(value));
    }
    if M::RECORDS
        && let Some(value) = complex::binary(m, op, a, b)?
    {
        return Ok(Entered::Value(value));
    }
    if M::RECORDS
        && let Some(value) = plain::binary(m, py, op, continuation == Continuation::Inplace, a, b)?
    {
        return Ok(Entered::Value(value));
    }
    // The method of an instance, unless the right operand goes first or there is an in-place method to find.
    if let Some(class) = instance_class(m, py, a)
        && frame::depends_on(m, class)
    {
        let right = instance_class(m, py, b);
        let right_first = right.is_some_and(|right| !right.is(class) && right.is_subtype(class));
        let inplace =
            if continuation == Continuation::Inplace { class.lookup(py, op.inplace()) } else { None };
        let method = inplace.or_else(|| class.lookup(py, op.forward()));
        if let Some(method) = method
            && as_object::<Function>(method).is_some()
            && !right_first
        {
            let continuation = if inplace.is_some() { Continuation::Inplace } else { Continuation::Binary };
            return operator_frame(m, py, stack, pc, method, a, b, continuation);
        }
    }
    let number = m.int(op as i64);
    let descr = if continuation == Continuation::Inplace { &call::INPLACE } else { &call::BINARY };
    m.call_value(descr, &[Arg::Int(number), Arg::Value(a), Arg::Value(b)]).map(Entered::Value)
}

/// Calls an operator's method, with the operands kept for the case that it returns `NotImplemented`.
#[expect(clippy::too_many_arguments, reason = "an operation and where it stands")]
fn operator_frame<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    method: u64,
    a: M::Value,
    b: M::Value,
    continuation: Continuation,
) -> Entry<M> {
    let code = Code::at(stack.top().code);
    let w = stack.window();
    w.set(code.extra(extra::SCRATCH), a);
    w.set(code.extra(extra::SCRATCH) + 1, b);
    stack.set_continuation(continuation as u32);
    m.at_step(stack, pc);
    let args = if continuation == Continuation::Reflected { [b, a] } else { [a, b] };
    match calls::call_special(m, py, stack, pc, method, &args)? {
        Entered::Frame(flow) => Ok(Entered::Frame(flow)),
        Entered::Value(value) => {
            stack.set_continuation(Continuation::Plain as u32);
            if m.value_is(value, python_model::value::NOT_IMPLEMENTED) {
                let op = code.instruction(pc).op();
                return after_not_implemented(m, continuation, op, a, b).map(Entered::Value);
            }
            Ok(Entered::Value(value))
        }
    }
}

/// The operation that an opcode stands for.
fn operation(op: Opcode) -> Result<Binary, Comparison> {
    use Opcode::*;
    Ok(match op {
        Add | AddConst | InplaceAdd | InplaceAddConst => Binary::Add,
        Sub | SubConst | InplaceSub | InplaceSubConst => Binary::Sub,
        Mul | MulConst | InplaceMul | InplaceMulConst => Binary::Mul,
        MatMul | MatMulConst | InplaceMatMul | InplaceMatMulConst => Binary::MatMul,
        TrueDiv | TrueDivConst | InplaceTrueDiv | InplaceTrueDivConst => Binary::TrueDiv,
        Mod | ModConst | InplaceMod | InplaceModConst => Binary::Mod,
        Pow | PowConst | InplacePow | InplacePowConst => Binary::Pow,
        LShift | LShiftConst | InplaceLShift | InplaceLShiftConst => Binary::LShift,
        RShift | RShiftConst | InplaceRShift | InplaceRShiftConst => Binary::RShift,
        Or | OrConst | InplaceOr | InplaceOrConst => Binary::Or,
        Xor | XorConst | InplaceXor | InplaceXorConst => Binary::Xor,
        And | AndConst | InplaceAnd | InplaceAndConst => Binary::And,
        FloorDiv | FloorDivConst | InplaceFloorDiv | InplaceFloorDivConst => Binary::FloorDiv,
        Lt | LtConst => return Err(Comparison::Lt),
        Le | LeConst => return Err(Comparison::Le),
        Eq | EqConst => return Err(Comparison::Eq),
        Ne | NeConst => return Err(Comparison::Ne),
        Gt | GtConst => return Err(Comparison::Gt),
        Ge | GeConst => return Err(Comparison::Ge),
        _ => unreachable!("only operators wait for an operator's method"),
    })
}

/// An operand's method returned `NotImplemented`: the runtime goes on with the protocol from there.
#[cold]
pub fn after_not_implemented<M: Machine>(
    m: &mut M,
    continuation: Continuation,
    op: Opcode,
    a: M::Value,
    b: M::Value,
) -> Result<M::Value, Raised> {
    let (descr, number) = match operation(op) {
        Ok(binary) if continuation != Continuation::Inplace => {
            let (number, is_inplace) = (m.int(binary as i64), m.int(op.name().starts_with("INPLACE").into()));
            let args = [Arg::Int(number), Arg::Int(is_inplace), Arg::Value(a), Arg::Value(b)];
            return m.call_value(&call::BINARY_REFLECTED, &args);
        }
        Ok(binary) => (&call::INPLACE_REFUSED, binary as i64),
        Err(comparison) if continuation == Continuation::Reflected => {
            (&call::COMPARE_REFUSED, comparison as i64)
        }
        Err(comparison) => (&call::COMPARE_REFLECTED, comparison as i64),
    };
    let number = m.int(number);
    m.call_value(descr, &[Arg::Int(number), Arg::Value(a), Arg::Value(b)])
}

/// `a op b` for a comparison of what was not compared in place: by [`compare_immediates`] or, where a trace is recorded, by
/// [`compare_numbers`].
#[inline(never)]
pub fn compare<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    op: Comparison,
    a: M::Value,
    b: M::Value,
) -> Entry<M> {
    if !M::RECORDS {
        let (x, y) = (as_object::<Str>(m.promote_value(a)), as_object::<Str>(m.promote_value(b)));
        if let (Some(x), Some(y)) = (x, y) {
            // WTF-8 is ordered as its code points are.
            let known = m.bool(op.holds(x.as_bytes().cmp(y.as_bytes())));
            return Ok(Entered::Value(m.box_bool(known)));
        }
        if let Some(known) = compare_numbers(m, op, a, b) {
            return Ok(Entered::Value(m.box_bool(known)));
        }
    }
    stack.set_pc(pc);
    if M::RECORDS
        && let (Some(x), Some(y)) = (m.as_ref(a), m.as_ref(b))
        && m.layout_of(x) == Str::ID
        && m.layout_of(y) == Str::ID
    {
        let known = text::compare(m, op, x, y)?;
        return Ok(Entered::Value(m.box_bool(known)));
    }
    if M::RECORDS
        && let Some(value) = plain::compare(m, py, op, a, b)?
    {
        return Ok(Entered::Value(value));
    }
    if let Some(class) = instance_class(m, py, a)
        && frame::depends_on(m, class)
    {
        let right = instance_class(m, py, b);
        let right_first = right.is_some_and(|right| !right.is(class) && right.is_subtype(class));
        if let Some(method) = class.lookup(py, op.name())
            && as_object::<Function>(method).is_some()
            && !right_first
        {
            return operator_frame(m, py, stack, pc, method, a, b, Continuation::Compare);
        }
        if let Some(right) = right
            && (right.is(class) || frame::depends_on(m, right))
        {
            let is_default = |class: TypeRef, op: Comparison| {
                class.lookup(py, op.name()) == py.ty(Ty::Object).lookup(py, op.name())
            };
            if matches!(op, Comparison::Eq | Comparison::Ne) {
                // What `object` says: whether they are the same.
                let both = [Comparison::Eq, Comparison::Ne];
                if both.iter().all(|op| is_default(class, *op) && is_default(right, *op)) {
                    let same = m.value_eq(a, b);
                    let known = if op == Comparison::Eq { same } else { m.bool_not(same) };
                    return Ok(Entered::Value(m.box_bool(known)));
                }
            } else if is_default(class, op)
                && let Some(method) = right.lookup(py, op.swapped().name())
                && as_object::<Function>(method).is_some()
            {
                // `object` has an answer to no ordering.
                return operator_frame(m, py, stack, pc, method, a, b, Continuation::Reflected);
            }
        }
    }
    let number = m.int(op as i64);
    m.call_value(&call::COMPARE, &[Arg::Int(number), Arg::Value(a), Arg::Value(b)]).map(Entered::Value)
}

/// The comparison of machine numbers; `None`: the operands are something else.
#[inline(always)]
pub fn compare_numbers<M: Machine>(m: &mut M, op: Comparison, a: M::Value, b: M::Value) -> Option<M::Bool> {
    let compare = machine_compare(op);
    if let Some(x) = m.as_int(a) {
        if let Some(y) = m.as_int(b) {
            return Some(m.int_compare(compare, x, y));
        }
        let y = m.as_float(b)?;
        let x = exact_float(m, x)?;
        return Some(m.float_compare(compare, x, y));
    }
    let x = m.as_float(a)?;
    if let Some(y) = m.as_float(b) {
        return Some(m.float_compare(compare, x, y));
    }
    let y = m.as_int(b)?;
    let y = exact_float(m, y)?;
    Some(m.float_compare(compare, x, y))
}

/// `==` and `!=` of exact strings, for the direct machine; `None`: it is another comparison, or the operands are something else.
#[inline(always)]
pub fn equal_strings<M: Machine>(m: &mut M, op: Comparison, a: M::Value, b: M::Value) -> Option<M::Bool> {
    if !matches!(op, Comparison::Eq | Comparison::Ne) {
        return None;
    }
    let (x, y) = (m.promote_value(a), m.promote_value(b));
    let (x, y) = (as_object::<Str>(x)?, as_object::<Str>(y)?);
    let equal = x.address() == y.address() || x.as_bytes() == y.as_bytes();
    Some(m.bool(equal == (op == Comparison::Eq)))
}

/// `+a`, `-a`, `~a`
pub fn unary<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    op: Unary,
    a: M::Value,
) -> Entry<M> {
    if let Some(x) = m.as_int(a) {
        let result = match op {
            Unary::Pos => Some(x),
            Unary::Invert => Some(m.int_not(x)),
            Unary::Neg => {
                let zero = m.int(0);
                m.int_checked(IntChecked::Sub, zero, x)
            }
        };
        if let Some(result) = result {
            return Ok(Entered::Value(m.box_int(result)));
        }
    } else if let Some(x) = m.as_float(a)
        && op != Unary::Invert
    {
        let result = match op {
            Unary::Neg => m.float_unary(metatrace_machine::FloatUnary::Neg, x),
            _ => x,
        };
        return Ok(Entered::Value(m.box_float(result)));
    }
    stack.set_pc(pc);
    let name = match op {
        Unary::Pos => python_model::names::Name::Pos,
        Unary::Neg => python_model::names::Name::Neg,
        Unary::Invert => python_model::names::Name::Invert,
    };
    if let Some(class) = instance_class(m, py, a)
        && frame::depends_on(m, class)
        && let Some(method) = class.lookup(py, name)
        && as_object::<Function>(method).is_some()
    {
        return calls::call_special(m, py, stack, pc, method, &[a]);
    }
    let number = m.int(op as i64);
    m.call_value(&call::UNARY, &[Arg::Int(number), Arg::Value(a)]).map(Entered::Value)
}

const _: () = assert!(NanBox::NONE != python_model::value::NOT_IMPLEMENTED);

/// The machine's name of a comparison.
pub(crate) fn machine_compare(op: Comparison) -> Compare {
    match op {
        Comparison::Lt => Compare::Lt,
        Comparison::Le => Compare::Le,
        Comparison::Eq => Compare::Eq,
        Comparison::Ne => Compare::Ne,
        Comparison::Gt => Compare::Gt,
        Comparison::Ge => Compare::Ge,
    }
}
