//! Bytes to objects.

use super::{MAX_DEPTH, tag};
use heap::{Gc, Header, WordSlot};
use python_compile::packed::PackedCode;
use python_compile::verify;
use python_model::code::CodeInfo;
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use python_model::{dict, protocol};
use python_number::int_bytes::{self, ByteOrder};

/// Where bytes come from.
pub enum Source<'b> {
    Bytes {
        bytes: &'b [u8],
        at: usize,
    },
    /// An object with `readinto`.
    File(Word),
}

/// Reads one value. Errors: `EOFError`, `ValueError` or `TypeError` for what is no value, and what reading the file raises.
pub fn read(py: Py, source: Source, allows_code: bool) -> Result {
    let shared = py.new_list(8)?;
    let mut reader = Reader { py, source, allows_code, shared };
    match reader.object(0)? {
        UNSET => Err(py.type_error("NULL object in marshal data for object")),
        value => Ok(value),
    }
}

struct Reader<'a, 'b> {
    py: Py<'a>,
    source: Source<'b>,
    allows_code: bool,
    /// Objects that may be referred to, by number; UNSET: not complete.
    shared: Gc<List>,
}

impl Reader<'_, '_> {
    fn bad(&self, what: &str) -> metatrace_machine::Raised {
        self.py.value_error(format!("bad marshal data ({what})"))
    }

    /// So many bytes.
    fn take(&mut self, count: usize) -> Result<Vec<u8>> {
        let py = self.py;
        match &mut self.source {
            Source::Bytes { bytes, at } => {
                let taken = bytes.get(*at..).and_then(|rest| rest.get(..count));
                *at += count;
                taken.map(<[u8]>::to_vec).ok_or_else(|| py.eof_error("marshal data too short"))
            }
            Source::File(file) => {
                let room = py.new_byte_array(&vec![0; count])?;
                let got = py.call_method(*file, py.intern("readinto")?, &[word(room)])?;
                let got = if got == NONE { 0 } else { py.index(got)? };
                match usize::try_from(got) {
                    Ok(got) if got == count => Ok(room.to_vec()),
                    Ok(got) if got > count => Err(py.value_error(format!(
                        "read() returned too much data: {count} bytes requested, {got} returned"
                    ))),
                    _ => Err(py.eof_error("EOF read where not expected")),
                }
            }
        }
    }

    fn byte(&mut self) -> Result<u8> {
        if let Source::Bytes { bytes, at } = &mut self.source {
            let byte = bytes.get(*at).copied();
            *at += 1;
            return byte.ok_or_else(|| self.py.eof_error("EOF read where not expected"));
        }
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.take(4)?.try_into().expect("four bytes")))
    }

    fn length(&mut self, what: &str) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| self.bad(&format!("{what} size out of range")))
    }

    fn float(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes")))
    }

    fn float_text(&mut self) -> Result<f64> {
        let length = self.byte()?;
        let text = self.take(usize::from(length))?;
        python_number::float_parse::parse_float(&text).ok_or_else(|| {
            let text = String::from_utf8_lossy(&text).into_owned();
            self.py.value_error(format!("could not convert string to float: '{text}'"))
        })
    }

    fn text(&mut self, length: usize, is_ascii: bool, is_interned: bool) -> Result {
        let py = self.py;
        let bytes = self.take(length)?;
        if is_ascii && !bytes.is_ascii() {
            return Err(py.value_error("bad marshal data (non-ASCII string)"));
        }
        if str::from_utf8(&bytes).is_ok() {
            if is_interned { Ok(py.name_word(py.intern_bytes(&bytes)?)) } else { py.str_bytes(&bytes) }
        } else {
            let (codec, errors) = (py.str("utf-8")?, py.str("surrogatepass")?);
            let bytes = py.new_bytes(&bytes)?;
            py.call_method(bytes, py.intern("decode")?, &[codec, errors])
        }
    }

    /// Remembers a complete object.
    fn keep(&mut self, is_shared: bool, value: Word) -> Result {
        if is_shared {
            list_push(self.py, self.shared, value)?;
        }
        Ok(value)
    }

    /// A number for an object that is complete only after what is in it; see [`Reader::fulfil`].
    fn reserve(&mut self, is_shared: bool) -> Result<Option<usize>> {
        if !is_shared {
            return Ok(None);
        }
        list_push(self.py, self.shared, UNSET)?;
        Ok(Some(self.shared.len() - 1))
    }

    fn fulfil(&mut self, number: Option<usize>, value: Word) -> Word {
        if let Some(number) = number {
            let storage = self.shared.storage();
            storage.items()[number].set(self.py.mutator(), storage, value);
        }
        value
    }

    /// An object inside another one.
    fn item(&mut self, depth: u32, container: &str) -> Result {
        match self.object(depth)? {
            UNSET => Err(self.py.type_error(format!("NULL object in marshal data for {container}"))),
            value => Ok(value),
        }
    }

    /// The next object; UNSET for the mark that ends a dict.
    fn object(&mut self, depth: u32) -> Result {
        let py = self.py;
        let first = match self.byte() {
            Ok(byte) => byte,
            Err(raised) => {
                if py.take_if(Ty::EOFError).is_some() {
                    return Err(py.eof_error("EOF read where object expected"));
                }
                return Err(raised);
            }
        };
        if depth >= MAX_DEPTH {
            return Err(py.value_error("recursion limit exceeded"));
        }
        let depth = depth + 1;
        let is_shared = first & tag::IS_SHARED != 0;
        let value = match first & !tag::IS_SHARED {
            tag::NULL => return Ok(UNSET),
            tag::NONE => return Ok(NONE),
            tag::TRUE => return Ok(TRUE),
            tag::FALSE => return Ok(FALSE),
            tag::ELLIPSIS => return Ok(ELLIPSIS),
            tag::STOP_ITERATION => return Ok(py.ty(Ty::StopIteration).word()),
            tag::INT => py.int(i64::from(self.number()?))?,
            tag::INT64 => py.int(i64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes")))?,
            tag::LONG => self.long()?,
            tag::FLOAT => float_word(self.float()?),
            tag::FLOAT_TEXT => float_word(self.float_text()?),
            tag::COMPLEX => {
                let (re, im) = (self.float()?, self.float()?);
                py.complex(re, im)?
            }
            tag::COMPLEX_TEXT => {
                let (re, im) = (self.float_text()?, self.float_text()?);
                py.complex(re, im)?
            }
            tag::BYTES => {
                let length = self.length("bytes object")?;
                let bytes = self.take(length)?;
                py.new_bytes(&bytes)?
            }
            kind @ (tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED) => {
                let length = usize::from(self.byte()?);
                self.text(length, true, kind == tag::SHORT_ASCII_INTERNED)?
            }
            kind @ (tag::ASCII | tag::ASCII_INTERNED | tag::UNICODE | tag::INTERNED) => {
                let length = self.length("string")?;
                let is_ascii = matches!(kind, tag::ASCII | tag::ASCII_INTERNED);
                self.text(length, is_ascii, matches!(kind, tag::ASCII_INTERNED | tag::INTERNED))?
            }
            tag::SMALL_TUPLE => {
                let length = usize::from(self.byte()?);
                return self.tuple(length, is_shared, depth);
            }
            tag::TUPLE => {
                let length = self.length("tuple")?;
                return self.tuple(length, is_shared, depth);
            }
            tag::LIST => {
                let length = self.length("list")?;
                let list = py.new_list(length.min(1 << 16))?;
                self.keep(is_shared, word(list))?;
                for _ in 0..length {
                    let item = self.item(depth, "list")?;
                    list_push(py, list, item)?;
                }
                return Ok(word(list));
            }
            tag::DICT => {
                let own = dict::new(py)?;
                self.keep(is_shared, word(own))?;
                loop {
                    let key = self.object(depth)?;
                    if key == UNSET {
                        break;
                    }
                    let value = self.object(depth)?;
                    if value == UNSET {
                        break;
                    }
                    dict::set(py, own, key, value)?;
                }
                return Ok(word(own));
            }
            kind @ (tag::SET | tag::FROZEN_SET) => return self.set(kind, is_shared, depth),
            tag::SLICE => {
                let number = self.reserve(is_shared)?;
                let mut parts = [NONE; 3];
                for part in &mut parts {
                    *part = self.item(depth, "slice")?;
                }
                let [start, stop, step] = parts.map(WordSlot::new);
                let slice = py.alloc(Slice { header: Header::EMPTY, start, stop, step })?;
                return Ok(self.fulfil(number, word(slice)));
            }
            tag::CODE => return self.code(is_shared),
            tag::REFERENCE => {
                let number = self.number()?;
                let known = usize::try_from(number).ok().filter(|&number| number < self.shared.len());
                return match known.map(|number| self.shared.item(number)) {
                    None | Some(UNSET) => Err(self.bad("invalid reference")),
                    Some(value) => Ok(value),
                };
            }
            _ => return Err(self.bad("unknown type code")),
        };
        self.keep(is_shared, value)
    }

    fn long(&mut self) -> Result {
        let count = self.number()?;
        if count == i32::MIN {
            return Err(self.bad("long size out of range"));
        }
        let digits = self.take(count.unsigned_abs() as usize * 2)?;
        let mut bytes = vec![0u8; digits.len() + 3];
        let mut last = 0;
        for (index, pair) in digits.chunks_exact(2).enumerate() {
            last = u16::from_le_bytes([pair[0], pair[1]]);
            if last > 0x7FFF {
                return Err(self.bad("digit out of range in long"));
            }
            let (byte, shift) = (index * 15 / 8, index * 15 % 8);
            for (offset, part) in (u32::from(last) << shift).to_le_bytes()[..3].iter().enumerate() {
                bytes[byte + offset] |= part;
            }
        }
        if count != 0 && last == 0 {
            return Err(self.bad("unnormalized long data"));
        }
        let value = int_bytes::from_bytes(&bytes, ByteOrder::Little, false);
        self.py.big_int(if count < 0 { -value } else { value })
    }

    fn tuple(&mut self, length: usize, is_shared: bool, depth: u32) -> Result {
        if length == 0 {
            let empty = self.py.vm().empty_tuple();
            return self.keep(is_shared, empty);
        }
        if let Source::Bytes { bytes, at } = self.source
            && length > bytes.len().saturating_sub(at)
        {
            return Err(self.py.eof_error("EOF read where object expected"));
        }
        // What is in it may refer to it.
        let tuple = self.py.new_tuple_uninit(length)?;
        self.keep(is_shared, word(tuple))?;
        for index in 0..length {
            let item = self.item(depth, "tuple")?;
            tuple.items()[index].set(self.py.mutator(), tuple, item);
        }
        Ok(word(tuple))
    }

    fn set(&mut self, kind: u8, is_shared: bool, depth: u32) -> Result {
        let py = self.py;
        let length = self.length("set")?;
        let table = dict::new(py)?;
        if kind == tag::SET {
            // It may contain what refers to it.
            let set = py.new_set(table)?;
            self.keep(is_shared, set)?;
            for _ in 0..length {
                let element = self.item(depth, "set")?;
                dict::add_element(py, table, element)?;
            }
            debug_assert_eq!(protocol::set_len(Some(table)), dict::len(table));
            return Ok(set);
        }
        let number = self.reserve(is_shared && length > 0)?;
        for _ in 0..length {
            let element = self.item(depth, "set")?;
            dict::add_element(py, table, element)?;
        }
        let set = py.new_frozenset(table)?;
        if length == 0 {
            return self.keep(is_shared, set);
        }
        Ok(self.fulfil(number, set))
    }

    fn code(&mut self, is_shared: bool) -> Result {
        let py = self.py;
        if !self.allows_code {
            return Err(py.value_error("unmarshalling code objects is disallowed"));
        }
        let number = self.reserve(is_shared)?;
        let length = self.length("string")?;
        let filename = String::from_utf8_lossy(&self.take(length)?).into_owned();
        let length = self.length("code")?;
        let block = self.take(length)?;
        let code = PackedCode::open(block.into(), &filename).and_then(|code| code.unpack_whole());
        let code = code.map_err(|_| self.bad("malformed code"))?;
        verify::verify(&code).map_err(|rule| self.bad(&format!("invalid code: {rule}")))?;
        let value = py.code_value(CodeInfo::new(code))?;
        Ok(self.fulfil(number, value))
    }
}
