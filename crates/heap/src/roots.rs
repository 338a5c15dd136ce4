//! Roots outside the heap: handles, handle vectors, root sources, constants of machine code.
//!
//! Handles live in a table per thread that the collector reads while the thread is stopped; dropping a handle is a push on
//! a free list. A [`RootSource`] is a language's own structure (a frame stack, an intern table) that enumerates its words.
//! [`StableRef`]s are for machine code: the object never moves again and stays alive until the reference is dropped, on any
//! thread.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use crate::gc::{Gc, Object};
use crate::mutator::Mutator;

/// Enumerates words outside the heap that may hold references.
pub trait RootSource {
    fn trace(&self, visitor: &mut RootVisitor<'_>);
}

/// Identifies a root source that was added to a mutator.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Hash)]
pub struct RootId(pub(crate) u64);

/// What a root source reports its words to.
pub struct RootVisitor<'a> {
    pub(crate) young_only: bool,
    pub(crate) word: &'a mut dyn FnMut(*mut u64),
    pub(crate) conservative: &'a mut dyn FnMut(*const u64, usize),
}

impl RootVisitor<'_> {
    /// Whether this is a minor collection. Behind it nothing is young that was reported: a source with many words that stay as they are need
    /// report to the next one only those that came since. To all others it reports everything.
    #[inline]
    pub fn wants_young_only(&self) -> bool {
        self.young_only
    }

    /// A precise root: a tagged word or a reference, updated if the object moves. Words that are not references are
    /// ignored, but a word inside the region must be the start of a live object: report stale slots conservatively.
    #[inline]
    pub fn word(&mut self, word: &Cell<u64>) {
        (self.word)(word.as_ptr());
    }

    /// As [`RootVisitor::word`], by address.
    ///
    /// # Safety
    /// `word` is valid for reads and writes.
    #[inline]
    pub unsafe fn word_at(&mut self, word: *mut u64) {
        (self.word)(word);
    }

    /// `length` words from `start` that may or may not be references, to any part of an object. Those objects stay in place.
    ///
    /// # Safety
    /// The words are valid for reads.
    pub unsafe fn conservative(&mut self, start: *const u64, length: usize) {
        (self.conservative)(start, length);
    }
}

/// The handles of one thread.
#[derive(Default)]
pub(crate) struct HandleTable {
    words: UnsafeCell<Vec<u64>>,
    free: RefCell<Vec<u32>>,
    vectors: RefCell<Vec<Rc<UnsafeCell<Vec<u64>>>>>,
    /// The thread has detached: its handles are no longer roots.
    closed: Cell<bool>,
}

impl HandleTable {
    pub fn close(&self) {
        self.closed.set(true);
    }

    /// Visits every handle. The owner thread is stopped, or is the caller.
    pub fn trace(&self, visitor: &mut RootVisitor<'_>) {
        // SAFETY: no handle operation is in progress: those never reach a safepoint.
        for word in unsafe { &mut *self.words.get() } {
            (visitor.word)(word);
        }
        self.vectors.borrow_mut().retain(|vector| Rc::strong_count(vector) > 1);
        for vector in self.vectors.borrow().iter() {
            // SAFETY: as above.
            for word in unsafe { &mut *vector.get() } {
                (visitor.word)(word);
            }
        }
    }

    fn insert(&self, word: u64) -> u32 {
        // SAFETY: handle operations do not nest, and the table is not `Sync`.
        let words = unsafe { &mut *self.words.get() };
        match self.free.borrow_mut().pop() {
            Some(index) => {
                words[index as usize] = word;
                index
            }
            None => {
                words.push(word);
                words.len() as u32 - 1
            }
        }
    }
}

/// Handle: keeps an object alive and follows it when it moves, from anywhere in malloc memory.
pub struct Root<T = Object> {
    table: Rc<HandleTable>,
    index: u32,
    kind: PhantomData<Gc<T>>,
}

impl<T> Root<T> {
    pub fn new(mutator: &Mutator, object: Gc<T>) -> Root<T> {
        let table = mutator.handles().clone();
        let index = table.insert(object.address() as u64);
        Root { table, index, kind: PhantomData }
    }

    /// Panics if the thread that made the handle has detached from the heap.
    pub fn get(&self) -> Gc<T> {
        assert!(!self.table.closed.get(), "a handle was used after its thread detached from the heap");
        // SAFETY: the entry belongs to this handle and the collector keeps it up to date.
        unsafe { Gc::from_address((&*self.table.words.get())[self.index as usize] as usize) }
    }

    pub fn set(&self, object: Gc<T>) {
        // SAFETY: the entry belongs to this handle.
        unsafe { (&mut *self.table.words.get())[self.index as usize] = object.address() as u64 }
    }
}

impl<T> Clone for Root<T> {
    fn clone(&self) -> Self {
        // SAFETY: the entry belongs to this handle.
        let word = unsafe { (&*self.table.words.get())[self.index as usize] };
        Root { table: self.table.clone(), index: self.table.insert(word), kind: PhantomData }
    }
}

impl<T> Drop for Root<T> {
    fn drop(&mut self) {
        // SAFETY: the entry belongs to this handle.
        unsafe { (&mut *self.table.words.get())[self.index as usize] = 0 };
        self.table.free.borrow_mut().push(self.index);
    }
}

/// Growable vector of references in malloc memory, all of them roots.
pub struct RootVec<T = Object> {
    words: Rc<UnsafeCell<Vec<u64>>>,
    kind: PhantomData<Gc<T>>,
}

impl<T> RootVec<T> {
    pub fn new(mutator: &Mutator) -> RootVec<T> {
        let words = Rc::new(UnsafeCell::new(Vec::new()));
        mutator.handles().vectors.borrow_mut().push(words.clone());
        RootVec { words, kind: PhantomData }
    }

    fn words(&self) -> &Vec<u64> {
        // SAFETY: methods that change the vector do not hand out references into it.
        unsafe { &*self.words.get() }
    }

    pub fn len(&self) -> usize {
        self.words().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<Gc<T>> {
        // SAFETY: every entry is a live object of type `T`.
        self.words().get(index).map(|&word| unsafe { Gc::from_address(word as usize) })
    }

    /// Panics if `index` is out of bounds.
    pub fn set(&mut self, index: usize, object: Gc<T>) {
        // SAFETY: `&mut self`; the collector does not run here.
        unsafe { (&mut *self.words.get())[index] = object.address() as u64 }
    }

    pub fn push(&mut self, object: Gc<T>) {
        // SAFETY: as in `set`.
        unsafe { (&mut *self.words.get()).push(object.address() as u64) }
    }

    pub fn pop(&mut self) -> Option<Gc<T>> {
        // SAFETY: as in `set` and `get`.
        unsafe { (&mut *self.words.get()).pop().map(|word| Gc::from_address(word as usize)) }
    }

    pub fn truncate(&mut self, length: usize) {
        // SAFETY: as in `set`.
        unsafe { (&mut *self.words.get()).truncate(length) }
    }

    pub fn clear(&mut self) {
        self.truncate(0);
    }

    pub fn iter(&self) -> impl Iterator<Item = Gc<T>> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// Constants of machine code: a counted set of addresses.
#[derive(Default)]
pub(crate) struct StableTable {
    entries: Mutex<StableEntries>,
}

#[derive(Default)]
struct StableEntries {
    words: Vec<u64>,
    free: Vec<u32>,
}

impl StableTable {
    /// Visits every constant; the objects are pinned, so nothing moves.
    pub fn trace(&self, visitor: &mut RootVisitor<'_>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        for word in &mut entries.words {
            (visitor.word)(word);
        }
    }
}

/// Keeps an object alive at a fixed address until dropped. `Send`: compiled code may be freed by any thread.
pub struct StableRef {
    table: Arc<StableTable>,
    index: u32,
    address: usize,
}

impl StableRef {
    pub(crate) fn new(table: &Arc<StableTable>, object: Gc<Object>) -> StableRef {
        crate::pin(object);
        let address = object.address();
        let mut entries = table.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let index = match entries.free.pop() {
            Some(index) => {
                entries.words[index as usize] = address as u64;
                index
            }
            None => {
                entries.words.push(address as u64);
                entries.words.len() as u32 - 1
            }
        };
        StableRef { table: table.clone(), index, address }
    }

    /// The object's final address.
    pub fn address(&self) -> usize {
        self.address
    }

    /// The object. Only on an attached thread.
    pub fn get(&self) -> Gc<Object> {
        // SAFETY: pinned and kept alive by the entry.
        unsafe { Gc::from_address(self.address) }
    }
}

impl Drop for StableRef {
    fn drop(&mut self) {
        let mut entries = self.table.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.words[self.index as usize] = 0;
        entries.free.push(self.index);
    }
}
