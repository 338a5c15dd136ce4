//! `TextIOWrapper`: text over a buffered binary stream.
//!
//! What was decoded and not yet read is WTF-8 in `decoded`, what was encoded and not yet passed on is in `pending`. With the encodings of
//! [`crate::codec`] and a buffer that is exactly one of this module's, reading and writing makes no call. Everything else goes through
//! the methods of the buffer and through the codec's incremental decoder and encoder.
//!
//! Positions (`tell`, `seek`) are in [`crate::cookie`]; they need the *snapshot*: the decoder's state before the last chunk, and the chunk.

use crate::buffered::{self, Unsaved};
use crate::bytes_io;
use crate::codec::{self, NativeCodec};
use crate::newlines::{Newline, Translation, unpack_state};
use crate::object::{self, call, is_closed, unsupported};
use crate::string_io::{char_offset, with_line_ends};
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::strings::count_chars;
use python_model::types::Ty;
use python_model::value::*;
use std::cell::{Cell, RefCell};

/// Numbers of the words: the buffer; decoder and encoder of the codec registry, or None; names of encoding and error handler.
pub const BUFFER: usize = 0;
pub const DECODER: usize = 1;
pub const ENCODER: usize = 2;
pub const ENCODING: usize = 3;
pub const ERRORS: usize = 4;
pub const WORD_COUNT: usize = 5;

/// Bytes that are read at once, and written at the latest.
const CHUNK_BYTES: usize = 8192;

/// See the module header.
#[derive(Default)]
pub struct Text {
    pub is_initialized: Cell<bool>,
    pub is_detached: Cell<bool>,
    pub is_line_buffered: Cell<bool>,
    pub is_write_through: Cell<bool>,
    pub newline: Cell<Newline>,
    pub chunk_bytes: Cell<usize>,
    pub is_seekable: Cell<bool>,
    /// `tell` is possible: not while lines are iterated over.
    pub is_telling: Cell<bool>,
    has_read1: Cell<bool>,
    pub can_read: Cell<bool>,
    pub can_write: Cell<bool>,
    /// The codec, if it is native.
    pub native: Cell<Option<NativeCodec>>,
    /// Bytes of a character that is not complete, of the native decoder.
    pub incomplete: RefCell<Vec<u8>>,
    pub translation: Cell<Translation>,
    pub decoded: RefCell<Vec<u8>>,
    /// Number of bytes of `decoded` that were read.
    pub used: Cell<usize>,
    /// What was decoded is ASCII.
    pub is_decoded_ascii: Cell<bool>,
    /// Something was decoded since the stream was last at a position that it knows.
    pub has_decoded: Cell<bool>,
    pending: RefCell<Vec<u8>>,
    pub snapshot: RefCell<Option<Snapshot>>,
    /// Bytes per character of the last chunk.
    pub ratio: Cell<f64>,
}

/// The decoder's flags before the last chunk, and the chunk with what the decoder had kept.
pub struct Snapshot {
    pub flags: i64,
    pub input: Vec<u8>,
}

/// A text object and its state, for the length of one call.
#[derive(Clone, Copy)]
pub struct Own<'a> {
    pub py: Py<'a>,
    pub value: Word,
    pub state: &'a Text,
}

/// The receiver of a method, attached to its buffer.
pub fn attached<'a>(py: Py<'a>, value: Word) -> Result<Own<'a>> {
    let state: &Text = object::state(py, value, "TextIOWrapper")?;
    if state.is_detached.get() {
        return Err(py.value_error("underlying buffer has been detached"));
    }
    initialized(py, value)
}

/// The receiver of a method that needs no buffer.
pub fn initialized<'a>(py: Py<'a>, value: Word) -> Result<Own<'a>> {
    let state: &Text = object::state(py, value, "TextIOWrapper")?;
    match state.is_initialized.get() {
        true => Ok(Own { py, value, state }),
        false => Err(py.value_error("I/O operation on uninitialized object")),
    }
}

/// What a stream is made with.
pub struct Options {
    /// None: the locale's.
    pub encoding: Word,
    /// None: "strict".
    pub errors: Word,
    pub newline: Newline,
    pub is_line_buffered: bool,
    pub is_write_through: bool,
}

/// Initialises (again) over a buffer.
pub fn initialize(py: Py, value: Word, buffer: Word, options: &Options) -> Result<()> {
    let state: &Text = object::state(py, value, "TextIOWrapper")?;
    state.is_initialized.set(false);
    state.is_detached.set(false);
    let own = Own { py, value, state };
    let encoding = if options.encoding == NONE { codec::locale_encoding(py)? } else { options.encoding };
    let errors = if options.errors == NONE { py.str("strict")? } else { options.errors };
    object::set_word(py, value, BUFFER, buffer);
    state.newline.set(options.newline);
    state.is_line_buffered.set(options.is_line_buffered);
    state.is_write_through.set(options.is_write_through);
    state.chunk_bytes.set(CHUNK_BYTES);
    state.ratio.set(0.0);
    state.pending.borrow_mut().clear();
    own.forget_decoded();
    own.set_codec(encoding, errors)?;
    let has_read1 = py.get_attr_opt(buffer, py.intern("read1")?)?.is_some();
    state.has_read1.set(has_read1);
    let seekable = call(py, buffer, "seekable", &[])?;
    let seekable = py.truth(seekable)?;
    state.is_seekable.set(seekable);
    state.is_telling.set(seekable);
    own.fix_encoder_state()?;
    state.is_initialized.set(true);
    if state.can_write.get() {
        py.vm().state::<Unsaved>().add(py, value);
    }
    Ok(())
}

impl<'a> Own<'a> {
    pub fn buffer(self) -> Word {
        object::get_word(self.value, BUFFER)
    }

    pub fn errors(self) -> Result<String> {
        self.py.to_text(object::get_word(self.value, ERRORS))
    }

    /// Errors: `ValueError` if the stream is closed.
    pub fn check_open(self) -> Result<()> {
        let closed = match buffered::exact(self.py, self.buffer()) {
            Some(buffer) => buffer.is_closed()?,
            None => is_closed(self.py, self.buffer())?,
        };
        match closed {
            true => Err(self.py.value_error("I/O operation on closed file.")),
            false => Ok(()),
        }
    }

    /// Sets encoding and error handler, with new decoder and encoder.
    pub fn set_codec(self, encoding: Word, errors: Word) -> Result<()> {
        let py = self.py;
        let state = self.state;
        let (encoding_text, errors_text) = (py.to_text(encoding)?, py.to_text(errors)?);
        if encoding_text.contains('\0') || errors_text.contains('\0') {
            return Err(py.value_error("embedded null character"));
        }
        let native = NativeCodec::named(&encoding_text, &errors_text);
        let info = if native.is_none() { codec::registered(py, encoding)? } else { NONE };
        let able = |ability: &str| -> Result<bool> {
            let answer = call(py, self.buffer(), ability, &[])?;
            py.truth(answer)
        };
        let can_read = able("readable")?;
        let decoder = if can_read && native.is_none() {
            codec::incremental(py, info, "incrementaldecoder", errors)?
        } else {
            NONE
        };
        let can_write = able("writable")?;
        let encoder = if can_write && native.is_none() {
            codec::incremental(py, info, "incrementalencoder", errors)?
        } else {
            NONE
        };
        object::set_word(py, self.value, DECODER, decoder);
        object::set_word(py, self.value, ENCODER, encoder);
        object::set_word(py, self.value, ENCODING, encoding);
        object::set_word(py, self.value, ERRORS, errors);
        state.can_read.set(can_read);
        state.can_write.set(can_write);
        state.native.set(native);
        state.incomplete.borrow_mut().clear();
        state.translation.set(Translation::new(state.newline.get().translates));
        Ok(())
    }

    /// An encoder in the middle of a file writes no mark of its byte order.
    pub fn fix_encoder_state(self) -> Result<()> {
        let py = self.py;
        let encoder = object::get_word(self.value, ENCODER);
        if !self.state.is_seekable.get() || encoder == NONE {
            return Ok(());
        }
        let position = call(py, self.buffer(), "tell", &[])?;
        let zero = py.int(0)?;
        if !py.is_equal(position, zero)? {
            call(py, encoder, "setstate", &[zero])?;
        }
        Ok(())
    }

    // -- what was decoded

    /// Forgets what was decoded, as if nothing had been read.
    pub fn forget_decoded(self) {
        self.drop_decoded();
        *self.state.snapshot.borrow_mut() = None;
    }

    /// Forgets what was decoded; the snapshot stays.
    pub fn drop_decoded(self) {
        self.state.decoded.borrow_mut().clear();
        self.state.used.set(0);
        self.state.is_decoded_ascii.set(true);
        self.state.has_decoded.set(false);
    }

    /// Takes up to so many characters of what was decoded.
    fn take_chars(self, most: usize, out: &mut Vec<u8>) -> usize {
        let decoded = self.state.decoded.borrow();
        let rest = &decoded[self.state.used.get()..];
        let end = match self.state.is_decoded_ascii.get() {
            true => most.min(rest.len()),
            false => char_offset(rest, most),
        };
        out.extend_from_slice(&rest[..end]);
        self.state.used.set(self.state.used.get() + end);
        if self.state.is_decoded_ascii.get() { end } else { count_chars(&rest[..end]) }
    }

    // -- decoding

    /// Decodes to the end of `out`.
    pub fn decode(self, bytes: &[u8], is_final: bool, out: &mut Vec<u8>) -> Result<()> {
        let py = self.py;
        let start = out.len();
        match self.state.native.get() {
            Some(native) => {
                let mut incomplete = std::mem::take(&mut *self.state.incomplete.borrow_mut());
                if incomplete.is_empty() {
                    let count = native.decode(py, bytes, is_final, out)?;
                    incomplete.extend_from_slice(&bytes[count..]);
                } else {
                    let kept = incomplete.len();
                    incomplete.extend_from_slice(bytes);
                    match native.decode(py, &incomplete, is_final, out) {
                        Ok(count) => {
                            incomplete.drain(..count);
                        }
                        Err(raised) => {
                            incomplete.truncate(kept);
                            *self.state.incomplete.borrow_mut() = incomplete;
                            return Err(raised);
                        }
                    }
                }
                *self.state.incomplete.borrow_mut() = incomplete;
            }
            None => {
                let decoder = object::get_word(self.value, DECODER);
                let bytes = py.new_bytes(bytes)?;
                let text = call(py, decoder, "decode", &[bytes, bool_word(is_final)])?;
                let Some(text) = py.as_str(text) else {
                    return Err(py.type_error(format!(
                        "decoder should return a string result, not '{}'",
                        py.type_name(text)
                    )));
                };
                out.extend_from_slice(text.as_bytes());
            }
        }
        if self.state.newline.get().is_universal {
            let mut translation = self.state.translation.get();
            translation.apply(out, start, is_final);
            self.state.translation.set(translation);
        }
        Ok(())
    }

    /// The decoder's state: bytes it has kept, and flags.
    pub fn decoder_state(self) -> Result<(Vec<u8>, i64)> {
        let py = self.py;
        let (bytes, flags) = match self.state.native.get() {
            Some(_) => (self.state.incomplete.borrow().clone(), 0),
            None => {
                let state = call(py, object::get_word(self.value, DECODER), "getstate", &[])?;
                let (bytes, flags) = unpack_state(py, state)?;
                let Some(bytes) = py.cast::<Bytes>(bytes) else {
                    return Err(py.type_error(format!(
                        "illegal decoder state: the first item should be a bytes object, not '{}'",
                        py.type_name(bytes)
                    )));
                };
                (bytes.items().to_vec(), flags)
            }
        };
        match self.state.newline.get().is_universal {
            true => Ok((bytes, flags << 1 | i64::from(self.state.translation.get().has_pending_cr))),
            false => Ok((bytes, flags)),
        }
    }

    /// Sets the decoder's state.
    pub fn set_decoder_state(self, bytes: &[u8], flags: i64) -> Result<()> {
        let py = self.py;
        let mut flags = flags;
        if self.state.newline.get().is_universal {
            let mut translation = self.state.translation.get();
            translation.has_pending_cr = flags & 1 != 0;
            self.state.translation.set(translation);
            flags >>= 1;
        }
        if self.state.native.get().is_some() {
            *self.state.incomplete.borrow_mut() = bytes.to_vec();
            return Ok(());
        }
        let (bytes, flags) = (py.new_bytes(bytes)?, py.int(flags)?);
        let state = py.new_tuple(&[bytes, flags])?;
        call(py, object::get_word(self.value, DECODER), "setstate", &[state])?;
        Ok(())
    }

    /// Resets the decoder to its first state.
    pub fn reset_decoder(self) -> Result<()> {
        let mut translation = self.state.translation.get();
        translation.reset();
        self.state.translation.set(translation);
        self.state.incomplete.borrow_mut().clear();
        match object::get_word(self.value, DECODER) {
            NONE => Ok(()),
            decoder => call(self.py, decoder, "reset", &[]).map(|_| ()),
        }
    }

    /// Reads and decodes the next chunk, at least enough for so many characters as far as one can guess. False: the end.
    fn read_chunk(self, chars: usize) -> Result<bool> {
        let state = self.state;
        self.check_readable()?;
        let before = match state.is_telling.get() {
            true => Some(self.decoder_state()?),
            false => None,
        };
        let wanted = (state.ratio.get().max(1.0) * chars as f64) as usize;
        let bytes = self.read_bytes(state.chunk_bytes.get().max(wanted))?;
        self.drop_decoded();
        let is_end = bytes.is_empty();
        let mut decoded = std::mem::take(&mut *state.decoded.borrow_mut());
        let result = self.decode(&bytes, is_end, &mut decoded);
        if result.is_err() {
            decoded.clear();
        }
        let is_ascii = decoded.is_ascii();
        let count = if is_ascii { decoded.len() } else { count_chars(&decoded) };
        *state.decoded.borrow_mut() = decoded;
        state.is_decoded_ascii.set(is_ascii);
        state.has_decoded.set(true);
        result?;
        state.ratio.set(if count > 0 { bytes.len() as f64 / count as f64 } else { 0.0 });
        if let Some((mut kept, flags)) = before {
            if kept.is_empty() {
                kept = bytes;
            } else {
                kept.extend_from_slice(&bytes);
            }
            *state.snapshot.borrow_mut() = Some(Snapshot { flags, input: kept });
        }
        Ok(!is_end || count > 0)
    }

    pub fn check_readable(self) -> Result<()> {
        if self.state.can_read.get() { Ok(()) } else { Err(unsupported(self.py, "not readable")) }
    }

    /// The next bytes of the buffer.
    fn read_bytes(self, most: usize) -> Result<Vec<u8>> {
        let py = self.py;
        let buffer = self.buffer();
        if let Some(buffer) = buffered::exact(py, buffer).filter(|buffer| buffer.state.is_readable) {
            buffer.check_open("read of closed file")?;
            let _busy = buffer.enter()?;
            return buffer.read_some(most);
        }
        if let Some(bytes) = bytes_io::read_exact(py, buffer, most) {
            return Ok(bytes);
        }
        let method = if self.state.has_read1.get() { "read1" } else { "read" };
        let most = py.int(most as i64)?;
        let bytes = call(py, buffer, method, &[most])?;
        self.bytes_of(bytes, method)
    }

    fn bytes_of(self, bytes: Word, method: &str) -> Result<Vec<u8>> {
        let py = self.py;
        match python_types::buffer::get_opt(py, bytes)? {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(py.type_error(format!(
                "underlying {method}() should have returned a bytes-like object, not '{}'",
                py.type_name(bytes)
            ))),
        }
    }

    // -- reading

    /// All text that is left.
    pub fn read_all(self) -> Result {
        let py = self.py;
        let bytes = match buffered::exact(py, self.buffer()).filter(|buffer| buffer.state.is_readable) {
            Some(buffer) => {
                buffer.check_open("read of closed file")?;
                let _busy = buffer.enter()?;
                buffer.read_all()?
            }
            None => match call(py, self.buffer(), "read", &[])? {
                NONE => None,
                bytes => Some(self.bytes_of(bytes, "read")?),
            },
        };
        let Some(bytes) = bytes else {
            return Err(py.raise_text(Ty::BlockingIOError, "Read returned None."));
        };
        let mut text = Vec::new();
        {
            let decoded = self.state.decoded.borrow();
            text.extend_from_slice(&decoded[self.state.used.get()..]);
        }
        self.decode(&bytes, true, &mut text)?;
        self.forget_decoded();
        py.str_bytes(&text)
    }

    /// So many characters, fewer at the end.
    pub fn read_chars(self, count: usize) -> Result {
        let mut text = Vec::new();
        let mut left = count - self.take_chars(count, &mut text);
        while left > 0 {
            if !self.read_chunk(left)? {
                break;
            }
            left -= self.take_chars(left, &mut text);
        }
        self.py.str_bytes(&text)
    }

    /// A line with its end, or `limit` characters of it; empty at the end of the stream.
    pub fn read_line(self, limit: Option<usize>) -> Result {
        let py = self.py;
        let state = self.state;
        let end = state.newline.get().line_end;
        // What came before the present chunk; most lines lie within one.
        let mut line: Vec<u8> = Vec::new();
        let mut chars = 0;
        loop {
            if state.used.get() == state.decoded.borrow().len() && !self.read_chunk(0)? {
                self.forget_decoded();
                return py.str_bytes(&line);
            }
            let decoded = state.decoded.borrow();
            let rest = &decoded[state.used.get()..];
            let is_split = line.last() == Some(&b'\r')
                && rest.first() == Some(&b'\n')
                && end == crate::newlines::LineEnd::CrLf;
            let found = if is_split { Some(1) } else { end.find(rest) };
            let mut length = found.unwrap_or(rest.len());
            let is_ascii = state.is_decoded_ascii.get();
            let count_of = |length: usize| if is_ascii { length } else { count_chars(&rest[..length]) };
            let mut is_whole = found.is_some();
            if let Some(limit) = limit {
                let room = limit - chars;
                if count_of(length) >= room {
                    length = if is_ascii { room } else { char_offset(rest, room) };
                    is_whole = true;
                }
                chars += count_of(length);
            }
            state.used.set(state.used.get() + length);
            if is_whole && line.is_empty() {
                return Ok(word(py.new_wtf8(&rest[..length], count_of(length))?));
            }
            line.extend_from_slice(&rest[..length]);
            if is_whole {
                return py.str_bytes(&line);
            }
        }
    }

    // -- writing

    /// Errors: `UnsupportedOperation` "not writable".
    pub fn check_writable(self) -> Result<()> {
        if self.state.can_write.get() { Ok(()) } else { Err(unsupported(self.py, "not writable")) }
    }

    /// Writes text (WTF-8), which no code that this runs can change.
    pub fn write(self, text: &[u8]) -> Result<()> {
        let py = self.py;
        let state = self.state;
        let written = state.newline.get().written;
        let is_line_buffered = state.is_line_buffered.get();
        let has_lf = (written.is_some() || is_line_buffered) && memchr::memchr(b'\n', text).is_some();
        let needs_flush = is_line_buffered && (has_lf || memchr::memchr(b'\r', text).is_some());
        let changed = match written {
            Some(end) if has_lf => Some(with_line_ends(text, end.as_bytes())),
            _ => None,
        };
        let text = changed.as_deref().unwrap_or(text);
        match state.native.get() {
            Some(native) => match native.encode(py, text, || self.errors())? {
                None => self.put(text)?,
                Some(bytes) => self.put(&bytes)?,
            },
            None => {
                let text = py.str_bytes(text)?;
                let out = call(py, object::get_word(self.value, ENCODER), "encode", &[text])?;
                let Some(out) = py.cast::<Bytes>(out) else {
                    return Err(py.type_error(format!(
                        "encoder should return a bytes object, not '{}'",
                        py.type_name(out)
                    )));
                };
                self.put(out.items())?;
            }
        }
        let is_full = state.pending.borrow().len() >= state.chunk_bytes.get();
        if is_full || needs_flush || state.is_write_through.get() {
            self.flush_pending()?;
        }
        if needs_flush {
            self.flush_buffer()?;
        }
        if state.can_read.get() {
            self.forget_decoded();
            self.reset_decoder()?;
        }
        Ok(())
    }

    /// Adds encoded bytes to those that wait, which are written first if they would become too many.
    fn put(self, bytes: &[u8]) -> Result<()> {
        let waiting = self.state.pending.borrow().len();
        if waiting > 0 && waiting + bytes.len() > self.state.chunk_bytes.get() {
            self.flush_pending()?;
        }
        self.state.pending.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    /// Passes what waits on to the buffer.
    pub fn flush_pending(self) -> Result<()> {
        let py = self.py;
        if self.state.pending.borrow().is_empty() {
            return Ok(());
        }
        let mut pending = std::mem::take(&mut *self.state.pending.borrow_mut());
        if let Some(buffer) = buffered::exact(py, self.buffer()).filter(|buffer| buffer.state.is_writable) {
            buffer.check_open("write to closed file")?;
            {
                let _busy = buffer.enter()?;
                buffer.write(&pending)?;
            }
            // The same memory serves the next text.
            pending.clear();
            let mut now = self.state.pending.borrow_mut();
            if now.is_empty() {
                *now = pending;
            }
            return Ok(());
        }
        let bytes = py.new_bytes(&pending)?;
        call(py, self.buffer(), "write", &[bytes])?;
        Ok(())
    }

    /// Flushes the buffer.
    pub fn flush_buffer(self) -> Result<()> {
        if let Some(buffer) =
            buffered::exact(self.py, self.buffer()).filter(|buffer| buffer.state.is_writable)
        {
            buffer.check_open("flush of closed file")?;
            let _busy = buffer.enter()?;
            return buffer.flush_and_rewind();
        }
        call(self.py, self.buffer(), "flush", &[]).map(|_| ())
    }

    /// Writes everything through.
    pub fn flush(self) -> Result<()> {
        self.check_open()?;
        self.state.is_telling.set(self.state.is_seekable.get());
        self.flush_pending()?;
        self.flush_buffer()
    }
}

/// Whether a value is exactly a `TextIOWrapper` without a `write` of its own: for `print`.
pub fn is_native(py: Py, value: Word) -> Result<bool> {
    if object::native_state::<Text>(py, value).is_none() {
        return Ok(false);
    }
    let own = as_instance(value).map(|own| python_model::instance::get(py, own, Name::Write.into()));
    Ok(own.flatten().is_none())
}

/// Writes text (WTF-8) to such a value.
pub fn write_natively(py: Py, value: Word, text: &[u8]) -> Result<()> {
    let own = attached(py, value)?;
    own.check_open()?;
    own.check_writable()?;
    own.write(text)
}
