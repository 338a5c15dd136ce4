//! Constant folding.
//!
//! An expression of literals is computed here if the result is small and the computation cannot fail; everything else is left to
//! run time, where it raises or allocates as it should. Integers are folded within 128 bits. That an operator node is *not*
//! constant is remembered, so that a chain of n operators is not examined n times.

use ruff_python_ast::*;
use ruff_text_size::Ranged;

use super::Generator;
use crate::code::Constant;
use crate::error::{Fault, Result};
use crate::literal;

/// Folded strings and tuples are no longer than this.
const SEQUENCE_MAX: usize = 4096;

impl<'a> Generator<'a> {
    /// The value of `e` if it is known. Errors: an integer literal with too many digits.
    pub(super) fn constant(&mut self, e: &Expr) -> Result<Option<Constant>> {
        Ok(Some(match e {
            Expr::NumberLiteral(n) => return self.number(n).map(Some),
            Expr::StringLiteral(s) => self.string_constant(s),
            Expr::BytesLiteral(b) => Constant::Bytes(b.value.bytes().collect()),
            Expr::BooleanLiteral(b) => Constant::Bool(b.value),
            Expr::NoneLiteral(n) => match self.foreign(&n.node_index) {
                Some(constant) => constant.clone(),
                None => Constant::None,
            },
            Expr::EllipsisLiteral(_) => Constant::Ellipsis,
            Expr::Name(n) if n.id.as_str() == "__debug__" && n.ctx == ExprContext::Load => {
                Constant::Bool(self.settings.optimize == 0)
            }
            Expr::Tuple(_) | Expr::UnaryOp(_) | Expr::BinOp(_) => {
                let key = std::ptr::from_ref(e).addr();
                if self.not_constant.contains(&key) {
                    return Ok(None);
                }
                let folded = self.folded(e)?;
                if folded.is_none() {
                    self.not_constant.insert(key);
                }
                return Ok(folded);
            }
            _ => return Ok(None),
        }))
    }

    /// The constant that a node of a tree without source stands for (see [`crate::tree`]).
    pub(super) fn foreign(&self, index: &AtomicNodeIndex) -> Option<&'a Constant> {
        self.settings.constants.get(index.load().as_u32()? as usize)
    }

    fn folded(&mut self, e: &Expr) -> Result<Option<Constant>> {
        match e {
            Expr::Tuple(t) if t.ctx == ExprContext::Load => {
                let mut items = Vec::with_capacity(t.elts.len());
                for e in &t.elts {
                    match self.constant(e)? {
                        Some(c) => items.push(c),
                        None => return Ok(None),
                    }
                }
                Ok(Some(Constant::Tuple(items.into())))
            }
            Expr::UnaryOp(u) => Ok(self.constant(&u.operand)?.and_then(|c| unary(u.op, c))),
            Expr::BinOp(b) => {
                // The right operand first: it is usually a leaf, and a name there settles the matter.
                let Some(right) = self.constant(&b.right)? else { return Ok(None) };
                let Some(left) = self.constant(&b.left)? else { return Ok(None) };
                Ok(binary(b.op, &left, &right))
            }
            _ => Ok(None),
        }
    }

    fn number(&mut self, n: &ExprNumberLiteral) -> Result<Constant> {
        Ok(match &n.value {
            Number::Int(i) => match i.as_u64().and_then(|v| i64::try_from(v).ok()) {
                Some(v) => Constant::Int(v),
                None => {
                    let digits = literal::big_integer(&i.to_string());
                    let limit = self.settings.int_max_str_digits;
                    if limit > 0 && !digits.starts_with("0x") && digits.len() > limit {
                        return Err(Fault::too_many_digits(limit, digits.len(), n.range()));
                    }
                    Constant::BigInt(digits)
                }
            },
            Number::Float(f) => Constant::Float(f.to_bits()),
            Number::Complex { real, imag } => Constant::Complex(real.to_bits(), imag.to_bits()),
        })
    }
}

fn integer(value: i128) -> Constant {
    match i64::try_from(value) {
        Ok(v) => Constant::Int(v),
        Err(_) => Constant::BigInt(value.to_string().into()),
    }
}

fn as_i128(c: &Constant) -> Option<i128> {
    match c {
        Constant::Int(i) => Some(i128::from(*i)),
        Constant::Bool(b) => Some(i128::from(*b)),
        Constant::BigInt(text) if text.len() <= 38 && !text.starts_with("0x") => text.parse().ok(),
        _ => None,
    }
}

fn float(value: f64) -> Constant {
    Constant::Float(value.to_bits())
}

fn unary(op: UnaryOp, c: Constant) -> Option<Constant> {
    if op == UnaryOp::Not {
        return c.truth().map(|t| Constant::Bool(!t));
    }
    if let Constant::BigInt(text) = &c
        && op == UnaryOp::USub
        && as_i128(&c).is_none()
    {
        return Some(Constant::BigInt(match text.strip_prefix('-') {
            Some(positive) => positive.into(),
            None => format!("-{text}").into(),
        }));
    }
    match (op, &c) {
        (UnaryOp::USub, Constant::Float(bits)) => Some(float(-f64::from_bits(*bits))),
        (UnaryOp::UAdd, Constant::Float(_)) => Some(c),
        (UnaryOp::USub, Constant::Complex(re, im)) => {
            Some(Constant::Complex((-f64::from_bits(*re)).to_bits(), (-f64::from_bits(*im)).to_bits()))
        }
        (UnaryOp::Invert, Constant::Bool(_)) => None, // it warns at run time
        _ => {
            let value = as_i128(&c)?;
            Some(integer(match op {
                UnaryOp::USub => value.checked_neg()?,
                UnaryOp::Invert => !value,
                UnaryOp::UAdd => value,
                UnaryOp::Not => return None,
            }))
        }
    }
}

fn binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Constant::Bool(l), Constant::Bool(r)) = (left, right) {
        match op {
            Operator::BitAnd => return Some(Constant::Bool(l & r)),
            Operator::BitOr => return Some(Constant::Bool(l | r)),
            Operator::BitXor => return Some(Constant::Bool(l ^ r)),
            _ => {}
        }
    }
    if let (Some(l), Some(r)) = (as_i128(left), as_i128(right)) {
        return integers(op, l, r);
    }
    match (left, right) {
        (Constant::Str(l), Constant::Str(r)) if op == Operator::Add && l.len() + r.len() <= SEQUENCE_MAX => {
            Some(Constant::Str(format!("{l}{r}").into()))
        }
        (Constant::Bytes(l), Constant::Bytes(r))
            if op == Operator::Add && l.len() + r.len() <= SEQUENCE_MAX =>
        {
            Some(Constant::Bytes([&**l, &**r].concat().into()))
        }
        (Constant::Tuple(l), Constant::Tuple(r))
            if op == Operator::Add && l.len() + r.len() <= SEQUENCE_MAX / 16 =>
        {
            Some(Constant::Tuple([&**l, &**r].concat().into()))
        }
        (sequence, Constant::Int(n)) | (Constant::Int(n), sequence) if op == Operator::Mult => {
            if let Some(repeated) = repeat(sequence, *n) {
                return Some(repeated);
            }
            reals(op, left, right)
        }
        _ => reals(op, left, right).or_else(|| complexes(op, left, right)),
    }
}

fn repeat(sequence: &Constant, n: i64) -> Option<Constant> {
    let n = usize::try_from(n.max(0)).ok()?;
    let fits = |len: usize| len.checked_mul(n).is_some_and(|total| total <= SEQUENCE_MAX);
    Some(match sequence {
        Constant::Str(s) if fits(s.len()) => Constant::Str(s.repeat(n).into()),
        Constant::Bytes(b) if fits(b.len()) => Constant::Bytes(b.repeat(n).into()),
        Constant::Tuple(t) if fits(t.len() * 16) => {
            Constant::Tuple(std::iter::repeat_n(t, n).flat_map(|t| t.iter().cloned()).collect())
        }
        _ => return None,
    })
}

fn integers(op: Operator, l: i128, r: i128) -> Option<Constant> {
    Some(integer(match op {
        Operator::Add => l.checked_add(r)?,
        Operator::Sub => l.checked_sub(r)?,
        Operator::Mult => l.checked_mul(r)?,
        Operator::FloorDiv if r != 0 => {
            let q = l.checked_div(r)?;
            if l % r != 0 && (l < 0) != (r < 0) { q - 1 } else { q }
        }
        Operator::Mod if r != 0 => {
            let m = l.checked_rem(r)?;
            if m != 0 && (m < 0) != (r < 0) { m + r } else { m }
        }
        Operator::Div if r != 0 && l.unsigned_abs() < 1 << 53 && r.unsigned_abs() < 1 << 53 => {
            return Some(float(l as f64 / r as f64));
        }
        Operator::Pow if (0..=127).contains(&r) => l.checked_pow(r as u32)?,
        Operator::LShift if (0..=126).contains(&r) => l.checked_mul(1i128 << r)?,
        Operator::RShift if r >= 0 => l >> r.min(127),
        Operator::BitAnd => l & r,
        Operator::BitOr => l | r,
        Operator::BitXor => l ^ r,
        _ => return None,
    }))
}

fn as_real(c: &Constant) -> Option<f64> {
    match c {
        Constant::Float(bits) => Some(f64::from_bits(*bits)),
        Constant::Int(i) if i.unsigned_abs() <= 1 << 53 => Some(*i as f64),
        _ => None,
    }
}

fn reals(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    let (l, r) = (as_real(left)?, as_real(right)?);
    Some(float(match op {
        Operator::Add => l + r,
        Operator::Sub => l - r,
        Operator::Mult => l * r,
        Operator::Div if r != 0.0 => l / r,
        _ => return None,
    }))
}

/// `1 + 2j` and `1 - 2j`: how a complex constant is written.
fn complexes(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    let Constant::Complex(re, im) = right else { return None };
    let (l, re, im) = (as_real(left)?, f64::from_bits(*re), f64::from_bits(*im));
    let (re, im) = match op {
        Operator::Add => (l + re, im),
        Operator::Sub => (l - re, -im),
        _ => return None,
    };
    Some(Constant::Complex(re.to_bits(), im.to_bits()))
}
