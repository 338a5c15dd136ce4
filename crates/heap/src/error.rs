//! What can fail: the limit on memory, and what the operating system refuses.

use std::fmt;

/// No memory for an allocation: `GC_MAX` or the reservation is used up, or the system refuses more, even after a full
/// collection. Zero-sized, so that `Result<Gc<T>, OutOfMemory>` is one word.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("heap memory exhausted")
    }
}
impl std::error::Error for OutOfMemory {}

/// Why a heap or a thread attachment could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeapError {
    /// Not even the smallest reservation of address space (bytes) was granted.
    Reserve { bytes: usize, errno: i32 },
    /// The bounds of the calling thread's stack cannot be found.
    StackBounds { errno: i32 },
    /// All layout ids that the layout table has room for are in use.
    LayoutIdsExhausted { limit: u32 },
}

impl fmt::Display for HeapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeapError::Reserve { bytes, errno } => {
                write!(f, "cannot reserve {bytes} bytes of address space (errno {errno})")
            }
            HeapError::StackBounds { errno } => {
                write!(f, "cannot find the stack bounds of this thread (errno {errno})")
            }
            HeapError::LayoutIdsExhausted { limit } => write!(f, "all {limit} layout ids are in use"),
        }
    }
}
impl std::error::Error for HeapError {}
