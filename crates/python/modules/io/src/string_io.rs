//! `StringIO`: a text stream in memory.
//!
//! The text is WTF-8. Positions are counted in characters: the stream keeps its own both as a character and as a byte number, so
//! that reading on and appending need not count. Seeking in text that is not ASCII does.

use crate::bytes_io::{get_attributes, set_attributes};
use crate::newlines::{LineEnd, Newline, Translation};
use crate::object::{self, Class};
use python_model::native::{NativeDef, def, getter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::strings::count_chars;
use python_model::types::flags;
use python_model::value::*;
use std::cell::{Cell, RefCell};

/// See the module header.
#[derive(Default)]
struct StringIo {
    is_initialized: Cell<bool>,
    is_closed: Cell<bool>,
    newline: Cell<Newline>,
    translation: RefCell<Translation>,
    text: RefCell<Text>,
}

#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    chars: usize,
    /// May be beyond the end.
    position: usize,
    /// Where that character is; the end if it is beyond.
    byte_position: usize,
}

impl Text {
    fn is_ascii(&self) -> bool {
        self.bytes.len() == self.chars
    }

    fn seek(&mut self, position: usize) {
        self.position = position;
        self.byte_position = if position >= self.chars { self.bytes.len() } else { self.byte_of(position) };
    }

    /// The byte number of a character. Precondition: it is at most their number.
    fn byte_of(&self, char: usize) -> usize {
        if self.is_ascii() { char } else { char_offset(&self.bytes, char) }
    }

    /// Puts text at the position, over what is there.
    fn put(&mut self, text: &[u8], chars: usize) {
        if self.position > self.chars {
            let gap = self.position - self.chars;
            self.bytes.resize(self.bytes.len() + gap, 0);
            self.chars = self.position;
            self.byte_position = self.bytes.len();
        }
        let start = self.byte_position;
        if start == self.bytes.len() {
            self.bytes.extend_from_slice(text);
            self.chars += chars;
        } else {
            let over = chars.min(self.chars - self.position);
            let end =
                if self.is_ascii() { start + over } else { start + char_offset(&self.bytes[start..], over) };
            self.bytes.splice(start..end, text.iter().copied());
            self.chars += chars - over;
        }
        self.position += chars;
        self.byte_position = start + text.len();
    }

    /// Takes up to so many characters.
    fn take(&mut self, most: usize) -> (std::ops::Range<usize>, usize) {
        let start = self.byte_position;
        let left = self.chars.saturating_sub(self.position);
        let count = most.min(left);
        let end = if count == left {
            self.bytes.len()
        } else if self.is_ascii() {
            start + count
        } else {
            start + char_offset(&self.bytes[start..], count)
        };
        if count > 0 {
            self.position += count;
            self.byte_position = end;
        }
        (start..end, count)
    }

    /// Takes a line, at most so many characters.
    fn take_line(&mut self, end: LineEnd, most: usize) -> (std::ops::Range<usize>, usize) {
        let rest = &self.bytes[self.byte_position..];
        let length = end.find(rest).unwrap_or(rest.len());
        let chars = if self.is_ascii() { length } else { count_chars(&rest[..length]) };
        self.take(chars.min(most))
    }
}

/// The byte number of a character of WTF-8 text.
pub fn char_offset(bytes: &[u8], char: usize) -> usize {
    let mut starts = bytes.iter().enumerate().filter(|(_, byte)| (**byte as i8) >= -0x40);
    starts.nth(char).map_or(bytes.len(), |(at, _)| at)
}

/// Makes the class.
pub fn make(py: Py) -> Result {
    let class = object::make_class(
        py,
        Class::StringIo,
        Some(Class::TextIoBase),
        "StringIO",
        "Text I/O implementation using an in-memory buffer.",
        Some(|py, class, _| object::new(py, class, Class::StringIo, StringIo::default(), 0)),
        METHODS,
    )?;
    // Nothing is lost with a stream in memory that nobody closed: unlike files (and subclasses) it needs no finalizer.
    class.set_flag(flags::HAS_FINALIZER, false);
    Ok(class.word())
}

fn initialized<'a>(py: Py<'a>, value: Word) -> Result<&'a StringIo> {
    let own: &StringIo = object::state(py, value, "StringIO")?;
    match own.is_initialized.get() {
        true => Ok(own),
        false => Err(py.value_error("I/O operation on uninitialized object")),
    }
}

/// An open stream.
fn open<'a>(py: Py<'a>, value: Word) -> Result<&'a StringIo> {
    let own = initialized(py, value)?;
    if own.is_closed.get() { Err(py.value_error("I/O operation on closed file")) } else { Ok(own) }
}

impl StringIo {
    fn write(&self, text: heap::Gc<Str>) {
        let newline = self.newline.get();
        let mut content = self.text.borrow_mut();
        if !newline.is_universal && newline.written.is_none() {
            content.put(text.as_bytes(), text.len());
            return;
        }
        let mut bytes = text.as_bytes().to_vec();
        if newline.is_universal {
            self.translation.borrow_mut().apply(&mut bytes, 0, true);
        }
        if let Some(end) = newline.written {
            bytes = with_line_ends(&bytes, end.as_bytes());
        }
        let chars = count_chars(&bytes);
        content.put(&bytes, chars);
    }

    fn line(&self, py: Py, most: usize) -> Result {
        let mut text = self.text.borrow_mut();
        let (range, chars) = text.take_line(self.newline.get().line_end, most);
        Ok(word(py.new_wtf8(&text.bytes[range], chars)?))
    }
}

/// Text in which `\n` is replaced.
pub fn with_line_ends(text: &[u8], end: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', text) {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(end);
        from = at + 1;
    }
    out.extend_from_slice(&text[from..]);
    out
}

fn limit(py: Py, argument: Word) -> Result<usize> {
    let size = object::size(py, argument)?;
    Ok(if size < 0 { usize::MAX } else { size as usize })
}

static METHODS: &[NativeDef] = &[
    def("__init__", "($self, /, initial_value='', newline='\\n')", "", |py, a| {
        let own: &StringIo = object::state(py, a[0], "StringIO")?;
        own.is_initialized.set(false);
        let newline = match a[2] {
            UNSET => Newline { line_end: LineEnd::Lf, ..Newline::default() },
            newline => newline_argument(py, newline)?,
        };
        let initial = match a[1] {
            UNSET | NONE => None,
            text => match py.as_str(text) {
                Some(text) => Some(text),
                None => {
                    return Err(py.type_error(format!(
                        "initial_value must be str or None, not {}",
                        py.type_name(text)
                    )));
                }
            },
        };
        own.newline.set(newline);
        *own.translation.borrow_mut() = Translation::new(newline.translates);
        *own.text.borrow_mut() = Text::default();
        own.is_closed.set(false);
        own.is_initialized.set(true);
        if let Some(initial) = initial {
            own.write(initial);
            own.text.borrow_mut().seek(0);
        }
        Ok(NONE)
    }),
    def("getvalue", "($self, /)", "Retrieve the entire contents of the object.", |py, a| {
        let own = open(py, a[0])?;
        let text = own.text.borrow();
        Ok(word(py.new_wtf8(&text.bytes, text.chars)?))
    })
    .contained(),
    def("tell", "($self, /)", "Tell the current file position.", |py, a| {
        let position = open(py, a[0])?.text.borrow().position;
        py.int(position as i64)
    })
    .contained(),
    def("read", "($self, size=-1, /)", "Read at most size characters, returned as a string.", |py, a| {
        let own = open(py, a[0])?;
        let most = limit(py, a[1])?;
        let mut text = own.text.borrow_mut();
        let (range, chars) = text.take(most);
        Ok(word(py.new_wtf8(&text.bytes[range], chars)?))
    })
    .quiet(),
    def("readline", "($self, size=-1, /)", "Read until newline or EOF.", |py, a| {
        let own = open(py, a[0])?;
        let most = limit(py, a[1])?;
        own.line(py, most)
    })
    .quiet(),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = open(py, a[0])?;
        let line = if object::is_native(py, a[0]) {
            own.line(py, usize::MAX)?
        } else {
            let line = object::call(py, a[0], "readline", &[])?;
            if py.as_str(line).is_none() {
                return Err(object::plain_os_error(
                    py,
                    format!("readline() should have returned a str object, not '{}'", py.type_name(line)),
                ));
            }
            line
        };
        if py.len(line)? == 0 { Err(py.stop_iteration(NONE)) } else { Ok(line) }
    }),
    def("truncate", "($self, pos=None, /)", "Truncate size to pos.", |py, a| {
        let own = open(py, a[0])?;
        let size = match a[1] {
            UNSET | NONE => own.text.borrow().position as i64,
            size => object::size(py, size)?,
        };
        if size < 0 {
            return Err(py.value_error(format!("Negative size value {size}")));
        }
        let mut text = own.text.borrow_mut();
        if (size as usize) < text.chars {
            let end = text.byte_of(size as usize);
            text.bytes.truncate(end);
            text.chars = size as usize;
            let position = text.position;
            text.seek(position);
        }
        py.int(size)
    })
    .quiet(),
    def("seek", "($self, pos, whence=0, /)", "Change stream position.", |py, a| {
        let own = open(py, a[0])?;
        let position = object::index_sized(py, a[1])?;
        let whence = object::integer_or(py, a[2], 0)?;
        if !(0..=2).contains(&whence) {
            return Err(py.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        if position < 0 && whence == 0 {
            return Err(py.value_error(format!("Negative seek position {position}")));
        }
        if whence != 0 && position != 0 {
            return Err(object::plain_os_error(py, "Can't do nonzero cur-relative seeks"));
        }
        let mut text = own.text.borrow_mut();
        let to = match whence {
            0 => position as usize,
            1 => text.position,
            _ => text.chars,
        };
        text.seek(to);
        py.int(to as i64)
    })
    .quiet(),
    def("write", "($self, s, /)", "Write string to file.", |py, a| {
        let own = initialized(py, a[0])?;
        let Some(text) = py.as_str(a[1]) else {
            return Err(py.type_error(format!("string argument expected, got '{}'", py.type_name(a[1]))));
        };
        if own.is_closed.get() {
            return Err(py.value_error("I/O operation on closed file"));
        }
        own.write(text);
        Ok(small_int(text.len() as i64))
    })
    .quiet(),
    def("close", "($self, /)", "Close the IO object.", |py, a| {
        let own: &StringIo = object::state(py, a[0], "StringIO")?;
        own.is_closed.set(true);
        *own.text.borrow_mut() = Text::default();
        Ok(NONE)
    }),
    def("readable", "($self, /)", "Returns True if the IO object can be read.", |py, a| {
        open(py, a[0]).map(|_| TRUE)
    })
    .contained(),
    def("writable", "($self, /)", "Returns True if the IO object can be written.", |py, a| {
        open(py, a[0]).map(|_| TRUE)
    })
    .contained(),
    def("seekable", "($self, /)", "Returns True if the IO object can be seeked.", |py, a| {
        open(py, a[0]).map(|_| TRUE)
    })
    .contained(),
    def("__getstate__", "($self, /)", "", |py, a| {
        let own = open(py, a[0])?;
        let (value, position) = {
            let text = own.text.borrow();
            (word(py.new_wtf8(&text.bytes, text.chars)?), py.int(text.position as i64)?)
        };
        let newline = match own.newline.get() {
            Newline::UNIVERSAL => NONE,
            Newline { line_end: LineEnd::Any, .. } => py.str("")?,
            Newline { written: Some(end), .. } => py.str(end)?,
            _ => py.str("\n")?,
        };
        let attributes = get_attributes(py, a[0])?;
        py.new_tuple(&[value, newline, position, attributes])
    }),
    def("__setstate__", "($self, state, /)", "", set_state),
    getter("closed", "", |py, a| Ok(bool_word(initialized(py, a[0])?.is_closed.get()))),
    getter("newlines", "", |py, a| {
        let own = open(py, a[0])?;
        if !own.newline.get().is_universal {
            return Ok(NONE);
        }
        let translation = *own.translation.borrow();
        translation.newlines(py)
    }),
    getter("line_buffering", "", |py, a| open(py, a[0]).map(|_| FALSE)),
];

/// Errors: `TypeError`; `ValueError` that shows the value as it is written.
fn newline_argument(py: Py, newline: Word) -> Result<Newline> {
    if newline != NONE && py.as_str(newline).is_none() {
        return Err(py.type_error(format!("newline must be str or None, not {}", py.type_name(newline))));
    }
    match Newline::of(py, newline, "StringIO") {
        Ok(newline) => Ok(newline),
        Err(_) => {
            py.take_raised();
            Err(py.value_error(format!("illegal newline value: {}", py.repr_text(newline)?)))
        }
    }
}

/// Restores what `__getstate__` gave: the value goes in as it is, it has been translated already.
fn set_state(py: Py, a: &[Word]) -> Result {
    let own: &StringIo = object::state(py, a[0], "StringIO")?;
    if own.is_closed.get() {
        return Err(py.value_error("I/O operation on closed file"));
    }
    let Some(state) = py.cast::<Tuple>(a[1]).filter(|state| state.items().len() >= 4) else {
        return Err(py.type_error(format!(
            "{}.__setstate__ argument should be 4-tuple, got {}",
            crate::base::class_text(py, a[0]),
            py.type_name(a[1])
        )));
    };
    let part = |index: usize| state.items()[index].get();
    let (value, newline, position, attributes) = (part(0), part(1), part(2), part(3));
    let Some(value) = py.as_str(value) else {
        return Err(py.type_error(format!("initial_value must be str or None, not {}", py.type_name(value))));
    };
    let newline = newline_argument(py, newline)?;
    own.newline.set(newline);
    *own.translation.borrow_mut() = Translation::new(newline.translates);
    if as_i64(position).is_none() {
        return Err(
            py.type_error(format!("third item of state must be an integer, got {}", py.type_name(position)))
        );
    }
    let position = py.index(position)?;
    if position < 0 {
        return Err(py.value_error("position value cannot be negative"));
    }
    own.is_initialized.set(true);
    {
        let mut text = own.text.borrow_mut();
        *text = Text { bytes: value.as_bytes().to_vec(), chars: value.len(), ..Text::default() };
        text.seek(position as usize);
    }
    set_attributes(py, a[0], attributes, "fourth")
}
