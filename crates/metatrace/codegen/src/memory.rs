//! Executable memory: arenas, free ranges, installation.
//!
//! Units die one by one (invalidation, ageing), so code memory is a heap of its own: arenas of [`ARENA_BYTES`], each
//! with a sorted list of free ranges, first fit, neighbours merged on free.
//!
//! Writable and executable: the usual answers do not fit. Two mappings of one shared file object break `fork`: parent
//! and child would go on allocating in the same pages. Flipping pages between writable and executable stops other
//! threads that execute neighbouring code, and code is installed by a background thread. So pages are read-execute
//! and become read-write-execute only while a unit is being copied into them ([`Protection::Toggle`], two `mprotect`
//! calls, about 2 us); [`Protection::Open`] leaves them so, for measurements and systems where `mprotect` is dear.
//! Private anonymous memory makes both safe across `fork`.
//!
//! Invariant: free ranges of an arena are disjoint, sorted, never adjacent, and within the arena.
//!
//! Limits: x86-64 needs no instruction cache maintenance; other processors would need it in [`CodeMemory::install`].

use crate::loops::LINE_BYTES;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard};

/// Size of one arena. A larger unit gets an arena of its own.
const ARENA_BYTES: usize = 1 << 20;
/// Granule and alignment of ranges: a line, so that code can be put anywhere in one.
const GRANULE_BYTES: usize = LINE_BYTES;
/// Fills freed and never used code: traps.
const TRAP_BYTE: u8 = 0xCC;

/// When code pages are writable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    /// Only while a unit is copied into them.
    Toggle,
    /// Always.
    Open,
}

/// Why there is no room for a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeMemoryFull {
    Limit { limit_bytes: usize },
    Refused { errno: i32 },
}

struct Arena {
    base: NonNull<u8>,
    bytes: usize,
    /// (offset, length), see the module header.
    free: Vec<(usize, usize)>,
}

struct Arenas {
    arenas: Vec<Arena>,
    used_bytes: usize,
    limit_bytes: usize,
    protection: Protection,
    page_bytes: usize,
}

// SAFETY: the arenas' memory belongs to this structure; it is only touched under the lock of `CodeMemory`.
unsafe impl Send for Arenas {}

/// See the module header. Shared by the compiler and the units it made; unmapped when the last of them goes.
pub struct CodeMemory(Mutex<Arenas>);

/// A range of code memory; dropping it frees the range.
#[derive(Debug)]
pub(crate) struct CodeBlock {
    memory: Arc<CodeMemory>,
    start: NonNull<u8>,
    bytes: usize,
    /// Where in the range the code begins.
    offset: usize,
}

// SAFETY: a block is an address and a length; the memory behind it is only executed or changed under the lock.
unsafe impl Send for CodeBlock {}
// SAFETY: as above.
unsafe impl Sync for CodeBlock {}

impl CodeBlock {
    pub(crate) fn start(&self) -> *const u8 {
        self.start.as_ptr().wrapping_add(self.offset)
    }

    /// Keeps the code until the whole memory goes: for the stubs that every unit refers to.
    pub(crate) fn leak(self) -> *const u8 {
        let start = self.start();
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so its reference to the memory is moved out exactly once.
        drop(unsafe { std::ptr::read(&this.memory) });
        start
    }
}

impl Drop for CodeBlock {
    fn drop(&mut self) {
        self.memory.lock().release(self.start, self.bytes);
    }
}

impl std::fmt::Debug for CodeMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let a = self.lock();
        write!(f, "CodeMemory({} of {} bytes in {} arenas)", a.used_bytes, a.limit_bytes, a.arenas.len())
    }
}

impl CodeMemory {
    pub fn new(limit_bytes: usize, protection: Protection) -> Arc<CodeMemory> {
        // SAFETY: a query without side effects.
        let page_bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
        Arc::new(CodeMemory(Mutex::new(Arenas {
            arenas: Vec::new(),
            used_bytes: 0,
            limit_bytes,
            protection,
            page_bytes,
        })))
    }

    pub fn used_bytes(&self) -> usize {
        self.lock().used_bytes
    }

    /// Changes the limit; code that exists stays.
    pub fn set_limit_bytes(&self, limit_bytes: usize) {
        self.lock().limit_bytes = limit_bytes;
    }

    /// Copies position-independent code into executable memory, to this offset in a line.
    pub(crate) fn install(self: &Arc<Self>, code: &[u8], offset: usize) -> Result<CodeBlock, CodeMemoryFull> {
        let bytes = (offset + code.len()).next_multiple_of(GRANULE_BYTES);
        let mut arenas = self.lock();
        let start = arenas.reserve(bytes)?;
        arenas.write(start, code, offset, bytes);
        drop(arenas);
        Ok(CodeBlock { memory: self.clone(), start, bytes, offset })
    }

    fn lock(&self) -> MutexGuard<'_, Arenas> {
        // A panic under the lock would be a bug in this file; the lists are valid between any two statements that
        // can panic, so going on is right.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Arenas {
    fn reserve(&mut self, bytes: usize) -> Result<NonNull<u8>, CodeMemoryFull> {
        if self.used_bytes + bytes > self.limit_bytes {
            return Err(CodeMemoryFull::Limit { limit_bytes: self.limit_bytes });
        }
        let found = self.arenas.iter_mut().find_map(|arena| arena.take(bytes));
        let start = match found {
            Some(start) => start,
            None => {
                let mut arena = self.map(bytes.max(ARENA_BYTES))?;
                let start = arena.take(bytes).expect("a new arena is large enough");
                self.arenas.push(arena);
                start
            }
        };
        self.used_bytes += bytes;
        Ok(start)
    }

    fn map(&self, bytes: usize) -> Result<Arena, CodeMemoryFull> {
        let bytes = bytes.next_multiple_of(self.page_bytes);
        let protection = match self.protection {
            Protection::Toggle => libc::PROT_READ | libc::PROT_EXEC,
            Protection::Open => libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC,
        };
        // SAFETY: a fresh private anonymous mapping at an address of the system's choice.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                protection,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        match NonNull::new(base.cast::<u8>()) {
            Some(base) if base.as_ptr().cast() != libc::MAP_FAILED => {
                Ok(Arena { base, bytes, free: vec![(0, bytes)] })
            }
            _ => Err(CodeMemoryFull::Refused {
                errno: std::io::Error::last_os_error().raw_os_error().unwrap_or(0),
            }),
        }
    }

    /// Fills a range: code at this offset, traps before and behind it.
    fn write(&mut self, start: NonNull<u8>, code: &[u8], offset: usize, bytes: usize) {
        self.make_writable(start, bytes, true);
        // SAFETY: `start..start + bytes` was reserved from an arena, is writable now, and nobody executes it yet.
        unsafe {
            std::ptr::write_bytes(start.as_ptr(), TRAP_BYTE, bytes);
            std::ptr::copy_nonoverlapping(code.as_ptr(), start.as_ptr().add(offset), code.len());
        }
        self.make_writable(start, bytes, false);
    }

    /// The pages stay executable throughout: other threads may be running in them.
    fn make_writable(&self, start: NonNull<u8>, bytes: usize, writable: bool) {
        if self.protection == Protection::Open {
            return;
        }
        let first = start.as_ptr() as usize & !(self.page_bytes - 1);
        let end = (start.as_ptr() as usize + bytes).next_multiple_of(self.page_bytes);
        let extra = if writable { libc::PROT_WRITE } else { 0 };
        // SAFETY: the range lies inside an arena of ours.
        let result = unsafe {
            libc::mprotect(first as *mut libc::c_void, end - first, libc::PROT_READ | libc::PROT_EXEC | extra)
        };
        // It fails only when a process may not have such pages at all; then the first stub could not be made either.
        assert!(result == 0, "code memory cannot change protection: {}", std::io::Error::last_os_error());
    }

    fn release(&mut self, start: NonNull<u8>, bytes: usize) {
        if cfg!(debug_assertions) {
            // Whoever still executes or jumps to a dropped unit shall trap at once.
            self.write(start, &[], 0, bytes);
        }
        let address = start.as_ptr() as usize;
        let arena = self
            .arenas
            .iter_mut()
            .find(|a| (a.base.as_ptr() as usize..a.base.as_ptr() as usize + a.bytes).contains(&address))
            .expect("a block lies in the arena that it was taken from");
        arena.give_back(address - arena.base.as_ptr() as usize, bytes);
        self.used_bytes -= bytes;
    }
}

impl Arena {
    /// First fit.
    fn take(&mut self, bytes: usize) -> Option<NonNull<u8>> {
        let at = self.free.iter().position(|(_, length)| *length >= bytes)?;
        let (offset, length) = self.free[at];
        if length == bytes {
            self.free.remove(at);
        } else {
            self.free[at] = (offset + bytes, length - bytes);
        }
        // SAFETY: free ranges lie within the arena.
        Some(unsafe { self.base.add(offset) })
    }

    fn give_back(&mut self, offset: usize, bytes: usize) {
        let at = self.free.partition_point(|(o, _)| *o < offset);
        debug_assert!(at == 0 || self.free[at - 1].0 + self.free[at - 1].1 <= offset, "freed twice");
        debug_assert!(at == self.free.len() || offset + bytes <= self.free[at].0, "freed twice");
        self.free.insert(at, (offset, bytes));
        if at + 1 < self.free.len() && offset + bytes == self.free[at + 1].0 {
            self.free[at].1 += self.free[at + 1].1;
            self.free.remove(at + 1);
        }
        if at > 0 && self.free[at - 1].0 + self.free[at - 1].1 == offset {
            self.free[at - 1].1 += self.free[at].1;
            self.free.remove(at);
        }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: the arena is dropped with the memory, after every block and the compiler.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.bytes) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_of(block: &CodeBlock, count: usize) -> Vec<u8> {
        // SAFETY: the block is live and at least `count` long; code pages are readable.
        unsafe { std::slice::from_raw_parts(block.start(), count) }.to_vec()
    }

    #[test]
    fn freed_ranges_are_merged_and_reused() {
        for protection in [Protection::Toggle, Protection::Open] {
            let memory = CodeMemory::new(1 << 20, protection);
            let a = memory.install(&[1; 100], 0).unwrap();
            let b = memory.install(&[2; 5000], 0).unwrap();
            let c = memory.install(&[3; 32], 0).unwrap();
            assert_eq!(bytes_of(&a, 101), [vec![1; 100], vec![TRAP_BYTE]].concat());
            assert_eq!(bytes_of(&b, 5000), vec![2; 5000]);
            assert_eq!(memory.used_bytes(), 128 + 5056 + 64);
            let first = a.start();
            drop(b);
            drop(a);
            let d = memory.install(&[4; 5100], 0).unwrap();
            assert_eq!(d.start(), first, "the two freed neighbours became one range");
            drop(c);
            drop(d);
            assert_eq!(memory.used_bytes(), 0);
            assert_eq!(memory.lock().arenas[0].free, vec![(0, ARENA_BYTES)]);
        }
    }

    #[test]
    fn the_limit_is_a_named_error_and_large_units_get_their_own_arena() {
        let memory = CodeMemory::new(4 << 20, Protection::Toggle);
        let large = memory.install(&vec![5; 3 << 20], 0).unwrap();
        assert_eq!(
            memory.install(&vec![5; 2 << 20], 0).unwrap_err(),
            CodeMemoryFull::Limit { limit_bytes: 4 << 20 }
        );
        drop(large);
        memory.install(&vec![5; 2 << 20], 0).unwrap();
    }
}
