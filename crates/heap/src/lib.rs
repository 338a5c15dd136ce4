//! The heap: allocation, write barrier, and a generational mark-region collector.
//!
//! Conservative on native stacks, precise inside the heap. Objects are born in thread-local bump regions of 32 KiB blocks and
//! 128-byte lines; at a minor collection what a stack word or a pin holds becomes old in place, and every other survivor is
//! either marked in place or copied once. Old objects never move. Nothing here knows a language: a tagged word is a
//! reference iff it is 8-aligned and lies inside the heap region.
//!
//! ```
//! use heap::{Heap, HeapConfig, Header, Layout, Slot};
//! use std::cell::Cell;
//!
//! #[derive(heap::Layout)]
//! #[layout(id = 1, name = "node")]
//! #[repr(C)]
//! struct Node {
//!     header: Header,
//!     value: Cell<i64>,
//!     next: Slot<Node>,
//! }
//!
//! let heap = Heap::new(HeapConfig::default())?;
//! heap.register(Node::DESCR);
//! let mutator = heap.attach_thread()?;
//! let tail = mutator.alloc(Node { header: Header::EMPTY, value: Cell::new(2), next: Slot::NULL })?;
//! let list = mutator.alloc(Node { header: Header::EMPTY, value: Cell::new(1), next: Slot::new(Some(tail)) })?;
//! mutator.collect_major();
//! assert_eq!(list.next.get().map(|node| node.value.get()), Some(2));
//! assert_eq!((Node::VALUE.offset, Node::NEXT.offset), (8, 16));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Lets the derive's `::heap::..` paths work inside this crate, too.
extern crate self as heap;

mod census;
mod collector;
mod config;
mod conservative;
mod cycles;
mod dump;
mod error;
mod finalize;
mod freeze;
mod gc;
mod header;
mod in_place;
mod inspect;
mod layout;
mod layout_table;
mod major;
mod mark;
mod minor;
mod mutator;
mod native_allocator;
mod no_gc;
mod nursery;
mod pools;
mod promotion;
mod reach;
mod region;
mod resize;
mod roots;
mod shadow;
mod shared;
mod slot;
mod stack;
mod stats;
mod trace;
mod verify;
mod weak;
mod weak_table;
mod world;

pub use crate::census::{Census, DeadStack};
pub use crate::config::{Evacuation, HeapConfig, OPTIONS};
pub use crate::error::{HeapError, OutOfMemory};
pub use crate::gc::{Gc, Object, keep};
pub use crate::header::{
    BARRIER_MASK, BARRIER_OFFSET, FIRST_DYNAMIC_LAYOUT, HEADER_LAYOUT_MASK, HEADER_SIZE_SHIFT, Header,
    LayoutId, header_word,
};
pub use crate::layout::{
    ArrayDescr, ArrayLayout, DynamicLayout, External, FieldDescr, FieldKind, FieldType, Layout, LayoutDescr,
    Mutability,
};
#[doc(hidden)]
pub use crate::layout::{ArrayLength, as_array_length, drop_object, offset_u16, pointer_slots_at};
pub use crate::mutator::{Attached, Mutator, REQUEST_FINALIZERS, REQUEST_LANGUAGE_MASK, REQUEST_STOP};
pub use crate::native_allocator::keep_freed_memory;
pub use crate::no_gc::NoGc;
pub use crate::region::CARD_BYTES;
pub use crate::roots::{Root, RootId, RootSource, RootVec, RootVisitor, StableRef};
pub use crate::shared::Heap;
#[doc(hidden)]
pub use crate::slot::TailType;
pub use crate::slot::{Items, Slot, WordSlot};
pub use crate::stack::with_stack_published;
pub use crate::stats::{HeapStats, Hooks, MajorEvent, MinorEvent, PauseHistogram};
pub use crate::verify::Violation;
pub use crate::weak::WeakRef;
pub use crate::weak_table::WeakTable;
pub use heap_derive::Layout;

/// Fixes the address of `object`: it will never move. What `id()`, identity hashing and foreign functions need.
pub fn pin<T>(object: Gc<T>) {
    let flags = object.header().flags();
    if flags.load(std::sync::atomic::Ordering::Relaxed) & header::FLAG_PIN == 0 {
        flags.fetch_or(header::FLAG_PIN, std::sync::atomic::Ordering::Relaxed);
    }
}

/// A number that identifies `object` for as long as it lives: its address, which is pinned first.
pub fn identity<T>(object: Gc<T>) -> usize {
    pin(object);
    object.address()
}
