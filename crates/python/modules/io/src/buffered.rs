//! What `BufferedReader`, `BufferedWriter` and `BufferedRandom` have in common: bytes read ahead, and bytes waiting to be written.
//!
//! At most one of the two holds bytes. The raw stream stands behind what was read ahead, or before what is to be written, so the
//! position is `raw.tell() - ahead + pending`. A buffer that changes from reading to writing seeks the raw stream back first
//! (as `_pyio` does; CPython's C buffer writes in the middle of what it has read, which no program can tell by its results).
//!
//! A raw stream that is exactly a `FileIO` is read and written without a call; any other by `readinto`, `write`, `seek`, `tell`.
//! While a raw stream is called the buffer is busy: other threads wait until it is not, calls by the same thread raise `RuntimeError`.

use crate::file_io::FileIo;
use crate::object::{self, call, is_closed, plain_os_error};
use heap::{Gc, WeakRef};
use python_model::objects::ByteArray;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_model::wait_queue::WaitQueue;
use std::cell::{Cell, RefCell};

/// Number of the word that is the raw stream; None after `detach`.
pub const RAW: usize = 0;
pub const WORD_COUNT: usize = 1;

/// See the module header.
#[derive(Default)]
pub struct Buffered {
    is_initialized: Cell<bool>,
    is_detached: Cell<bool>,
    pub is_readable: bool,
    pub is_writable: bool,
    /// `buffer_size`
    pub size: Cell<usize>,
    ahead: RefCell<Vec<u8>>,
    /// How many of the bytes ahead were read.
    taken: Cell<usize>,
    pending: RefCell<Vec<u8>>,
    /// Position of the raw stream, if it is known.
    raw_position: Cell<Option<i64>>,
    busy: Lock,
}

impl Buffered {
    /// One without a raw stream yet.
    pub fn new(is_readable: bool, is_writable: bool) -> Buffered {
        Buffered { is_readable, is_writable, ..Buffered::default() }
    }
}

/// Which thread is in a call that may not be entered again.
#[derive(Default)]
pub struct Lock {
    /// Identity of the thread; 0: none.
    owner: Cell<i64>,
    queue: WaitQueue,
}

/// Ends a call that may not be entered again.
pub struct Busy<'a>(&'a Lock);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        self.0.queue.notify_one();
    }
}

/// Marks a stream as busy, when no other thread is in it. Errors: `RuntimeError` if this thread is in it already.
pub fn enter<'a>(py: Py, lock: &'a Lock, value: Word) -> Result<Busy<'a>> {
    let own = py.thread().identity.get();
    if lock.owner.get() == own {
        let shown = py.repr_text(value)?;
        return Err(py.runtime_error(format!("reentrant call inside {shown}")));
    }
    lock.queue.wait_until(py, None, || match lock.owner.get() {
        0 => true,
        // A thread that was stopped in the middle, at a fork or the end of the interpreter, does not come back.
        _ => !py.vm().is_threaded(),
    })?;
    lock.owner.set(own);
    Ok(Busy(lock))
}

/// A buffered object and its state, for the length of one call.
#[derive(Clone, Copy)]
pub struct Own<'a> {
    pub py: Py<'a>,
    pub value: Word,
    pub state: &'a Buffered,
}

/// The receiver of a method, which must have been initialised and not be detached.
pub fn receiver<'a>(py: Py<'a>, value: Word) -> Result<Own<'a>> {
    let state: &Buffered = object::state(py, value, "_Buffered")?;
    if !state.is_initialized.get() {
        return Err(py.value_error(match state.is_detached.get() {
            true => "raw stream has been detached",
            false => "I/O operation on uninitialized object",
        }));
    }
    Ok(Own { py, value, state })
}

/// The same for a value of exactly one of the three classes.
pub fn exact<'a>(py: Py<'a>, value: Word) -> Option<Own<'a>> {
    let state: &Buffered = object::native_state(py, value)?;
    state.is_initialized.get().then_some(Own { py, value, state })
}

/// Initialises (again). The raw stream has been checked.
pub fn initialize(py: Py, value: Word, raw: Word, size: i64) -> Result<()> {
    let state: &Buffered = object::state(py, value, "_Buffered")?;
    if size <= 0 {
        return Err(py.value_error("buffer size must be strictly positive"));
    }
    object::set_word(py, value, RAW, raw);
    state.is_detached.set(false);
    state.size.set(size as usize);
    state.taken.set(0);
    state.ahead.borrow_mut().clear();
    state.pending.borrow_mut().clear();
    state.is_initialized.set(true);
    let own = Own { py, value, state };
    if own.raw_tell().is_err() {
        py.take_raised();
    }
    if state.is_writable {
        let unsaved = py.vm().state::<Unsaved>();
        unsaved.add(py, value);
    }
    Ok(())
}

/// Streams that may hold what is not written yet, for the end of the process.
#[derive(Default)]
pub struct Unsaved {
    streams: RefCell<Vec<WeakRef>>,
    /// Number of streams at which dead ones are looked for.
    limit: Cell<usize>,
}

impl Unsaved {
    pub fn add(&self, py: Py, value: Word) {
        let Some(object) = python_model::value::object(value) else { return };
        let mut streams = self.streams.borrow_mut();
        if streams.len() >= self.limit.get() {
            streams.retain(|stream| stream.get().is_some());
            self.limit.set(streams.len() * 2 + 16);
        }
        streams.push(WeakRef::new(py.mutator(), object, None));
    }

    /// Visits the streams that live.
    pub fn each(&self, mut visit: impl FnMut(Word) -> Result<()>) -> Result<()> {
        let streams = self.streams.borrow();
        streams.iter().filter_map(WeakRef::get).try_for_each(|stream| visit(word(stream)))
    }

    /// Takes the streams that live, the youngest first: a text stream before its buffer.
    pub fn take(&self) -> Vec<WeakRef> {
        let mut streams = std::mem::take(&mut *self.streams.borrow_mut());
        streams.reverse();
        streams
    }
}

impl<'a> Own<'a> {
    pub fn raw(self) -> Word {
        object::get_word(self.value, RAW)
    }

    /// The raw stream, if it is exactly a `FileIO`.
    fn raw_file(self) -> Option<&'a FileIo> {
        object::native_state(self.py, self.raw())
    }

    pub fn enter(self) -> Result<Busy<'a>> {
        enter(self.py, &self.state.busy, self.value)
    }

    /// Errors: `ValueError` if the stream is closed.
    pub fn check_open(self, message: &str) -> Result<()> {
        if self.is_closed()? { Err(self.py.value_error(message)) } else { Ok(()) }
    }

    pub fn is_closed(self) -> Result<bool> {
        match self.raw_file() {
            Some(file) => Ok(file.fd.get() < 0),
            None => is_closed(self.py, self.raw()),
        }
    }

    /// Number of bytes that were read ahead and not taken.
    pub fn ahead_count(self) -> usize {
        self.state.ahead.borrow().len() - self.state.taken.get()
    }

    fn pending_count(self) -> usize {
        self.state.pending.borrow().len()
    }

    /// Forgets what was read ahead.
    fn forget_ahead(self) {
        self.state.ahead.borrow_mut().clear();
        self.state.taken.set(0);
    }

    /// Takes up to `most` bytes that were read ahead.
    fn take_ahead(self, most: usize, out: &mut Vec<u8>) -> usize {
        let ahead = self.state.ahead.borrow();
        let from = self.state.taken.get();
        let count = most.min(ahead.len() - from);
        out.extend_from_slice(&ahead[from..from + count]);
        self.state.taken.set(from + count);
        count
    }

    /// Shows what was read ahead.
    pub fn with_ahead<T>(self, look: impl FnOnce(&[u8]) -> T) -> T {
        look(&self.state.ahead.borrow()[self.state.taken.get()..])
    }

    // -- the raw stream

    /// Reads once, at most `most` bytes, to the end of a vector. `None`: it would block.
    fn raw_read(self, out: &mut Vec<u8>, most: usize) -> Result<Option<usize>> {
        let py = self.py;
        let count = match self.raw_file() {
            Some(file) => file.read_once(py, out, most)?,
            None => {
                let room: Gc<ByteArray> = crate::base::zeroed(py, most as i64)?;
                let view = python_types::memoryview::of(py, word(room))?;
                let result = call(py, self.raw(), "readinto", &[view])?;
                if result == NONE {
                    return Ok(None);
                }
                let count = self.read_count(result)?;
                if count < 0 || count > most as i64 {
                    return Err(plain_os_error(
                        py,
                        format!(
                            "raw readinto() returned invalid length {count} (should have been between 0 and {most})"
                        ),
                    ));
                }
                out.extend_from_slice(&room.to_vec()[..count as usize]);
                Some(count as usize)
            }
        };
        if let (Some(count), Some(position)) = (count, self.state.raw_position.get()) {
            self.state.raw_position.set(Some(position + count as i64));
        }
        Ok(count)
    }

    /// The number that `readinto` returned. Errors: `OSError` "raw readinto() failed", caused by what was wrong with it.
    fn read_count(self, result: Word) -> Result<i64> {
        let py = self.py;
        match py.index(result) {
            Ok(count) => Ok(count),
            Err(_) => {
                let cause = py.take_raised();
                let raised = plain_os_error(py, "raw readinto() failed");
                py.set_cause(py.context().raised.get(), cause);
                Err(raised)
            }
        }
    }

    /// Reads to fill up what is read ahead to the size of the buffer. `None`: it would block; 0: the end.
    fn fill(self) -> Result<Option<usize>> {
        let mut ahead = std::mem::take(&mut *self.state.ahead.borrow_mut());
        if self.state.taken.get() == ahead.len() {
            ahead.clear();
            self.state.taken.set(0);
        }
        let room = self.state.size.get().saturating_sub(ahead.len());
        let result = self.raw_read(&mut ahead, room);
        *self.state.ahead.borrow_mut() = ahead;
        result
    }

    /// Writes once. `None`: it would block.
    fn raw_write(self, bytes: &[u8]) -> Result<Option<usize>> {
        let py = self.py;
        let count = match self.raw_file() {
            Some(file) => file.write_once(py, bytes)?,
            None => {
                let copy = py.new_bytes(bytes)?;
                let view = python_types::memoryview::of(py, copy)?;
                let result = call(py, self.raw(), "write", &[view])?;
                if result == NONE {
                    return Ok(None);
                }
                let count = match py.index(result) {
                    Ok(count) => count,
                    Err(_) => {
                        py.take_raised();
                        -1
                    }
                };
                let most = bytes.len();
                if count < 0 || count > most as i64 {
                    return Err(plain_os_error(
                        py,
                        format!(
                            "raw write() returned invalid length {count} (should have been between 0 and {most})"
                        ),
                    ));
                }
                Some(count as usize)
            }
        };
        if let (Some(count), Some(position)) = (count, self.state.raw_position.get()) {
            self.state.raw_position.set(Some(position + count as i64));
        }
        Ok(count)
    }

    /// Asks the raw stream where it is.
    fn raw_tell(self) -> Result<i64> {
        let py = self.py;
        self.state.raw_position.set(None);
        let position = match self.raw_file() {
            Some(file) => file.seek(py, 0, libc::SEEK_CUR)?,
            None => {
                let result = call(py, self.raw(), "tell", &[])?;
                crate::file_io::offset(py, result)?
            }
        };
        if position < 0 {
            return Err(plain_os_error(py, format!("Raw stream returned invalid position {position}")));
        }
        self.state.raw_position.set(Some(position));
        Ok(position)
    }

    fn raw_seek(self, offset: i64, whence: i64) -> Result<i64> {
        let py = self.py;
        self.state.raw_position.set(None);
        let position = match self.raw_file() {
            Some(file) => file.seek(py, offset, whence as i32)?,
            None => {
                let (offset, whence) = (py.int(offset)?, py.int(whence)?);
                let result = call(py, self.raw(), "seek", &[offset, whence])?;
                crate::file_io::offset(py, result)?
            }
        };
        if position < 0 {
            return Err(plain_os_error(py, format!("Raw stream returned invalid position {position}")));
        }
        self.state.raw_position.set(Some(position));
        Ok(position)
    }

    // -- writing

    /// Writes what is pending. Errors: `BlockingIOError` if the raw stream would block; what it raises. What is not written stays.
    pub fn flush_pending(self) -> Result<()> {
        while self.pending_count() > 0 {
            // Taken out while the raw stream is called; put back what it did not take.
            let mut pending = std::mem::take(&mut *self.state.pending.borrow_mut());
            let result = self.raw_write(&pending);
            if let Ok(Some(count)) = result {
                pending.drain(..count);
            }
            *self.state.pending.borrow_mut() = pending;
            if result?.is_none() {
                return Err(self.would_block(0));
            }
        }
        Ok(())
    }

    /// `BlockingIOError` that says how much was written.
    fn would_block(self, written: usize) -> metatrace_machine::Raised {
        let py = self.py;
        let raise = || {
            let text = py.str("write could not complete without blocking")?;
            // A raw stream that is no file has no error number to tell.
            let errno = if self.raw_file().is_some() { libc::EAGAIN } else { 0 };
            let (errno, written) = (py.int(i64::from(errno))?, py.int(written as i64)?);
            Ok(py.raise_with(Ty::BlockingIOError, &[errno, text, written]))
        };
        raise().unwrap_or_else(|raised: metatrace_machine::Raised| raised)
    }

    /// Writes what is pending and lets the raw stream stand where this one does.
    pub fn flush_and_rewind(self) -> Result<()> {
        self.flush_pending()?;
        self.rewind()?;
        if self.state.is_writable {
            // Whoever has the same descriptor may have moved it: asked for when it is needed.
            self.state.raw_position.set(None);
        }
        Ok(())
    }

    /// Moves the raw stream back over what was read ahead.
    fn rewind(self) -> Result<()> {
        let ahead = self.ahead_count();
        if ahead > 0 {
            self.raw_seek(-(ahead as i64), 1)?;
        }
        self.forget_ahead();
        Ok(())
    }

    /// Writes bytes: into the buffer if they fit, else the buffer and all full buffers of them at once. Returns their number.
    /// Errors: `BlockingIOError` with the number that was taken.
    pub fn write(self, bytes: &[u8]) -> Result<usize> {
        let size = self.state.size.get();
        if self.state.is_readable && self.ahead_count() > 0 {
            self.rewind()?;
        }
        self.forget_ahead();
        {
            let mut pending = self.state.pending.borrow_mut();
            if pending.len() + bytes.len() <= size {
                pending.extend_from_slice(bytes);
                return Ok(bytes.len());
            }
        }
        if let Err(raised) = self.flush_pending() {
            let Some(exception) = self.py.take_if(Ty::BlockingIOError) else { return Err(raised) };
            let room = size.saturating_sub(self.pending_count());
            let fits = bytes.len().min(room);
            self.state.pending.borrow_mut().extend_from_slice(&bytes[..fits]);
            if fits == bytes.len() {
                return Ok(fits);
            }
            let _ = exception;
            return Err(self.would_block(fits));
        }
        let mut written = 0;
        while bytes.len() - written > size {
            match self.raw_write(&bytes[written..])? {
                Some(count) => written += count,
                None => {
                    let fits = (bytes.len() - written).min(size);
                    self.state.pending.borrow_mut().extend_from_slice(&bytes[written..written + fits]);
                    if written + fits == bytes.len() {
                        return Ok(bytes.len());
                    }
                    return Err(self.would_block(written + fits));
                }
            }
        }
        self.state.pending.borrow_mut().extend_from_slice(&bytes[written..]);
        Ok(bytes.len())
    }

    // -- reading

    fn before_reading(self) -> Result<()> {
        if self.state.is_writable && self.pending_count() > 0 { self.flush_and_rewind() } else { Ok(()) }
    }

    /// Everything that is left. `None`: nothing yet, it would block.
    pub fn read_all(self) -> Result<Option<Vec<u8>>> {
        let py = self.py;
        self.before_reading()?;
        let mut all = Vec::new();
        self.take_ahead(usize::MAX, &mut all);
        self.forget_ahead();
        if let Some(file) = self.raw_file() {
            let rest = file.read_rest(py)?;
            self.state.raw_position.set(None);
            return Ok(match rest {
                Some(rest) if all.is_empty() => Some(rest),
                Some(rest) => {
                    all.extend_from_slice(&rest);
                    Some(all)
                }
                None => (!all.is_empty()).then_some(all),
            });
        }
        self.state.raw_position.set(None);
        let bytes_of = |part: Word, what: &str| match py.cast::<python_model::objects::Bytes>(part) {
            Some(bytes) => Ok(bytes),
            None => Err(py.type_error(format!("{what}() should return bytes"))),
        };
        if let Some(read_all) = py.get_attr_opt(self.raw(), py.intern("readall")?)? {
            let rest = py.call(read_all, &[])?;
            if rest == NONE {
                return Ok((!all.is_empty()).then_some(all));
            }
            all.extend_from_slice(bytes_of(rest, "readall")?.items());
            return Ok(Some(all));
        }
        loop {
            let part = call(py, self.raw(), "read", &[])?;
            if part == NONE {
                return Ok((!all.is_empty()).then_some(all));
            }
            let part = bytes_of(part, "read")?;
            if part.items().is_empty() {
                return Ok(Some(all));
            }
            all.extend_from_slice(part.items());
        }
    }

    /// That many bytes, fewer only at the end or if it would block; `None`: it would block before the first.
    pub fn read(self, count: usize) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        if out.try_reserve(count.min(1 << 20)).is_err() {
            return Err(self.py.out_of_memory());
        }
        self.take_ahead(count, &mut out);
        if out.len() == count {
            return Ok(Some(out));
        }
        self.before_reading()?;
        self.forget_ahead();
        let size = self.state.size.get();
        let ended =
            |out: Vec<u8>, result: Option<usize>| (result.is_some() || !out.is_empty()).then_some(out);
        loop {
            let whole = (count - out.len()) / size * size;
            if whole == 0 {
                break;
            }
            let result = self.raw_read(&mut out, whole)?;
            if result.unwrap_or(0) == 0 {
                return Ok(ended(out, result));
            }
        }
        while out.len() < count {
            let result = self.fill()?;
            if result.unwrap_or(0) == 0 {
                return Ok(ended(out, result));
            }
            self.take_ahead(count - out.len(), &mut out);
        }
        Ok(Some(out))
    }

    /// What was read ahead, or what one read of the raw stream gives: at most `most` bytes.
    pub fn read_some(self, most: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        if self.take_ahead(most, &mut out) > 0 || most == 0 {
            return Ok(out);
        }
        self.before_reading()?;
        self.forget_ahead();
        self.raw_read(&mut out, most)?;
        Ok(out)
    }

    /// Fills the buffer if it is empty; then [`Own::with_ahead`] shows what is there.
    pub fn look_ahead(self) -> Result<()> {
        self.before_reading()?;
        if self.ahead_count() == 0 {
            self.fill()?;
        }
        Ok(())
    }

    /// For `readinto`: up to `most` bytes. `once`: with at most one read of the raw stream. `None`: it would block.
    pub fn read_up_to(self, most: usize, once: bool) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        self.take_ahead(most, &mut out);
        if out.len() == most {
            return Ok(Some(out));
        }
        self.before_reading()?;
        self.forget_ahead();
        while out.len() < most {
            let left = most - out.len();
            let result = if left > self.state.size.get() {
                self.raw_read(&mut out, left)?
            } else if once && !out.is_empty() {
                Some(0)
            } else {
                let result = self.fill()?;
                if result.is_some_and(|count| count > 0) {
                    self.take_ahead(left, &mut out);
                }
                result
            };
            match result {
                Some(0) => break,
                None if out.is_empty() => return Ok(None),
                None => break,
                Some(_) if once => break,
                Some(_) => {}
            }
        }
        Ok(Some(out))
    }

    /// A line with its end, or `limit` bytes of it.
    pub fn read_line(self, limit: Option<usize>, out: &mut Vec<u8>) -> Result<()> {
        let most = limit.unwrap_or(usize::MAX);
        let mut is_first = true;
        loop {
            let (count, is_whole) = self.with_ahead(|ahead| {
                let room = ahead.len().min(most - out.len());
                match memchr::memchr(b'\n', &ahead[..room]) {
                    Some(at) => (at + 1, true),
                    None => (room, room < ahead.len() || out.len() + room == most),
                }
            });
            self.take_ahead(count, out);
            if is_whole {
                return Ok(());
            }
            if std::mem::take(&mut is_first) {
                self.before_reading()?;
            }
            self.forget_ahead();
            if self.fill()?.unwrap_or(0) == 0 {
                return Ok(());
            }
        }
    }

    // -- positions

    /// The position of the stream.
    pub fn tell(self) -> Result<i64> {
        let raw = self.raw_tell()?;
        Ok((raw - self.ahead_count() as i64 + self.pending_count() as i64).max(0))
    }

    /// Seeks, within what was read ahead if that goes.
    pub fn seek(self, target: i64, whence: i64) -> Result<i64> {
        if whence != 2 && self.state.is_readable && self.pending_count() == 0 {
            let raw = match self.state.raw_position.get() {
                Some(known) => known,
                None => self.raw_tell()?,
            };
            let (ahead, taken) = (self.ahead_count() as i64, self.state.taken.get() as i64);
            let current = raw - ahead;
            let offset = if whence == 0 { target - current } else { target };
            if offset >= -taken && offset <= ahead && current + offset >= 0 {
                self.state.taken.set((taken + offset) as usize);
                return Ok(current + offset);
            }
        }
        let _busy = self.enter()?;
        self.flush_pending()?;
        let target = if whence == 1 { target - self.ahead_count() as i64 } else { target };
        let position = self.raw_seek(target, whence)?;
        self.forget_ahead();
        Ok(position)
    }

    // -- the end

    /// Disconnects and returns the raw stream.
    pub fn detach(self) -> Result {
        call(self.py, self.value, "flush", &[])?;
        let raw = self.raw();
        object::set_word(self.py, self.value, RAW, NONE);
        self.state.is_initialized.set(false);
        self.state.is_detached.set(true);
        Ok(raw)
    }

    /// Flushes and closes the raw stream, which happens even if flushing fails.
    pub fn close(self) -> Result<()> {
        let py = self.py;
        if self.is_closed()? {
            return Ok(());
        }
        if crate::base::is_finalizing(py, self.value) {
            crate::base::warn_unclosed(py, self.raw(), self.value);
        }
        let result = object::in_any_case(
            py,
            || call(py, self.value, "flush", &[]).map(|_| ()),
            || call(py, self.raw(), "close", &[]).map(|_| ()),
        );
        if matches!(self.is_closed(), Ok(true)) {
            *self.state.pending.borrow_mut() = Vec::new();
            *self.state.ahead.borrow_mut() = Vec::new();
            self.state.taken.set(0);
        }
        result
    }
}
