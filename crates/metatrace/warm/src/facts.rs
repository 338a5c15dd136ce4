//! What the optimizer may know about constant objects: reads of fields that never change. And which entries functions have.
//!
//! Constants of a trace are pinned and kept alive by the recording, so their addresses are good; a field is read only
//! if its descriptor says that it is immutable, or if the layout itself is asked for.

use crate::interpreter::Interpreter;
use crate::state::WarmState;
use heap::{Gc, LayoutId, Mutability, Object};
use metatrace_ir::{ArrayKey, Const, FieldKey, size_bytes};
use metatrace_machine::{Encoding, Kind};
use metatrace_opt::{Coding, EntryContract, Env, FieldFacts, SpecialEntry};
use std::rc::Rc;

/// The optimizer's [`Env`] for one language.
pub struct ConstantFacts<'w, 'i, E: Encoding> {
    coding: Coding,
    interpreter: &'i dyn Interpreter<E>,
    warm: &'w WarmState<'i, E>,
}

impl<'w, 'i, E: Encoding> ConstantFacts<'w, 'i, E> {
    pub fn new(warm: &'w WarmState<'i, E>) -> Self {
        ConstantFacts { coding: Coding::of::<E>(), interpreter: warm.interpreter, warm }
    }
}

/// Reads a value inside a constant object.
fn read(address: u64, offset: usize, kind: heap::FieldKind) -> u64 {
    let at = (address as usize + offset) as *const u8;
    // SAFETY: the recorded program loaded this field of this object, so the object has it; constants of a recording
    // are pinned and alive.
    unsafe {
        match (size_bytes(kind), kind) {
            (8, _) => *at.cast::<u64>(),
            (4, heap::FieldKind::I32) => *at.cast::<i32>() as i64 as u64,
            (4, _) => *at.cast::<u32>() as u64,
            (2, _) => *at.cast::<u16>() as u64,
            _ => *at as u64,
        }
    }
}

impl<E: Encoding> Env for ConstantFacts<'_, '_, E> {
    fn coding(&self) -> &Coding {
        &self.coding
    }
    fn special_entry(&self, generic_cell: u64) -> Option<SpecialEntry> {
        self.warm.special_entry(generic_cell)
    }
    fn entry_cell(&self, generic_cell: u64, contract: &Rc<EntryContract>) -> Option<u64> {
        self.warm.entry_cell(generic_cell, contract)
    }
    fn constant_field(&self, object: u64, field: FieldKey) -> Option<Const> {
        if object == 0 || field.mutability() != Mutability::Immutable {
            return None;
        }
        let bits = read(object, field.offset() as usize, field.field_kind());
        // A reference would have to be kept alive and in place like the constants that the recorder made.
        let kind = field.kind();
        let is_plain = match kind {
            Kind::Ref => false,
            Kind::Value => (self.coding.tag_of)(bits) != Some(metatrace_ir::Tag::Ref),
            _ => true,
        };
        is_plain.then_some(Const { kind, bits })
    }
    fn constant_item(&self, object: u64, array: ArrayKey, index: i64) -> Option<Const> {
        let length = self.constant_length(object, array)?;
        if !array.immutable() || !(0..length).contains(&index) {
            return None;
        }
        let kind = array.kind();
        let offset = array.items_offset() as usize + index as usize * size_bytes(array.item_kind());
        let bits = read(object, offset, array.item_kind());
        let is_plain = match kind {
            Kind::Ref => false,
            Kind::Value => (self.coding.tag_of)(bits) != Some(metatrace_ir::Tag::Ref),
            _ => true,
        };
        is_plain.then_some(Const { kind, bits })
    }
    fn constant_length(&self, object: u64, array: ArrayKey) -> Option<i64> {
        // The length of an array object is fixed at its birth.
        (object != 0).then(|| read(object, array.length_offset() as usize, heap::FieldKind::I64) as i64)
    }
    fn constant_layout(&self, object: u64) -> Option<LayoutId> {
        if object == 0 {
            return None;
        }
        // SAFETY: as for `read`.
        let object: Gc<Object> = unsafe { Gc::from_address(object as usize) };
        let layout = object.layout_id();
        self.interpreter.layout_is_stable(layout).then_some(layout)
    }
    fn field_facts(&self, field: FieldKey) -> FieldFacts {
        self.interpreter.field_facts(field.layout(), field.offset())
    }
    fn layout_is_stable(&self, layout: LayoutId) -> bool {
        self.interpreter.layout_is_stable(layout)
    }
}
