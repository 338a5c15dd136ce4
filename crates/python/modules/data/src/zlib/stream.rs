//! A zlib stream, compressing or decompressing: the safe face of `libz-rs-sys` (zlib in Rust, with zlib's C interface).
//!
//! The C interface is used because the crate's own has no copies of streams and no strategies.

use libz_rs_sys as z;
use std::ffi::c_int;

/// The smallest piece of output that is asked for.
const FIRST_OUTPUT: usize = 1 << 14;
/// Most bytes handed over at once: sizes are 32-bit.
const MOST_AT_ONCE: usize = 1 << 30;

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Compress,
    Decompress,
}

/// An error code of zlib, and what it said.
#[derive(Debug)]
pub struct Failure {
    pub code: c_int,
    pub message: Option<String>,
}

/// See the module header. Boxed: the state points back at it.
pub struct Stream {
    raw: Box<z::z_stream>,
    direction: Direction,
}

/// Why a call ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// All input was taken, or the output is as long as was allowed.
    More,
    /// The end of the stream.
    Stream,
    NeedsDictionary,
}

impl Stream {
    /// Errors: parameters that zlib refuses.
    pub fn compress(
        level: c_int,
        method: c_int,
        window_bits: c_int,
        memory: c_int,
        strategy: c_int,
    ) -> Result<Stream, Failure> {
        let mut raw = Box::<z::z_stream>::default();
        // SAFETY: a fresh stream at an address that stays, the library's own version and size.
        let code = unsafe {
            let size = size_of::<z::z_stream>() as c_int;
            z::deflateInit2_(
                &raw mut *raw,
                level,
                method,
                window_bits,
                memory,
                strategy,
                z::zlibVersion(),
                size,
            )
        };
        let stream = Stream { raw, direction: Direction::Compress };
        if code == z::Z_OK { Ok(stream) } else { Err(stream.forget(code)) }
    }

    /// Errors: parameters that zlib refuses.
    pub fn decompress(window_bits: c_int) -> Result<Stream, Failure> {
        let mut raw = Box::<z::z_stream>::default();
        // SAFETY: as above.
        let code = unsafe {
            let size = size_of::<z::z_stream>() as c_int;
            z::inflateInit2_(&raw mut *raw, window_bits, z::zlibVersion(), size)
        };
        let stream = Stream { raw, direction: Direction::Decompress };
        if code == z::Z_OK { Ok(stream) } else { Err(stream.forget(code)) }
    }

    /// A stream that was not set up is not ended.
    fn forget(self, code: c_int) -> Failure {
        std::mem::forget(self);
        Failure { code, message: None }
    }

    fn failure(&self, code: c_int) -> Failure {
        let message = match self.raw.msg.is_null() {
            true => None,
            // SAFETY: zlib's messages are static C strings.
            false => Some(unsafe { std::ffi::CStr::from_ptr(self.raw.msg) }.to_string_lossy().into_owned()),
        };
        Failure { code, message }
    }

    /// Errors: the dictionary does not fit the stream.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), Failure> {
        let (bytes, length) = (dictionary.as_ptr(), dictionary.len() as u32);
        // SAFETY: a stream that was set up, and bytes of that length.
        let code = unsafe {
            match self.direction {
                Direction::Compress => z::deflateSetDictionary(&raw mut *self.raw, bytes, length),
                Direction::Decompress => z::inflateSetDictionary(&raw mut *self.raw, bytes, length),
            }
        };
        if code == z::Z_OK { Ok(()) } else { Err(self.failure(code)) }
    }

    /// A stream in the same state.
    pub fn copied(&mut self) -> Result<Stream, Failure> {
        let mut raw = Box::<z::z_stream>::default();
        // SAFETY: the source was set up, the target is a fresh one at an address that stays.
        let code = unsafe {
            match self.direction {
                Direction::Compress => z::deflateCopy(&raw mut *raw, &raw mut *self.raw),
                Direction::Decompress => z::inflateCopy(&raw mut *raw, &raw const *self.raw),
            }
        };
        let stream = Stream { raw, direction: self.direction };
        if code == z::Z_OK { Ok(stream) } else { Err(stream.forget(code)) }
    }

    /// Runs input through, as far as `most` bytes of output allow. Returns why it ended and how much input was taken.
    /// Errors: what zlib says; no progress is none.
    pub fn run(
        &mut self,
        input: &[u8],
        flush: c_int,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<(End, usize), Failure> {
        let before = out.len();
        let mut taken = 0;
        loop {
            let room =
                (out.len() - before).max(FIRST_OUTPUT).min(most - (out.len() - before)).min(MOST_AT_ONCE);
            let piece = &input[taken..input.len().min(taken + MOST_AT_ONCE)];
            let is_last = taken + piece.len() == input.len();
            let filled = out.len();
            out.resize(filled + room, 0);
            self.raw.next_in = piece.as_ptr().cast();
            self.raw.avail_in = piece.len() as u32;
            self.raw.next_out = out[filled..].as_mut_ptr();
            self.raw.avail_out = room as u32;
            let flush = if is_last { flush } else { z::Z_NO_FLUSH };
            // SAFETY: the stream was set up; input and output are slices of these lengths.
            let code = unsafe {
                match self.direction {
                    Direction::Compress => z::deflate(&raw mut *self.raw, flush),
                    Direction::Decompress => z::inflate(&raw mut *self.raw, flush),
                }
            };
            taken += piece.len() - self.raw.avail_in as usize;
            out.truncate(filled + room - self.raw.avail_out as usize);
            let is_full = self.raw.avail_out == 0;
            match code {
                z::Z_STREAM_END => return Ok((End::Stream, taken)),
                z::Z_NEED_DICT => return Ok((End::NeedsDictionary, taken)),
                z::Z_OK | z::Z_BUF_ERROR => {}
                code => return Err(self.failure(code)),
            }
            if out.len() - before >= most || (!is_full && taken == input.len()) {
                return Ok((End::More, taken));
            }
            if code == z::Z_BUF_ERROR && !is_full {
                return Ok((End::More, taken));
            }
        }
    }

    /// Changes nothing but says that the input was incomplete, in zlib's terms.
    pub fn incomplete() -> Failure {
        Failure { code: z::Z_BUF_ERROR, message: None }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: set up when it was made, ended once.
        unsafe {
            match self.direction {
                Direction::Compress => z::deflateEnd(&raw mut *self.raw),
                Direction::Decompress => z::inflateEnd(&raw mut *self.raw),
            };
        }
    }
}

/// The version of the interface, as a text.
pub fn version() -> String {
    // SAFETY: a static C string.
    unsafe { std::ffi::CStr::from_ptr(z::zlibVersion()) }.to_string_lossy().into_owned()
}
