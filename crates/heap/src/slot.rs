//! Fields of heap objects that may hold references.
//!
//! A slot is writable only through `set` and `set_from_afar`, which run the write barrier, or `init`, for an object that was allocated since
//! the last safepoint. These are the only doors, so a store without a barrier cannot be written by accident.

use std::cell::Cell;
use std::marker::PhantomData;

use crate::gc::{Gc, Object};
use crate::layout::{FieldKind, FieldType};
use crate::mutator::Mutator;

/// Nullable reference to a `T`.
#[repr(transparent)]
pub struct Slot<T = Object>(Cell<usize>, PhantomData<Cell<Option<Gc<T>>>>);

/// Tagged 64-bit word of a language's encoding: a reference iff it is 8-aligned and lies inside the heap region.
#[repr(transparent)]
pub struct WordSlot(Cell<u64>);

// SAFETY: one word that may hold a reference.
unsafe impl<T> FieldType for Slot<T> {
    const KIND: FieldKind = FieldKind::Ref;
    const POINTER_WORDS: u64 = 1;
}
// SAFETY: one word that may hold a reference.
unsafe impl FieldType for WordSlot {
    const KIND: FieldKind = FieldKind::Value;
    const POINTER_WORDS: u64 = 1;
}

impl<T> Slot<T> {
    #[expect(clippy::declare_interior_mutable_const, reason = "a fresh value at each use is the point")]
    pub const NULL: Slot<T> = Slot(Cell::new(0), PhantomData);

    /// A slot for the initial value of an object.
    #[inline(always)]
    pub fn new(value: Option<Gc<T>>) -> Self {
        Slot(Cell::new(value.map_or(0, Gc::address)), PhantomData)
    }

    #[inline(always)]
    pub fn get(&self) -> Option<Gc<T>> {
        match self.0.get() {
            0 => None,
            // SAFETY: a slot holds zero or the address of a live object of its type; the collector updates it.
            address => Some(unsafe { Gc::from_address(address) }),
        }
    }

    /// Stores with a write barrier. `owner` is the object that contains this slot. Never collects.
    #[inline(always)]
    pub fn set<O>(&self, mutator: &Mutator, owner: Gc<O>, value: Option<Gc<T>>) {
        mutator.barrier(owner.erase(), self.0.as_ptr().cast());
        self.0.set(value.map_or(0, Gc::address));
    }

    /// The same for an owner that was not looked at before: see [`Mutator::barrier_from_afar`].
    #[inline(always)]
    pub fn set_from_afar<O>(&self, mutator: &Mutator, owner: Gc<O>, value: Option<Gc<T>>) {
        mutator.barrier_from_afar(owner.erase(), self.0.as_ptr().cast());
        self.0.set(value.map_or(0, Gc::address));
    }

    /// Stores without a barrier: only while the owner was allocated since the last safepoint.
    #[inline(always)]
    pub fn init(&self, value: Option<Gc<T>>) {
        self.0.set(value.map_or(0, Gc::address));
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot::NULL
    }
}

impl WordSlot {
    #[inline(always)]
    pub const fn new(word: u64) -> Self {
        WordSlot(Cell::new(word))
    }

    #[inline(always)]
    pub fn get(&self) -> u64 {
        self.0.get()
    }

    /// Stores with a write barrier. `owner` is the object that contains this slot. Never collects.
    #[inline(always)]
    pub fn set<O>(&self, mutator: &Mutator, owner: Gc<O>, word: u64) {
        mutator.barrier(owner.erase(), self.0.as_ptr());
        self.0.set(word);
    }

    /// The same for an owner that was not looked at before: see [`Mutator::barrier_from_afar`].
    #[inline(always)]
    pub fn set_from_afar<O>(&self, mutator: &Mutator, owner: Gc<O>, word: u64) {
        mutator.barrier_from_afar(owner.erase(), self.0.as_ptr());
        self.0.set(word);
    }

    /// Stores without a barrier: the owner was allocated since the last safepoint, or `word` is not a reference.
    #[inline(always)]
    pub fn init(&self, word: u64) {
        self.0.set(word);
    }
}

/// The variable tail of a layout struct: zero-sized in Rust, `length` items in memory.
#[repr(C)]
pub struct Items<T>([T; 0]);

impl<T> Items<T> {
    pub const EMPTY: Items<T> = Items([]);

    #[inline(always)]
    pub fn as_ptr(&self) -> *const T {
        std::ptr::from_ref(self).cast()
    }

    /// The first `length` items.
    ///
    /// # Safety
    /// * `self` is the tail of a live heap object (not of a value on the native stack);
    /// * the object has at least `length` items, all initialised.
    #[inline(always)]
    pub unsafe fn slice(&self, length: usize) -> &[T] {
        // SAFETY: the caller's promise; interior mutability of `T` covers concurrent stores.
        unsafe { std::slice::from_raw_parts(self.as_ptr(), length) }
    }
}

/// The type of a variable tail: names the item type for `#[derive(Layout)]`.
#[doc(hidden)]
pub trait TailType {
    type Item: FieldType;
}
impl<T: FieldType> TailType for Items<T> {
    type Item = T;
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Items::EMPTY
    }
}
