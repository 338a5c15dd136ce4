//! The names that textual IR may use for fields, layouts, functions and code objects.
//!
//! A trace holds numbers only (offsets, addresses, ids). Printer and parser are given a table that translates;
//! what it does not know is printed raw (`field(12, 16, i64, mutable)`, `0x7f00…`) and can be read back, except
//! functions: a call needs a descriptor, which cannot be made from text.

use crate::op::{ArrayKey, FieldKey, Opcode};
use crate::trace::Trace;
use heap::{FieldKind, LayoutDescr, LayoutId, Mutability};
use metatrace_machine::{CallDescr, Encoding, Host, Word};
use std::collections::HashMap;

/// Every field kind with its name in the textual IR.
pub(super) const FIELD_KINDS: [(FieldKind, &str); 10] = [
    (FieldKind::Value, "value"),
    (FieldKind::Ref, "ref"),
    (FieldKind::I64, "i64"),
    (FieldKind::F64, "f64"),
    (FieldKind::I32, "i32"),
    (FieldKind::U32, "u32"),
    (FieldKind::U16, "u16"),
    (FieldKind::U8, "u8"),
    (FieldKind::Bool, "bool"),
    (FieldKind::Word, "word"),
];

pub(super) const MUTABILITIES: [(Mutability, &str); 3] = [
    (Mutability::Immutable, "immutable"),
    (Mutability::QuasiImmutable, "quasi_immutable"),
    (Mutability::Mutable, "mutable"),
];

/// A tagged word that has a notation of its own.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum TaggedWord {
    Int(i64),
    Float(f64),
    Bool(bool),
    None,
    Unset,
}

/// The two directions between words and their notation; one encoding's.
#[derive(Clone, Copy, Debug)]
struct Tagging {
    decode: fn(Word) -> Option<TaggedWord>,
    encode: fn(TaggedWord) -> Option<Word>,
}

/// See the module header.
#[derive(Clone, Default, Debug)]
pub struct DescrTable {
    fields: HashMap<String, FieldKey>,
    field_names: HashMap<FieldKey, String>,
    layouts: HashMap<String, LayoutId>,
    layout_names: HashMap<LayoutId, String>,
    arrays: HashMap<String, ArrayKey>,
    array_names: HashMap<ArrayKey, String>,
    calls: HashMap<&'static str, &'static CallDescr>,
    addresses: HashMap<String, u64>,
    address_names: HashMap<u64, String>,
    tagging: Option<Tagging>,
}

impl DescrTable {
    pub fn new() -> DescrTable {
        DescrTable::default()
    }

    /// Uses the notation `'5`, `'none` … for tagged words of this encoding.
    pub fn use_encoding<E: Encoding>(&mut self) -> &mut Self {
        self.tagging = Some(Tagging { decode: decode::<E>, encode: encode::<E> });
        self
    }

    /// Names a layout, its fields (`layout.field`) and its variable part (`layout`).
    pub fn add_layout(&mut self, descr: &LayoutDescr) -> &mut Self {
        self.add_layout_id(descr.name, descr.id);
        for field in descr.fields {
            self.add_field(&format!("{}.{}", descr.name, field.name), FieldKey::new(*field));
        }
        if let Some(array) = descr.array {
            self.add_array(descr.name, ArrayKey::new(array));
        }
        self
    }

    /// Names a layout without fields: a hidden class.
    pub fn add_layout_id(&mut self, name: &str, id: LayoutId) -> &mut Self {
        self.layouts.insert(name.to_string(), id);
        self.layout_names.insert(id, name.to_string());
        self
    }

    /// `name` is `layout.field`, of letters, digits, `_` and `.`.
    pub fn add_field(&mut self, name: &str, key: FieldKey) -> &mut Self {
        self.fields.insert(name.to_string(), key);
        self.field_names.insert(key, name.to_string());
        self
    }

    pub fn add_array(&mut self, name: &str, key: ArrayKey) -> &mut Self {
        self.arrays.insert(name.to_string(), key);
        self.array_names.insert(key, name.to_string());
        self
    }

    /// Makes a function known by the name in its descriptor.
    pub fn add_call(&mut self, descr: &'static CallDescr) -> &mut Self {
        self.calls.insert(descr.name, descr);
        self
    }

    /// Makes the functions known that a trace calls.
    pub fn add_calls_of(&mut self, trace: &Trace) -> &mut Self {
        for op in trace.ops.iter().filter(|op| op.opcode == Opcode::Call) {
            self.add_call(op.aux.as_call());
        }
        self
    }

    /// Names an address: a code object, a trace cell, an assumption's flag.
    pub fn add_address(&mut self, name: &str, address: u64) -> &mut Self {
        self.addresses.insert(name.to_string(), address);
        self.address_names.insert(address, name.to_string());
        self
    }

    pub fn field(&self, name: &str) -> Option<FieldKey> {
        self.fields.get(name).copied()
    }
    pub fn array(&self, name: &str) -> Option<ArrayKey> {
        self.arrays.get(name).copied()
    }
    pub fn layout(&self, name: &str) -> Option<LayoutId> {
        self.layouts.get(name).copied()
    }
    pub fn call(&self, name: &str) -> Option<&'static CallDescr> {
        self.calls.get(name).copied()
    }
    pub fn address(&self, name: &str) -> Option<u64> {
        self.addresses.get(name).copied()
    }

    pub(super) fn field_text(&self, key: FieldKey) -> String {
        if let Some(name) = self.field_names.get(&key) {
            return name.clone();
        }
        let kind = name_of(&FIELD_KINDS, key.field_kind());
        let mutability = name_of(&MUTABILITIES, key.mutability());
        format!("field({}, {}, {kind}, {mutability})", key.layout().0, key.offset())
    }

    pub(super) fn array_text(&self, key: ArrayKey) -> String {
        if let Some(name) = self.array_names.get(&key) {
            return name.clone();
        }
        let item = name_of(&FIELD_KINDS, key.item_kind());
        let mutability = if key.immutable() { "immutable" } else { "mutable" };
        let (length, items) = (key.length_offset(), key.items_offset());
        format!("array({}, {item}, {length}, {items}, {mutability})", key.layout().0)
    }

    pub(super) fn layout_text(&self, id: LayoutId) -> String {
        self.layout_names.get(&id).cloned().unwrap_or_else(|| id.0.to_string())
    }

    pub(super) fn address_text(&self, address: u64) -> String {
        self.address_names.get(&address).cloned().unwrap_or_else(|| format!("{address:#x}"))
    }

    /// The notation of a tagged word, if the encoding is known and the word has one that reads back as itself.
    pub(super) fn decode_word(&self, word: Word) -> Option<TaggedWord> {
        let tagging = self.tagging?;
        (tagging.decode)(word).filter(|t| (tagging.encode)(*t) == Some(word))
    }

    /// `None`: no encoding is known, or it has no such immediate.
    pub(super) fn encode_word(&self, tagged: TaggedWord) -> Option<Word> {
        (self.tagging?.encode)(tagged)
    }
}

pub(super) fn name_of<T: PartialEq>(table: &[(T, &'static str)], item: T) -> &'static str {
    table.iter().find(|(t, _)| *t == item).map_or("?", |(_, name)| name)
}

fn decode<E: Encoding>(word: Word) -> Option<TaggedWord> {
    let host = &mut Host;
    Some(match word {
        _ if word == E::UNSET => TaggedWord::Unset,
        _ if word == E::NONE => TaggedWord::None,
        _ if E::is_bool(host, word) => TaggedWord::Bool(E::unbox_bool(host, word) != 0),
        _ if E::is_int(host, word) => TaggedWord::Int(E::unbox_int(host, word) as i64),
        // Not-a-numbers differ in bits that their notation does not show.
        _ if E::is_float(host, word) => {
            TaggedWord::Float(Some(E::unbox_float(host, word)).filter(|f| !f.is_nan())?)
        }
        _ => return None,
    })
}

fn encode<E: Encoding>(tagged: TaggedWord) -> Option<Word> {
    let host = &mut Host;
    Some(match tagged {
        TaggedWord::Unset => E::UNSET,
        TaggedWord::None => E::NONE,
        TaggedWord::Bool(b) => E::box_bool(host, b),
        TaggedWord::Int(i) => {
            Some(i as u64).filter(|i| E::int_fits(host, *i)).map(|i| E::box_int(&mut Host, i))?
        }
        TaggedWord::Float(f) => E::box_float(host, f),
    })
}
