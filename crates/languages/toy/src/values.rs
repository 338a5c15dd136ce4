//! Values as the runtime sees them: what a word is, and how it reads.

use crate::maps::Map;
use crate::objects::{self, Closure, List, Record, Text};
use crate::vm::Vm;
use heap::{Gc, Mutator, OutOfMemory};
use metatrace_machine::{Encoding, Host, NanBox, WideInt, Word};
use std::rc::Rc;

/// A word, taken apart.
pub enum Value {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Gc<Text>),
    List(Gc<List>),
    Record(Gc<Record>, Rc<Map>),
    Closure(Gc<Closure>),
}

/// Nested lists and records are shown this deep.
const SHOWN_DEPTH: u32 = 8;

impl Value {
    pub fn of(vm: &Vm, word: Word) -> Value {
        let h = &mut Host;
        if NanBox::is_int(h, word) {
            return Value::Int(NanBox::unbox_int(h, word) as i64);
        }
        if NanBox::is_float(h, word) {
            return Value::Float(NanBox::unbox_float(h, word));
        }
        if NanBox::is_bool(h, word) {
            return Value::Bool(NanBox::unbox_bool(h, word) != 0);
        }
        let Some(object) = objects::object(word) else { return Value::Nil };
        if let Some(map) = vm.maps.get(object.layout_id()) {
            // SAFETY: only records have the layout id of a map.
            return Value::Record(unsafe { object.cast() }, map);
        }
        if let Some(text) = object.downcast::<Text>() {
            return Value::Text(text);
        }
        if let Some(list) = object.downcast::<List>() {
            return Value::List(list);
        }
        if let Some(wide) = object.downcast::<WideInt>() {
            return Value::Int(wide.value.get());
        }
        Value::Closure(object.downcast().expect("cells are never values"))
    }

    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Record(..) => "record",
            Value::Closure(_) => "function",
        }
    }
}

/// Appends a value as `print` shows it: strings as they are at the outermost level, quoted inside lists and records.
pub fn show(vm: &Vm, word: Word, depth: u32, out: &mut Vec<u8>) {
    match Value::of(vm, word) {
        Value::Nil => out.extend(b"nil"),
        Value::Bool(value) => out.extend(if value { &b"true"[..] } else { b"false" }),
        Value::Int(value) => out.extend(value.to_string().bytes()),
        Value::Float(value) if value.is_nan() => out.extend(b"nan"),
        Value::Float(value) => out.extend(format!("{value:?}").bytes()),
        Value::Text(text) if depth == 0 => out.extend(text.items()),
        Value::Text(text) => {
            out.push(b'"');
            out.extend(text.items());
            out.push(b'"');
        }
        _ if depth > SHOWN_DEPTH => out.extend(b"..."),
        Value::List(list) => {
            out.push(b'[');
            for (at, item) in list.storage().items()[..list.len()].iter().enumerate() {
                out.extend(if at > 0 { &b", "[..] } else { b"" });
                show(vm, item.get(), depth + 1, out);
            }
            out.push(b']');
        }
        Value::Record(record, map) => {
            out.push(b'{');
            for (number, &name) in map.fields.iter().enumerate() {
                out.extend(if number > 0 { &b", "[..] } else { b"" });
                out.extend(vm.symbols.borrow().text(name).bytes());
                out.extend(b": ");
                show(vm, field(&record, &map, number as u32), depth + 1, out);
            }
            out.push(b'}');
        }
        Value::Closure(closure) => {
            let name = vm.code(closure.function.get() as u64).function.name;
            out.extend(format!("<fn {}>", vm.symbols.borrow().text(name)).bytes());
        }
    }
}

/// The value of a record's field, by number.
pub fn field(record: &Gc<Record>, map: &Map, number: u32) -> Word {
    use crate::maps::FieldPlace;
    match map.place(number) {
        FieldPlace::Inline(slot) => objects::record_slot(record, slot).get(),
        FieldPlace::Overflow(index) => {
            let overflow = record.overflow.get().expect("the map says that a field overflows");
            overflow.items()[index as usize].get()
        }
    }
}

/// Stores a value into an existing field, by number.
pub fn set_field(mutator: &Mutator, record: &Gc<Record>, map: &Map, number: u32, value: Word) {
    use crate::maps::FieldPlace;
    match map.place(number) {
        FieldPlace::Inline(slot) => objects::record_slot(record, slot).set(mutator, *record, value),
        FieldPlace::Overflow(index) => {
            let overflow = record.overflow.get().expect("the map says that a field overflows");
            overflow.items()[index as usize].set(mutator, overflow, value);
        }
    }
}

/// A new record of a map that has no overflowing fields. GC: may collect.
pub fn new_record(mutator: &Mutator, map: &Map, fields: &[Word]) -> Result<Gc<Record>, OutOfMemory> {
    debug_assert!(fields.len() == map.fields.len() && map.overflow_capacity() == 0);
    let object = mutator.alloc_dynamic(map.layout, map.size_bytes() as usize)?;
    // SAFETY: an object of a map's layout is a record.
    let record: Gc<Record> = unsafe { object.cast() };
    record.overflow.init(None);
    for slot in 0..map.inline_slots {
        let value = fields.get(slot as usize).copied().unwrap_or(NanBox::UNSET);
        objects::record_slot(&record, slot).init(value);
    }
    Ok(record)
}

/// An error as the runtime throws it: a record of its kind and a message. GC: may collect.
pub fn new_error(vm: &Vm, mutator: &Mutator, kind: &str, message: &str) -> Result<Gc<Record>, OutOfMemory> {
    let names = {
        let mut symbols = vm.symbols.borrow_mut();
        [symbols.intern("kind"), symbols.intern("message")]
    };
    let map = vm.maps.of_fields(vm.heap(), &names).map_err(|_| OutOfMemory)?;
    let kind = objects::new_text(mutator, kind.as_bytes())?;
    let message = objects::new_text(mutator, message.as_bytes())?;
    new_record(mutator, &map, &[objects::word(kind), objects::word(message)])
}
