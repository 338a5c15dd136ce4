//! What the C library's allocator does with memory that is free again.
//!
//! Rust values that objects own (the digits of big integers, …) are freed a collection at a time: many at once, and as many are soon allocated
//! anew. By default the top of the native heap goes back to the system as soon as 128 KB of it are free, and comes back page by page, each
//! cleared: `pidigits` spent more time in the system than in arithmetic. So some of it is kept.

/// Bytes that stay with the process.
#[cfg(target_env = "gnu")]
const KEPT_BYTES: i32 = 32 << 20;
/// Larger blocks are mapped, each by itself. (The allocator no longer finds this limit itself once the other one is set.)
#[cfg(target_env = "gnu")]
const MAPPED_BYTES: i32 = 4 << 20;

/// Keeps freed memory for what is allocated next. For commands: it is a setting of the process, not of one heap.
pub fn keep_freed_memory() {
    #[cfg(all(target_env = "gnu", not(miri)))]
    // SAFETY: it sets two numbers of the allocator, and may be called at any time.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
    }
}
