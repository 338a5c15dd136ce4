//! Pickles of values of built-in types.

use super::global::class_name;
use super::*;
use std::collections::hash_map::Entry;

impl Saver<'_> {
    pub(super) fn save_int(&mut self, int: i64) {
        if self.is_binary() && (-0x8000_0000..=0x7fff_ffff).contains(&int) {
            let [a, b, c, d] = (int as i32).to_le_bytes();
            match int {
                0..=0xff => self.write(&[op::BININT1, a]),
                0x100..=0xffff => self.write(&[op::BININT2, a, b]),
                _ => self.write(&[op::BININT, a, b, c, d]),
            }
        } else if self.protocol >= 2 {
            self.save_big(&int.into(), "");
        } else if (-0x8000_0000..=0x7fff_ffff).contains(&int) {
            self.write(format!("I{int}\n").as_bytes());
        } else {
            self.write(format!("L{int}L\n").as_bytes());
        }
    }

    /// `text`: the decimal digits, for protocols below 2.
    pub(super) fn save_big(&mut self, int: &dashu_int::IBig, text: &str) {
        if self.protocol < 2 {
            self.write(format!("L{text}L\n").as_bytes());
            return;
        }
        let bits = dashu_int::ops::BitTest::bit_len(int);
        // One byte may be too many for a negative power of two.
        let length = bits / 8 + 1;
        let mut bytes =
            to_bytes(int, length, ByteOrder::Little, true).expect("the length has room for the sign");
        if let [.., before, 0xff] = bytes[..]
            && before & 0x80 != 0
        {
            bytes.pop();
        }
        if bytes.len() < 256 {
            self.write(&[op::LONG1, bytes.len() as u8]);
        } else {
            self.opcode(op::LONG4);
            self.write(&(bytes.len() as u32).to_le_bytes());
        }
        self.write(&bytes);
    }

    /// Most of what is pickled are strings, and most of them once: the memo is asked and told in one step.
    pub(super) fn save_str(&mut self, value: Word, text: Gc<Str>) -> Result<()> {
        if self.is_fast {
            return match self.memoized(value) {
                Some(index) => {
                    self.get(index);
                    Ok(())
                }
                None => self.write_str(text),
            };
        }
        let index = self.memo.len() as u32;
        match self.memo.entry(heap::identity(text)) {
            Entry::Occupied(known) => {
                let index = *known.get();
                self.get(index);
                return Ok(());
            }
            Entry::Vacant(own) => own.insert(index),
        };
        list_push(self.py, self.kept, value)?;
        self.write_str(text)?;
        self.put(index);
        Ok(())
    }

    fn write_str(&mut self, text: Gc<Str>) -> Result<()> {
        let bytes = text.as_bytes();
        if !self.is_binary() {
            let mut escaped = Vec::with_capacity(bytes.len() + 2);
            for point in python_model::strings::code_points(bytes) {
                match point {
                    0x10000.. => escaped.extend(format!("\\U{point:08x}").bytes()),
                    0x100.. | 0x5c | 0 | 0x0a | 0x0d | 0x1a => {
                        escaped.extend(format!("\\u{point:04x}").bytes())
                    }
                    point => escaped.push(point as u8),
                }
            }
            self.opcode(op::UNICODE);
            self.write(&escaped);
            self.write(b"\n");
        } else if bytes.len() < 256 && self.protocol >= 4 {
            self.write(&[op::SHORT_BINUNICODE, bytes.len() as u8]);
            self.write(bytes);
        } else if bytes.len() > u32::MAX as usize {
            if self.protocol < 4 {
                return Err(self.py.overflow_error(
                    "serializing a string larger than 4 GiB requires pickle protocol 4 or higher",
                ));
            }
            self.sized(op::BINUNICODE8, bytes.len(), bytes, 8);
        } else {
            self.sized(op::BINUNICODE, bytes.len(), bytes, 4);
        }
        Ok(())
    }

    pub(super) fn bytes_without_memo(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() < 256 {
            self.write(&[op::SHORT_BINBYTES, bytes.len() as u8]);
            self.write(bytes);
        } else if bytes.len() <= u32::MAX as usize {
            self.sized(op::BINBYTES, bytes.len(), bytes, 4);
        } else if self.protocol >= 4 {
            self.sized(op::BINBYTES8, bytes.len(), bytes, 8);
        } else {
            return Err(self.py.overflow_error(
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher",
            ));
        }
        Ok(())
    }

    pub(super) fn save_bytes(&mut self, value: Word, bytes: Gc<Bytes>) -> Result<()> {
        let py = self.py;
        if self.protocol >= 3 {
            self.bytes_without_memo(bytes.items())?;
            return self.memoize(value);
        }
        // Python 2 reads bytes as text: it is told to encode it.
        let (function, args) = if bytes.items().is_empty() {
            (py.ty(Ty::Bytes).word(), py.vm().empty_tuple())
        } else {
            let text: String = bytes.items().iter().map(|&byte| char::from(byte)).collect();
            let encode = py.import_from("_codecs", "encode")?;
            (encode, py.new_tuple(&[py.str(&text)?, py.str("latin1")?])?)
        };
        self.save_call(value, function, args)
    }

    pub(super) fn save_bytearray(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        let array: Gc<ByteArray> = as_object(value).expect("the caller looked");
        if self.protocol >= 5 {
            let bytes = array.to_vec();
            self.sized(op::BYTEARRAY8, bytes.len(), &bytes, 8);
            return self.memoize(value);
        }
        let args = if array.is_empty() {
            py.vm().empty_tuple()
        } else {
            py.new_tuple(&[py.new_bytes(&array.to_vec())?])?
        };
        self.save_call(value, py.ty(Ty::ByteArray).word(), args)
    }

    pub(super) fn save_buffer(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        if self.protocol < 5 {
            return Err(pickling_error(py, "PickleBuffer can only be pickled with protocol >= 5"));
        }
        let view = word(buffer::view(py, value)?);
        if py.get_attr(view, py.intern("contiguous")?)? != TRUE {
            let text = "PickleBuffer can not be pickled when pointing to a non-contiguous buffer";
            return Err(pickling_error(py, text));
        }
        let is_read_only = py.get_attr(view, py.intern("readonly")?)? == TRUE;
        let in_band = match self.buffer_callback {
            UNSET | NONE => true,
            callback => {
                let result = py.call(callback, &[value])?;
                py.truth(result)?
            }
        };
        if !in_band {
            self.opcode(op::NEXT_BUFFER);
            if is_read_only {
                self.opcode(op::READONLY_BUFFER);
            }
            return Ok(());
        }
        let bytes = python_types::buffer::get(py, view)?.to_vec();
        if is_read_only {
            self.bytes_without_memo(&bytes)?;
        } else {
            self.sized(op::BYTEARRAY8, bytes.len(), &bytes, 8);
        }
        self.memoize(value)
    }

    pub(super) fn save_tuple(&mut self, value: Word, tuple: Gc<Tuple>) -> Result<()> {
        let count = tuple.items().len();
        if count == 0 {
            if self.is_binary() {
                self.opcode(op::EMPTY_TUPLE);
            } else {
                self.write(&[op::MARK, op::TUPLE]);
            }
            return Ok(());
        }
        let is_short = count <= 3 && self.protocol >= 2;
        if !is_short {
            self.opcode(op::MARK);
        }
        for at in 0..count {
            self.noted(value, || format!("item {at}"), |own| own.save(tuple.items()[at].get(), true))?;
        }
        // An item may refer to the tuple: then it was made there.
        if let Some(index) = self.memoized(value) {
            if is_short {
                self.write(&vec![op::POP; count]);
            } else if self.is_binary() {
                self.opcode(op::POP_MARK);
            } else {
                self.write(&vec![op::POP; count + 1]);
            }
            self.get(index);
            return Ok(());
        }
        self.opcode(if is_short { [op::TUPLE1, op::TUPLE2, op::TUPLE3][count - 1] } else { op::TUPLE });
        self.memoize(value)
    }

    /// Runs `body`; an exception gets a note that says in what it happened.
    pub(super) fn noted(
        &mut self,
        value: Word,
        what: impl FnOnce() -> String,
        body: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let py = self.py;
        body(self).inspect_err(|_| {
            let (name, what) = (class_name(py, value), what());
            let exception = py.context().raised.get();
            add_note(py, exception, &format!("when serializing {name} {what}"));
        })
    }

    pub(super) fn save_list(&mut self, value: Word, list: Gc<List>) -> Result<()> {
        if self.is_binary() {
            self.opcode(op::EMPTY_LIST);
        } else {
            self.write(&[op::MARK, op::LIST]);
        }
        self.memoize(value)?;
        let item = |own: &mut Self, at: usize| {
            own.noted(value, || format!("item {at}"), |own| own.save(list.item(at), true))
        };
        if !self.is_binary() {
            let mut at = 0;
            while at < list.len() {
                item(self, at)?;
                self.opcode(op::APPEND);
                at += 1;
            }
            return Ok(());
        }
        if list.len() == 1 {
            item(self, 0)?;
            self.opcode(op::APPEND);
            return Ok(());
        }
        let mut at = 0;
        while at < list.len() {
            self.opcode(op::MARK);
            let end = at + BATCH;
            while at < end && at < list.len() {
                item(self, at)?;
                at += 1;
            }
            self.opcode(op::APPENDS);
        }
        Ok(())
    }

    pub(super) fn save_dict(&mut self, value: Word, table: Gc<Dict>) -> Result<()> {
        if self.is_binary() {
            self.opcode(op::EMPTY_DICT);
        } else {
            self.write(&[op::MARK, op::DICT]);
        }
        self.memoize(value)?;
        let count = dict::len(table);
        let (mut at, mut done) = (0, 0);
        while let Some((entry, key, item)) = dict::next(table, at) {
            at = entry + 1;
            if count > 1 && self.is_binary() && done % BATCH == 0 {
                self.opcode(op::MARK);
            }
            self.save(key, true)?;
            let shown = |py: Py| py.repr_text(key).unwrap_or_default();
            let py = self.py;
            self.save(item, true).inspect_err(|_| {
                let (name, exception) = (class_name(py, value), py.take_raised());
                let key = shown(py);
                py.context().raised.set(exception);
                add_note(py, exception, &format!("when serializing {name} item {key}"));
            })?;
            done += 1;
            if count == 1 || !self.is_binary() {
                self.opcode(op::SETITEM);
            } else if done % BATCH == 0 || done == count {
                self.opcode(op::SETITEMS);
            }
            if dict::len(table) != count {
                return Err(self.py.runtime_error("dictionary changed size during iteration"));
            }
        }
        Ok(())
    }

    pub(super) fn save_set(&mut self, value: Word, table: Option<Gc<Dict>>) -> Result<()> {
        let py = self.py;
        if self.protocol < 4 {
            let items = py.new_tuple(&[word(py.list_from_iterable(value)?)])?;
            return self.save_call(value, py.ty(Ty::Set).word(), items);
        }
        self.opcode(op::EMPTY_SET);
        self.memoize(value)?;
        let Some(table) = table else { return Ok(()) };
        let count = dict::len(table);
        let (mut at, mut done) = (0, 0);
        while let Some((entry, item, _)) = dict::next(table, at) {
            at = entry + 1;
            if done % BATCH == 0 {
                self.opcode(op::MARK);
            }
            self.noted(value, || "element".to_owned(), |own| own.save(item, true))?;
            done += 1;
            if done % BATCH == 0 || done == count {
                self.opcode(op::ADDITEMS);
            }
            if dict::len(table) != count {
                return Err(py.runtime_error("set changed size during iteration"));
            }
        }
        Ok(())
    }

    pub(super) fn save_frozenset(&mut self, value: Word, table: Option<Gc<Dict>>) -> Result<()> {
        let py = self.py;
        if self.protocol < 4 {
            let items = py.new_tuple(&[word(py.list_from_iterable(value)?)])?;
            return self.save_call(value, py.ty(Ty::FrozenSet).word(), items);
        }
        self.opcode(op::MARK);
        let mut at = 0;
        while let Some((entry, item, _)) = table.and_then(|table| dict::next(table, at)) {
            at = entry + 1;
            self.noted(value, || "element".to_owned(), |own| own.save(item, true))?;
        }
        if let Some(index) = self.memoized(value) {
            self.opcode(op::POP_MARK);
            self.get(index);
            return Ok(());
        }
        self.opcode(op::FROZENSET);
        self.memoize(value)
    }
}
