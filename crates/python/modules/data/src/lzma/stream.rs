//! A stream of liblzma, encoding or decoding: its safe face.

use crate::streaming::{Decode, next_piece};
use liblzma_sys as l;

/// See the module header. Boxed: the state may point back at it.
pub struct Stream {
    raw: Box<l::lzma_stream>,
    /// The check of the stream, once it is known.
    pub check: u32,
}

/// `CHECK_UNKNOWN`
pub const CHECK_UNKNOWN: u32 = 16;

impl Stream {
    /// A stream that `start` sets up. Errors: its code.
    pub fn new(start: impl FnOnce(*mut l::lzma_stream) -> l::lzma_ret) -> Result<Stream, l::lzma_ret> {
        // SAFETY: zeros are liblzma's initial value of a stream.
        let mut raw: Box<l::lzma_stream> = Box::new(unsafe { std::mem::zeroed() });
        let code = start(&raw mut *raw);
        let stream = Stream { raw, check: CHECK_UNKNOWN };
        if code == l::LZMA_OK { Ok(stream) } else { Err(code) }
    }

    /// One call: how much input it took, and its code. Output is appended.
    fn step(
        &mut self,
        input: &[u8],
        action: l::lzma_action,
        room: usize,
        out: &mut Vec<u8>,
    ) -> (usize, l::lzma_ret) {
        let filled = out.len();
        out.resize(filled + room, 0);
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = input.len();
        self.raw.next_out = out[filled..].as_mut_ptr();
        self.raw.avail_out = room;
        // SAFETY: the stream was set up; input and output are slices of these lengths.
        let code = unsafe { l::lzma_code(&raw mut *self.raw, action) };
        out.truncate(filled + room - self.raw.avail_out);
        (input.len() - self.raw.avail_in, code)
    }

    /// Encodes all of the input. Errors: liblzma's code.
    pub fn encode(
        &mut self,
        input: &[u8],
        action: l::lzma_action,
        out: &mut Vec<u8>,
    ) -> Result<(), l::lzma_ret> {
        let mut taken = 0;
        loop {
            let room = next_piece(out.len(), usize::MAX >> 1);
            let (count, code) = self.step(&input[taken..], action, room, out);
            taken += count;
            match code {
                l::LZMA_STREAM_END => return Ok(()),
                l::LZMA_OK => {}
                l::LZMA_BUF_ERROR if input.is_empty() && action == l::LZMA_RUN => return Ok(()),
                code => return Err(code),
            }
            if action == l::LZMA_RUN && taken == input.len() && self.raw.avail_out > 0 {
                return Ok(());
            }
        }
    }
}

impl Decode for Stream {
    type Error = l::lzma_ret;

    fn decode(&mut self, input: &[u8], most: usize, out: &mut Vec<u8>) -> Result<(bool, usize), l::lzma_ret> {
        let mut taken = 0;
        loop {
            let (count, code) = self.step(&input[taken..], l::LZMA_RUN, next_piece(out.len(), most), out);
            taken += count;
            match code {
                l::LZMA_OK | l::LZMA_BUF_ERROR => {}
                l::LZMA_STREAM_END => return Ok((true, taken)),
                l::LZMA_GET_CHECK | l::LZMA_NO_CHECK => {
                    // SAFETY: the stream was set up, and has just said that it knows.
                    self.check = unsafe { l::lzma_get_check(&raw const *self.raw) };
                    continue;
                }
                code => return Err(code),
            }
            let is_full = self.raw.avail_out == 0;
            if out.len() >= most || code == l::LZMA_BUF_ERROR || taken == input.len() && !is_full {
                return Ok((false, taken));
            }
        }
    }

    fn may_hold_output(&self) -> bool {
        self.raw.avail_out == 0
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initial or set up, ended once.
        unsafe { l::lzma_end(&raw mut *self.raw) };
    }
}
