//! What is known about the contents of the heap: loads answered from earlier loads and stores, stores dropped when
//! they change nothing or are overwritten before anyone could see them.
//!
//! Fields with different keys never alias; within a key, objects are told apart by `layouts.rs` ([`Cx::alias`]). A
//! store into an object that others know is *delayed*, one per key: until an operation that may read it,
//! another store to the key, a guard, or the end of the block. A delayed store whose value is a virtual object stays
//! delayed across guards, whose snapshots then list it: so an object that is stored, and taken back before the next
//! call, is never made. So do the stores that `sink.rs` takes out of a loop.
//!
//! Invariants: the stores that initialise a new object are never delayed (the collector may look at it);
//! neither are those to an object whose layout was just set. A guard and the residual call that it belongs to have no store
//! between them: what such a call's guard would flush is flushed before the call.
//!
//! Known limits: array items are not delayed, except that nothing is stored twice.
//!
//! Source: PyPy `optimizeopt/heap.py`.

use crate::cx::Cx;
use crate::layouts::Alias;
use crate::pass::{Flow, InvalidLoop, OpcodeSet, Pending};
use crate::pure::NOT_SHORT;
use crate::shots::DelayedStore;
use crate::sink::OwedStore;
use crate::virtuals::VirtualValue;
use heap::{FieldKind, Mutability};
use metatrace_ir::{ArrayKey, Aux, Class, FieldKey, Opcode, Operand, VirtualKind};
use metatrace_machine::{Effects, Footprint};

/// One field of one object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownField {
    pub object: Operand,
    pub value: Operand,
    pub short: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct FieldList {
    pub key: FieldKey,
    pub known: Vec<KnownField>,
    delayed: Option<(Operand, Operand)>,
    /// Delayed stores stay so across guards (`sink.rs`).
    sinks: bool,
}

/// One item of one array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownItem {
    pub object: Operand,
    pub index: Operand,
    pub value: Operand,
    pub short: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct ArrayList {
    pub key: ArrayKey,
    pub known: Vec<KnownItem>,
}

/// See the module header.
#[derive(Clone, Default, Debug)]
pub struct HeapCache {
    pub(crate) fields: Vec<FieldList>,
    pub(crate) arrays: Vec<ArrayList>,
    /// Number of keys with a delayed store.
    delayed_count: u32,
    /// Objects whose layout was set: no store into them is delayed.
    eager: Vec<Operand>,
}

/// Items remembered per array key; the oldest is forgotten first.
const MAX_ITEMS: usize = 64;

impl HeapCache {
    pub(crate) fn clear(&mut self) {
        debug_assert_eq!(self.delayed_count, 0, "a block ends with all stores done");
        *self = HeapCache::default();
    }

    fn field_list(&mut self, key: FieldKey) -> usize {
        match self.fields.iter().position(|l| l.key == key) {
            Some(i) => i,
            None => {
                self.fields.push(FieldList { key, known: Vec::new(), delayed: None, sinks: false });
                self.fields.len() - 1
            }
        }
    }

    fn array_list(&mut self, key: ArrayKey) -> usize {
        match self.arrays.iter().position(|l| l.key == key) {
            Some(i) => i,
            None => {
                self.arrays.push(ArrayList { key, known: Vec::new() });
                self.arrays.len() - 1
            }
        }
    }

    /// A store that an earlier iteration left to do.
    pub(crate) fn owe(&mut self, key: FieldKey, object: Operand, value: Operand) {
        let list = self.field_list(key);
        self.fields[list].delayed = Some((object, value));
        self.fields[list].sinks = true;
        self.delayed_count += 1;
    }

    /// Lets the delayed store of a key, if there is one, stay so across guards.
    pub(crate) fn keep_delayed(&mut self, key: FieldKey) {
        let list = self.field_list(key);
        self.fields[list].sinks = self.fields[list].delayed.is_some();
    }

    pub(crate) fn know_field(&mut self, key: FieldKey, known: KnownField) {
        let list = self.field_list(key);
        self.fields[list].known.push(known);
    }

    pub(crate) fn know_item(&mut self, key: ArrayKey, known: KnownItem) {
        let list = self.array_list(key);
        let items = &mut self.arrays[list].known;
        if items.len() == MAX_ITEMS {
            items.remove(0);
        }
        items.push(known);
    }
}

pub(crate) const VISITS: OpcodeSet = OpcodeSet::of_class(Class::Guard).union(OpcodeSet::of(&[
    Opcode::LoadField,
    Opcode::StoreField,
    Opcode::LoadItem,
    Opcode::StoreItem,
    Opcode::SetLayout,
    Opcode::Call,
    Opcode::Finish,
    Opcode::FinishRaise,
    Opcode::Jump,
    Opcode::Leave,
]));
pub(crate) const LEARNS_FROM: OpcodeSet = OpcodeSet::of(&[
    Opcode::LoadField,
    Opcode::StoreField,
    Opcode::LoadItem,
    Opcode::StoreItem,
    Opcode::StoreRaw,
    Opcode::SetLayout,
    Opcode::NewArray,
    Opcode::Call,
    Opcode::CallTrace,
]);

pub(crate) fn visit(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    match op.opcode {
        Opcode::LoadField => visit_load_field(cx, op),
        Opcode::StoreField => visit_store_field(cx, op),
        Opcode::LoadItem => visit_load_item(cx, op),
        Opcode::StoreItem => {
            cx.fit_for_store(op.args[2])?;
            visit_store_item(cx, op)
        }
        Opcode::SetLayout => {
            op.args[0] = cx.force(op.args[0])?;
            if cx.layout_of(op.args[0]) == Some(op.aux.as_layout()) {
                return Ok(Flow::Drop);
            }
            cx.flush_all()?;
            Ok(Flow::Next)
        }
        Opcode::Call => {
            for arg in &mut op.varargs {
                *arg = cx.force(*arg)?;
            }
            cx.flush_for_call(&op.aux.as_call().effects)?;
            Ok(Flow::Next)
        }
        Opcode::CallTrace | Opcode::Finish | Opcode::FinishRaise | Opcode::Jump => {
            if op.opcode == Opcode::CallTrace {
                for arg in &mut op.varargs {
                    *arg = cx.force(*arg)?;
                }
            }
            cx.flush_all()?;
            Ok(Flow::Next)
        }
        Opcode::Leave => {
            cx.flush_real()?;
            Ok(Flow::Next)
        }
        _ if op.opcode.class() == Class::Guard => {
            cx.flush_real()?;
            Ok(Flow::Next)
        }
        _ => Ok(Flow::Next),
    }
}

fn visit_load_field(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let object = cx.force(op.args[0])?;
    op.args[0] = object;
    let list = cx.heap.field_list(op.aux.as_field());
    if let Some((other, value)) = cx.heap.fields[list].delayed {
        match cx.alias(object, other) {
            Alias::Must if cx.survives(op.aux.as_field().field_kind(), value) => {
                return Ok(Flow::Value(value));
            }
            Alias::Must | Alias::May => cx.flush(list)?,
            Alias::No => {}
        }
    }
    match cx.known_field(list, object) {
        Some(known) => {
            cx.touch(known.short);
            Ok(Flow::Value(known.value))
        }
        None => Ok(Flow::Next),
    }
}

fn visit_store_field(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let object = cx.force(op.args[0])?;
    let value = cx.resolve(op.args[1]);
    op.args[0] = object;
    let key = op.aux.as_field();
    let list = cx.heap.field_list(key);
    if let Some((other, _)) = cx.heap.fields[list].delayed
        && cx.alias(object, other) != Alias::Must
    {
        cx.flush(list)?;
    }
    if let Some(known) = cx.known_field(list, object)
        && cx.resolve(known.value) == value
    {
        cx.touch(known.short);
        return Ok(Flow::Drop);
    }
    // In the initialising stores of an object, and where the collector relies on the layout, order matters.
    let new = cx.info(object).is_some_and(|i| i.unescaped) || cx.heap.eager.contains(&object);
    if new {
        return Ok(Flow::Next);
    }
    cx.learn_field(list, object, value);
    if cx.heap.fields[list].delayed.is_none() {
        cx.heap.delayed_count += 1;
    }
    cx.heap.fields[list].delayed = Some((object, value));
    Ok(Flow::Drop)
}

fn visit_load_item(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let object = cx.force(op.args[0])?;
    let index = cx.resolve(op.args[1]);
    op.args[0] = object;
    let list = cx.heap.array_list(op.aux.as_array());
    match cx.known_item(list, object, index) {
        Some(known) => {
            cx.touch(known.short);
            Ok(Flow::Value(known.value))
        }
        None => Ok(Flow::Next),
    }
}

fn visit_store_item(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let object = cx.force(op.args[0])?;
    let (index, value) = (cx.resolve(op.args[1]), cx.resolve(op.args[2]));
    op.args[0] = object;
    let list = cx.heap.array_list(op.aux.as_array());
    if let Some(known) = cx.known_item(list, object, index)
        && cx.resolve(known.value) == value
    {
        cx.touch(known.short);
        return Ok(Flow::Drop);
    }
    Ok(Flow::Next)
}

pub(crate) fn emitted(cx: &mut Cx<'_>, op: &Pending, result: Operand) -> Result<(), InvalidLoop> {
    match op.opcode {
        Opcode::LoadField => {
            let object = cx.resolve(op.args[0]);
            let known = KnownField { object, value: result, short: NOT_SHORT };
            cx.heap.know_field(op.aux.as_field(), known);
        }
        Opcode::LoadItem => {
            let (object, index) = (cx.resolve(op.args[0]), cx.resolve(op.args[1]));
            cx.heap
                .know_item(op.aux.as_array(), KnownItem { object, index, value: result, short: NOT_SHORT });
        }
        Opcode::StoreField => {
            let list = cx.heap.field_list(op.aux.as_field());
            let object = cx.resolve(op.args[0]);
            // A flushed store is known already, perhaps in a better form than the forced one.
            if cx.known_field(list, object).is_none_or(|k| cx.resolve(k.value) != cx.resolve(op.args[1])) {
                cx.learn_field(list, object, op.args[1]);
            }
        }
        Opcode::StoreItem => cx.learn_item(op),
        Opcode::StoreRaw => {
            // Raw memory is not the inside of an object, but it may be what an array's items lie in.
            for list in &mut cx.heap.arrays {
                list.known.clear();
            }
        }
        Opcode::SetLayout => {
            let object = cx.resolve(op.args[0]);
            cx.heap.eager.push(object);
        }
        Opcode::NewArray => {
            let length = Pending::new(Opcode::ArrayLen, None, &[result], op.aux);
            cx.know_short(&length, op.args[0], NOT_SHORT);
        }
        Opcode::Call => cx.forget_after(&op.aux.as_call().effects),
        Opcode::CallTrace => cx.forget_after(&Effects::ANY),
        _ => {}
    }
    Ok(())
}

impl Cx<'_> {
    pub(crate) fn known_field(&self, list: usize, object: Operand) -> Option<KnownField> {
        let known = &self.heap.fields[list].known;
        known.iter().rev().find(|k| self.resolve(k.object) == object).copied()
    }

    fn known_item(&self, list: usize, object: Operand, index: Operand) -> Option<KnownItem> {
        let known = &self.heap.arrays[list].known;
        known
            .iter()
            .rev()
            .find(|k| self.resolve(k.object) == object && self.resolve(k.index) == index)
            .copied()
    }

    /// After a store: what may be the same field is forgotten, this value is known.
    fn learn_field(&mut self, list: usize, object: Operand, value: Operand) {
        let mut known = std::mem::take(&mut self.heap.fields[list].known);
        known.retain(|k| self.alias(k.object, object) == Alias::No);
        if self.survives(self.heap.fields[list].key.field_kind(), value) {
            known.push(KnownField { object, value, short: NOT_SHORT });
        }
        self.heap.fields[list].known = known;
    }

    fn learn_item(&mut self, op: &Pending) {
        let key = op.aux.as_array();
        let [object, index, value] = op.args.map(|a| self.resolve(a));
        let list = self.heap.array_list(key);
        let mut known = std::mem::take(&mut self.heap.arrays[list].known);
        known.retain(|k| {
            self.alias(k.object, object) == Alias::No
                || self.bound_of(k.index).meet(self.bound_of(index)).is_none()
        });
        self.heap.arrays[list].known = known;
        if self.survives(key.item_kind(), value) {
            self.heap.know_item(key, KnownItem { object, index, value, short: NOT_SHORT });
        }
    }

    /// Whether a load after the store yields the stored value itself: narrow fields cut integers off.
    fn survives(&self, kind: FieldKind, value: Operand) -> bool {
        let (low, high) = match kind {
            FieldKind::U8 => (0, u8::MAX as i64),
            FieldKind::U16 => (0, u16::MAX as i64),
            FieldKind::U32 => (0, u32::MAX as i64),
            FieldKind::I32 => (i32::MIN as i64, i32::MAX as i64),
            _ => return true,
        };
        let bound = self.bound_of(value);
        bound.lower() >= low && bound.upper() <= high
    }

    // -- delayed stores

    /// Performs the delayed store of a key.
    pub(crate) fn flush(&mut self, list: usize) -> Result<(), InvalidLoop> {
        let Some((_, value)) = self.heap.fields[list].delayed else { return Ok(()) };
        self.fit_for_store(value)?;
        let Some((object, value)) = self.heap.fields[list].delayed.take() else { return Ok(()) };
        self.heap.delayed_count -= 1;
        let aux = Aux::field(self.heap.fields[list].key);
        self.append(&Pending::new(Opcode::StoreField, None, &[object, value], aux))?;
        Ok(())
    }

    /// Drops the delayed store of a key if it is this one: another block performs it.
    pub(crate) fn forget_owed(&mut self, store: &OwedStore) {
        let list = self.heap.field_list(store.key);
        if let Some(delayed) = self.heap.fields[list].delayed
            && self.is_same_store(delayed, store)
        {
            self.heap.fields[list].delayed = None;
            self.heap.delayed_count -= 1;
        }
    }

    fn is_same_store(&self, (object, value): (Operand, Operand), store: &OwedStore) -> bool {
        self.resolve(object) == self.resolve(store.object) && self.same_value(value, store.value)
    }

    /// Tests the integers of all delayed stores but these, as performing them would (`fit.rs`).
    pub(crate) fn fit_delayed_except(&mut self, owed: &[OwedStore]) -> Result<(), InvalidLoop> {
        for list in 0..self.heap.fields.len() {
            let (key, delayed) = (self.heap.fields[list].key, self.heap.fields[list].delayed);
            let Some(delayed) = delayed else { continue };
            if !owed.iter().any(|store| store.key == key && self.is_same_store(delayed, store)) {
                self.fit_for_store(delayed.1)?;
            }
        }
        Ok(())
    }

    pub(crate) fn flush_all(&mut self) -> Result<(), InvalidLoop> {
        self.flush_where(|_, _, _| true)
    }

    /// Performs the delayed stores that are not to sink.
    pub(crate) fn flush_settled(&mut self) -> Result<(), InvalidLoop> {
        self.flush_where(|_, list, _| !list.sinks)
    }

    /// Performs the delayed stores that do not outlive a guard.
    fn flush_real(&mut self) -> Result<(), InvalidLoop> {
        self.flush_where(|cx, list, value| !list.sinks && !cx.holds_virtual_object(value))
    }

    fn flush_where(
        &mut self,
        wanted: impl Fn(&Self, &FieldList, Operand) -> bool,
    ) -> Result<(), InvalidLoop> {
        if self.heap.delayed_count == 0 {
            return Ok(());
        }
        for list in 0..self.heap.fields.len() {
            if let Some((_, value)) = self.heap.fields[list].delayed
                && wanted(self, &self.heap.fields[list], value)
            {
                self.flush(list)?;
            }
        }
        Ok(())
    }

    fn flush_for_call(&mut self, effects: &Effects) -> Result<(), InvalidLoop> {
        if effects.runs_user_code || touches_everything(&effects.reads) || touches_everything(&effects.writes)
        {
            return self.flush_all();
        }
        let (reads, writes) = (effects.reads, effects.writes);
        let can_raise = effects.can_raise;
        self.flush_where(|cx, list, value| {
            touches_field(&reads, list.key)
                || touches_field(&writes, list.key)
                || (can_raise && !list.sinks && !cx.holds_virtual_object(value))
        })
    }

    fn holds_virtual_object(&self, value: Operand) -> bool {
        match self.as_virtual(value) {
            Some(VirtualValue::Box { tag: metatrace_ir::Tag::Ref, inner }) => {
                self.as_virtual(*inner).is_some()
            }
            Some(VirtualValue::Box { .. }) | None => false,
            Some(_) => true,
        }
    }

    /// For the snapshot of a guard: adds them to a list.
    pub(crate) fn delayed_stores(&self, to: &mut Vec<DelayedStore>) {
        if self.heap.delayed_count == 0 {
            return;
        }
        to.extend(self.heap.fields.iter().filter_map(|list| {
            list.delayed.map(|(object, value)| DelayedStore {
                kind: VirtualKind::Store { field: list.key },
                operands: [object, value, Operand::NONE],
            })
        }));
    }

    // -- forgetting

    fn forget_after(&mut self, effects: &Effects) {
        let everything = effects.runs_user_code || touches_everything(&effects.writes);
        if matches!(effects.writes, Footprint::Nothing) && !everything {
            return;
        }
        let mut fields = std::mem::take(&mut self.heap.fields);
        for list in &mut fields {
            let immutable = list.key.mutability() == Mutability::Immutable;
            if !immutable && (everything || touches_field(&effects.writes, list.key)) {
                list.known.retain(|k| self.is_unescaped(k.object));
            }
        }
        self.heap.fields = fields;
        let mut arrays = std::mem::take(&mut self.heap.arrays);
        for list in &mut arrays {
            if !list.key.immutable() && (everything || touches_array(&effects.writes, list.key)) {
                list.known.retain(|k| self.is_unescaped(k.object));
            }
        }
        self.heap.arrays = arrays;
    }

    fn is_unescaped(&self, object: Operand) -> bool {
        self.info(object).is_some_and(|i| i.unescaped)
    }
}

pub(crate) fn touches_everything(footprint: &Footprint) -> bool {
    matches!(footprint, Footprint::Everything)
}

pub(crate) fn touches_field(footprint: &Footprint, key: FieldKey) -> bool {
    match footprint {
        Footprint::Nothing => false,
        Footprint::Only { fields, .. } => fields.iter().any(|f| FieldKey::new(*f) == key),
        Footprint::Everything => true,
    }
}

fn touches_array(footprint: &Footprint, key: ArrayKey) -> bool {
    match footprint {
        Footprint::Nothing => false,
        Footprint::Only { arrays, .. } => arrays.iter().any(|a| ArrayKey::new(*a) == key),
        Footprint::Everything => true,
    }
}
