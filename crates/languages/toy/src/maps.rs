//! Maps: the hidden classes of records.
//!
//! All records that got the same fields in the same order share a map: a layout registered with the heap at run time, whose id is in
//! the record's header. So "does this record look like the one I saw last?" is one 32-bit compare, to the interpreter's
//! inline caches and to a trace's guards alike, and under that guard a field is a load from a constant offset. Adding a
//! field moves a record to another map along a transition (Chambers, Ungar and Lee, "An efficient implementation of
//! SELF", OOPSLA 1989).
//!
//! Growth rule: a record literal with fields gets exactly as many inline slots, `{}` gets four; at most sixteen. A record
//! keeps its size, so further fields go to its overflow array, whose capacity starts at four and doubles.
//!
//! Everything here is green: it depends only on the program's text and on layout ids.
//! Limits: no dictionary mode; a record has at most [`FIELD_LIMIT`] fields, and maps are never given back.

use crate::objects::Record;
use crate::source::Symbol;
use heap::{DynamicLayout, Heap, HeapError, LayoutId};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Fields of one record.
pub const FIELD_LIMIT: usize = 1000;
const EMPTY_INLINE_SLOTS: u32 = 4;
const MOST_INLINE_SLOTS: u32 = 16;
const FIRST_OVERFLOW_CAPACITY: u32 = 4;

/// Where a field lies in the records of a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldPlace {
    Inline(u32),
    Overflow(u32),
}

/// See the module header.
#[derive(Debug)]
pub struct Map {
    pub layout: LayoutId,
    /// Inline slots, used or not.
    pub inline_slots: u32,
    /// Field names in the order of addition; the position is the field's number.
    pub fields: Vec<Symbol>,
    numbers: HashMap<Symbol, u32>,
    transitions: RefCell<HashMap<Symbol, LayoutId>>,
}

impl Map {
    pub fn size_bytes(&self) -> u32 {
        Record::FIXED_BYTES + 8 * self.inline_slots
    }

    pub fn find(&self, name: Symbol) -> Option<FieldPlace> {
        self.numbers.get(&name).map(|&number| self.place(number))
    }

    pub fn place(&self, number: u32) -> FieldPlace {
        match number.checked_sub(self.inline_slots) {
            None => FieldPlace::Inline(number),
            Some(index) => FieldPlace::Overflow(index),
        }
    }

    /// Capacity of the overflow array of this map's records: 0, 4, 8, 16, …
    pub fn overflow_capacity(&self) -> u32 {
        match (self.fields.len() as u32).saturating_sub(self.inline_slots) {
            0 => 0,
            used => used.next_power_of_two().max(FIRST_OVERFLOW_CAPACITY),
        }
    }
}

/// All maps of one interpreter.
pub struct Maps {
    /// By layout id, less [`heap::FIRST_DYNAMIC_LAYOUT`].
    by_layout: RefCell<Vec<Option<Rc<Map>>>>,
    /// The empty map of each number of inline slots.
    roots: RefCell<HashMap<u32, LayoutId>>,
}

impl Default for Maps {
    fn default() -> Self {
        Self { by_layout: RefCell::new(Vec::new()), roots: RefCell::new(HashMap::new()) }
    }
}

impl Maps {
    /// The map with this layout id; `None` if it is the layout of something else than a record.
    pub fn get(&self, layout: LayoutId) -> Option<Rc<Map>> {
        let index = layout.0.checked_sub(heap::FIRST_DYNAMIC_LAYOUT)?;
        self.by_layout.borrow().get(index as usize)?.clone()
    }

    /// The map of a fresh record with these fields, in this order.
    pub fn of_fields(&self, heap: &Heap, fields: &[Symbol]) -> Result<Rc<Map>, HeapError> {
        let inline_slots = match fields.len() as u32 {
            0 => EMPTY_INLINE_SLOTS,
            n => n.min(MOST_INLINE_SLOTS),
        };
        let known = self.roots.borrow().get(&inline_slots).copied();
        let mut map = match known.and_then(|layout| self.get(layout)) {
            Some(map) => map,
            None => {
                let map = self.make(heap, inline_slots, Vec::new())?;
                self.roots.borrow_mut().insert(inline_slots, map.layout);
                map
            }
        };
        for &name in fields {
            map = self.with_field(heap, &map, name)?;
        }
        Ok(map)
    }

    /// The map that a record of `map` has after `name` was added.
    pub fn with_field(&self, heap: &Heap, map: &Map, name: Symbol) -> Result<Rc<Map>, HeapError> {
        let known = map.transitions.borrow().get(&name).copied();
        if let Some(next) = known.and_then(|layout| self.get(layout)) {
            return Ok(next);
        }
        let mut fields = map.fields.clone();
        fields.push(name);
        let next = self.make(heap, map.inline_slots, fields)?;
        map.transitions.borrow_mut().insert(name, next.layout);
        Ok(next)
    }

    fn make(&self, heap: &Heap, inline_slots: u32, fields: Vec<Symbol>) -> Result<Rc<Map>, HeapError> {
        let fixed_words = Record::FIXED_BYTES / 8;
        let inline = ((1_u64 << inline_slots) - 1) << fixed_words;
        let layout = heap.try_register_dynamic(DynamicLayout {
            name: "record".into(),
            size_bytes: Record::FIXED_BYTES + 8 * inline_slots,
            pointer_slots: inline | <Record as heap::Layout>::DESCR.pointer_slots,
            ..DynamicLayout::default()
        })?;
        let numbers = fields.iter().enumerate().map(|(number, &name)| (name, number as u32)).collect();
        let transitions = RefCell::default();
        let map = Rc::new(Map { layout, inline_slots, fields, numbers, transitions });
        let index = (layout.0 - heap::FIRST_DYNAMIC_LAYOUT) as usize;
        let mut by_layout = self.by_layout.borrow_mut();
        let length = by_layout.len().max(index + 1);
        by_layout.resize(length, None);
        by_layout[index] = Some(map.clone());
        Ok(map)
    }
}

/// What an instruction that names a field learned when it last looked one up.
#[derive(Debug)]
pub struct FieldCache {
    layout: Cell<LayoutId>,
    /// The layout afterwards: another one if the instruction adds the field.
    next: Cell<LayoutId>,
    place: Cell<FieldPlace>,
}

impl Default for FieldCache {
    fn default() -> Self {
        let none = LayoutId(0); // the id of no object
        Self { layout: Cell::new(none), next: Cell::new(none), place: Cell::new(FieldPlace::Inline(0)) }
    }
}

impl FieldCache {
    /// The field's place in records of `layout`, and their layout after it was stored, if the cache knows.
    #[inline(always)]
    pub fn get(&self, layout: LayoutId) -> Option<(FieldPlace, LayoutId)> {
        (self.layout.get() == layout).then(|| (self.place.get(), self.next.get()))
    }

    pub fn set(&self, layout: LayoutId, place: FieldPlace, next: LayoutId) {
        self.layout.set(layout);
        self.place.set(place);
        self.next.set(next);
    }
}
