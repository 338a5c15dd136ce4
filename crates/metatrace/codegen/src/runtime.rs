//! What machine code calls when a fast path does not apply. All of it is cold.
//!
//! The functions have the System V convention; machine code reaches them through stubs that preserve every register
//! (see `compiler.rs`), so that a cold call costs the hot path no spills.
//!
//! Out of memory: a trace cannot resume in the middle of an allocation. The functions return 0 with the language's
//! prepared exception pending, and the unit returns RAISED for its entry frame. Known limit: handlers inside the
//! frames that the trace has inlined do not see that exception.

use heap::{Header, Mutator, header_word};
use metatrace_ir::{ArrayKey, size_bytes};
use metatrace_machine::{Context, WideInt};
use std::cell::Cell;

/// Status that [`CallCompletion`](metatrace_machine::CallCompletion) receives when a trace was *not* called because
/// the native stack is nearly full: the payload is the address of the callee's `TraceCell`, its parameters are in the
/// transfer buffer.
pub const NOT_CALLED: u64 = 10;

/// Smallest heap object.
pub(crate) const MIN_OBJECT_BYTES: usize = 16;

/// # Safety
/// `ctx` is the calling thread's context with an attached mutator, which outlives the call.
unsafe fn mutator<'a>(ctx: *const Context) -> &'a Mutator {
    // SAFETY: the caller's promise.
    unsafe { &*(*ctx).mutator }
}

/// Makes the prepared exception pending and returns 0.
///
/// # Safety
/// `ctx` is the calling thread's context.
#[cold]
unsafe fn out_of_memory(ctx: *const Context) -> u64 {
    // SAFETY: the caller's promise.
    let ctx = unsafe { &*ctx };
    let exception = ctx.out_of_memory.get();
    if exception == 0 {
        eprintln!("fatal: heap memory exhausted in machine code, and the language has no exception for it");
        std::process::abort()
    }
    ctx.raised.set(exception);
    0
}

/// The address of `size_bytes` fresh bytes that begin with `header`.
pub(crate) unsafe extern "C" fn allocate(ctx: *const Context, header: u64, size_bytes: u64) -> u64 {
    // SAFETY: machine code passes the context that it was entered with, and asks for whole words.
    let address = unsafe { Mutator::alloc_slow((*ctx).mutator, header, size_bytes) };
    if address.is_null() {
        // SAFETY: as above.
        return unsafe { out_of_memory(ctx) };
    }
    address as u64
}

/// A new array whose items are all `fill`.
pub(crate) unsafe extern "C" fn allocate_array(ctx: *const Context, key: u64, length: u64, fill: u64) -> u64 {
    let key = ArrayKey(key);
    let item_bytes = size_bytes(key.item_kind());
    let size = usize::try_from(length)
        .ok()
        .and_then(|n| n.checked_mul(item_bytes))
        .and_then(|n| n.checked_add(key.items_offset() as usize + 7))
        .filter(|n| *n < isize::MAX as usize)
        .map(|n| (n & !7).max(MIN_OBJECT_BYTES));
    // SAFETY: machine code passes the context that it was entered with.
    let mutator = unsafe { mutator(ctx) };
    let start = size.and_then(|size| mutator.alloc_raw(header_word(key.layout(), 0), size).ok());
    let Some(start) = start else {
        // SAFETY: as above.
        return unsafe { out_of_memory(ctx) };
    };
    let start = start.as_ptr();
    // SAFETY: the object is `size` bytes, which covers the length word and the items; the array key comes from the
    // layout's descriptor, so both offsets are aligned for what is stored there.
    unsafe {
        start.add(key.length_offset() as usize).cast::<u64>().write(length);
        let items = start.add(key.items_offset() as usize);
        for i in 0..length as usize {
            match item_bytes {
                1 => items.add(i).write(fill as u8),
                2 => items.cast::<u16>().add(i).write(fill as u16),
                4 => items.cast::<u32>().add(i).write(fill as u32),
                _ => items.cast::<u64>().add(i).write(fill),
            }
        }
    }
    start as u64
}

/// The address of a heap box for an integer that does not fit an immediate.
pub(crate) unsafe extern "C" fn box_wide_int(ctx: *const Context, value: i64) -> u64 {
    // SAFETY: machine code passes the context that it was entered with.
    let mutator = unsafe { mutator(ctx) };
    match mutator.alloc(WideInt { header: Header::EMPTY, value: Cell::new(value) }) {
        Ok(wide) => wide.address() as u64,
        // SAFETY: as above.
        Err(_) => unsafe { out_of_memory(ctx) },
    }
}

/// Logs a store into an old object.
pub(crate) unsafe extern "C" fn barrier(ctx: *const Context, owner: *mut u8, slot: *mut u64) {
    // SAFETY: machine code passes its context, a live object and a word inside it.
    unsafe { Mutator::barrier_slow((*ctx).mutator, owner.cast(), slot) }
}

/// Library calls that Cranelift falls back to on processors without rounding instructions.
pub(crate) fn libcall_address(name: cranelift_codegen::ir::LibCall) -> Option<usize> {
    extern "C" fn ceil(x: f64) -> f64 {
        x.ceil()
    }
    extern "C" fn floor(x: f64) -> f64 {
        x.floor()
    }
    extern "C" fn trunc(x: f64) -> f64 {
        x.trunc()
    }
    match name {
        cranelift_codegen::ir::LibCall::CeilF64 => Some(ceil as *const () as usize),
        cranelift_codegen::ir::LibCall::FloorF64 => Some(floor as *const () as usize),
        cranelift_codegen::ir::LibCall::TruncF64 => Some(trunc as *const () as usize),
        _ => None,
    }
}
