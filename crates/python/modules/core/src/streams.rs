//! Files as Python objects: the standard streams, and what `open` gives, until the `_io` module exists.
//!
//! A text object and its `buffer` share one [`Stream`]. Reading and writing go through one buffer in bytes; text is UTF-8 (or
//! ASCII, Latin-1: see [`Encoding`]), line ends are `\n` on the way in (universal newlines unless `newline` says otherwise).
//! Limits: no `newline` translation on the way out, no `TextIOWrapper` of other objects, no raw layer; text positions are byte offsets.

use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::native::{NativeDef, def, getter, given};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_text::codecs::handlers::Handler;
use python_text::codecs::{Replacement, utf8};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

/// Bytes that are read at once, and written at the latest.
const CHUNK: usize = 1 << 16;

/// Where the bytes go or come from.
pub enum Channel {
    Stdin,
    Stdout,
    Stderr,
    File(File),
    Closed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Ascii,
    Latin1,
}

/// An open file.
pub struct Stream {
    channel: RefCell<Channel>,
    /// Read but not yet taken, from `taken` on.
    incoming: RefCell<Vec<u8>>,
    taken: Cell<usize>,
    outgoing: RefCell<Vec<u8>>,
    is_readable: bool,
    is_writable: bool,
    /// Written through at every newline (a terminal) / at every write.
    is_line_buffered: bool,
    is_unbuffered: bool,
    /// Line ends are turned to `\n` in text.
    is_universal: bool,
    encoding: Encoding,
    encoding_name: String,
    errors: Handler,
    errors_name: String,
    mode: String,
    name: String,
}

/// What a Python object holds: the stream, as text or as bytes.
struct Handle {
    stream: Rc<Stream>,
    is_text: bool,
}

impl Stream {
    fn read_chunk(&self) -> io::Result<usize> {
        let mut incoming = self.incoming.borrow_mut();
        if self.taken.get() > 0 {
            incoming.drain(..self.taken.get());
            self.taken.set(0);
        }
        let old = incoming.len();
        incoming.resize(old + CHUNK, 0);
        let read = loop {
            let into = &mut incoming[old..];
            match match &mut *self.channel.borrow_mut() {
                Channel::Stdin => io::stdin().read(into),
                Channel::File(file) => file.read(into),
                _ => Ok(0),
            } {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        incoming.truncate(old + read.as_ref().copied().unwrap_or(0));
        read
    }

    /// The bytes up to and with the first newline, or `most` bytes, or all that is left.
    fn take_line(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut scanned = 0;
        loop {
            {
                let incoming = self.incoming.borrow();
                let waiting = &incoming[self.taken.get()..];
                let end = waiting[scanned..].iter().position(|b| *b == b'\n').map(|at| scanned + at + 1);
                if let Some(end) = end.or((waiting.len() >= most).then_some(most)) {
                    return Ok(self.take(&incoming, end.min(most)));
                }
                scanned = waiting.len();
            }
            if self.read_chunk()? == 0 {
                let incoming = self.incoming.borrow();
                return Ok(self.take(&incoming, incoming.len() - self.taken.get()));
            }
        }
    }

    /// That many bytes, or fewer at the end of the file.
    fn take_bytes(&self, count: usize) -> io::Result<Vec<u8>> {
        while self.incoming.borrow().len() - self.taken.get() < count && self.read_chunk()? > 0 {}
        let incoming = self.incoming.borrow();
        Ok(self.take(&incoming, count.min(incoming.len() - self.taken.get())))
    }

    /// That many characters of UTF-8 text, or fewer at the end of the file.
    fn take_chars(&self, count: usize) -> io::Result<Vec<u8>> {
        if self.encoding != Encoding::Utf8 {
            return self.take_bytes(count);
        }
        loop {
            let is_at_end = {
                let incoming = self.incoming.borrow();
                let waiting = &incoming[self.taken.get()..];
                let starts = waiting.iter().enumerate().filter(|(_, b)| (**b as i8) >= -0x40);
                if let Some((end, _)) = { starts }.nth(count) {
                    return Ok(self.take(&incoming, end));
                }
                waiting.len()
            };
            if self.read_chunk()? == 0 {
                return self.take_bytes(is_at_end);
            }
        }
    }

    fn take(&self, incoming: &[u8], count: usize) -> Vec<u8> {
        let from = self.taken.get();
        self.taken.set(from + count);
        incoming[from..from + count].to_vec()
    }

    /// Adds bytes to what is to be written.
    pub fn put(&self, bytes: &[u8]) -> io::Result<()> {
        self.outgoing.borrow_mut().extend_from_slice(bytes);
        let is_full = self.outgoing.borrow().len() >= CHUNK;
        if self.is_unbuffered || is_full || (self.is_line_buffered && bytes.contains(&b'\n')) {
            return self.flush();
        }
        Ok(())
    }

    /// Writes what is buffered.
    pub fn flush(&self) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.outgoing.borrow_mut());
        if bytes.is_empty() {
            return Ok(());
        }
        match &mut *self.channel.borrow_mut() {
            Channel::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(&bytes)?;
                out.flush()
            }
            Channel::Stderr => io::stderr().write_all(&bytes),
            Channel::File(file) => {
                let ahead = self.incoming.borrow().len() - self.taken.get();
                if ahead > 0 {
                    file.seek(SeekFrom::Current(-(ahead as i64)))?;
                    self.incoming.borrow_mut().clear();
                    self.taken.set(0);
                }
                file.write_all(&bytes)
            }
            Channel::Stdin | Channel::Closed => Ok(()),
        }
    }

    fn is_closed(&self) -> bool {
        matches!(*self.channel.borrow(), Channel::Closed)
    }

    fn fileno(&self) -> i64 {
        use std::os::fd::AsRawFd;
        match &*self.channel.borrow() {
            Channel::Stdin => 0,
            Channel::Stdout => 1,
            Channel::Stderr => 2,
            Channel::File(file) => i64::from(file.as_raw_fd()),
            Channel::Closed => -1,
        }
    }

    fn is_terminal(&self) -> bool {
        match &*self.channel.borrow() {
            Channel::Stdin => io::stdin().is_terminal(),
            Channel::Stdout => io::stdout().is_terminal(),
            Channel::Stderr => io::stderr().is_terminal(),
            Channel::File(file) => file.is_terminal(),
            Channel::Closed => false,
        }
    }

    fn seek(&self, to: SeekFrom) -> io::Result<u64> {
        self.flush()?;
        let ahead = (self.incoming.borrow().len() - self.taken.get()) as i64;
        let to = match to {
            SeekFrom::Current(by) => SeekFrom::Current(by - ahead),
            to => to,
        };
        match &mut *self.channel.borrow_mut() {
            Channel::File(file) => {
                self.incoming.borrow_mut().clear();
                self.taken.set(0);
                file.seek(to)
            }
            _ => Err(io::Error::from_raw_os_error(29)),
        }
    }

    fn tell(&self) -> io::Result<u64> {
        let (ahead, behind) = (self.incoming.borrow().len() - self.taken.get(), self.outgoing.borrow().len());
        match &mut *self.channel.borrow_mut() {
            Channel::File(file) => Ok(file.stream_position()? - ahead as u64 + behind as u64),
            _ => Err(io::Error::from_raw_os_error(29)),
        }
    }
}

/// Raises an `OSError` for an error of the system. `filename` may be unset.
pub fn os_error(py: Py, error: &io::Error, filename: Word) -> metatrace_machine::Raised {
    let number = error.raw_os_error().unwrap_or(5);
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let (number, text) = match (py.int(i64::from(number)), py.str(text)) {
        (Ok(number), Ok(text)) => (number, text),
        (Err(raised), _) | (_, Err(raised)) => return raised,
    };
    let args = [number, text, filename];
    py.raise_with(Ty::OSError, if filename == UNSET { &args[..2] } else { &args })
}

fn checked<T>(py: Py, result: io::Result<T>) -> Result<T> {
    result.map_err(|error| os_error(py, &error, UNSET))
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Handle> {
    foreign::expect(py, value, "a file")
}

/// The open stream of a receiver.
fn open_stream<'a>(py: Py<'a>, value: Word) -> Result<&'a Handle> {
    let handle = receiver(py, value)?;
    if handle.stream.is_closed() {
        return Err(py.value_error("I/O operation on closed file."));
    }
    Ok(handle)
}

fn unsupported(py: Py, what: &str) -> metatrace_machine::Raised {
    match py.imported("_io").ok().flatten() {
        Some(module) => match py.get_attr(
            module,
            py.intern("UnsupportedOperation").unwrap_or(python_model::names::Name::Init.into()),
        ) {
            Ok(class) => {
                let made = py.str(what).and_then(|text| py.call(class, &[text]));
                made.map_or_else(|raised| raised, |exception| py.raise(exception))
            }
            Err(raised) => raised,
        },
        None => py.raise_text(Ty::OSError, what),
    }
}

fn readable<'a>(py: Py<'a>, value: Word) -> Result<&'a Handle> {
    let handle = open_stream(py, value)?;
    if !handle.stream.is_readable {
        return Err(unsupported(py, if handle.is_text { "not readable" } else { "read" }));
    }
    Ok(handle)
}

/// Bytes as the value that a read gives.
fn decoded(py: Py, handle: &Handle, mut bytes: Vec<u8>) -> Result {
    let stream = &handle.stream;
    if !handle.is_text {
        return py.new_bytes(&bytes);
    }
    if stream.is_universal && bytes.contains(&b'\r') {
        let mut out = Vec::with_capacity(bytes.len());
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\r' => out.push(b'\n'),
                b'\n' if at > 0 && bytes[at - 1] == b'\r' => {}
                byte => out.push(byte),
            }
        }
        bytes = out;
    }
    match stream.encoding {
        Encoding::Latin1 => {
            let text: String = bytes.iter().map(|b| char::from(*b)).collect();
            py.str(&text)
        }
        Encoding::Ascii if !bytes.is_ascii() && stream.errors == Handler::Strict => {
            let at = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
            Err(decode_error(py, "ascii", &bytes, at, at + 1, "ordinal not in range(128)"))
        }
        Encoding::Utf8 | Encoding::Ascii => {
            let mut out = Vec::new();
            utf8::decode_utf8(&bytes, &mut out, true, &mut |error| match stream.errors.decode(&error) {
                Some(decoded) => Ok(decoded),
                None => Err(decode_error(py, "utf-8", error.bytes, error.start, error.end, error.reason)),
            })?;
            py.str_bytes(&out)
        }
    }
}

fn decode_error(
    py: Py,
    encoding: &str,
    bytes: &[u8],
    start: usize,
    end: usize,
    reason: &str,
) -> metatrace_machine::Raised {
    let args = (|| {
        let (encoding, reason, bytes) = (py.str(encoding)?, py.str(reason)?, py.new_bytes(bytes)?);
        Ok([encoding, bytes, py.int(start as i64)?, py.int(end as i64)?, reason])
    })();
    args.map_or_else(|raised| raised, |args| py.raise_with(Ty::UnicodeDecodeError, &args))
}

/// The text of a string as the bytes of the stream's encoding.
fn encoded(py: Py, stream: &Stream, text: heap::Gc<Str>) -> Result<Vec<u8>> {
    let name = match stream.encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Ascii => "ascii",
        Encoding::Latin1 => "latin-1",
    };
    let mut out = Vec::new();
    let refused = |index: usize, end: usize, reason: &str| {
        let args = (|| {
            let (encoding, reason) = (py.str(name)?, py.str(reason)?);
            Ok([encoding, word(text), py.int(index as i64)?, py.int(end as i64)?, reason])
        })();
        args.map_or_else(|raised| raised, |args| py.raise_with(Ty::UnicodeEncodeError, &args))
    };
    if stream.encoding != Encoding::Utf8 && !text.is_ascii() {
        let most = if stream.encoding == Encoding::Ascii { 0x7F } else { 0xFF };
        for (index, point) in python_model::strings::code_points(text.as_bytes()).enumerate() {
            match (point <= most, stream.errors) {
                (true, _) => out.push(point as u8),
                (false, Handler::Replace) => out.push(b'?'),
                (false, Handler::Ignore) => {}
                (false, Handler::BackslashReplace) => python_text::repr::push_escape(&mut out, point),
                (false, _) => {
                    let reason = format!("ordinal not in range({})", most + 1);
                    return Err(refused(index, index + 1, &reason));
                }
            }
        }
        return Ok(out);
    }
    let result =
        utf8::encode_utf8(text.as_bytes(), &mut out, &mut |error| match stream.errors.encode(&error) {
            Some((replacement @ (Replacement::Text(_) | Replacement::Bytes(_)), next)) => {
                Ok((replacement, next))
            }
            None => Err(refused(error.start, error.end, error.reason)),
        });
    match result {
        Ok(()) => Ok(out),
        Err(Some(raised)) => Err(raised),
        Err(None) => Err(refused(0, text.len(), "surrogates not allowed")),
    }
}

fn write(py: Py, a: &[Word]) -> Result {
    let handle = open_stream(py, a[0])?;
    if !handle.stream.is_writable {
        return Err(unsupported(py, if handle.is_text { "not writable" } else { "write" }));
    }
    if handle.is_text {
        let Some(text) = py.as_str(a[1]) else {
            return Err(py.type_error(format!("write() argument must be str, not {}", py.type_name(a[1]))));
        };
        if text.is_ascii() {
            checked(py, handle.stream.put(text.as_bytes()))?;
        } else {
            let bytes = encoded(py, &handle.stream, text)?;
            checked(py, handle.stream.put(&bytes))?;
        }
        return py.int(text.len() as i64);
    }
    let bytes = match (py.cast::<Bytes>(a[1]), py.cast::<ByteArray>(a[1])) {
        (Some(bytes), _) => bytes.items().to_vec(),
        (_, Some(array)) => {
            let storage = array.storage.get().expect("a bytearray has storage");
            storage.items()[..array.length.get() as usize].to_vec()
        }
        _ => {
            return Err(
                py.type_error(format!("a bytes-like object is required, not '{}'", py.type_name(a[1])))
            );
        }
    };
    checked(py, handle.stream.put(&bytes))?;
    py.int(bytes.len() as i64)
}

fn size(py: Py, value: Word) -> Result<Option<usize>> {
    match given(value) {
        None => Ok(None),
        Some(value) => Ok(usize::try_from(py.index(value)?).ok()),
    }
}

fn read_line(py: Py, handle: &Handle, most: Option<usize>) -> Result {
    let mut line = checked(py, handle.stream.take_line(most.unwrap_or(usize::MAX)))?;
    // A line may end in `\r` alone: seldom enough to look for it in what was taken as one line.
    if handle.is_text
        && handle.stream.is_universal
        && let Some(at) = line.iter().position(|b| *b == b'\r')
        && line.get(at + 1).is_some_and(|b| *b != b'\n')
    {
        handle.stream.taken.set(handle.stream.taken.get() - (line.len() - at - 1));
        line.truncate(at + 1);
    }
    decoded(py, handle, line)
}

fn is_empty(py: Py, line: Word) -> bool {
    py.as_str(line).map(|s| s.is_empty()).or(py.cast::<Bytes>(line).map(|b| b.items().is_empty()))
        == Some(true)
}

static METHODS: &[NativeDef] = &[
    def("write", "($self, text, /)", "Write string s to stream.", write),
    def("writelines", "($self, lines, /)", "Write a list of lines to stream.", |py, a| {
        let iterator = py.iter(a[1])?;
        while let Some(line) = py.next(iterator)? {
            write(py, &[a[0], line])?;
        }
        Ok(NONE)
    }),
    def("read", "($self, size=-1, /)", "Read at most size characters from stream.", |py, a| {
        let handle = readable(py, a[0])?;
        let bytes = match size(py, a[1])? {
            Some(count) if handle.is_text => handle.stream.take_chars(count),
            Some(count) => handle.stream.take_bytes(count),
            None => handle.stream.take_bytes(usize::MAX),
        };
        decoded(py, handle, checked(py, bytes)?)
    }),
    def("readline", "($self, size=-1, /)", "Read until newline or EOF.", |py, a| {
        let handle = readable(py, a[0])?;
        read_line(py, handle, size(py, a[1])?)
    }),
    def("readlines", "($self, hint=-1, /)", "Return a list of lines from the stream.", |py, a| {
        let handle = readable(py, a[0])?;
        let lines = py.new_list(8)?;
        loop {
            let line = read_line(py, handle, None)?;
            if is_empty(py, line) {
                return Ok(word(lines));
            }
            list_push(py, lines, line)?;
        }
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        open_stream(py, a[0])?;
        Ok(a[0])
    }),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let handle = readable(py, a[0])?;
        let line = read_line(py, handle, None)?;
        if is_empty(py, line) { Err(py.stop_iteration(NONE)) } else { Ok(line) }
    }),
    def("flush", "($self, /)", "Flush write buffers, if applicable.", |py, a| {
        let handle = open_stream(py, a[0])?;
        checked(py, handle.stream.flush())?;
        Ok(NONE)
    }),
    def("close", "($self, /)", "Flush and close the IO object.", |py, a| {
        let handle = receiver(py, a[0])?;
        let result = handle.stream.flush();
        handle.stream.channel.replace(Channel::Closed);
        checked(py, result)?;
        Ok(NONE)
    }),
    def("__enter__", "($self, /)", "", |py, a| {
        open_stream(py, a[0])?;
        Ok(a[0])
    }),
    def("__exit__", "($self, /, *args)", "", |py, a| {
        py.call_method(a[0], python_model::names::Name::Close, &[])?;
        Ok(NONE)
    }),
    def("isatty", "($self, /)", "Return whether this is an 'interactive' stream.", |py, a| {
        Ok(bool_word(open_stream(py, a[0])?.stream.is_terminal()))
    }),
    def("fileno", "($self, /)", "Return underlying file descriptor if one exists.", |py, a| {
        py.int(open_stream(py, a[0])?.stream.fileno())
    }),
    def("readable", "($self, /)", "Return whether object was opened for reading.", |py, a| {
        Ok(bool_word(open_stream(py, a[0])?.stream.is_readable))
    }),
    def("writable", "($self, /)", "Return whether object was opened for writing.", |py, a| {
        Ok(bool_word(open_stream(py, a[0])?.stream.is_writable))
    }),
    def("seekable", "($self, /)", "Return whether object supports random access.", |py, a| {
        let handle = open_stream(py, a[0])?;
        Ok(bool_word(matches!(*handle.stream.channel.borrow(), Channel::File(_))))
    }),
    def("seek", "($self, cookie, whence=0, /)", "Set the stream position, and return it.", |py, a| {
        let handle = open_stream(py, a[0])?;
        let offset = py.index(a[1])?;
        let whence = if a[2] == UNSET { 0 } else { py.index(a[2])? };
        if whence != 0 && offset != 0 && handle.is_text {
            let which = if whence == 1 { "cur" } else { "end" };
            return Err(unsupported(py, &format!("can't do nonzero {which}-relative seeks")));
        }
        let to = match whence {
            0 if offset < 0 => return Err(py.value_error(format!("negative seek position {offset}"))),
            0 => SeekFrom::Start(offset as u64),
            1 => SeekFrom::Current(offset),
            2 => SeekFrom::End(offset),
            _ => return Err(py.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        py.uint(checked(py, handle.stream.seek(to))?)
    }),
    def("tell", "($self, /)", "Return the stream position.", |py, a| {
        let handle = open_stream(py, a[0])?;
        py.uint(checked(py, handle.stream.tell())?)
    }),
    def("truncate", "($self, pos=None, /)", "Truncate file to size bytes.", |py, a| {
        let handle = open_stream(py, a[0])?;
        checked(py, handle.stream.flush())?;
        let length = match given(a[1]) {
            Some(length) => py.index(length)? as u64,
            None => checked(py, handle.stream.tell())?,
        };
        let result = match &*handle.stream.channel.borrow() {
            Channel::File(file) => file.set_len(length),
            _ => Err(io::Error::from_raw_os_error(29)),
        };
        checked(py, result)?;
        py.uint(length)
    }),
    getter("buffer", "", |py, a| {
        let handle = receiver(py, a[0])?;
        object(py, handle.stream.clone(), false)
    }),
    getter("closed", "", |py, a| Ok(bool_word(receiver(py, a[0])?.stream.is_closed()))),
    getter("name", "", |py, a| {
        let stream = &receiver(py, a[0])?.stream;
        py.str(&stream.name)
    }),
    getter("mode", "", |py, a| py.str(&receiver(py, a[0])?.stream.mode)),
    getter("encoding", "", |py, a| py.str(&receiver(py, a[0])?.stream.encoding_name)),
    getter("errors", "", |py, a| py.str(&receiver(py, a[0])?.stream.errors_name)),
    getter("newlines", "", |_py, _a| Ok(NONE)),
    getter("line_buffering", "", |py, a| Ok(bool_word(receiver(py, a[0])?.stream.is_line_buffered))),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let handle = receiver(py, a[0])?;
        let name = py.str(&handle.stream.name)?;
        let (name, class) = (py.repr_text(name)?, py.class_name(a[0]));
        py.str(&match handle.is_text {
            true => format!(
                "<_io.{class} name={name} mode='{}' encoding='{}'>",
                handle.stream.mode, handle.stream.encoding_name
            ),
            false => format!("<_io.{class} name={name}>"),
        })
    }),
];

/// The types, and the standard output and error streams, for the end of the process.
#[derive(Default)]
pub struct Streams {
    text: Cell<Option<TypeRef>>,
    reader: Cell<Option<TypeRef>>,
    writer: Cell<Option<TypeRef>>,
    random: Cell<Option<TypeRef>>,
    open: RefCell<Vec<Rc<Stream>>>,
    is_unbuffered: Cell<bool>,
}

fn class(py: Py, slot: &Cell<Option<TypeRef>>, name: &'static str) -> Result<TypeRef> {
    if let Some(known) = slot.get() {
        return Ok(known);
    }
    let class = native_type(
        py,
        &NativeClass {
            module: "_io",
            name,
            doc: "",
            base: None,
            flags: flags::FINAL | flags::NO_CONSTRUCTOR,
            constructor: None,
            methods: METHODS,
        },
    )?;
    slot.set(Some(class));
    Ok(class)
}

fn object(py: Py, stream: Rc<Stream>, is_text: bool) -> Result {
    let types = py.vm().state::<Streams>();
    let class = match (is_text, stream.is_readable, stream.is_writable) {
        (true, ..) => class(py, &types.text, "TextIOWrapper"),
        (_, true, true) => class(py, &types.random, "BufferedRandom"),
        (_, true, false) => class(py, &types.reader, "BufferedReader"),
        _ => class(py, &types.writer, "BufferedWriter"),
    }?;
    Ok(word(foreign::new(py, class, Handle { stream, is_text })?))
}

/// Says that the standard streams write every byte at once (`-u`). Called before `sys` is made.
pub fn set_unbuffered(py: Py) {
    py.vm().state::<Streams>().is_unbuffered.set(true);
}

/// The object of a standard stream.
pub fn standard(py: Py, channel: Channel) -> Result {
    let streams = py.vm().state::<Streams>();
    let (name, mode, errors) = match channel {
        Channel::Stdin => ("<stdin>", "r", "strict"),
        Channel::Stdout => ("<stdout>", "w", "strict"),
        _ => ("<stderr>", "w", "backslashreplace"),
    };
    let is_output = mode == "w";
    let stream = Rc::new(Stream {
        is_line_buffered: is_output && (name == "<stderr>" || io::stdout().is_terminal()),
        is_unbuffered: is_output && (name == "<stderr>" || streams.is_unbuffered.get()),
        channel: RefCell::new(channel),
        incoming: RefCell::default(),
        taken: Cell::new(0),
        outgoing: RefCell::default(),
        is_readable: !is_output,
        is_writable: is_output,
        is_universal: true,
        encoding: Encoding::Utf8,
        encoding_name: "utf-8".into(),
        errors: Handler::named(errors).unwrap_or(Handler::Strict),
        errors_name: errors.into(),
        mode: mode.into(),
        name: name.into(),
    });
    streams.open.borrow_mut().push(stream.clone());
    object(py, stream, true)
}

/// Writes what streams still hold: the last thing that a process does. Errors: those of the standard output.
pub fn flush_all(py: Py) -> io::Result<()> {
    let streams = py.vm().state::<Streams>();
    let mut result = Ok(());
    for stream in streams.open.borrow().iter() {
        let flushed = stream.flush();
        if matches!(*stream.channel.borrow(), Channel::Stdout) {
            result = flushed;
        }
    }
    result
}

/// The path in a `str`, `bytes` or object with `__fspath__`.
pub fn path_text(py: Py, value: Word) -> Result<String> {
    if let Some(text) = py.as_str(value) {
        return Ok(text.to_text());
    }
    if let Some(bytes) = py.cast::<Bytes>(value) {
        return Ok(String::from_utf8_lossy(bytes.items()).into_owned());
    }
    match py.call_special(value, python_model::names::Name::Fspath, &[])? {
        Some(path) if py.as_str(path).is_some() => py.to_text(path),
        _ => Err(
            py.type_error(format!("expected str, bytes or os.PathLike object, not {}", py.type_name(value)))
        ),
    }
}

/// `open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)`
pub fn open(py: Py, a: &[Word]) -> Result {
    let mode = match given(a[1]) {
        None => "r".to_string(),
        Some(mode) => match py.as_str(mode) {
            Some(mode) => mode.to_text(),
            None => {
                return Err(
                    py.type_error(format!("open() argument 'mode' must be str, not {}", py.type_name(mode)))
                );
            }
        },
    };
    let has = |c: char| mode.contains(c);
    let is_unique = mode.char_indices().all(|(at, c)| mode.find(c) == Some(at));
    if !is_unique || mode.chars().any(|c| !"rwaxbt+".contains(c)) {
        return Err(py.value_error(format!("invalid mode: '{mode}'")));
    }
    if has('t') && has('b') {
        return Err(py.value_error("can't have text and binary mode at once"));
    }
    if "rwax".chars().filter(|c| has(*c)).count() != 1 {
        return Err(py.value_error(if mode.is_empty() || !"rwax".chars().any(has) {
            "Must have exactly one of create/read/write/append mode and at most one plus"
        } else {
            "must have exactly one of create/read/write/append mode"
        }));
    }
    let is_text = !has('b');
    for (value, name) in [(a[3], "an encoding"), (a[4], "an errors"), (a[5], "a newline")] {
        if !is_text && given(value).is_some() {
            return Err(py.value_error(format!("binary mode doesn't take {name} argument")));
        }
    }
    let (encoding, encoding_name) = match given(a[3]) {
        None => (Encoding::Utf8, "UTF-8".to_string()),
        Some(name) => {
            let text = py.to_text(name)?;
            let encoding = match text.to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
                "utf-8" | "utf8" | "u8" | "locale" => Encoding::Utf8,
                "ascii" | "us-ascii" | "646" => Encoding::Ascii,
                "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" => Encoding::Latin1,
                _ => return Err(py.lookup_error(format!("unknown encoding: {text}"))),
            };
            (encoding, text)
        }
    };
    let errors_name = match given(a[4]) {
        None => "strict".to_string(),
        Some(name) => py.to_text(name)?,
    };
    let Some(errors) = Handler::named(&errors_name) else {
        return Err(py.lookup_error(format!("unknown error handler name '{errors_name}'")));
    };
    let is_universal = given(a[5]).is_none();
    if as_i64(a[0]).is_some() {
        return Err(py.not_implemented_error("open() of a file descriptor needs the io module"));
    }
    let path = path_text(py, a[0])?;
    let mut options = std::fs::OpenOptions::new();
    options.read(has('r') || has('+'));
    match mode.chars().find(|c| "wax".contains(*c)) {
        Some('w') => options.write(true).create(true).truncate(true),
        Some('a') => options.append(true).create(true),
        Some(_) => options.write(true).create_new(true),
        None => options.write(has('+')),
    };
    let file = options.open(&path).map_err(|error| os_error(py, &error, a[0]))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(os_error(py, &io::Error::from_raw_os_error(21), a[0]));
    }
    let buffering = if a[2] == UNSET { -1 } else { py.index(a[2])? };
    if buffering == 0 && is_text {
        return Err(py.value_error("can't have unbuffered text I/O"));
    }
    let stream = Rc::new(Stream {
        channel: RefCell::new(Channel::File(file)),
        incoming: RefCell::default(),
        taken: Cell::new(0),
        outgoing: RefCell::default(),
        is_readable: has('r') || has('+'),
        is_writable: !has('r') || has('+'),
        is_line_buffered: buffering == 1,
        is_unbuffered: buffering == 0,
        is_universal,
        encoding,
        encoding_name,
        errors,
        errors_name,
        mode: if is_text { mode.clone() } else { mode.replace('b', "") + "b" },
        name: path,
    });
    if stream.is_writable {
        let streams = py.vm().state::<Streams>();
        let mut open = streams.open.borrow_mut();
        open.retain(|stream| !stream.is_closed());
        open.push(stream.clone());
    }
    object(py, stream, is_text)
}
