//! Native stacks: their bounds, and where the live part of one begins.
//!
//! A thread that stops publishes its callee-saved registers (into its own frame) and its stack pointer; everything from
//! there to the base is scanned conservatively. Caller-saved registers need no care: the compiler has spilled what it needs
//! across the call that got here.

use crate::error::HeapError;

/// Registers that a function must leave as they were, and that may hold a word.
#[cfg(target_arch = "x86_64")]
const CALLEE_SAVED: usize = 6;
#[cfg(target_arch = "aarch64")]
const CALLEE_SAVED: usize = 19;

/// One past the highest address of the calling thread's stack.
pub(crate) fn stack_base() -> Result<usize, HeapError> {
    // SAFETY: plain libc calls with properly initialised out-parameters.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        let result = libc::pthread_getattr_np(libc::pthread_self(), &mut attributes);
        if result != 0 {
            return Err(HeapError::StackBounds { errno: result });
        }
        let mut start = std::ptr::null_mut();
        let mut size = 0;
        let result = libc::pthread_attr_getstack(&attributes, &mut start, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        if result != 0 {
            return Err(HeapError::StackBounds { errno: result });
        }
        Ok((start as usize + size) & !7)
    }
}

/// Calls `f` with the lowest live stack address, after writing the callee-saved registers into this frame, above it.
/// What the callers need of their registers is above it.
#[inline(never)]
pub fn with_stack_published<R>(f: impl FnOnce(usize) -> R) -> R {
    let mut registers = [0usize; CALLEE_SAVED];
    let stack_pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: writes six registers into the array and reads the stack pointer.
    unsafe {
        std::arch::asm!(
            "mov [{r}], rbx",
            "mov [{r} + 8], rbp",
            "mov [{r} + 16], r12",
            "mov [{r} + 24], r13",
            "mov [{r} + 32], r14",
            "mov [{r} + 40], r15",
            "mov {sp}, rsp",
            r = in(reg) registers.as_mut_ptr(),
            sp = out(reg) stack_pointer,
            options(nostack, preserves_flags)
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: writes the callee-saved registers into the array and reads the stack pointer.
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{r}]",
            "stp x21, x22, [{r}, #16]",
            "stp x23, x24, [{r}, #32]",
            "stp x25, x26, [{r}, #48]",
            "stp x27, x28, [{r}, #64]",
            "str x29, [{r}, #80]",
            "stp d8, d9, [{r}, #88]",
            "stp d10, d11, [{r}, #104]",
            "stp d12, d13, [{r}, #120]",
            "stp d14, d15, [{r}, #136]",
            "mov {sp}, sp",
            r = in(reg) registers.as_mut_ptr(),
            sp = out(reg) stack_pointer,
            options(nostack, preserves_flags)
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    compile_error!("the register spill of this architecture is missing");
    let result = f(stack_pointer & !7);
    // The array must stay in memory until `f` returns.
    std::hint::black_box(&mut registers);
    result
}

/// Overwrites the dead stack below the caller's frame. A collection leaves the addresses of survivors there, which the next
/// one would find again in the uninitialised parts of its own frames and take for roots.
#[inline(never)]
pub(crate) fn scrub_dead_stack() {
    std::hint::black_box(&mut [0usize; 512]);
}
