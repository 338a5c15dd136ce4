//! Positions of text streams: `tell` and `seek`.
//!
//! A position is a number that says how to come back: go to a byte, set the decoder's flags, feed it some bytes, drop some characters.
//! Mostly it is just the byte, because the decoder has no state there. Layout of the number, as CPython's: bits 0-63 the byte, 64-95
//! the flags, 96-127 bytes to feed, 128-159 characters to skip, 160-167 whether the decoder has to be told of the end.

use crate::object::{self, call, unsupported};
use crate::text_io::{ENCODER, Own, Snapshot};
use dashu_int::IBig;
use python_model::py::Result;
use python_model::strings::count_chars;
use python_model::value::*;
use python_modules_core::text::big;

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Cookie {
    start: i64,
    flags: u32,
    bytes_to_feed: u32,
    chars_to_skip: u32,
    needs_end: bool,
}

impl Cookie {
    fn to_number(self) -> IBig {
        let mut number = IBig::from(u8::from(self.needs_end));
        for part in [self.chars_to_skip, self.bytes_to_feed, self.flags] {
            number = (number << 32) + IBig::from(part);
        }
        (number << 64) + IBig::from(self.start as u64)
    }

    /// `None`: negative, or it has bits that no position has.
    fn of_number(number: &IBig) -> Option<Cookie> {
        if *number < IBig::ZERO {
            return None;
        }
        let part = |shift: usize, bits: usize| {
            let mask = (IBig::from(1) << bits) - IBig::from(1);
            u64::try_from((number.clone() >> shift) & mask).expect("masked to at most 64 bits")
        };
        (number.clone() >> 168 == IBig::ZERO).then(|| Cookie {
            start: part(0, 64) as i64,
            flags: part(64, 32) as u32,
            bytes_to_feed: part(96, 32) as u32,
            chars_to_skip: part(128, 32) as u32,
            needs_end: part(160, 8) != 0,
        })
    }
}

impl Own<'_> {
    /// `tell()`
    pub fn tell(self) -> Result {
        let (py, state) = (self.py, self.state);
        if !state.is_seekable.get() {
            return Err(unsupported(py, "underlying stream is not seekable"));
        }
        if !state.is_telling.get() {
            return Err(object::plain_os_error(py, "telling position disabled by next() call"));
        }
        self.flush_pending()?;
        call(py, self.value, "flush", &[])?;
        let position = call(py, self.buffer(), "tell", &[])?;
        let (flags, input) = match &*state.snapshot.borrow() {
            Some(snapshot) if state.can_read.get() => (snapshot.flags, snapshot.input.clone()),
            _ => return Ok(position),
        };
        let start = crate::file_io::offset(py, position)? - input.len() as i64;
        let chars = {
            let decoded = state.decoded.borrow();
            count_chars(&decoded[..state.used.get()])
        };
        if chars == 0 {
            return py.big_int(Cookie { start, flags: flags as u32, ..Cookie::default() }.to_number());
        }
        let (kept, kept_flags) = self.decoder_state()?;
        let kinds = state.translation.get();
        let cookie = self.find_cookie(start, flags, &input, chars);
        self.set_decoder_state(&kept, kept_flags)?;
        state.translation.set(kinds);
        py.big_int(cookie?.to_number())
    }

    fn decoded_count(self, bytes: &[u8], is_final: bool) -> Result<usize> {
        let mut out = Vec::new();
        self.decode(bytes, is_final, &mut out)?;
        Ok(count_chars(&out))
    }

    /// The position so many characters into the chunk. The decoder's state is lost.
    fn find_cookie(self, start: i64, flags: i64, input: &[u8], chars: usize) -> Result<Cookie> {
        let (mut flags, mut chars) = (flags, chars);
        // First a point near the position at which the decoder keeps nothing, guessed by the bytes that characters have here.
        let mut skip = ((self.state.ratio.get() * chars as f64) as usize).min(input.len());
        let mut step = 1;
        while skip > 0 {
            self.set_decoder_state(b"", flags)?;
            let count = self.decoded_count(&input[..skip], false)?;
            if count <= chars {
                let (kept, new_flags) = self.decoder_state()?;
                if kept.is_empty() {
                    flags = new_flags;
                    chars -= count;
                    break;
                }
                skip -= kept.len().min(skip);
                step = 1;
            } else {
                skip -= step.min(skip);
                step *= 2;
            }
        }
        if skip == 0 {
            self.set_decoder_state(b"", flags)?;
        }
        let mut cookie = Cookie { start: start + skip as i64, flags: flags as u32, ..Cookie::default() };
        if chars == 0 {
            return Ok(cookie);
        }
        // Then byte by byte, noting where the decoder keeps nothing.
        let mut count = 0;
        for at in skip..input.len() {
            cookie.bytes_to_feed += 1;
            count += self.decoded_count(&input[at..=at], false)?;
            let (kept, new_flags) = self.decoder_state()?;
            if kept.is_empty() && count <= chars {
                cookie.start += cookie.bytes_to_feed as i64;
                cookie.flags = new_flags as u32;
                cookie.bytes_to_feed = 0;
                chars -= count;
                count = 0;
            }
            if count >= chars {
                cookie.chars_to_skip = chars as u32;
                return Ok(cookie);
            }
        }
        count += self.decoded_count(b"", true)?;
        cookie.needs_end = true;
        cookie.chars_to_skip = chars as u32;
        if count < chars {
            return Err(object::plain_os_error(self.py, "can't reconstruct logical file position"));
        }
        Ok(cookie)
    }

    /// `seek(cookie, whence)`
    pub fn seek(self, cookie: Word, whence: i64) -> Result {
        let (py, state) = (self.py, self.state);
        if !state.is_seekable.get() {
            return Err(unsupported(py, "underlying stream is not seekable"));
        }
        let zero = py.int(0)?;
        let mut cookie = cookie;
        match whence {
            0 => {}
            1 => {
                if !py.is_equal(cookie, zero)? {
                    return Err(unsupported(py, "can't do nonzero cur-relative seeks"));
                }
                cookie = call(py, self.value, "tell", &[])?;
            }
            2 => {
                if !py.is_equal(cookie, zero)? {
                    return Err(unsupported(py, "can't do nonzero end-relative seeks"));
                }
                call(py, self.value, "flush", &[])?;
                self.forget_decoded();
                self.reset_decoder()?;
                let two = py.int(2)?;
                let position = call(py, self.buffer(), "seek", &[zero, two])?;
                self.reset_encoder(py.is_equal(position, zero)?)?;
                return Ok(position);
            }
            _ => {
                return Err(py.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)")));
            }
        }
        let number = match V::of(py.base(cookie)) {
            V::Float(float) => IBig::try_from(float.trunc()).unwrap_or(IBig::ZERO),
            _ if py.type_of(cookie).lookup(py, python_model::names::Name::Index).is_none() => {
                let class = py.type_name(cookie);
                return Err(
                    py.type_error(format!("'<' not supported between instances of '{class}' and 'int'"))
                );
            }
            _ => big(py, py.to_index(cookie)?),
        };
        if number < IBig::ZERO {
            return Err(py.value_error(format!("negative seek position {number}")));
        }
        call(py, self.value, "flush", &[])?;
        let Some(parts) = Cookie::of_number(&number) else {
            return Err(py.overflow_error("int too big to convert"));
        };
        let start = py.int(parts.start)?;
        call(py, self.buffer(), "seek", &[start])?;
        self.forget_decoded();
        if state.can_read.get() {
            if parts.start == 0 && parts.flags == 0 {
                self.reset_decoder()?;
            } else {
                self.set_decoder_state(b"", i64::from(parts.flags))?;
            }
        }
        *state.snapshot.borrow_mut() = Some(Snapshot { flags: i64::from(parts.flags), input: Vec::new() });
        if parts.chars_to_skip > 0 {
            self.check_readable()?;
            let count = py.int(i64::from(parts.bytes_to_feed))?;
            let bytes = call(py, self.buffer(), "read", &[count])?;
            let input = python_types::buffer::get(py, bytes)?.to_vec();
            *state.snapshot.borrow_mut() =
                Some(Snapshot { flags: i64::from(parts.flags), input: input.clone() });
            let mut text = Vec::new();
            self.decode(&input, parts.needs_end, &mut text)?;
            let skip = parts.chars_to_skip as usize;
            if count_chars(&text) < skip {
                return Err(object::plain_os_error(py, "can't restore logical file position"));
            }
            state.used.set(crate::string_io::char_offset(&text, skip));
            state.is_decoded_ascii.set(text.is_ascii());
            state.has_decoded.set(true);
            *state.decoded.borrow_mut() = text;
        }
        self.reset_encoder(parts.start == 0 && parts.flags == 0)?;
        Ok(cookie)
    }

    /// Tells the encoder whether it is at the beginning of the stream.
    fn reset_encoder(self, is_at_start: bool) -> Result<()> {
        let py = self.py;
        match object::get_word(self.value, ENCODER) {
            NONE => Ok(()),
            encoder if is_at_start => call(py, encoder, "reset", &[]).map(|_| ()),
            encoder => {
                let zero = py.int(0)?;
                call(py, encoder, "setstate", &[zero]).map(|_| ())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_without_state_is_its_byte() {
        let cookie = Cookie { start: 1234, ..Cookie::default() };
        assert_eq!(cookie.to_number(), IBig::from(1234));
        assert_eq!(Cookie::of_number(&IBig::from(1234)), Some(cookie));
    }

    #[test]
    fn all_parts_come_back() {
        let cookie = Cookie { start: 7, flags: 3, bytes_to_feed: 5, chars_to_skip: 2, needs_end: true };
        assert_eq!(Cookie::of_number(&cookie.to_number()), Some(cookie));
        assert_eq!(Cookie::of_number(&(IBig::from(1) << 168)), None);
        assert_eq!(Cookie::of_number(&IBig::from(-1)), None);
    }
}
