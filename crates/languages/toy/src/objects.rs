//! What values are on the heap: one layout struct per kind of object.
//!
//! A value is one word ([`metatrace_machine::NanBox`]): nil, booleans, floats and integers up to 50 bits are immediate,
//! everything else refers to one of these objects. The derive macro turns each struct into descriptors (`List::LENGTH`,
//! `Values::ITEMS_ARRAY`, …), which are what the interpreter names when it loads and stores through a machine.
//!
//! A record's header holds the layout id of its *map* (see [`crate::maps`]), not [`Record`]'s own: `Record` says
//! only what all records share. Its fields lie in inline slots behind the fixed part, `slot(i)`; those that do not fit lie in
//! the overflow array.

use heap::{
    FieldDescr, FieldKind, Gc, Header, Items, Layout, Mutability, Mutator, Object, OutOfMemory, Slot,
    WordSlot,
};
use metatrace_machine::{Encoding, Host, NanBox, Word};
use std::cell::Cell;

/// A string: bytes, usually UTF-8. Never changes.
#[derive(Layout)]
#[layout(id = 16, name = "text")]
#[repr(C)]
pub struct Text {
    header: Header,
    #[field(immutable)]
    pub length: Cell<i64>,
    #[array(length = "length", immutable)]
    pub(crate) bytes: Items<u8>,
}

/// Storage of lists and of records' overflowing fields. Its length is a capacity.
#[derive(Layout)]
#[layout(id = 17, name = "values")]
#[repr(C)]
pub struct Values {
    header: Header,
    #[field(immutable)]
    pub capacity: Cell<i64>,
    #[array(length = "capacity")]
    pub(crate) items: Items<WordSlot>,
}

/// A growable list. Shape: items `0..length` of `items` are in use; `items` is never null.
#[derive(Layout)]
#[layout(id = 18, name = "list")]
#[repr(C)]
pub struct List {
    header: Header,
    pub length: Cell<i64>,
    pub items: Slot<Values>,
}

/// The fixed part of every record; see the module header.
#[derive(Layout)]
#[layout(id = 19, name = "record")]
#[repr(C)]
pub struct Record {
    header: Header,
    /// Null until a field overflows.
    pub overflow: Slot<Values>,
}

/// A function value.
#[derive(Layout)]
#[layout(id = 20, name = "closure")]
#[repr(C)]
pub struct Closure {
    pub header: Header,
    /// Index into the program's functions.
    #[field(immutable)]
    pub function: Cell<i64>,
    /// Null if the function captures nothing.
    #[field(immutable)]
    pub captured: Slot<Captured>,
}

/// What a closure captured: as many words as its function has captures.
#[derive(Layout)]
#[layout(id = 22, name = "captured")]
#[repr(C)]
pub struct Captured {
    header: Header,
    #[field(immutable)]
    pub count: Cell<i64>,
    #[array(length = "count", immutable)]
    pub(crate) items: Items<WordSlot>,
}

/// A captured variable that is assigned, or a global.
#[derive(Layout)]
#[layout(id = 21, name = "cell")]
#[repr(C)]
pub struct Variable {
    header: Header,
    pub value: WordSlot,
}

/// Every layout of the language, to be registered with its heap.
pub const LAYOUTS: &[&heap::LayoutDescr] = &[
    Text::DESCR,
    Values::DESCR,
    List::DESCR,
    Record::DESCR,
    Closure::DESCR,
    Captured::DESCR,
    Variable::DESCR,
];

impl Record {
    /// The inline slot number `index` of a record.
    pub const fn slot(index: u32) -> FieldDescr {
        FieldDescr {
            layout: Record::ID,
            name: "slot",
            offset: (Record::FIXED_BYTES + 8 * index) as u16,
            kind: FieldKind::Value,
            mutability: Mutability::Mutable,
        }
    }

    pub const FIXED_BYTES: u32 = Record::DESCR.size_bytes;
}

/// The inline slot of a record, for the runtime. The record's map says which slots exist.
pub fn record_slot(record: &Gc<Record>, index: u32) -> &WordSlot {
    let offset = Record::slot(index).offset as usize;
    // SAFETY: the object's map has more than `index` inline slots (the caller found the index in that map), and
    // they lie behind the fixed part, initialised when the record was made.
    unsafe { &*record.as_ptr().cast::<u8>().add(offset).cast::<WordSlot>() }
}

/// The heap object in a word, if it is one.
pub fn object(word: Word) -> Option<Gc<Object>> {
    if !NanBox::is_ref(&mut Host, word) {
        return None;
    }
    // SAFETY: the encoding says that the word is a reference, and the program holds it, so the object lives.
    Some(unsafe { Gc::from_address(word as usize) })
}

/// The object in a word, if it has exactly the layout `T`.
pub fn as_object<T: Layout>(word: Word) -> Option<Gc<T>> {
    object(word)?.downcast::<T>()
}

/// The word of an object.
pub fn word<T>(object: Gc<T>) -> Word {
    object.address() as Word
}

/// A new string. GC: may collect.
pub fn new_text(mutator: &Mutator, bytes: &[u8]) -> Result<Gc<Text>, OutOfMemory> {
    join_texts(mutator, bytes, &[])
}

/// A new string of two parts, which may be those of strings in the caller's hands. GC: may collect.
pub fn join_texts(mutator: &Mutator, a: &[u8], b: &[u8]) -> Result<Gc<Text>, OutOfMemory> {
    let text = new_array(mutator, Text::BYTES_ARRAY, a.len() + b.len())?;
    // SAFETY: fresh, of this layout, with room for as many bytes; nobody else has seen it. What the caller holds does not move.
    unsafe {
        let first = text.as_ptr().cast::<u8>().add(Text::BYTES_ARRAY.items_offset as usize);
        std::ptr::copy_nonoverlapping(a.as_ptr(), first, a.len());
        std::ptr::copy_nonoverlapping(b.as_ptr(), first.add(a.len()), b.len());
        Ok(text.cast())
    }
}

/// New storage, every item unset. GC: may collect.
pub fn new_values(mutator: &Mutator, capacity: usize) -> Result<Gc<Values>, OutOfMemory> {
    let values = new_array(mutator, Values::ITEMS_ARRAY, capacity)?;
    // SAFETY: just made with this layout; `new_array` filled the items with 0, which is `UNSET`.
    Ok(unsafe { values.cast() })
}

fn new_array(mutator: &Mutator, array: heap::ArrayDescr, length: usize) -> Result<Gc<Object>, OutOfMemory> {
    metatrace_machine::new_array(mutator, array, length as i64, NanBox::UNSET).ok_or(OutOfMemory)
}

/// A new empty list with room for `capacity` items. GC: may collect.
pub fn new_list(mutator: &Mutator, capacity: usize) -> Result<Gc<List>, OutOfMemory> {
    let items = new_values(mutator, capacity)?;
    mutator.alloc(List { header: Header::EMPTY, length: Cell::new(0), items: Slot::new(Some(items)) })
}

/// A new variable. GC: may collect.
pub fn new_variable(mutator: &Mutator, value: Word) -> Result<Gc<Variable>, OutOfMemory> {
    mutator.alloc(Variable { header: Header::EMPTY, value: WordSlot::new(value) })
}

impl List {
    /// The storage of a list.
    pub fn storage(&self) -> Gc<Values> {
        self.items.get().expect("a list always has storage")
    }

    pub fn len(&self) -> usize {
        self.length.get() as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
