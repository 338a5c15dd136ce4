//! How much native stack is left.
//!
//! Compiled recursion (traces calling traces) and completed calls use the native stack; when it is nearly full they
//! raise the language's stack-overflow exception instead of faulting.

use crate::context::Context;
use std::sync::atomic::Ordering::SeqCst;

/// Left untouched at the end of the stack, for runtime functions and collections.
const RESERVE_BYTES: usize = 512 * 1024;
/// More is needed to record and compile a trace.
const RECORDING_BYTES: usize = 1024 * 1024;
/// Assumed size where the system gives no limit.
const UNLIMITED_BYTES: usize = 64 << 20;

#[inline(never)]
fn stack_pointer() -> usize {
    let here = 0u8;
    std::hint::black_box(&raw const here) as usize
}

/// Sets the context's limit from the calling thread's stack.
pub fn set_limit(context: &Context) {
    context.stack_limit.set(lowest_address().saturating_add(RESERVE_BYTES));
    allow_calls(context);
}

/// Lets machine code make calls again, after it was brought to a poll.
pub fn allow_calls(context: &Context) {
    context.call_limit.store(context.stack_limit.get(), SeqCst);
}

/// Whether new native recursion should not be started.
pub fn is_low(context: &Context) -> bool {
    stack_pointer() < context.stack_limit.get()
}

/// Whether there is room for recording a trace and compiling it.
pub fn allows_recording(context: &Context) -> bool {
    stack_pointer() >= context.stack_limit.get().saturating_add(RECORDING_BYTES)
}

/// Lowest address of the calling thread's stack that may be used.
fn lowest_address() -> usize {
    let top = stack_pointer();
    // SAFETY: plain queries of the calling thread's attributes; every out-parameter is a local.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return top.saturating_sub(1 << 20);
        }
        let mut base = std::ptr::null_mut();
        let mut size = 0;
        let known = libc::pthread_attr_getstack(&attributes, &mut base, &mut size) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        if known && size > 0 && size < UNLIMITED_BYTES * 4 {
            base as usize
        } else {
            top.saturating_sub(UNLIMITED_BYTES)
        }
    }
}
