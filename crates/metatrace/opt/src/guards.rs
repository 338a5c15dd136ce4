//! Guards: those that are implied are dropped, those that cannot hold make the trace invalid, the others teach.
//!
//! What a guard teaches about its operand is kept in [`Info`](crate::Info), except negative knowledge about layouts, for which
//! only repetition within the block is recognised. A guard that implies one before it takes its place (`strengthen.rs`).
//!
//! Source: PyPy `optimizeopt/rewrite.py`, `optimize_GUARD_*`.

use crate::cx::Cx;
use crate::info::TagSet;
use crate::pass::{Flow, InvalidLoop, OpcodeSet, Pending};
use crate::virtuals::VirtualValue;
use metatrace_ir::{Const, Opcode, Operand, OperandView, Tag};
use metatrace_machine::Kind;

/// Assumptions and negative facts that were established in this block.
#[derive(Clone, Default, Debug)]
pub struct Proven {
    /// Flag addresses of assumptions that hold, since the last operation that may break one.
    pub(crate) valid: Vec<u64>,
    /// (object, layout) pairs of `guard_not_layout`, since the last change of layouts.
    pub(crate) not_layout: Vec<(Operand, u64)>,
    /// (value, constant) pairs of `guard_is_not`.
    pub(crate) is_not: Vec<(Operand, Operand)>,
}

pub(crate) const VISITS: OpcodeSet = OpcodeSet::of(&[
    Opcode::GuardTrue,
    Opcode::GuardFalse,
    Opcode::GuardTag,
    Opcode::GuardNotTag,
    Opcode::GuardLayout,
    Opcode::GuardNotLayout,
    Opcode::GuardIs,
    Opcode::GuardIsNot,
    Opcode::GuardValid,
]);
pub(crate) const LEARNS_FROM: OpcodeSet = VISITS.with(Opcode::UnboxRef);

pub(crate) fn visit(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let subject = cx.resolve(op.args[0]);
    match op.opcode {
        Opcode::GuardTrue | Opcode::GuardFalse => match cx.bool_of(subject) {
            Some(holds) => settled(holds == (op.opcode == Opcode::GuardTrue)),
            None => Ok(Flow::Next),
        },
        Opcode::GuardTag | Opcode::GuardNotTag => {
            let tag = TagSet::of(op.aux.as_tag());
            let tags = cx.tags_of(subject);
            let positive = op.opcode == Opcode::GuardTag;
            if tags == tag || op.aux.as_tag() == Tag::Ref && positive && cx.may_be_wide(subject) {
                settled(positive)
            } else if !tags.contains(tag) {
                settled(!positive)
            } else {
                Ok(Flow::Next)
            }
        }
        Opcode::GuardLayout | Opcode::GuardNotLayout => {
            let positive = op.opcode == Opcode::GuardLayout;
            match cx.layout_of(subject) {
                Some(known) => settled((known == op.aux.as_layout()) == positive),
                None if !positive && cx.proven.not_layout.contains(&(subject, op.aux.0)) => Ok(Flow::Drop),
                None => Ok(Flow::Next),
            }
        }
        Opcode::GuardIs | Opcode::GuardIsNot => visit_identity(cx, op, subject),
        Opcode::GuardValid if cx.proven.valid.contains(&op.aux.0) => Ok(Flow::Drop),
        _ => Ok(Flow::Next),
    }
}

fn settled(holds: bool) -> Result<Flow, InvalidLoop> {
    if holds { Ok(Flow::Drop) } else { Err(InvalidLoop(&"a guard that never holds")) }
}

fn visit_identity(cx: &mut Cx<'_>, op: &mut Pending, subject: Operand) -> Result<Flow, InvalidLoop> {
    let positive = op.opcode == Opcode::GuardIs;
    let Some(expected) = cx.constant_of(op.args[1]) else { return Ok(Flow::Next) };
    match subject.view() {
        OperandView::Const(_) => settled((cx.constant_of(subject) == Some(expected)) == positive),
        OperandView::Virtual(index) => match cx.virtuals.value(index) {
            VirtualValue::Box { tag, inner } => {
                let (tag, inner) = (*tag, *inner);
                if (cx.coding.tag_of)(expected.bits) != Some(tag) {
                    return settled(!positive);
                }
                // An integer whose word is that of a heap box differs from every immediate, as its value does.
                op.args[0] = inner;
                let unboxed = cx.unbox_constant(tag, expected.bits);
                op.args[1] = cx.intern(unboxed);
                Ok(Flow::Again)
            }
            _ => settled(!positive),
        },
        _ => {
            if expected.kind == Kind::Ref && expected.bits == 0 && cx.is_non_null(subject) {
                return settled(!positive);
            }
            if expected.kind == Kind::Value {
                let tags = match (cx.coding.tag_of)(expected.bits) {
                    Some(tag) => TagSet::of(tag),
                    None => TagSet::SPECIAL,
                };
                if !cx.tags_of(subject).contains(tags) {
                    return settled(!positive);
                }
            }
            if !positive && cx.proven.is_not.contains(&(subject, cx.resolve(op.args[1]))) {
                return Ok(Flow::Drop);
            }
            Ok(Flow::Next)
        }
    }
}

pub(crate) fn emitted(cx: &mut Cx<'_>, op: &Pending, _: Operand) -> Result<(), InvalidLoop> {
    let subject = op.args[0];
    match op.opcode {
        Opcode::GuardTrue => cx.make_constant(subject, Const::bool(true)),
        Opcode::GuardFalse => cx.make_constant(subject, Const::bool(false)),
        Opcode::GuardTag => restrict_tags(cx, subject, TagSet::of(op.aux.as_tag())),
        Opcode::GuardNotTag => restrict_tags(cx, subject, TagSet::ANY.without(TagSet::of(op.aux.as_tag()))),
        Opcode::GuardLayout => {
            cx.set_layout_fact(subject, op.aux.as_layout());
            Ok(())
        }
        Opcode::GuardNotLayout => {
            let subject = cx.resolve(subject);
            cx.proven.not_layout.push((subject, op.aux.0));
            Ok(())
        }
        Opcode::GuardIs => match cx.constant_of(op.args[1]) {
            Some(c) => cx.make_constant(subject, c),
            None => Ok(()),
        },
        Opcode::GuardIsNot => {
            let (subject, excluded) = (cx.resolve(subject), cx.resolve(op.args[1]));
            cx.proven.is_not.push((subject, excluded));
            if cx.constant_of(excluded) == Some(Const::reference(0))
                && let Some(info) = cx.info_mut(subject)
            {
                info.non_null = true;
            }
            Ok(())
        }
        Opcode::GuardValid => {
            cx.proven.valid.push(op.aux.0);
            Ok(())
        }
        Opcode::UnboxRef => {
            if let Some(info) = cx.info_mut(Operand::op(cx.now() - 1)) {
                info.non_null = true;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn restrict_tags(cx: &mut Cx<'_>, subject: Operand, to: TagSet) -> Result<(), InvalidLoop> {
    let since = cx.now();
    if let Some(info) = cx.info_mut(subject) {
        info.tags = info.tags.intersect(to);
        info.tags_since = since;
        if info.tags.is_empty() {
            return Err(InvalidLoop(&"a value of no class"));
        }
    }
    Ok(())
}
