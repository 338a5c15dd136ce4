//! Calls of the system on file descriptors. Interrupted ones are made again after the handlers of signals have run (PEP 475).

use python_model::py::{Py, Result};
use std::ffi::CStr;

/// Error number of the last call.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// What a call gave, or its error number.
pub type Outcome<T> = std::result::Result<T, i32>;

/// Makes a call again as long as it is interrupted. Errors: what a handler of a signal raises.
fn retried(py: Py, call: impl FnMut() -> isize) -> Result<Outcome<usize>> {
    Ok(py
        .system_call(call)?
        .map(|result| result as usize)
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO)))
}

/// Largest number of bytes of one call: Linux takes no more.
const MOST: usize = 0x7fff_f000;

/// Reads to the end of a vector, at most `most` bytes. Errors: `MemoryError`; what a handler of a signal raises.
pub fn read_to_vec(py: Py, fd: i32, out: &mut Vec<u8>, most: usize) -> Result<Outcome<usize>> {
    out.try_reserve(most).map_err(|_| py.out_of_memory())?;
    let length = most.min(MOST);
    let start = out.len();
    let spare = out.spare_capacity_mut().as_mut_ptr();
    // SAFETY: `reserve` made at least `length` bytes of spare capacity.
    let outcome = retried(py, || unsafe { libc::read(fd, spare.cast(), length) })?;
    if let Ok(count) = outcome {
        // SAFETY: the system wrote that many bytes.
        unsafe { out.set_len(start + count) };
    }
    Ok(outcome)
}

/// Writes once. Errors: what a handler raises.
pub fn write(py: Py, fd: i32, bytes: &[u8]) -> Result<Outcome<usize>> {
    let (start, length) = (bytes.as_ptr(), bytes.len().min(MOST));
    // SAFETY: the range is that of the slice.
    retried(py, || unsafe { libc::write(fd, start.cast(), length) })
}

pub fn open(py: Py, path: &CStr, flags: i32) -> Result<Outcome<i32>> {
    // SAFETY: a string that ends in zero.
    let outcome = retried(py, || unsafe { libc::open(path.as_ptr(), flags, 0o666) as isize })?;
    Ok(outcome.map(|fd| fd as i32))
}

/// Closes; not made again when interrupted, because the descriptor is gone then.
pub fn close(fd: i32) -> Outcome<()> {
    // SAFETY: no memory is involved.
    match unsafe { libc::close(fd) } {
        0 => Ok(()),
        _ => match errno() {
            libc::EINTR => Ok(()),
            number => Err(number),
        },
    }
}

pub fn seek(fd: i32, offset: i64, whence: i32) -> Outcome<i64> {
    // SAFETY: no memory is involved.
    match unsafe { libc::lseek(fd, offset, whence) } {
        -1 => Err(errno()),
        position => Ok(position),
    }
}

/// What `fstat` says about an open file, as far as streams care.
#[derive(Clone, Copy, Default)]
pub struct Status {
    pub is_directory: bool,
    pub is_character_device: bool,
    pub size: i64,
    pub block_bytes: i64,
}

pub fn status(fd: i32) -> Outcome<Status> {
    let mut raw = std::mem::MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: room for the answer.
    if unsafe { libc::fstat(fd, raw.as_mut_ptr()) } != 0 {
        return Err(errno());
    }
    // SAFETY: written by the successful call.
    let raw = unsafe { raw.assume_init() };
    let kind = raw.st_mode & libc::S_IFMT;
    Ok(Status {
        is_directory: kind == libc::S_IFDIR,
        is_character_device: kind == libc::S_IFCHR,
        size: raw.st_size,
        block_bytes: raw.st_blksize,
    })
}

pub fn is_terminal(fd: i32) -> bool {
    // SAFETY: no memory is involved.
    unsafe { libc::isatty(fd) == 1 }
}

pub fn truncate(py: Py, fd: i32, size: i64) -> Result<Outcome<()>> {
    // SAFETY: no memory is involved.
    Ok(retried(py, || unsafe { libc::ftruncate(fd, size) as isize })?.map(|_| ()))
}

/// Makes a descriptor close when another program is executed.
pub fn set_close_on_exec(fd: i32) -> Outcome<()> {
    // SAFETY: no memory is involved.
    let result = unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 { flags } else { libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC) }
    };
    if result < 0 { Err(errno()) } else { Ok(()) }
}
