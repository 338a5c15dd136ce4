//! Reading pickles.
//!
//! A [`Loader`] lives on the native stack for one `load`: the bytes at hand, a list as the stack, the places of its marks, the memo. Bytes of
//! a file are read as they are needed: a frame at once, otherwise what an opcode asks for.
//!
//! Here is the machine that runs the opcodes; what opcodes with more to do come to is in `values`, and the type that Python sees in
//! `unpickler`.

mod unpickler;
mod values;

pub use self::unpickler::{LOAD, LOADS, METHODS, construct};

use super::opcode as op;
use super::{HIGHEST_PROTOCOL, State, dotted, known, put, unpickling_error, words};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push, list_reserve};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, foreign, instance};
use python_number::int_bytes::{ByteOrder, from_bytes};
use python_types::{buffer, memoryview, text_codec};
use std::cell::Cell;

/// Memo numbers up to this are indices of a list; beyond, keys of a dict.
const DENSE_MEMO: u64 = 1 << 20;

/// What an `Unpickler` holds; its words are a list of `read`, `readline`, buffers, memo list, memo dict, encoding, errors.
struct Unpickler {
    fix_imports: Cell<bool>,
    /// Of the pickle that is being read: old ones have old names.
    protocol: Cell<u8>,
    is_ready: Cell<bool>,
}

const READ: usize = 0;
const READLINE: usize = 1;
const BUFFERS: usize = 2;
const MEMO: usize = 3;
const SPARSE_MEMO: usize = 4;
const ENCODING: usize = 5;
const ERRORS: usize = 6;

/// One `load`.
struct Loader<'a> {
    py: Py<'a>,
    own: Option<&'a Unpickler>,
    data: Vec<u8>,
    at: usize,
    /// Methods of the file; UNSET if the data are all there is.
    read: Word,
    readline: Word,
    stack: Gc<List>,
    marks: Vec<usize>,
    memo: Gc<List>,
    sparse_memo: Gc<Dict>,
    protocol: u8,
    fix_imports: bool,
    encoding: String,
    errors: String,
    /// An iterator, or None.
    buffers: Word,
    /// UNSET: ours.
    find_class: Word,
    persistent_load: Word,
}

fn end_of_input(py: Py) -> Raised {
    py.eof_error("Ran out of input")
}

impl<'a> Loader<'a> {
    // -- bytes

    /// The next bytes. Errors: `EOFError` or `UnpicklingError` if there are not so many.
    fn take(&mut self, count: usize) -> Result<std::ops::Range<usize>> {
        if self.data.len() - self.at < count {
            self.fill(count)?;
        }
        let start = self.at;
        self.at += count;
        Ok(start..self.at)
    }

    #[cold]
    fn fill(&mut self, count: usize) -> Result<()> {
        let py = self.py;
        if self.read == UNSET {
            return Err(unpickling_error(py, "pickle data was truncated"));
        }
        self.data.drain(..self.at);
        self.at = 0;
        let missing = count - self.data.len();
        let more = py.call(self.read, &[py.int(missing as i64)?])?;
        let Some(bytes) = buffer::get_opt(py, more)? else {
            let kind = py.type_name(more);
            return Err(py.value_error(format!("read() returned non-bytes object ({kind})")));
        };
        self.data.extend_from_slice(&bytes);
        if self.data.len() < count {
            return Err(match self.data.is_empty() && count == 1 {
                true => end_of_input(py),
                false => unpickling_error(py, "pickle data was truncated"),
            });
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8> {
        let range = self.take(1)?;
        Ok(self.data[range.start])
    }

    /// A little-endian number of so many bytes.
    fn number(&mut self, width: usize) -> Result<u64> {
        let range = self.take(width)?;
        Ok(self.data[range].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn length(&mut self, width: usize, what: &str) -> Result<usize> {
        let length = self.number(width)?;
        if length > isize::MAX as u64 {
            let text = format!("{what} exceeds system's maximum size of {} bytes", isize::MAX);
            return Err(self.py.overflow_error(text));
        }
        // All of it must be there: room for what is not is never asked for.
        if self.read == UNSET && length as usize > self.data.len() - self.at {
            return Err(unpickling_error(self.py, "pickle data was truncated"));
        }
        Ok(length as usize)
    }

    /// A line without its end.
    fn line(&mut self) -> Result<Vec<u8>> {
        let py = self.py;
        if let Some(length) = self.data[self.at..].iter().position(|&byte| byte == b'\n') {
            let line = self.data[self.at..self.at + length].to_vec();
            self.at += length + 1;
            return Ok(line);
        }
        let mut line = self.data[self.at..].to_vec();
        self.at = self.data.len();
        if self.readline != UNSET {
            let more = py.call(self.readline, &[])?;
            let Some(bytes) = buffer::get_opt(py, more)? else {
                return Err(py.value_error("readline() returned non-bytes object"));
            };
            line.extend_from_slice(&bytes);
        }
        match line.pop() {
            Some(b'\n') => Ok(line),
            None if self.read != UNSET => Err(end_of_input(py)),
            _ => Err(unpickling_error(py, "pickle data was truncated")),
        }
    }

    // -- stack and memo

    fn push(&mut self, value: Word) -> Result<()> {
        list_push(self.py, self.stack, value)
    }

    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn underflow(&self) -> Raised {
        let text = if self.marks.is_empty() { "unpickling stack underflow" } else { "unexpected MARK found" };
        unpickling_error(self.py, text)
    }

    fn pop(&mut self) -> Result {
        let length = self.stack.len();
        if length <= self.floor() {
            return Err(self.underflow());
        }
        let value = self.stack.item(length - 1);
        self.truncate(length - 1);
        Ok(value)
    }

    fn top(&self) -> Result {
        match self.stack.len() {
            length if length > self.floor() => Ok(self.stack.item(length - 1)),
            _ => Err(self.underflow()),
        }
    }

    fn truncate(&mut self, length: usize) {
        let storage = self.stack.storage();
        for item in &storage.items()[length..self.stack.len()] {
            item.set(self.py.mutator(), storage, UNSET);
        }
        self.stack.length.set(length as i64);
    }

    /// Where the items above the last mark begin, which is taken away.
    fn mark(&mut self) -> Result<usize> {
        match self.marks.pop() {
            Some(mark) => Ok(mark),
            None => Err(unpickling_error(self.py, "could not find MARK")),
        }
    }

    /// The items above the last mark, as a list of their own.
    fn pop_mark(&mut self) -> Result<Gc<List>> {
        let start = self.mark()?;
        let list = self.py.new_list(self.stack.len() - start)?;
        for at in start..self.stack.len() {
            list_push(self.py, list, self.stack.item(at))?;
        }
        self.truncate(start);
        Ok(list)
    }

    fn pop_tuple(&mut self, count: usize) -> Result<()> {
        let length = self.stack.len();
        if length < self.floor() + count {
            return Err(self.underflow());
        }
        let tuple = self.py.new_tuple_uninit(count)?;
        for (to, at) in tuple.items().iter().zip(length - count..) {
            to.set(self.py.mutator(), tuple, self.stack.item(at));
        }
        self.truncate(length - count);
        self.push(word(tuple))
    }

    fn put(&mut self, index: u64) -> Result<()> {
        let value = self.top()?;
        if index >= DENSE_MEMO {
            return dict::set(self.py, self.sparse_memo, self.py.uint(index)?, value);
        }
        if index as usize == self.memo.len() {
            return list_push(self.py, self.memo, value);
        }
        while self.memo.len() <= index as usize {
            list_push(self.py, self.memo, UNSET)?;
        }
        let storage = self.memo.storage();
        storage.items()[index as usize].set(self.py.mutator(), storage, value);
        Ok(())
    }

    fn get(&mut self, index: u64) -> Result<()> {
        let found = if index < self.memo.len() as u64 {
            self.memo.item(index as usize)
        } else if index >= DENSE_MEMO {
            dict::get(self.py, self.sparse_memo, self.py.uint(index)?)?.unwrap_or(UNSET)
        } else {
            UNSET
        };
        if found == UNSET {
            return Err(unpickling_error(self.py, format!("Memo value not found at index {index}")));
        }
        self.push(found)
    }

    // -- the loop

    fn load(&mut self) -> Result {
        loop {
            if self.read == UNSET && self.at == self.data.len() {
                return Err(end_of_input(self.py));
            }
            let opcode = self.byte()?;
            if opcode == op::STOP {
                return self.pop();
            }
            self.step(opcode)?;
        }
    }

    fn step(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        match opcode {
            op::MARK => self.marks.push(self.stack.len()),
            op::POP => {
                if self.stack.len() > self.floor() {
                    self.truncate(self.stack.len() - 1);
                } else {
                    let start = self.mark().map_err(|raised| {
                        py.take_raised();
                        let _ = raised;
                        unpickling_error(py, "unpickling stack underflow")
                    })?;
                    self.truncate(start);
                }
            }
            op::POP_MARK => {
                let start = self.mark()?;
                self.truncate(start);
            }
            op::DUP => {
                let top = self.top()?;
                self.push(top)?;
            }
            op::NONE => self.push(NONE)?,
            op::NEWTRUE => self.push(TRUE)?,
            op::NEWFALSE => self.push(FALSE)?,
            op::BININT => {
                let int = self.number(4)? as u32 as i32;
                self.push(small_int(i64::from(int)))?;
            }
            op::BININT1 => {
                let int = self.byte()?;
                self.push(small_int(i64::from(int)))?;
            }
            op::BININT2 => {
                let int = self.number(2)?;
                self.push(small_int(int as i64))?;
            }
            op::BINFLOAT => {
                let bits = self.number(8)?.swap_bytes();
                self.push(float_word(f64::from_bits(bits)))?;
            }
            op::LONG1 | op::LONG4 => self.load_long(opcode)?,
            op::INT | op::LONG | op::FLOAT => self.load_text_number(opcode)?,
            op::SHORT_BINUNICODE => self.load_str(1)?,
            op::BINUNICODE => self.load_str(4)?,
            op::BINUNICODE8 => self.load_str(8)?,
            op::UNICODE => {
                let line = self.line()?;
                let text = text_codec::decode(py, &line, Some("raw-unicode-escape"), None)?;
                self.push(text)?;
            }
            op::SHORT_BINBYTES => self.load_bytes(1)?,
            op::BINBYTES => self.load_bytes(4)?,
            op::BINBYTES8 => self.load_bytes(8)?,
            op::BYTEARRAY8 => {
                let length = self.length(8, "BYTEARRAY8")?;
                let range = self.take(length)?;
                let array = py.new_byte_array(&self.data[range])?;
                self.push(word(array))?;
            }
            op::STRING | op::BINSTRING | op::SHORT_BINSTRING => self.load_old_string(opcode)?,
            op::EMPTY_TUPLE => self.push(py.vm().empty_tuple())?,
            op::TUPLE1 => self.pop_tuple(1)?,
            op::TUPLE2 => self.pop_tuple(2)?,
            op::TUPLE3 => self.pop_tuple(3)?,
            op::TUPLE => {
                let items = self.pop_mark()?;
                let tuple = py.tuple_from_list(items)?;
                self.push(tuple)?;
            }
            op::EMPTY_LIST => self.push(word(py.new_list(0)?))?,
            op::LIST => {
                let items = self.pop_mark()?;
                self.push(word(items))?;
            }
            op::EMPTY_DICT => self.push(word(dict::new(py)?))?,
            op::DICT => {
                let items = self.pop_mark()?;
                let made = dict::new(py)?;
                self.set_items(word(made), items)?;
                self.push(word(made))?;
            }
            op::EMPTY_SET => self.push(py.new_set(dict::new(py)?)?)?,
            op::FROZENSET => {
                let (items, table) = (self.pop_mark()?, dict::new(py)?);
                for at in 0..items.len() {
                    dict::add_element(py, table, items.item(at))?;
                }
                self.push(py.new_frozenset(table)?)?;
            }
            op::APPEND => {
                let value = self.pop()?;
                let target = self.top()?;
                let items = py.list_of(&[value])?;
                self.append_items(target, items)?;
            }
            op::APPENDS => self.append_marked()?,
            op::SETITEM => {
                let (value, key) = (self.pop()?, self.pop()?);
                let items = py.list_of(&[key, value])?;
                let target = self.top()?;
                self.set_items(target, items)?;
            }
            op::SETITEMS => self.set_marked()?,
            op::ADDITEMS => {
                let items = self.pop_mark()?;
                let target = self.top()?;
                if let V::Set(set) = V::of(target) {
                    for at in 0..items.len() {
                        dict::add_element(py, set.table.get().expect("a set has a table"), items.item(at))?;
                    }
                } else {
                    let add = py.get_attr(target, py.intern("add")?)?;
                    for at in 0..items.len() {
                        py.call(add, &[items.item(at)])?;
                    }
                }
            }
            op::MEMOIZE => self.put(self.memo.len() as u64)?,
            op::BINPUT => {
                let index = self.number(1)?;
                self.put(index)?;
            }
            op::LONG_BINPUT => {
                let index = self.number(4)?;
                self.put(index)?;
            }
            op::BINGET => {
                let index = self.number(1)?;
                self.get(index)?;
            }
            op::LONG_BINGET => {
                let index = self.number(4)?;
                self.get(index)?;
            }
            op::PUT | op::GET => {
                let line = self.line()?;
                let index = std::str::from_utf8(&line).ok().and_then(|text| text.parse::<i64>().ok());
                match (index, opcode) {
                    (None, _) => return Err(py.value_error("invalid literal for int() with base 10")),
                    (Some(index), op::PUT) if index < 0 => {
                        return Err(py.value_error("negative PUT argument"));
                    }
                    (Some(index), op::PUT) => self.put(index as u64)?,
                    (Some(index), _) => self.get(index as u64)?,
                }
            }
            op::REDUCE => {
                let (args, function) = (self.pop()?, self.pop()?);
                let made = self.call(function, args)?;
                self.push(made)?;
            }
            op::NEWOBJ => {
                let (args, class) = (self.pop()?, self.pop()?);
                let made = self.new_object(class, args, NONE, "NEWOBJ")?;
                self.push(made)?;
            }
            op::NEWOBJ_EX => {
                let (keywords, args, class) = (self.pop()?, self.pop()?, self.pop()?);
                let made = self.new_object(class, args, keywords, "NEWOBJ_EX")?;
                self.push(made)?;
            }
            op::BUILD => self.build()?,
            op::GLOBAL => {
                let (module, name) = (self.line()?, self.line()?);
                let (module, name) = (py.str_bytes(&module)?, py.str_bytes(&name)?);
                let found = self.find(module, name)?;
                self.push(found)?;
            }
            op::STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                if as_object::<Str>(name).is_none() || as_object::<Str>(module).is_none() {
                    return Err(unpickling_error(py, "STACK_GLOBAL requires str"));
                }
                let found = self.find(module, name)?;
                self.push(found)?;
            }
            op::INST => {
                let (module, name) = (self.line()?, self.line()?);
                let (module, name) = (py.str_bytes(&module)?, py.str_bytes(&name)?);
                let items = self.pop_mark()?;
                let class = self.find(module, name)?;
                let made = self.call(class, py.tuple_from_list(items)?)?;
                self.push(made)?;
            }
            op::OBJ => {
                let items = self.pop_mark()?;
                if items.is_empty() {
                    return Err(self.underflow());
                }
                let class = items.item(0);
                let args = py.list_of(&[])?;
                for at in 1..items.len() {
                    list_push(py, args, items.item(at))?;
                }
                let made = self.call(class, py.tuple_from_list(args)?)?;
                self.push(made)?;
            }
            op::PERSID => {
                let line = self.line()?;
                if !line.is_ascii() {
                    return Err(unpickling_error(py, "persistent IDs in protocol 0 must be ASCII strings"));
                }
                let id = py.str_bytes(&line)?;
                self.load_persistent(id)?;
            }
            op::BINPERSID => {
                let id = self.pop()?;
                self.load_persistent(id)?;
            }
            op::EXT1 | op::EXT2 | op::EXT4 => self.load_extension(opcode)?,
            op::NEXT_BUFFER => {
                if self.buffers == NONE {
                    let text = "pickle stream refers to out-of-band data but no *buffers* argument was given";
                    return Err(unpickling_error(py, text));
                }
                match py.next(self.buffers)? {
                    Some(next) => self.push(next)?,
                    None => return Err(unpickling_error(py, "not enough out-of-band buffers")),
                }
            }
            op::READONLY_BUFFER => {
                let top = self.pop()?;
                let view = memoryview::of(py, top)?;
                let is_read_only = py.get_attr(view, py.intern("readonly")?)? == TRUE;
                let shown =
                    if is_read_only { top } else { py.call_method(view, py.intern("toreadonly")?, &[])? };
                self.push(shown)?;
            }
            op::PROTO => {
                let protocol = self.byte()?;
                if i64::from(protocol) > HIGHEST_PROTOCOL {
                    return Err(py.value_error(format!("unsupported pickle protocol: {protocol}")));
                }
                self.protocol = protocol;
                if let Some(own) = self.own {
                    own.protocol.set(protocol);
                }
            }
            op::FRAME => {
                let length = self.length(8, "FRAME length")?;
                if self.data.len() - self.at < length {
                    self.fill(length)?;
                }
            }
            other => return Err(self.unknown(other)),
        }
        Ok(())
    }

    fn unknown(&self, opcode: u8) -> Raised {
        let shown = match opcode {
            b'\'' => "'\\x27'".to_owned(),
            0x20..=0x7e => format!("'{}'", char::from(opcode)),
            _ => format!("'\\x{opcode:02x}'"),
        };
        unpickling_error(self.py, format!("invalid load key, {shown}."))
    }
}
