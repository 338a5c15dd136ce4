//! Reading pickles.
//!
//! A [`Loader`] lives on the native stack for one `load`: the bytes at hand, a list as the stack, the places of its marks, the memo. Bytes of
//! a file are read as they are needed: a frame at once, otherwise what an opcode asks for.

use super::opcode as op;
use super::{HIGHEST_PROTOCOL, State, dotted, known, unpickling_error};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
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
        let mut raw = [0; 8];
        raw[..width].copy_from_slice(&self.data[range]);
        Ok(u64::from_le_bytes(raw))
    }

    fn length(&mut self, width: usize, what: &str) -> Result<usize> {
        let length = self.number(width)?;
        let text = format!("{what} exceeds system's maximum size of {} bytes", isize::MAX);
        if length > isize::MAX as u64 {
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
            op::APPENDS => {
                let items = self.pop_mark()?;
                let target = self.top()?;
                self.append_items(target, items)?;
            }
            op::SETITEM => {
                let (value, key) = (self.pop()?, self.pop()?);
                let items = py.list_of(&[key, value])?;
                let target = self.top()?;
                self.set_items(target, items)?;
            }
            op::SETITEMS => {
                let items = self.pop_mark()?;
                let target = self.top()?;
                self.set_items(target, items)?;
            }
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

    fn load_long(&mut self, opcode: u8) -> Result<()> {
        let length = match opcode {
            op::LONG1 => self.number(1)? as i64,
            _ => i64::from(self.number(4)? as u32 as i32),
        };
        if length < 0 {
            return Err(unpickling_error(self.py, "LONG pickle has negative byte count"));
        }
        let range = self.take(length as usize)?;
        let int = from_bytes(&self.data[range], ByteOrder::Little, true);
        self.push(self.py.big_int(int)?)
    }

    fn load_text_number(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        let line = self.line()?;
        let value = match (opcode, &line[..]) {
            (op::INT, b"00") => FALSE,
            (op::INT, b"01") => TRUE,
            (op::FLOAT, text) => match python_number::float_parse::parse_float(text) {
                Some(float) => float_word(float),
                None => return Err(py.value_error("could not convert string to float")),
            },
            (_, text) => {
                let text = if opcode == op::LONG { text.strip_suffix(b"L").unwrap_or(text) } else { text };
                let text = py.str_bytes(text)?;
                py.call(py.ty(Ty::Int).word(), &[text, small_int(if opcode == op::INT { 0 } else { 10 })])?
            }
        };
        self.push(value)
    }

    fn load_str(&mut self, width: usize) -> Result<()> {
        let py = self.py;
        let length = self.length(width, "BINUNICODE")?;
        let range = self.take(length)?;
        let bytes = &self.data[range];
        let text = match bytes.is_ascii() || std::str::from_utf8(bytes).is_ok() {
            true => py.str_bytes(bytes)?,
            false => text_codec::decode(py, bytes, Some("utf-8"), Some("surrogatepass"))?,
        };
        self.push(text)
    }

    fn load_bytes(&mut self, width: usize) -> Result<()> {
        let length = self.length(width, "BINBYTES")?;
        let range = self.take(length)?;
        let bytes = self.py.new_bytes(&self.data[range])?;
        self.push(bytes)
    }

    /// Strings of Python 2: bytes, decoded as was asked for.
    fn load_old_string(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        let bytes = if opcode == op::STRING {
            let line = self.line()?;
            let quoted = match &line[..] {
                [first @ (b'\'' | b'"'), inner @ .., last] if first == last => inner,
                _ => return Err(unpickling_error(py, "the STRING opcode argument must be quoted")),
            };
            let escaped = py.new_bytes(quoted)?;
            let decode = py.import_from("_codecs", "escape_decode")?;
            let pair = py.call(decode, &[escaped])?;
            let first = py.get_item(pair, small_int(0))?;
            buffer::get(py, first)?.to_vec()
        } else {
            let length = match opcode {
                op::SHORT_BINSTRING => self.number(1)? as i64,
                _ => i64::from(self.number(4)? as u32 as i32),
            };
            if length < 0 {
                return Err(unpickling_error(py, "BINSTRING pickle has negative byte count"));
            }
            let range = self.take(length as usize)?;
            self.data[range].to_vec()
        };
        let value = match self.encoding.as_str() {
            "bytes" => py.new_bytes(&bytes)?,
            encoding => text_codec::decode(py, &bytes, Some(encoding), Some(&self.errors))?,
        };
        self.push(value)
    }

    fn append_items(&mut self, target: Word, items: Gc<List>) -> Result<()> {
        let py = self.py;
        if let V::List(list) = V::of(target) {
            for at in 0..items.len() {
                list_push(py, list, items.item(at))?;
            }
            return Ok(());
        }
        if let Some(extend) = py.get_attr_opt(target, Name::Extend)? {
            py.call(extend, &[word(items)])?;
            return Ok(());
        }
        let append = py.get_attr(target, Name::Append)?;
        for at in 0..items.len() {
            py.call(append, &[items.item(at)])?;
        }
        Ok(())
    }

    fn set_items(&mut self, target: Word, items: Gc<List>) -> Result<()> {
        let py = self.py;
        if !items.len().is_multiple_of(2) {
            return Err(unpickling_error(py, "odd number of items for SETITEMS"));
        }
        for at in (0..items.len()).step_by(2) {
            let (key, value) = (items.item(at), items.item(at + 1));
            match V::of(target) {
                V::Dict(table) => dict::set(py, table, key, value)?,
                _ => py.set_item(target, key, value)?,
            }
        }
        Ok(())
    }

    // -- calls

    fn call(&self, function: Word, args: Word) -> Result {
        let py = self.py;
        let Some(args) = py.cast::<Tuple>(args) else {
            return Err(py.type_error("argument list must be a tuple"));
        };
        let words = python_model::protocol::tuple_words(args);
        let result = py.call(function, &words);
        heap::keep(args);
        result
    }

    fn new_object(&self, class: Word, args: Word, keywords: Word, opcode: &str) -> Result {
        let py = self.py;
        if py.as_type(class).is_none() {
            let kind = py.type_name(class);
            return Err(unpickling_error(py, format!("{opcode} class argument must be a type, not {kind}")));
        }
        let Some(args) = py.cast::<Tuple>(args) else {
            let kind = py.type_name(args);
            return Err(unpickling_error(py, format!("{opcode} args argument must be a tuple, not {kind}")));
        };
        let all = py.list_of(&[class])?;
        for item in args.items() {
            list_push(py, all, item.get())?;
        }
        let names = py.new_list(0)?;
        if keywords != NONE {
            let Some(keywords) = py.cast::<Dict>(keywords) else {
                let kind = py.type_name(keywords);
                return Err(unpickling_error(
                    py,
                    format!("{opcode} kwargs argument must be a dict, not {kind}"),
                ));
            };
            let mut at = 0;
            while let Some((entry, name, value)) = dict::next(keywords, at) {
                at = entry + 1;
                list_push(py, names, name)?;
                list_push(py, all, value)?;
            }
        }
        let new = py.get_attr(class, Name::New)?;
        let words: Gc<Tuple> = as_object(py.tuple_from_list(all)?).expect("a tuple");
        let names = if names.is_empty() { None } else { as_object(py.tuple_from_list(names)?) };
        let copies = python_model::protocol::tuple_words(words);
        let result = py.call_args(new, Args { words: &copies, keywords: names });
        heap::keep(words);
        result
    }

    fn build(&mut self) -> Result<()> {
        let py = self.py;
        let (mut state, target) = (self.pop()?, self.top()?);
        if let Some(method) = py.get_attr_opt(target, Name::SetState)? {
            py.call(method, &[state])?;
            return Ok(());
        }
        let mut slots = NONE;
        if let V::Tuple(pair) = V::of(state)
            && let [first, second] = pair.items()
        {
            (state, slots) = (first.get(), second.get());
        }
        if state != NONE && py.truth(state)? {
            let Some(attributes) = py.cast::<Dict>(state) else {
                return Err(unpickling_error(py, "state is not a dictionary"));
            };
            match as_instance(target) {
                Some(own) if py.type_of(target).has(python_model::types::flags::HAS_DICT) => {
                    let mut at = 0;
                    while let Some((entry, key, value)) = dict::next(attributes, at) {
                        at = entry + 1;
                        match as_object::<Str>(key) {
                            // Past `__setattr__`, as into the `__dict__`.
                            Some(name) => instance::set(py, own, py.symbol_of(name)?, value)?,
                            None => {
                                let table = instance::dictionary(py, own)?;
                                dict::set(py, table, key, value)?;
                            }
                        }
                    }
                }
                _ => {
                    let table = py.get_attr(target, Name::DictAttr)?;
                    let mut at = 0;
                    while let Some((entry, key, value)) = dict::next(attributes, at) {
                        at = entry + 1;
                        py.set_item(table, key, value)?;
                    }
                }
            }
        }
        if slots != NONE {
            let Some(slots) = py.cast::<Dict>(slots) else {
                return Err(unpickling_error(py, "slot state is not a dictionary"));
            };
            let mut at = 0;
            while let Some((entry, key, value)) = dict::next(slots, at) {
                at = entry + 1;
                let name = py.expect_str(key, "attribute name")?;
                py.set_attr(target, py.symbol_of(name)?, value)?;
            }
        }
        Ok(())
    }

    fn find(&self, module: Word, name: Word) -> Result {
        match self.find_class {
            UNSET => find_class(self.py, module, name, self.protocol, self.fix_imports),
            method => self.py.call(method, &[module, name]),
        }
    }

    fn load_persistent(&mut self, id: Word) -> Result<()> {
        if self.persistent_load == UNSET {
            let text = "A load persistent id instruction was encountered, but no persistent_load function was specified.";
            return Err(unpickling_error(self.py, text));
        }
        let value = self.py.call(self.persistent_load, &[id])?;
        self.push(value)
    }

    fn load_extension(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        let code = match opcode {
            op::EXT1 => self.number(1)? as i64,
            op::EXT2 => self.number(2)? as i64,
            _ => i64::from(self.number(4)? as u32 as i32),
        };
        let key = small_int(code);
        if let Some(known) = py.cast::<Dict>(py.import_from("copyreg", "_extension_cache")?)
            && let Some(value) = dict::get(py, known, key)?
        {
            return self.push(value);
        }
        let registry = py.cast::<Dict>(py.import_from("copyreg", "_inverted_registry")?);
        let pair = match registry {
            Some(registry) => dict::get(py, registry, key)?.and_then(|pair| py.cast::<Tuple>(pair)),
            None => None,
        };
        let Some(pair) = pair.filter(|pair| pair.items().len() == 2) else {
            if code <= 0 {
                return Err(unpickling_error(py, "EXT specifies code <= 0"));
            }
            return Err(py.value_error(format!("unregistered extension code {code}")));
        };
        let value = self.find(pair.items()[0].get(), pair.items()[1].get())?;
        if let Some(known) = py.cast::<Dict>(py.import_from("copyreg", "_extension_cache")?) {
            dict::set(py, known, key, value)?;
        }
        self.push(value)
    }
}

/// The object of a name in a module, which is imported. Names of Python 2 are translated for old protocols.
fn find_class(py: Py, module: Word, name: Word, protocol: u8, fix_imports: bool) -> Result {
    let (mut module, mut name) = (module, name);
    if protocol < 3 && fix_imports {
        let names = py.cast::<Dict>(py.import_from("_compat_pickle", "NAME_MAPPING")?);
        let key = py.new_tuple(&[module, name])?;
        let renamed = match names {
            Some(names) => dict::get(py, names, key)?.and_then(|pair| py.cast::<Tuple>(pair)),
            None => None,
        };
        if let Some(pair) = renamed.filter(|pair| pair.items().len() == 2) {
            (module, name) = (pair.items()[0].get(), pair.items()[1].get());
        } else if let Some(modules) = py.cast::<Dict>(py.import_from("_compat_pickle", "IMPORT_MAPPING")?)
            && let Some(renamed) = dict::get(py, modules, module)?
        {
            module = renamed;
        }
    }
    let (module_text, name) = (py.to_text(module)?, py.to_text(name)?);
    let found = py.import(&module_text)?;
    if protocol < 4 || !name.contains('.') {
        return py.get_attr(found, py.intern(&name)?);
    }
    match py.unless(dotted(py, found, &name), Ty::AttributeError)? {
        Some(value) => Ok(value),
        None => {
            let (name, module) = (py.repr_text(py.str(&name)?)?, py.repr_text(module)?);
            Err(py.raise_text(Ty::AttributeError, &format!("Can't resolve path {name} on module {module}")))
        }
    }
}

// -- the type and the functions

pub fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let state =
        Unpickler { fix_imports: Cell::new(true), protocol: Cell::new(0), is_ready: Cell::new(false) };
    let made = foreign::new(py, known(&py.vm().state::<State>().unpickler), state)?;
    let (memo, sparse) = (word(py.new_list(0)?), word(dict::new(py)?));
    let words = word(py.list_of(&[UNSET, UNSET, NONE, memo, sparse, NONE, NONE])?);
    made.words.set(py.mutator(), made, words);
    instance::new(py, class, word(made))
}

fn words(value: Word) -> Gc<List> {
    let object = foreign::object_of(value).expect("the caller found its state");
    as_object(object.words.get()).expect("a list since it was made")
}

fn put(py: Py, value: Word, at: usize, new: Word) {
    let storage = words(value).storage();
    storage.items()[at].set(py.mutator(), storage, new);
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Unpickler> {
    foreign::expect(py, value, "a '_pickle.Unpickler' object")
}

fn iterator_of(py: Py, buffers: Word) -> Result {
    if buffers == UNSET || buffers == NONE { Ok(NONE) } else { py.iter(buffers) }
}

fn text_or(py: Py, value: Word, default: &str) -> Result<String> {
    if value == UNSET || value == NONE { Ok(default.to_owned()) } else { py.to_text(value) }
}

/// `__init__`: file, fix_imports, encoding, errors, buffers.
fn init(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let (read, readline) = (py.get_attr_opt(a[1], Name::Read)?, py.get_attr_opt(a[1], Name::ReadLine)?);
    let (Some(read), Some(readline)) = (read, readline) else {
        return Err(py.type_error("file must have 'read' and 'readline' attributes"));
    };
    own.fix_imports.set(a[2] == UNSET || py.truth(a[2])?);
    own.is_ready.set(true);
    put(py, a[0], READ, read);
    put(py, a[0], READLINE, readline);
    put(py, a[0], ENCODING, a[3]);
    put(py, a[0], ERRORS, a[4]);
    put(py, a[0], BUFFERS, iterator_of(py, a[5])?);
    put(py, a[0], MEMO, word(py.new_list(0)?));
    put(py, a[0], SPARSE_MEMO, word(dict::new(py)?));
    Ok(NONE)
}

fn load(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if !own.is_ready.get() {
        let name = py.class_name(a[0]);
        return Err(unpickling_error(
            py,
            format!("Unpickler.__init__() was not called by {name}.__init__()"),
        ));
    }
    let kept = words(a[0]);
    let native = known(&py.vm().state::<State>().unpickler);
    let find_name = py.intern("find_class")?;
    let is_own = py.type_of(a[0]).lookup(py, find_name) == native.lookup(py, find_name)
        && py.own_attribute(a[0], find_name).is_none();
    own.protocol.set(0);
    let mut loader = Loader {
        py,
        own: Some(own),
        data: Vec::new(),
        at: 0,
        read: kept.item(READ),
        readline: kept.item(READLINE),
        stack: py.new_list(16)?,
        marks: Vec::new(),
        memo: as_object(kept.item(MEMO)).expect("a list since it was made"),
        sparse_memo: as_object(kept.item(SPARSE_MEMO)).expect("a dict since it was made"),
        protocol: 0,
        fix_imports: own.fix_imports.get(),
        encoding: text_or(py, kept.item(ENCODING), "ASCII")?,
        errors: text_or(py, kept.item(ERRORS), "strict")?,
        buffers: kept.item(BUFFERS),
        find_class: if is_own { UNSET } else { py.get_attr(a[0], find_name)? },
        persistent_load: py.get_attr_opt(a[0], py.intern("persistent_load")?)?.unwrap_or(UNSET),
    };
    loader.load()
}

pub static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def(
        "load",
        "($self, /)",
        "Load a pickle.\n\nRead a pickled object representation from the open file object given\nin the constructor, and return the reconstituted object hierarchy\nspecified therein.",
        load,
    ),
    def(
        "find_class",
        "($self, module_name, global_name, /)",
        "Return an object from a specified module.",
        |py, a| {
            let own = receiver(py, a[0])?;
            find_class(py, a[1], a[2], own.protocol.get(), own.fix_imports.get())
        },
    ),
    getter("memo", "", |py, a| {
        receiver(py, a[0])?;
        let sparse: Gc<Dict> = as_object(words(a[0]).item(SPARSE_MEMO)).expect("a dict since it was made");
        let copied = dict::copy(py, sparse)?;
        let memo: Gc<List> = as_object(words(a[0]).item(MEMO)).expect("a list since it was made");
        for at in 0..memo.len() {
            if memo.item(at) != UNSET {
                dict::set(py, copied, small_int(at as i64), memo.item(at))?;
            }
        }
        Ok(word(copied))
    }),
    setter("memo", |py, a| {
        receiver(py, a[0])?;
        let Some(given) = py.cast::<Dict>(a[1]) else {
            let kind = py.type_name(a[1]);
            return Err(py.type_error(format!(
                "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {kind}"
            )));
        };
        let (memo, sparse) = (py.new_list(0)?, dict::new(py)?);
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(given, at) {
            at = entry + 1;
            let index = py.index(key)?;
            if index < 0 {
                return Err(py.value_error("memo key must be positive integers."));
            }
            if index as u64 >= DENSE_MEMO {
                dict::set(py, sparse, key, value)?;
                continue;
            }
            while memo.len() <= index as usize {
                list_push(py, memo, UNSET)?;
            }
            let storage = memo.storage();
            storage.items()[index as usize].set(py.mutator(), storage, value);
        }
        put(py, a[0], MEMO, word(memo));
        put(py, a[0], SPARSE_MEMO, word(sparse));
        Ok(NONE)
    }),
];

pub const LOADS: NativeDef = def(
    "loads",
    "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    "Read and return an object from the given pickle data.",
    |py, a| {
        let data = buffer::get(py, a[0])?.to_vec();
        let mut loader = Loader {
            py,
            own: None,
            data,
            at: 0,
            read: UNSET,
            readline: UNSET,
            stack: py.new_list(16)?,
            marks: Vec::new(),
            memo: py.new_list(16)?,
            sparse_memo: dict::new(py)?,
            protocol: 0,
            fix_imports: a[1] == UNSET || py.truth(a[1])?,
            encoding: text_or(py, a[2], "ASCII")?,
            errors: text_or(py, a[3], "strict")?,
            buffers: iterator_of(py, a[4])?,
            find_class: UNSET,
            persistent_load: UNSET,
        };
        loader.load()
    },
);

pub const LOAD: NativeDef = def(
    "load",
    "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    "Read and return an object from the pickle data stored in a file.",
    |py, a| {
        let native = known(&py.vm().state::<State>().unpickler);
        let made = construct(py, native, Args::positional(&[]))?;
        init(py, &[made, a[0], a[1], a[2], a[3], a[4]])?;
        load(py, &[made])
    },
);
