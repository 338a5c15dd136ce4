//! Escape analysis: boxes and objects that nothing outside the trace sees are never made.
//!
//! Every box is virtual until something forces it, and unboxing a box is its operand; so integers, floats and truth
//! values travel through the trace unboxed. A new object, or array of known length, is virtual with its fields
//! tracked; loads and stores are answered from them. Snapshots describe virtuals (`shots.rs`), so guards force
//! nothing.
//!
//! Known limits: an array with an index that is not constant is forced; so is an array object that also has fixed
//! fields, once one of them is stored.
//!
//! Source: PyPy `optimizeopt/virtualize.py`.

use crate::cx::Cx;
use crate::force::{boxes, unbox_opcode, unboxed_kind};
use crate::info::TagSet;
use crate::pass::{Flow, InvalidLoop, OpcodeSet, Pending};
use crate::virtuals::VirtualValue;
use heap::FieldKind;
use metatrace_ir::{Aux, Const, FieldKey, Opcode, Operand, Tag};
use metatrace_machine::{Kind, WideInt};

/// Longest array that is kept virtual.
const MAX_ITEMS: i64 = 64;

pub(crate) const VISITS: OpcodeSet = OpcodeSet::of(&[
    Opcode::BoxInt,
    Opcode::BoxFloat,
    Opcode::BoxBool,
    Opcode::BoxRef,
    Opcode::New,
    Opcode::NewArray,
    Opcode::LoadField,
    Opcode::StoreField,
    Opcode::SetLayout,
    Opcode::ArrayLen,
    Opcode::LoadItem,
    Opcode::StoreItem,
    Opcode::RefEq,
    Opcode::ValueEq,
    Opcode::Select,
    Opcode::Finish,
    Opcode::CallTrace,
])
.union(UNBOXING);
pub(crate) const LEARNS_FROM: OpcodeSet = UNBOXING;

const UNBOXING: OpcodeSet =
    OpcodeSet::of(&[Opcode::UnboxInt, Opcode::UnboxFloat, Opcode::UnboxBool, Opcode::UnboxRef]);

pub(crate) fn visit(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    match op.opcode {
        Opcode::BoxInt => visit_box(cx, op, Tag::Int),
        Opcode::BoxFloat => visit_box(cx, op, Tag::Float),
        Opcode::BoxBool => visit_box(cx, op, Tag::Bool),
        Opcode::BoxRef => visit_box(cx, op, Tag::Ref),
        Opcode::UnboxInt => visit_unbox(cx, op, Tag::Int),
        Opcode::UnboxFloat => visit_unbox(cx, op, Tag::Float),
        Opcode::UnboxBool => visit_unbox(cx, op, Tag::Bool),
        Opcode::UnboxRef => visit_unbox(cx, op, Tag::Ref),
        Opcode::New => {
            let (layout, size_bytes) = op.aux.as_allocation();
            Ok(Flow::Value(cx.virtuals.add(VirtualValue::Object { layout, size_bytes, fields: Vec::new() })))
        }
        Opcode::NewArray => match cx.int_of(op.args[0]) {
            Some(length @ 0..=MAX_ITEMS) => {
                let items = vec![op.args[1]; length as usize];
                Ok(Flow::Value(cx.virtuals.add(VirtualValue::Array { array: op.aux.as_array(), items })))
            }
            _ => Ok(Flow::Next),
        },
        Opcode::LoadField => visit_load_field(cx, op),
        Opcode::StoreField => visit_store_field(cx, op),
        Opcode::SetLayout => {
            let Some(index) = cx.resolve(op.args[0]).as_virtual() else { return Ok(Flow::Next) };
            match cx.virtuals.value_mut(index) {
                VirtualValue::Object { layout, .. } => {
                    *layout = op.aux.as_layout();
                    Ok(Flow::Drop)
                }
                _ => Ok(Flow::Next),
            }
        }
        Opcode::ArrayLen => match cx.as_virtual(op.args[0]) {
            Some(VirtualValue::Array { array, items }) if *array == op.aux.as_array() => {
                let length = Const::int(items.len() as i64);
                Ok(Flow::Value(cx.intern(length)))
            }
            _ => Ok(Flow::Next),
        },
        Opcode::LoadItem => match virtual_item(cx, op) {
            Some((index, at)) => match cx.virtuals.value(index) {
                VirtualValue::Array { items, .. } => Ok(Flow::Value(items[at])),
                _ => Ok(Flow::Next),
            },
            None => Ok(Flow::Next),
        },
        Opcode::StoreItem => match virtual_item(cx, op) {
            Some((index, at)) => {
                let value = cx.narrowed(op.aux.as_array().item_kind(), op.args[2])?;
                if let VirtualValue::Array { items, .. } = cx.virtuals.value_mut(index) {
                    items[at] = value;
                }
                Ok(Flow::Drop)
            }
            None => Ok(Flow::Next),
        },
        Opcode::RefEq => visit_ref_eq(cx, op),
        Opcode::ValueEq => visit_value_eq(cx, op),
        Opcode::Select => visit_select(cx, op),
        Opcode::Finish => visit_finish(cx, op),
        Opcode::CallTrace => {
            cx.specialise_call(op)?;
            Ok(Flow::Next)
        }
        _ => Ok(Flow::Next),
    }
}

pub(crate) fn emitted(cx: &mut Cx<'_>, op: &Pending, result: Operand) -> Result<(), InvalidLoop> {
    if matches!(op.opcode, Opcode::UnboxInt | Opcode::UnboxFloat | Opcode::UnboxBool | Opcode::UnboxRef)
        && let Some(info) = cx.info_mut(result)
    {
        info.boxed = op.args[0];
    }
    Ok(())
}

fn visit_box(cx: &mut Cx<'_>, op: &mut Pending, tag: Tag) -> Result<Flow, InvalidLoop> {
    if let Some(c) = cx.constant_of(op.args[0])
        && let Some(word) = cx.box_constant(tag, c.bits)
    {
        return Ok(Flow::Value(cx.intern(Const::value(word))));
    }
    Ok(Flow::Value(cx.virtuals.add(VirtualValue::Box { tag, inner: op.args[0] })))
}

fn visit_unbox(cx: &mut Cx<'_>, op: &mut Pending, tag: Tag) -> Result<Flow, InvalidLoop> {
    if tag == Tag::Ref && cx.may_be_wide(op.args[0]) {
        return cx.wide_box(op.args[0]).map(Flow::Value);
    }
    if let Some((have, inner)) = cx.unboxed(op.args[0]) {
        return if have == tag { Ok(Flow::Value(inner)) } else { Err(InvalidLoop(&"unboxes another class")) };
    }
    if let Some(c) = cx.constant_of(op.args[0]) {
        if (cx.coding.tag_of)(c.bits) != Some(tag) && tag != Tag::Ref {
            return Err(InvalidLoop(&"unboxes another class"));
        }
        let inner = cx.unbox_constant(tag, c.bits);
        return Ok(Flow::Value(cx.intern(inner)));
    }
    match cx.definition(op.args[0]) {
        Some(boxed) if boxes(boxed.opcode, tag) => {
            let inner = boxed.args[0];
            Ok(Flow::Value(inner))
        }
        _ => Ok(Flow::Next),
    }
}

/// Returns the content of a value whose class is known, so that a calling trace need not test it. A reference stays
/// tagged: callers do not expect it otherwise.
fn visit_finish(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    if cx.kind_of(op.args[0]) == Some(Kind::Value)
        && let Some(tag) = cx.tags_of(op.args[0]).single()
        && tag != Tag::Ref
    {
        op.args[0] = cx.unbox(tag, op.args[0])?;
    }
    Ok(Flow::Next)
}

fn visit_load_field(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let key = op.aux.as_field();
    match cx.as_virtual(op.args[0]) {
        Some(VirtualValue::Object { fields, .. }) => match fields.iter().find(|(k, _)| *k == key) {
            Some((_, value)) => Ok(Flow::Value(*value)),
            None => Ok(Flow::Next),
        },
        _ => Ok(Flow::Next),
    }
}

fn visit_store_field(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let key = op.aux.as_field();
    let Some(index) = cx.resolve(op.args[0]).as_virtual() else { return Ok(Flow::Next) };
    if !matches!(cx.virtuals.value(index), VirtualValue::Object { .. }) {
        return Ok(Flow::Next);
    }
    let value = cx.narrowed(key.field_kind(), op.args[1])?;
    if let VirtualValue::Object { fields, .. } = cx.virtuals.value_mut(index) {
        match fields.iter_mut().find(|(k, _)| *k == key) {
            Some((_, known)) => *known = value,
            None => fields.push((key, value)),
        }
    }
    Ok(Flow::Drop)
}

/// The virtual array and the place in it, if both are known.
fn virtual_item(cx: &Cx<'_>, op: &Pending) -> Option<(u32, usize)> {
    let index = cx.resolve(op.args[0]).as_virtual()?;
    let at = cx.int_of(op.args[1])?;
    match cx.virtuals.value(index) {
        VirtualValue::Array { array, items }
            if *array == op.aux.as_array() && (0..items.len() as i64).contains(&at) =>
        {
            Some((index, at as usize))
        }
        _ => None,
    }
}

fn visit_ref_eq(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let (a, b) = (cx.resolve(op.args[0]), cx.resolve(op.args[1]));
    let null = Some(Const::reference(0));
    let null_apart = |x, y| cx.constant_of(x) == null && cx.is_non_null(y);
    let apart = a.as_virtual().is_some() || b.as_virtual().is_some() || null_apart(a, b) || null_apart(b, a);
    if a != b && !apart {
        return Ok(Flow::Next);
    }
    let equal = a == b;
    Ok(Flow::Value(cx.intern(Const::bool(equal))))
}

fn visit_value_eq(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let (a, b) = (cx.resolve(op.args[0]), cx.resolve(op.args[1]));
    if a == b {
        return Ok(Flow::Value(cx.intern(Const::bool(true))));
    }
    if cx.tags_of(a).intersect(cx.tags_of(b)).is_empty() {
        return Ok(Flow::Value(cx.intern(Const::bool(false))));
    }
    let (Some((tag, x, exact_a)), Some((other, y, exact_b))) = (contents(cx, a), contents(cx, b)) else {
        return Ok(Flow::Next);
    };
    if tag != other {
        return Ok(Flow::Next);
    }
    let bool = Some(Kind::Bool);
    let answer = match tag {
        // Two heap boxes of one integer differ in their words; one of the two must be an immediate.
        Tag::Int if exact_a || exact_b => cx.emit(Opcode::IntEq, bool, &[x, y], Aux::NONE)?,
        Tag::Int => return Ok(Flow::Next),
        Tag::Float => {
            let x = cx.emit(Opcode::FloatBits, Some(Kind::Int), &[x], Aux::NONE)?;
            let y = cx.emit(Opcode::FloatBits, Some(Kind::Int), &[y], Aux::NONE)?;
            cx.emit(Opcode::IntEq, bool, &[x, y], Aux::NONE)?
        }
        Tag::Bool => {
            let x = cx.emit(Opcode::BoolToInt, Some(Kind::Int), &[x], Aux::NONE)?;
            let y = cx.emit(Opcode::BoolToInt, Some(Kind::Int), &[y], Aux::NONE)?;
            cx.emit(Opcode::IntEq, bool, &[x, y], Aux::NONE)?
        }
        Tag::Ref => cx.emit(Opcode::RefEq, bool, &[x, y], Aux::NONE)?,
    };
    Ok(Flow::Value(answer))
}

/// Class and content of a box or a tagged constant, and whether its word is certainly not that of a heap box.
fn contents(cx: &mut Cx<'_>, value: Operand) -> Option<(Tag, Operand, bool)> {
    if let Some(c) = cx.constant_of(value) {
        let tag = (cx.coding.tag_of)(c.bits)?;
        let inner = cx.unbox_constant(tag, c.bits);
        return Some((tag, cx.intern(inner), true));
    }
    let (tag, inner) = cx.unboxed(value)?;
    let exact = tag != Tag::Int || !cx.word_tags_of(value).contains(crate::TagSet::of(Tag::Ref));
    Some((tag, inner, exact))
}

fn visit_select(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    if let Some(first) = cx.bool_of(op.args[0]) {
        return Ok(Flow::Value(op.args[if first { 1 } else { 2 }]));
    }
    if op.kind != Some(Kind::Value) {
        return Ok(Flow::Next);
    }
    let (Some((tag, x, _)), Some((other, y, _))) = (contents(cx, op.args[1]), contents(cx, op.args[2]))
    else {
        return Ok(Flow::Next);
    };
    if tag != other || tag == Tag::Ref {
        return Ok(Flow::Next);
    }
    let inner = cx.emit(Opcode::Select, Some(unboxed_kind(tag)), &[op.args[0], x, y], Aux::NONE)?;
    Ok(Flow::Value(cx.virtuals.add(VirtualValue::Box { tag, inner })))
}

impl Cx<'_> {
    /// What a load yields after the value was stored in a field of this kind: narrow fields cut integers off.
    pub(crate) fn narrowed(&mut self, kind: FieldKind, value: Operand) -> Result<Operand, InvalidLoop> {
        let value = self.resolve(value);
        let (mask, signed) = match kind {
            FieldKind::U8 => (0xFF, false),
            FieldKind::U16 => (0xFFFF, false),
            FieldKind::U32 => (0xFFFF_FFFF, false),
            FieldKind::I32 => (0xFFFF_FFFFi64, true),
            _ => return Ok(value),
        };
        let bound = self.bound_of(value);
        let (low, high) = if signed { (i32::MIN as i64, i32::MAX as i64) } else { (0, mask) };
        if bound.lower() >= low && bound.upper() <= high {
            return Ok(value);
        }
        let int = Some(Kind::Int);
        if !signed {
            let mask = self.intern(Const::int(mask));
            return self.emit(Opcode::IntAnd, int, &[value, mask], Aux::NONE);
        }
        let half = self.intern(Const::int(32));
        let high = self.emit(Opcode::IntShl, int, &[value, half], Aux::NONE)?;
        self.emit(Opcode::IntShr, int, &[high, half], Aux::NONE)
    }

    /// Whether the value counts as an integer, and its word may be that of a heap box: where one was recorded, the recording looks into
    /// the box.
    pub(crate) fn may_be_wide(&self, value: Operand) -> bool {
        self.virtualizes()
            && self.tags_of(value) == TagSet::of(Tag::Int)
            && self.constant_of(value).is_none()
            && self.word_tags_of(value).contains(TagSet::of(Tag::Ref))
    }

    /// The heap box of such an integer: a virtual object, as all that is asked of it is its content. Whatever the integer is then, the
    /// recorded path is right for it.
    fn wide_box(&mut self, value: Operand) -> Result<Operand, InvalidLoop> {
        let inner = self.unbox(Tag::Int, value)?;
        let fields = vec![(FieldKey::new(WideInt::VALUE), inner)];
        let size_bytes = <WideInt as heap::Layout>::DESCR.size_bytes;
        Ok(self.virtuals.add(VirtualValue::Object {
            layout: <WideInt as heap::Layout>::ID,
            size_bytes,
            fields,
        }))
    }

    /// The unboxing operation of a class, through the passes.
    pub(crate) fn unbox(&mut self, tag: Tag, value: Operand) -> Result<Operand, InvalidLoop> {
        self.emit(unbox_opcode(tag), Some(unboxed_kind(tag)), &[value], Aux::NONE)
    }
}
