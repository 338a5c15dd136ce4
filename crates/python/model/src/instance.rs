//! Attributes of instances, by map.

use crate::dict;
use crate::maps::{ATTRIBUTE_LIMIT, FIXED_BYTES, MapRef, Place};
use crate::objects::{Dict, Instance, Values};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::{TypeRef, flags};
use crate::value::{UNSET, Word, as_instance, word};
use heap::{Gc, Layout, WordSlot};

/// A fresh instance of a class, without attributes.
/// Errors: out of memory.
pub fn new(py: Py, class: TypeRef, payload: Word) -> Result {
    let map = py.vm().maps.root(&py.vm().heap, class);
    let object = py.check(py.mutator().alloc_dynamic(map.layout, map.size_bytes() as usize))?;
    // SAFETY: maps lay out instances.
    let instance: Gc<Instance> = unsafe { object.cast() };
    instance.payload.init(payload);
    Ok(word(instance))
}

/// The map of an instance.
#[inline(always)]
pub fn map(py: Py, instance: Gc<Instance>) -> MapRef {
    py.vm().maps.get(instance.header().layout_id())
}

#[inline(always)]
fn inline_slot(instance: &Gc<Instance>, slot: u32) -> &WordSlot {
    // SAFETY: the map says that the instance has this slot; slots are tagged words behind the fixed part.
    unsafe { &*((instance.address() + FIXED_BYTES as usize + 8 * slot as usize) as *const WordSlot) }
}

fn overflow(instance: Gc<Instance>) -> Gc<Values> {
    let object = instance.overflow.get().expect("the map says that there is an overflow array");
    object.downcast().expect("outside dictionary mode the overflow is an array")
}

fn load(instance: Gc<Instance>, place: Place) -> Word {
    match place {
        Place::Inline(slot) => inline_slot(&instance, slot).get(),
        Place::Overflow(index) => overflow(instance).items()[index as usize].get(),
    }
}

fn store(py: Py, instance: Gc<Instance>, place: Place, value: Word) {
    match place {
        Place::Inline(slot) => inline_slot(&instance, slot).set(py.mutator(), instance, value),
        Place::Overflow(index) => {
            let array = overflow(instance);
            array.items()[index as usize].set(py.mutator(), array, value);
        }
    }
}

/// The dict of an instance in dictionary mode.
fn own_dict(instance: Gc<Instance>) -> Option<Gc<Dict>> {
    instance.overflow.get()?.downcast()
}

/// An attribute of the instance itself.
#[inline]
pub fn get(py: Py, instance: Gc<Instance>, name: Symbol) -> Option<Word> {
    let map = map(py, instance);
    if let Some(place) = map.find(name) {
        let value = load(instance, place);
        return (value != UNSET).then_some(value);
    }
    if map.is_dict { dict::get_symbol(py, own_dict(instance)?, name) } else { None }
}

/// Sets an attribute of the instance itself.
pub fn set(py: Py, instance: Gc<Instance>, name: Symbol, value: Word) -> Result<()> {
    let from = map(py, instance);
    if let Some(place) = from.find(name) {
        store(py, instance, place, value);
        return Ok(());
    }
    if from.is_dict && !is_private(py, name) {
        return dict::set_symbol(py, own_dict(instance).expect("dictionary mode"), name, value);
    }
    if from.names.len() >= ATTRIBUTE_LIMIT && !from.is_dict {
        let own = dictionary(py, instance)?;
        return dict::set_symbol(py, own, name, value);
    }
    add(py, instance, from, name, value)
}

fn add(py: Py, instance: Gc<Instance>, from: MapRef, name: Symbol, value: Word) -> Result<()> {
    let to = py.vm().maps.with_name(&py.vm().heap, from, name);
    // In dictionary mode the overflow field is taken: slots must be inline (see `class`).
    if !to.is_dict && to.overflow_capacity() != from.overflow_capacity() {
        let grown = py.new_values(to.overflow_capacity() as usize)?;
        if from.overflow_capacity() > 0 {
            for (new, old) in grown.items().iter().zip(overflow(instance).items()) {
                new.set(py.mutator(), grown, old.get());
            }
        }
        instance.overflow.set(py.mutator(), instance, Some(grown.erase()));
    }
    store(py, instance, to.place(to.names.len() as u32 - 1), value);
    instance.header().set_layout_id(to.layout);
    Ok(())
}

/// Deletes an attribute of the instance itself; whether it was there.
pub fn delete(py: Py, instance: Gc<Instance>, name: Symbol) -> Result<bool> {
    let map = map(py, instance);
    if let Some(place) = map.find(name) {
        if load(instance, place) == UNSET {
            return Ok(false);
        }
        if is_private(py, name) {
            store(py, instance, place, UNSET);
            return Ok(true);
        }
        let own = dictionary(py, instance)?;
        return Ok(dict::remove_symbol(py, own, name));
    }
    Ok(map.is_dict && own_dict(instance).is_some_and(|own| dict::remove_symbol(py, own, name)))
}

/// What names of slots have in them, between class and name, and names that programs set hardly ever.
const PRIVATE: u8 = 1;

/// Whether a symbol is that of a slot, which no `__dict__` shows.
pub fn is_private(py: Py, name: Symbol) -> bool {
    py.vm().symbols.text(name).as_bytes().contains(&PRIVATE)
}

/// The symbol under which instances keep the slot `name` of a class (`__slots__`, and state of built-in classes).
pub fn private_symbol(py: Py, class: &str, name: &str) -> Result<Symbol> {
    // Exceptions are asked for what they keep so all the time: the text is put together on the native stack.
    let mut text = [0; 64];
    let length = class.len() + 1 + name.len();
    let Some(text) = text.get_mut(..length) else {
        return py.intern(&format!("{class}{}{name}", char::from(PRIVATE)));
    };
    text[..class.len()].copy_from_slice(class.as_bytes());
    text[class.len()] = PRIVATE;
    text[class.len() + 1..].copy_from_slice(name.as_bytes());
    py.intern_bytes(text)
}

/// `instance.__dict__`: turns the instance to dictionary mode.
pub fn dictionary(py: Py, instance: Gc<Instance>) -> Result<Gc<Dict>> {
    let from = map(py, instance);
    if from.is_dict {
        return Ok(own_dict(instance).expect("dictionary mode"));
    }
    let own = dict::new(py)?;
    let slots = py.new_list(0)?;
    let mut to = py.vm().maps.dictionary(&py.vm().heap, from);
    for (number, &name) in from.names.iter().enumerate() {
        let value = load(instance, from.place(number as u32));
        if is_private(py, name) {
            to = py.vm().maps.with_name(&py.vm().heap, to, name);
            crate::py::list_push(py, slots, value)?;
        } else if value != UNSET {
            dict::set_symbol(py, own, name, value)?;
        }
    }
    for slot in 0..from.inline_slots {
        let value = if (slot as usize) < slots.len() { slots.item(slot as usize) } else { UNSET };
        inline_slot(&instance, slot).set(py.mutator(), instance, value);
    }
    instance.overflow.set(py.mutator(), instance, Some(own.erase()));
    instance.header().set_layout_id(to.layout);
    Ok(own)
}

/// Replaces `instance.__dict__`.
pub fn set_dictionary(py: Py, instance: Gc<Instance>, own: Gc<Dict>) -> Result<()> {
    dictionary(py, instance)?;
    instance.overflow.set(py.mutator(), instance, Some(own.erase()));
    Ok(())
}

/// Name and value of each attribute, in order, without slots; for copying and for `dir`.
pub fn attributes(py: Py, instance: Gc<Instance>) -> Result<Gc<Dict>> {
    let map = map(py, instance);
    if map.is_dict {
        return dict::copy(py, own_dict(instance).expect("dictionary mode"));
    }
    let out = dict::new(py)?;
    for (number, &name) in map.names.iter().enumerate() {
        let value = load(instance, map.place(number as u32));
        if value != UNSET && !is_private(py, name) {
            dict::set_symbol(py, out, name, value)?;
        }
    }
    Ok(out)
}

/// Gives an instance another class (`__class__` assignment). The caller has checked that it is compatible.
pub fn set_class(py: Py, instance: Gc<Instance>, class: TypeRef) {
    let map = py.vm().maps.with_class(&py.vm().heap, map(py, instance), class);
    instance.header().set_layout_id(map.layout);
}

/// Whether instances of a class have a `__dict__`.
pub fn has_dict(class: TypeRef) -> bool {
    class.has(flags::HAS_DICT)
}

/// The instance in a word whose class stores attributes in it.
pub fn of(value: Word) -> Option<Gc<Instance>> {
    as_instance(value)
}

const _: () = assert!(<Instance as Layout>::DESCR.size_bytes == FIXED_BYTES);
