//! What the code generator must know about the world around a unit: the cells through which compiled code reaches the
//! labels of other units, and the headers of objects.
//!
//! Machine code holds the addresses of cells, so a cell is never freed while the warm state lives. The compiling
//! thread reads the table, hence the lock; entries are made by whoever needs one first.

use heap::{Heap, LayoutId};
use metatrace_codegen::Linker;
use metatrace_ir::LabelRef;
use metatrace_machine::TraceCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// See the module header.
pub struct Links {
    cells: Mutex<HashMap<LabelRef, Box<TraceCell>>>,
    heap: Arc<Heap>,
}

/// A cell that points nowhere yet.
pub fn empty_cell(stub: *const u8, selector: u64) -> TraceCell {
    TraceCell {
        code: AtomicPtr::new(stub.cast_mut()),
        selector: AtomicU64::new(selector),
        takes_registers: false,
    }
}

/// Points a cell to a label.
pub fn point(cell: &TraceCell, code: *const u8, selector: u64) {
    // Readers are on this thread, or behind the handshake that publishes new code: the selector first, so that a
    // reader between the two stores would enter old code with a selector it does not know, i.e. its first label.
    cell.selector.store(selector, Ordering::Release);
    cell.code.store(code.cast_mut(), Ordering::Release);
}

impl Links {
    pub fn new(heap: Arc<Heap>) -> Links {
        Links { cells: Mutex::new(HashMap::new()), heap }
    }
}

impl Links {
    /// The labels that have a cell.
    pub fn labels(&self) -> Vec<LabelRef> {
        self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).keys().copied().collect()
    }
}

impl Linker for Links {
    fn cell(&self, label: LabelRef) -> *const TraceCell {
        let mut cells = self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        &**cells.entry(label).or_insert_with(|| Box::new(empty_cell(std::ptr::null(), label.label as u64)))
    }
    /// The header of a layout's fresh object: the size in it is the same for all its objects, as a layout has a fixed
    /// size or a variable part, and an object changes only to layouts of its own size.
    fn layout_header(&self, layout: LayoutId) -> Option<u32> {
        self.heap.find_layout(layout).map(|descr| descr.header_word() as u32)
    }
}
