//! Objects to bytes.
//!
//! An object that occurs again is written once, and then referred to by its number. Numbers count the objects that are *shared*, in the
//! order in which they begin, and which are is known only at the end: references are written as zeros and filled in then.

use super::{MAX_DEPTH, tag};
use python_compile::packed;
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_model::{dict, protocol};
use python_number::int_bytes::{self, ByteOrder};
use python_types::buffer;
use rustc_hash::FxHashMap;

/// Writes a value in a version of the format. Errors: `ValueError` if it is of another type than the format has, or too deep.
pub fn write(py: Py, value: Word, version: i64, allows_code: bool) -> Result<Vec<u8>> {
    let mut writer = Writer {
        py,
        version,
        allows_code,
        out: Vec::new(),
        places: FxHashMap::default(),
        references: Vec::new(),
    };
    writer.object(value, 0)?;
    Ok(writer.finish())
}

struct Writer<'a> {
    py: Py<'a>,
    version: i64,
    allows_code: bool,
    out: Vec<u8>,
    /// Where an object was written, by address. Objects do not move: the value that is written holds all of them.
    places: FxHashMap<u64, usize>,
    /// Where a reference is to be filled in, and where what it refers to was written.
    references: Vec<(usize, usize)>,
}

impl Writer<'_> {
    fn finish(mut self) -> Vec<u8> {
        let mut shared: Vec<usize> = self.references.iter().map(|(_, target)| *target).collect();
        shared.sort_unstable();
        shared.dedup();
        for &place in &shared {
            self.out[place] |= tag::IS_SHARED;
        }
        for (place, target) in self.references {
            let number = shared.binary_search(&target).expect("collected above") as u32;
            self.out[place..place + 4].copy_from_slice(&number.to_le_bytes());
        }
        self.out
    }

    fn tag(&mut self, tag: u8) {
        self.out.push(tag);
    }

    fn number(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    /// A length. Errors: `ValueError` if it does not fit the format.
    fn length(&mut self, length: usize) -> Result<()> {
        match i32::try_from(length) {
            Ok(length) => {
                self.number(length);
                Ok(())
            }
            Err(_) => Err(self.unmarshallable()),
        }
    }

    fn bytes(&mut self, tag: u8, bytes: &[u8]) -> Result<()> {
        self.tag(tag);
        self.length(bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }

    fn unmarshallable(&self) -> metatrace_machine::Raised {
        self.py.value_error("unmarshallable object")
    }

    fn object(&mut self, value: Word, depth: u32) -> Result<()> {
        if depth >= MAX_DEPTH {
            return Err(self.py.value_error("object too deeply nested to marshal"));
        }
        let depth = depth + 1;
        match V::of(value) {
            V::None => self.tag(tag::NONE),
            V::Bool(true) => self.tag(tag::TRUE),
            V::Bool(false) => self.tag(tag::FALSE),
            V::Ellipsis => self.tag(tag::ELLIPSIS),
            V::Int(number) => self.int(number),
            V::Float(number) => self.float(number),
            V::Type(_) if value == self.py.ty(python_model::types::Ty::StopIteration).word() => {
                self.tag(tag::STOP_ITERATION);
            }
            _ => {
                let Some(object) = object(value) else { return Err(self.unmarshallable()) };
                if self.version >= 3 {
                    if let Some(&target) = self.places.get(&(object.address() as u64)) {
                        self.tag(tag::REFERENCE);
                        self.references.push((self.out.len(), target));
                        self.number(0);
                        return Ok(());
                    }
                    self.places.insert(object.address() as u64, self.out.len());
                }
                return self.heap_object(value, depth);
            }
        }
        Ok(())
    }

    fn heap_object(&mut self, value: Word, depth: u32) -> Result<()> {
        let py = self.py;
        match V::of(value) {
            V::Big(big) => self.long(&big.value),
            V::Str(text) => return self.text(&text),
            V::Bytes(bytes) => return self.bytes(tag::BYTES, bytes.items()),
            V::Tuple(tuple) => {
                let items = protocol::tuple_words(tuple);
                match u8::try_from(items.len()) {
                    Ok(length) if self.version >= 4 => self.out.extend([tag::SMALL_TUPLE, length]),
                    _ => {
                        self.tag(tag::TUPLE);
                        self.length(items.len())?;
                    }
                }
                for item in items {
                    self.object(item, depth)?;
                }
            }
            V::List(list) => {
                self.tag(tag::LIST);
                self.length(list.len())?;
                for index in 0..list.len() {
                    self.object(list.item(index), depth)?;
                }
            }
            V::Dict(own) => {
                self.tag(tag::DICT);
                let mut at = 0;
                while let Some((entry, key, value)) = dict::next(own, at) {
                    at = entry + 1;
                    self.object(key, depth)?;
                    self.object(value, depth)?;
                }
                self.tag(tag::NULL);
            }
            V::Set(set) => return self.set(tag::SET, set.table.get(), depth),
            V::FrozenSet(set) => return self.set(tag::FROZEN_SET, set.table.get(), depth),
            V::Slice(slice) if self.version >= 5 => {
                self.tag(tag::SLICE);
                for part in [slice.start.get(), slice.stop.get(), slice.step.get()] {
                    self.object(part, depth)?;
                }
            }
            V::Other(_) if as_object::<Complex>(value).is_some() => {
                let (re, im) =
                    as_object::<Complex>(value).map(|c| (c.re.get(), c.im.get())).expect("just seen");
                if self.version > 1 {
                    self.tag(tag::COMPLEX);
                    self.out.extend(re.to_le_bytes());
                    self.out.extend(im.to_le_bytes());
                } else {
                    self.tag(tag::COMPLEX_TEXT);
                    self.float_text(re);
                    self.float_text(im);
                }
            }
            V::Other(_) if as_object::<CodeRef>(value).is_some() => {
                if !self.allows_code {
                    return Err(py.value_error("marshalling code objects is disallowed"));
                }
                let code = as_object::<CodeRef>(value).expect("just seen").info();
                self.tag(tag::CODE);
                let filename = code.filename().as_bytes();
                self.length(filename.len())?;
                self.out.extend(filename);
                let block = packed::pack(&code.object);
                self.length(block.len())?;
                self.out.extend(block);
            }
            _ => match buffer::get_opt(py, value)? {
                Some(buffer) => {
                    let result = self.bytes(tag::BYTES, &buffer);
                    buffer.keep();
                    return result;
                }
                None => return Err(self.unmarshallable()),
            },
        }
        Ok(())
    }

    fn int(&mut self, number: i64) {
        match i32::try_from(number) {
            Ok(number) => {
                self.tag(tag::INT);
                self.number(number);
            }
            Err(_) => self.long(&number.into()),
        }
    }

    /// Digits of 15 bits, least significant first; their number has the sign.
    fn long(&mut self, value: &dashu_int::IBig) {
        let is_negative = *value < dashu_int::IBig::ZERO;
        let magnitude = if is_negative { -value } else { value.clone() };
        let bits = python_number::bits::bit_length(&magnitude) as usize;
        let bytes = int_bytes::to_bytes(&magnitude, bits / 8 + 3, ByteOrder::Little, false)
            .expect("there is room for all bits");
        let digit = |index: usize| -> u16 {
            let (byte, shift) = (index * 15 / 8, index * 15 % 8);
            let part = |offset: usize| u32::from(bytes.get(byte + offset).copied().unwrap_or(0));
            ((part(0) | part(1) << 8 | part(2) << 16) >> shift) as u16 & 0x7FFF
        };
        let count = bits.div_ceil(15);
        self.tag(tag::LONG);
        self.number(if is_negative { -(count as i32) } else { count as i32 });
        for index in 0..count {
            self.out.extend(digit(index).to_le_bytes());
        }
    }

    fn float(&mut self, number: f64) {
        if self.version > 1 {
            self.tag(tag::FLOAT);
            self.out.extend(number.to_le_bytes());
        } else {
            self.tag(tag::FLOAT_TEXT);
            self.float_text(number);
        }
    }

    fn float_text(&mut self, number: f64) {
        use python_number::float_text::{FloatFlags, FloatStyle, format_float};
        let text = format_float(number, FloatStyle::General, 17, FloatFlags::default());
        self.out.push(text.len() as u8);
        self.out.extend(text.as_bytes());
    }

    fn text(&mut self, text: &Str) -> Result<()> {
        let (bytes, is_interned) = (text.as_bytes(), self.version >= 3 && text.symbol().is_some());
        if self.version >= 4 && text.is_ascii() {
            if let Ok(length) = u8::try_from(bytes.len()) {
                self.out
                    .extend([if is_interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII }, length]);
                self.out.extend(bytes);
                return Ok(());
            }
            return self.bytes(if is_interned { tag::ASCII_INTERNED } else { tag::ASCII }, bytes);
        }
        self.bytes(if is_interned { tag::INTERNED } else { tag::UNICODE }, bytes)
    }

    /// Elements in the order of what is written for them, so that equal sets are written alike.
    fn set(&mut self, tag: u8, table: Option<heap::Gc<Dict>>, depth: u32) -> Result<()> {
        let py = self.py;
        self.tag(tag);
        self.length(protocol::set_len(table))?;
        let Some(table) = table else { return Ok(()) };
        let elements = py.new_list(dict::len(table))?;
        let mut at = 0;
        while let Some((entry, element, _)) = dict::next(table, at) {
            at = entry + 1;
            list_push(py, elements, element)?;
        }
        let mut order = Vec::with_capacity(elements.len());
        for index in 0..elements.len() {
            order.push((write(py, elements.item(index), self.version, self.allows_code)?, index));
        }
        order.sort();
        for (_, index) in order {
            self.object(elements.item(index), depth)?;
        }
        Ok(())
    }
}
