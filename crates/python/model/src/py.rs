//! `Py`: what every runtime function gets first: the thread's context and the interpreter.
//!
//! Functions take it by value and pass it on; there is no global state. This file has allocation, the classification of words and
//! the raising of exceptions; the object protocol (`repr`, `hash`, calls, attributes, iteration, …) is added to `Py` by the files named
//! after it.
//!
//! GC rules for code that uses it. Words and `Gc`s in locals and arrays on the native stack are seen by the collector
//! and do not move. A `Vec` of words is *not* seen: use [`Py::new_list`] for temporaries of unknown number, or
//! [`heap::RootVec`]. Anything that allocates or calls may collect.

use crate::objects::*;
use crate::types::{Ty, TypeRef};
use crate::value::*;
use crate::vm::{Thread, Vm};
use dashu_int::IBig;
use heap::{ArrayLayout, Gc, Header, Items, Layout, Mutator, OutOfMemory, Slot, WordSlot};
use metatrace_machine::{Context, Encoding, Host, NanBox, Raised, WideInt};
use std::cell::Cell;

pub type Result<T = Word> = std::result::Result<T, Raised>;

/// See the module header.
#[derive(Clone, Copy)]
pub struct Py<'a> {
    context: &'a Context,
    thread: &'a Thread,
}

/// The requests to a thread that the interpreter serves between two operations: see [`Py::is_poll_due`].
pub const WAITING: u32 = heap::REQUEST_FINALIZERS | heap::REQUEST_LANGUAGE_MASK;

/// Bytes of an integer's digits, which are no part of its heap object, from which on they count as allocated.
const LARGE_DIGITS_BYTES: usize = 64;

impl<'a> Py<'a> {
    /// Whether a signal, a finalizer, a callback or another thread waits: long loops in the runtime ask, and poll
    /// ([`Hooks::poll`](crate::vm::Hooks)).
    #[inline(always)]
    pub fn is_poll_due(self) -> bool {
        self.mutator().request.load(std::sync::atomic::Ordering::Relaxed) & WAITING != 0
    }

    /// # Safety
    /// The context is alive and its `vm` points to a live [`Thread`] of a live [`Vm`], all for the lifetime that the caller picks.
    #[inline(always)]
    pub unsafe fn of(context: *const Context) -> Py<'a> {
        // SAFETY: the caller's promise.
        unsafe { Py { context: &*context, thread: &*(*context).vm.get().cast::<Thread>() } }
    }

    #[inline(always)]
    pub fn context(self) -> &'a Context {
        self.context
    }
    #[inline(always)]
    pub fn thread(self) -> &'a Thread {
        self.thread
    }
    #[inline(always)]
    pub fn vm(self) -> &'a Vm {
        // SAFETY: the interpreter outlives its threads.
        unsafe { &*self.thread.vm }
    }
    #[inline(always)]
    pub fn mutator(self) -> &'a Mutator {
        self.context.mutator()
    }
    /// A built-in type.
    #[inline(always)]
    pub fn ty(self, ty: Ty) -> TypeRef {
        self.vm().types.get(ty)
    }

    // -- allocation

    /// Turns running out of memory into `MemoryError`.
    #[inline(always)]
    pub fn check<T>(self, result: std::result::Result<T, OutOfMemory>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(OutOfMemory) => Err(self.out_of_memory()),
        }
    }

    #[cold]
    pub fn out_of_memory(self) -> Raised {
        self.context.raised.set(self.context.out_of_memory.get());
        Raised
    }

    #[inline(always)]
    pub fn alloc<T: Layout>(self, object: T) -> Result<Gc<T>> {
        self.check(self.mutator().alloc(object))
    }

    pub fn alloc_array<T: ArrayLayout>(self, length: usize, fixed: T, fill: u64) -> Result<Gc<T>> {
        self.check(self.mutator().alloc_array(length, fixed, fill))
    }

    /// Storage of so many unset words.
    pub fn new_values(self, capacity: usize) -> Result<Gc<Values>> {
        let fixed = Values { header: Header::EMPTY, capacity: Cell::new(0), items: Items::EMPTY };
        self.alloc_array(capacity, fixed, UNSET)
    }

    /// A list without items, with room for some.
    pub fn new_list(self, capacity: usize) -> Result<Gc<List>> {
        let items = self.new_values(capacity.max(4))?;
        self.alloc(List { header: Header::EMPTY, length: Cell::new(0), items: Slot::new(Some(items)) })
    }

    pub fn list_of(self, words: &[Word]) -> Result<Gc<List>> {
        let list = self.new_list(words.len())?;
        let items = list.storage();
        for (to, from) in items.items().iter().zip(words) {
            to.set(self.mutator(), items, *from);
        }
        list.length.set(words.len() as i64);
        Ok(list)
    }

    /// Copies words to items of an object, as many as there are of them: with one barrier for all.
    #[inline]
    pub fn copy_words<T>(self, owner: Gc<T>, to: &[WordSlot], from: &[WordSlot]) {
        let to = &to[..from.len()];
        self.mutator().barrier_range(owner.erase(), to.as_ptr().cast_mut().cast(), to.len());
        for (to, from) in to.iter().zip(from) {
            to.init(from.get());
        }
    }

    /// A tuple of so many items, to be filled at once.
    pub fn new_tuple_uninit(self, length: usize) -> Result<Gc<Tuple>> {
        let fixed = Tuple { header: Header::EMPTY, length: Cell::new(0), items: Items::EMPTY };
        self.alloc_array(length, fixed, NONE)
    }

    /// A tuple of what `item` gives for each number; it must not allocate.
    #[inline(always)]
    pub fn tuple_with(self, length: usize, mut item: impl FnMut(usize) -> Word) -> Result<Gc<Tuple>> {
        let fixed = Tuple { header: Header::EMPTY, length: Cell::new(0), items: Items::EMPTY };
        // SAFETY: the items are written at once.
        let tuple: Gc<Tuple> = self.check(unsafe { self.mutator().alloc_array_uninit(length, fixed) })?;
        for (index, to) in tuple.items().iter().enumerate() {
            to.init(item(index));
        }
        Ok(tuple)
    }

    /// `a + b`
    pub fn tuple_join(self, a: Gc<Tuple>, b: Gc<Tuple>) -> Result {
        let (first, second) = (a.items(), b.items());
        if second.is_empty() {
            return Ok(word(a));
        }
        if first.is_empty() {
            return Ok(word(b));
        }
        let item = |index: usize| first.get(index).unwrap_or_else(|| &second[index - first.len()]).get();
        self.tuple_with(first.len() + second.len(), item).map(word)
    }

    /// A list of what `item` gives for each number; it must not allocate.
    #[inline(always)]
    pub fn list_with(self, length: usize, mut item: impl FnMut(usize) -> Word) -> Result<Gc<List>> {
        let fixed = Values { header: Header::EMPTY, capacity: Cell::new(0), items: Items::EMPTY };
        // SAFETY: the items are written at once.
        let storage: Gc<Values> =
            self.check(unsafe { self.mutator().alloc_array_uninit(length.max(4), fixed) })?;
        let (used, free) = storage.items().split_at(length);
        for (index, to) in used.iter().enumerate() {
            to.init(item(index));
        }
        for to in free {
            to.init(UNSET);
        }
        let length = Cell::new(length as i64);
        self.alloc(List { header: Header::EMPTY, length, items: Slot::new(Some(storage)) })
    }

    pub fn tuple_of(self, words: &[Word]) -> Result<Gc<Tuple>> {
        if words.is_empty() {
            return Ok(as_object(self.vm().empty_tuple()).expect("made when the interpreter started"));
        }
        self.tuple_with(words.len(), |index| words[index])
    }

    /// A tuple as a value.
    pub fn new_tuple(self, words: &[Word]) -> Result {
        Ok(word(self.tuple_of(words)?))
    }

    pub fn new_bytes(self, bytes: &[u8]) -> Result {
        let fixed =
            Bytes { header: Header::EMPTY, hash: Cell::new(0), size: Cell::new(0), bytes: Items::EMPTY };
        // SAFETY: the bytes are written at once.
        let object: Gc<Bytes> =
            self.check(unsafe { self.mutator().alloc_array_uninit(bytes.len(), fixed) })?;
        // SAFETY: a fresh object with that many bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), object.bytes.as_ptr().cast_mut(), bytes.len())
        };
        Ok(word(object))
    }

    /// `a + b`
    pub fn join_bytes(self, a: Gc<Bytes>, b: Gc<Bytes>) -> Result {
        let (size, other_size) = (a.items().len(), b.items().len());
        if size == 0 || other_size == 0 {
            return Ok(word(if size == 0 { b } else { a }));
        }
        let fixed =
            Bytes { header: Header::EMPTY, hash: Cell::new(0), size: Cell::new(0), bytes: Items::EMPTY };
        // SAFETY: the bytes are written at once.
        let object: Gc<Bytes> =
            self.check(unsafe { self.mutator().alloc_array_uninit(size + other_size, fixed) })?;
        let to = object.bytes.as_ptr().cast_mut();
        // SAFETY: a fresh object with that many bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(a.items().as_ptr(), to, size);
            std::ptr::copy_nonoverlapping(b.items().as_ptr(), to.add(size), other_size);
        }
        Ok(word(object))
    }

    /// An `int`.
    #[inline(always)]
    pub fn int(self, value: i64) -> Result {
        if NanBox::int_fits(&mut Host, value as u64) {
            return Ok(NanBox::box_int(&mut Host, value as u64));
        }
        Ok(word(self.alloc(WideInt { header: Header::EMPTY, value: Cell::new(value) })?))
    }

    /// An `int` of any size, in its one normal form: immediate, 64-bit box, big integer.
    pub fn big_int(self, value: IBig) -> Result {
        match i64::try_from(&value) {
            Ok(small) => self.int(small),
            Err(_) => {
                let size_bytes = python_number::bits::bit_length(&value) as usize / 8;
                let made = self.alloc(BigInt { header: Header::EMPTY, value: heap::External::new(value) })?;
                if size_bytes > LARGE_DIGITS_BYTES {
                    // Towards the next minor collection: thousands of young owners would fit before it. Given back at once, as the heap
                    // itself counts what owners that grow old own.
                    self.mutator().external_alloc(size_bytes);
                    self.mutator().external_free(size_bytes);
                }
                Ok(word(made))
            }
        }
    }

    /// An `int` from an unsigned number.
    pub fn uint(self, value: u64) -> Result {
        match i64::try_from(value) {
            Ok(small) => self.int(small),
            Err(_) => self.big_int(IBig::from(value)),
        }
    }

    pub fn bound_method(self, function: Word, receiver: Word) -> Result {
        let method = BoundMethod {
            header: Header::EMPTY,
            function: WordSlot::new(function),
            receiver: WordSlot::new(receiver),
        };
        Ok(word(self.alloc(method)?))
    }

    // -- what a word is

    /// The class of a value.
    #[inline]
    pub fn type_of(self, value: Word) -> TypeRef {
        let Some(object) = object(value) else { return self.ty(immediate_type(value)) };
        let layout = object.layout_id();
        if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
            return self.vm().maps.get(layout).class;
        }
        match self.vm().types.of_layout(layout) {
            Some(ty) => ty,
            None => self.vm().types.of_object(self, value),
        }
    }

    /// The built-in value in a value: the payload of an instance of a subclass of a built-in type, else the value itself.
    #[inline(always)]
    pub fn base(self, value: Word) -> Word {
        match as_instance(value) {
            Some(instance) if instance.payload.get() != UNSET => instance.payload.get(),
            _ => value,
        }
    }

    /// The object of this layout in a value: the value itself, or the payload of an instance.
    #[inline(always)]
    pub fn cast<T: Layout>(self, value: Word) -> Option<Gc<T>> {
        match as_object::<T>(value) {
            Some(object) => Some(object),
            None => as_object::<T>(as_instance(value)?.payload.get()),
        }
    }

    /// The same for an argument whose type the caller has checked (the receiver of a method).
    /// Errors: `TypeError` naming the type that is needed.
    pub fn expect<T: Layout>(self, value: Word, ty: Ty, method: &str) -> Result<Gc<T>> {
        match self.cast::<T>(value) {
            Some(object) => Ok(object),
            None => Err(self.type_error(format!(
                "descriptor '{method}' for '{}' objects doesn't apply to a '{}' object",
                ty.name(),
                self.type_name(value)
            ))),
        }
    }

    /// `type(value).__name__`
    pub fn class_name(self, value: Word) -> String {
        self.type_of(value).name.borrow().to_string()
    }

    /// What error messages call the class of a value: `__name__`, for types of runtime modules with the module in front (C's `tp_name`).
    pub fn type_name(self, value: Word) -> String {
        self.type_of(value).message_name()
    }

    /// What messages about arguments of functions call the class of a value: `None` goes by its own name.
    pub fn argument_type(self, value: Word) -> String {
        if value == NONE { "None".to_owned() } else { self.type_name(value) }
    }

    /// Whether a value is an instance of a built-in type or of a subclass (by class, not by `__instancecheck__`).
    pub fn is_a(self, value: Word, ty: Ty) -> bool {
        self.type_of(value).is_subtype(self.ty(ty))
    }

    /// The type in a value that is a class.
    #[inline]
    pub fn as_type(self, value: Word) -> Option<TypeRef> {
        let object = self.cast::<Type>(value)?;
        // SAFETY: set once, when the class was made, to a leaked `TypeInfo`.
        Some(unsafe { &*(object.info.get() as usize as *const crate::types::TypeInfo) })
    }
}

/// The type of a word that is no heap object.
pub fn immediate_type(value: Word) -> Ty {
    let h = &mut Host;
    if NanBox::is_int(h, value) {
        return Ty::Int;
    }
    if NanBox::is_float(h, value) {
        return Ty::Float;
    }
    match value {
        TRUE | FALSE => Ty::Bool,
        NOT_IMPLEMENTED => Ty::NotImplementedType,
        ELLIPSIS => Ty::EllipsisType,
        _ => Ty::NoneType,
    }
}

impl List {
    /// The storage of a list, which is never null.
    #[inline(always)]
    pub fn storage(&self) -> Gc<Values> {
        self.items.get().expect("a list has storage")
    }
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get() as usize
    }
    pub fn is_empty(&self) -> bool {
        self.length.get() == 0
    }
    /// An item. Precondition: the index is below the length.
    #[inline(always)]
    pub fn item(&self, index: usize) -> Word {
        assert!(index < self.len(), "item {index} of a list of {}", self.len());
        self.storage().items()[index].get()
    }
}

/// Appends to a list.
pub fn list_push(py: Py, list: Gc<List>, value: Word) -> Result<()> {
    let length = list.len();
    let mut storage = list.storage();
    if length == storage.items().len() {
        storage = list_reserve(py, list, length + 1)?;
    }
    storage.items()[length].set(py.mutator(), storage, value);
    list.length.set(length as i64 + 1);
    Ok(())
}

/// Makes room for so many items; growth by an eighth as in CPython keeps appending linear.
pub fn list_reserve(py: Py, list: Gc<List>, count: usize) -> Result<Gc<Values>> {
    let old = list.storage();
    if count <= old.items().len() {
        return Ok(old);
    }
    if count > isize::MAX as usize / 16 {
        return Err(py.out_of_memory());
    }
    let new = py.new_values(count + (count >> 3) + 6)?;
    for (to, from) in new.items().iter().zip(&list.storage().items()[..list.len()]) {
        to.init(from.get());
    }
    list.items.set(py.mutator(), list, Some(new));
    Ok(new)
}
