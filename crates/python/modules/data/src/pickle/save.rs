//! Writing pickles.
//!
//! A [`Saver`] lives on the native stack for one `dump`: the bytes so far, the memo by address (objects in it are pinned and listed, so that
//! addresses stay theirs), and the hooks of the pickler. Opcodes go into frames from protocol 4 on: nine bytes are left free where a frame
//! begins and filled when it ends.

use super::opcode as op;
use super::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL, State, buffer, dotted, known, pickling_error};
use heap::Gc;
use python_model::class::add_note;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, foreign, instance};
use python_number::int_bytes::{ByteOrder, to_bytes};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Items between a mark and what collects them.
const BATCH: usize = 1000;
/// A frame ends behind the object that makes it longer than this.
const FRAME_TARGET: usize = 64 * 1024;
/// Shorter frames are none.
const FRAME_LEAST: usize = 4;
const FRAME_HEADER: usize = 9;

/// What a `Pickler` holds; its words are a list of `write`, the buffer callback and the list of memoized objects.
struct Pickler {
    protocol: Cell<i64>,
    fix_imports: Cell<bool>,
    is_fast: Cell<bool>,
    memo: RefCell<HashMap<usize, u32>>,
    is_ready: Cell<bool>,
}

/// One `dump`.
struct Saver<'a> {
    py: Py<'a>,
    protocol: i64,
    fix_imports: bool,
    is_fast: bool,
    out: Vec<u8>,
    frame: Option<usize>,
    memo: HashMap<usize, u32>,
    /// Keeps what the memo knows alive.
    kept: Gc<List>,
    /// `persistent_id`, `reducer_override`, `dispatch_table`, the buffer callback: UNSET or None if there is none.
    persistent_id: Word,
    reducer: Word,
    dispatch_table: Word,
    buffer_callback: Word,
}

/// What `__reduce__` returned.
struct Reduced {
    function: Word,
    args: Word,
    state: Word,
    list_items: Word,
    dict_items: Word,
    state_setter: Word,
}

fn protocol_of(py: Py, value: Word) -> Result<i64> {
    if value == UNSET || value == NONE {
        return Ok(DEFAULT_PROTOCOL);
    }
    match py.index(value)? {
        protocol if protocol < 0 => Ok(HIGHEST_PROTOCOL),
        protocol if protocol > HIGHEST_PROTOCOL => {
            Err(py.value_error(format!("pickle protocol must be <= {HIGHEST_PROTOCOL}")))
        }
        protocol => Ok(protocol),
    }
}

/// What the memo knows a value by: its address, or the word of a singleton that has none.
fn memo_key(value: Word) -> Option<usize> {
    match value {
        ELLIPSIS | NOT_IMPLEMENTED => Some(value as usize),
        value => object(value).map(heap::identity),
    }
}

impl<'a> Saver<'a> {
    fn new(py: Py<'a>, protocol: i64, fix_imports: bool, buffer_callback: Word) -> Result<Saver<'a>> {
        Ok(Saver {
            py,
            protocol,
            fix_imports: fix_imports && protocol < 3,
            is_fast: false,
            out: Vec::new(),
            frame: None,
            memo: HashMap::new(),
            kept: py.new_list(8)?,
            persistent_id: UNSET,
            reducer: UNSET,
            dispatch_table: UNSET,
            buffer_callback,
        })
    }

    fn is_binary(&self) -> bool {
        self.protocol >= 1
    }

    // -- bytes

    fn write(&mut self, bytes: &[u8]) {
        if self.protocol >= 4 && self.frame.is_none() {
            self.frame = Some(self.out.len());
            self.out.extend_from_slice(&[0; FRAME_HEADER]);
        }
        self.out.extend_from_slice(bytes);
    }

    fn opcode(&mut self, opcode: u8) {
        self.write(&[opcode]);
    }

    /// Ends the frame if it is long enough, or in any case.
    fn end_frame(&mut self, force: bool) {
        let Some(start) = self.frame else { return };
        let length = self.out.len() - start - FRAME_HEADER;
        if length < FRAME_TARGET && !force {
            return;
        }
        if length >= FRAME_LEAST {
            self.out[start] = op::FRAME;
            self.out[start + 1..start + FRAME_HEADER].copy_from_slice(&(length as u64).to_le_bytes());
        } else {
            self.out.drain(start..start + FRAME_HEADER);
        }
        self.frame = None;
    }

    /// An opcode with its length and bytes; long ones stand outside of frames.
    fn write_bytes(&mut self, header: &[u8], bytes: &[u8]) {
        if self.protocol >= 4 && bytes.len() >= FRAME_TARGET {
            self.end_frame(true);
            self.out.extend_from_slice(header);
            self.out.extend_from_slice(bytes);
        } else {
            self.write(header);
            self.write(bytes);
        }
    }

    fn sized(&mut self, opcode: u8, length: usize, bytes: &[u8], width: usize) {
        let mut header = vec![opcode];
        header.extend_from_slice(&(length as u64).to_le_bytes()[..width]);
        self.write_bytes(&header, bytes);
    }

    // -- memo

    fn memoize(&mut self, value: Word) -> Result<()> {
        if self.is_fast {
            return Ok(());
        }
        let Some(key) = memo_key(value) else { return Ok(()) };
        let index = self.memo.len() as u32;
        self.memo.insert(key, index);
        list_push(self.py, self.kept, value)?;
        if self.protocol >= 4 {
            self.opcode(op::MEMOIZE);
        } else if !self.is_binary() {
            self.write(format!("p{index}\n").as_bytes());
        } else if index < 256 {
            self.write(&[op::BINPUT, index as u8]);
        } else {
            let [a, b, c, d] = index.to_le_bytes();
            self.write(&[op::LONG_BINPUT, a, b, c, d]);
        }
        Ok(())
    }

    fn memoized(&self, value: Word) -> Option<u32> {
        self.memo.get(&memo_key(value)?).copied()
    }

    fn get(&mut self, index: u32) {
        if !self.is_binary() {
            self.write(format!("g{index}\n").as_bytes());
        } else if index < 256 {
            self.write(&[op::BINGET, index as u8]);
        } else {
            let [a, b, c, d] = index.to_le_bytes();
            self.write(&[op::LONG_BINGET, a, b, c, d]);
        }
    }

    // -- objects

    fn dump(&mut self, value: Word) -> Result<()> {
        if self.protocol >= 2 {
            self.out.extend_from_slice(&[op::PROTO, self.protocol as u8]);
        }
        self.save(value, true)?;
        self.opcode(op::STOP);
        self.end_frame(true);
        Ok(())
    }

    fn save(&mut self, value: Word, is_persistent: bool) -> Result<()> {
        if self.py.native_stack_is_low() {
            return Err(self.py.recursion_error("maximum recursion depth exceeded while pickling an object"));
        }
        if is_persistent && self.persistent_id != UNSET {
            let id = self.py.call(self.persistent_id, &[value])?;
            if id != NONE {
                return self.save_persistent(id);
            }
        }
        self.save_value(value)?;
        self.end_frame(false);
        Ok(())
    }

    fn save_persistent(&mut self, id: Word) -> Result<()> {
        if self.is_binary() {
            self.save(id, false)?;
            self.opcode(op::BINPERSID);
            return Ok(());
        }
        let text = self.py.to_str(id)?;
        if !text.is_ascii() {
            return Err(pickling_error(self.py, "persistent IDs in protocol 0 must be ASCII strings"));
        }
        self.opcode(op::PERSID);
        self.write(text.as_bytes());
        self.write(b"\n");
        Ok(())
    }

    fn save_value(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        match V::of(value) {
            V::None => {
                self.opcode(op::NONE);
                return Ok(());
            }
            V::Bool(truth) => {
                match (self.protocol >= 2, truth) {
                    (true, true) => self.opcode(op::NEWTRUE),
                    (true, false) => self.opcode(op::NEWFALSE),
                    (false, true) => self.write(b"I01\n"),
                    (false, false) => self.write(b"I00\n"),
                }
                return Ok(());
            }
            V::Int(int) => {
                self.save_int(int);
                return Ok(());
            }
            V::Big(big) => {
                let text = if self.protocol < 2 { py.repr_text(value)? } else { String::new() };
                self.save_big(&big.value, &text);
                return Ok(());
            }
            V::Float(float) => {
                if self.is_binary() {
                    self.opcode(op::BINFLOAT);
                    self.write(&float.to_be_bytes());
                } else {
                    self.write(format!("F{}\n", python_number::float_text::repr(float)).as_bytes());
                }
                return Ok(());
            }
            _ => {}
        }
        if let Some(index) = self.memoized(value) {
            self.get(index);
            return Ok(());
        }
        match V::of(value) {
            V::Str(text) => return self.save_str(value, text),
            V::Bytes(bytes) => return self.save_bytes(value, bytes),
            _ => {}
        }
        if self.reducer != UNSET {
            let result = py.call(self.reducer, &[value])?;
            if result != NOT_IMPLEMENTED {
                return self.save_reduced(value, result);
            }
        }
        match V::of(value) {
            V::Tuple(tuple) => self.save_tuple(value, tuple),
            V::List(list) => self.save_list(value, list),
            V::Dict(dict) => self.save_dict(value, dict),
            V::Set(set) => self.save_set(value, set.table.get()),
            V::FrozenSet(set) => self.save_frozenset(value, set.table.get()),
            V::Function(_) => self.save_global(value, None),
            V::Type(_) if py.type_of(value).is(py.ty(Ty::Type)) => self.save_type(value),
            V::Other(_) if as_object::<ByteArray>(value).is_some() => self.save_bytearray(value),
            V::Other(_) if foreign::get::<buffer::PickleBuffer>(py, value).is_some() => {
                self.save_buffer(value)
            }
            _ => self.save_by_reduce(value),
        }
    }

    fn save_int(&mut self, int: i64) {
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
    fn save_big(&mut self, int: &dashu_int::IBig, text: &str) {
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

    fn save_str(&mut self, value: Word, text: Gc<Str>) -> Result<()> {
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
        self.memoize(value)
    }

    fn bytes_without_memo(&mut self, bytes: &[u8]) -> Result<()> {
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

    fn save_bytes(&mut self, value: Word, bytes: Gc<Bytes>) -> Result<()> {
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

    fn save_bytearray(&mut self, value: Word) -> Result<()> {
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

    fn save_buffer(&mut self, value: Word) -> Result<()> {
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

    fn save_tuple(&mut self, value: Word, tuple: Gc<Tuple>) -> Result<()> {
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
            self.noted(value, &format!("item {at}"), |own| own.save(tuple.items()[at].get(), true))?;
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
    fn noted(&mut self, value: Word, what: &str, body: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let py = self.py;
        body(self).inspect_err(|_| {
            let name = class_name(py, value);
            let exception = py.context().raised.get();
            add_note(py, exception, &format!("when serializing {name} {what}"));
        })
    }

    fn save_list(&mut self, value: Word, list: Gc<List>) -> Result<()> {
        if self.is_binary() {
            self.opcode(op::EMPTY_LIST);
        } else {
            self.write(&[op::MARK, op::LIST]);
        }
        self.memoize(value)?;
        let item = |own: &mut Self, at: usize| {
            own.noted(value, &format!("item {at}"), |own| own.save(list.item(at), true))
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

    fn save_dict(&mut self, value: Word, table: Gc<Dict>) -> Result<()> {
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

    fn save_set(&mut self, value: Word, table: Option<Gc<Dict>>) -> Result<()> {
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
            self.noted(value, "element", |own| own.save(item, true))?;
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

    fn save_frozenset(&mut self, value: Word, table: Option<Gc<Dict>>) -> Result<()> {
        let py = self.py;
        if self.protocol < 4 {
            let items = py.new_tuple(&[word(py.list_from_iterable(value)?)])?;
            return self.save_call(value, py.ty(Ty::FrozenSet).word(), items);
        }
        self.opcode(op::MARK);
        let mut at = 0;
        while let Some((entry, item, _)) = table.and_then(|table| dict::next(table, at)) {
            at = entry + 1;
            self.noted(value, "element", |own| own.save(item, true))?;
        }
        if let Some(index) = self.memoized(value) {
            self.opcode(op::POP_MARK);
            self.get(index);
            return Ok(());
        }
        self.opcode(op::FROZENSET);
        self.memoize(value)
    }

    // -- what is found by name

    fn save_type(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        for (ty, singleton) in
            [(Ty::NoneType, NONE), (Ty::NotImplementedType, NOT_IMPLEMENTED), (Ty::EllipsisType, ELLIPSIS)]
        {
            if value == py.ty(ty).word() {
                let args = py.new_tuple(&[singleton])?;
                return self.save_call(value, py.ty(Ty::Type).word(), args);
            }
        }
        self.save_global(value, None)
    }

    fn save_global(&mut self, value: Word, name: Option<Word>) -> Result<()> {
        let py = self.py;
        let name = match name {
            Some(name) => name,
            None => match py.get_attr_opt(value, Name::Qualname)? {
                Some(name) => name,
                None => py.get_attr(value, Name::NameAttr)?,
            },
        };
        let text = py.to_text(name)?;
        let module = which_module(py, value, &text)?;
        if self.protocol >= 2 && self.save_extension(module, name)? {
            return Ok(());
        }
        if self.protocol >= 4 {
            self.save(module, true)?;
            self.save(name, true)?;
            self.opcode(op::STACK_GLOBAL);
            return self.memoize(value);
        }
        let mut parts = text.split('.');
        let first = parts.next().unwrap_or("");
        let rest: Vec<&str> = parts.collect();
        for _ in &rest {
            let getattr = py.import_from("builtins", "getattr")?;
            self.save(getattr, true)?;
            if self.protocol < 2 {
                self.opcode(op::MARK);
            }
        }
        self.save_by_name(module, first)?;
        for part in rest {
            self.save(py.str(part)?, true)?;
            self.opcode(if self.protocol < 2 { op::TUPLE } else { op::TUPLE2 });
            self.opcode(op::REDUCE);
        }
        self.memoize(value)
    }

    /// A registered extension's code, if there is one.
    fn save_extension(&mut self, module: Word, name: Word) -> Result<bool> {
        let py = self.py;
        let Some(registry) = py.cast::<Dict>(py.import_from("copyreg", "_extension_registry")?) else {
            return Ok(false);
        };
        if dict::len(registry) == 0 {
            return Ok(false);
        }
        let key = py.new_tuple(&[module, name])?;
        let Some(code) = dict::get(py, registry, key)? else { return Ok(false) };
        let code = py.index(code)?;
        let [a, b, c, d] = (code as u32).to_le_bytes();
        match code {
            1..=0xff => self.write(&[op::EXT1, a]),
            0x100..=0xffff => self.write(&[op::EXT2, a, b]),
            0x1_0000..=0x7fff_ffff => self.write(&[op::EXT4, a, b, c, d]),
            _ => return Err(py.runtime_error(format!("extension code {code} is out of range"))),
        }
        Ok(true)
    }

    fn save_by_name(&mut self, module: Word, name: &str) -> Result<()> {
        let py = self.py;
        let (mut module, mut name) = (module, py.str(name)?);
        if self.fix_imports {
            let names = py.cast::<Dict>(py.import_from("_compat_pickle", "REVERSE_NAME_MAPPING")?);
            let key = py.new_tuple(&[module, name])?;
            let renamed = match names {
                Some(names) => dict::get(py, names, key)?.and_then(|pair| py.cast::<Tuple>(pair)),
                None => None,
            };
            if let Some(pair) = renamed.filter(|pair| pair.items().len() == 2) {
                (module, name) = (pair.items()[0].get(), pair.items()[1].get());
            } else if let Some(modules) =
                py.cast::<Dict>(py.import_from("_compat_pickle", "REVERSE_IMPORT_MAPPING")?)
                && let Some(renamed) = dict::get(py, modules, module)?
            {
                module = renamed;
            }
        }
        let (module, name) = (py.expect_str(module, "module name")?, py.expect_str(name, "name")?);
        if self.protocol < 3 && !(module.is_ascii() && name.is_ascii()) {
            let shown =
                String::from_utf8_lossy(if module.is_ascii() { name.as_bytes() } else { module.as_bytes() })
                    .into_owned();
            let kind = if module.is_ascii() { "global" } else { "module" };
            let text =
                format!("can't pickle {kind} identifier '{shown}' using pickle protocol {}", self.protocol);
            return Err(pickling_error(py, text));
        }
        self.opcode(op::GLOBAL);
        self.write(module.as_bytes());
        self.write(b"\n");
        self.write(name.as_bytes());
        self.write(b"\n");
        Ok(())
    }

    // -- what says itself how it is made

    fn save_by_reduce(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        let class = py.type_of(value);
        let table = match self.dispatch_table {
            UNSET => py.import_from("copyreg", "dispatch_table")?,
            table => table,
        };
        let reduce = match as_object::<Dict>(table) {
            Some(table) => dict::get(py, table, class.word())?,
            None => py.unless(py.get_item(table, class.word()), Ty::KeyError)?,
        };
        let result = if let Some(reduce) = reduce {
            py.call(reduce, &[value])?
        } else if class.is_subtype(py.ty(Ty::Type)) {
            return self.save_global(value, None);
        } else if let Some(reduce) = py.get_attr_opt(value, Name::ReduceEx)? {
            py.call(reduce, &[py.int(self.protocol)?])?
        } else if let Some(reduce) = py.get_attr_opt(value, Name::Reduce)? {
            py.call(reduce, &[])?
        } else {
            let shown = py.repr_text(value)?;
            return Err(pickling_error(
                py,
                format!("can't pickle '{}' object: {shown}", class.message_name()),
            ));
        };
        self.save_reduced(value, result)
    }

    fn save_reduced(&mut self, value: Word, result: Word) -> Result<()> {
        let py = self.py;
        if py.as_str(result).is_some() {
            return self.save_global(value, Some(result));
        }
        self.noted(value, "object", |own| {
            let Some(tuple) = py.cast::<Tuple>(result) else {
                let kind = class_name(py, result);
                return Err(pickling_error(
                    py,
                    format!("__reduce__ must return a string or tuple, not {kind}"),
                ));
            };
            if !(2..=6).contains(&tuple.items().len()) {
                return Err(pickling_error(
                    py,
                    "tuple returned by __reduce__ must contain 2 through 6 elements",
                ));
            }
            let part = |at: usize| tuple.items().get(at).map_or(NONE, |item| item.get());
            let reduced = Reduced {
                function: part(0),
                args: part(1),
                state: part(2),
                list_items: part(3),
                dict_items: part(4),
                state_setter: part(5),
            };
            own.save_reduce(value, &reduced)
        })
    }

    /// `function(*args)`
    fn save_call(&mut self, value: Word, function: Word, args: Word) -> Result<()> {
        let none = NONE;
        let reduced =
            Reduced { function, args, state: none, list_items: none, dict_items: none, state_setter: none };
        self.save_reduce(value, &reduced)
    }

    fn save_reduce(&mut self, value: Word, reduced: &Reduced) -> Result<()> {
        let py = self.py;
        let &Reduced { function, args, state, list_items, dict_items, state_setter } = reduced;
        if !py.is_callable(function) {
            let kind = class_name(py, function);
            let text = format!("first item of the tuple returned by __reduce__ must be callable, not {kind}");
            return Err(pickling_error(py, text));
        }
        let Some(arguments) = py.cast::<Tuple>(args) else {
            let kind = class_name(py, args);
            let text = format!("second item of the tuple returned by __reduce__ must be a tuple, not {kind}");
            return Err(pickling_error(py, text));
        };
        for (items, which, what) in [(list_items, "fourth", "listitems"), (dict_items, "fifth", "dictitems")]
        {
            if items != NONE && py.type_of(items).lookup(py, Name::Next).is_none() {
                let kind = class_name(py, items);
                let text = format!(
                    "{which} item of the tuple returned by __reduce__ must be an iterator, not {kind}"
                );
                let _ = what;
                return Err(pickling_error(py, text));
            }
        }
        if state_setter != NONE && !py.is_callable(state_setter) {
            let kind = class_name(py, state_setter);
            let text = format!("sixth item of the tuple returned by __reduce__ must be callable, not {kind}");
            return Err(pickling_error(py, text));
        }
        let name = match self.protocol >= 2 {
            true => py
                .get_attr_opt(function, Name::NameAttr)?
                .and_then(|name| py.as_str(name))
                .map(|name| name.to_text()),
            false => None,
        };
        match name.as_deref() {
            Some("__newobj_ex__") => self.save_newobj_ex(value, arguments)?,
            Some("__newobj__") => self.save_newobj(value, arguments)?,
            _ => {
                self.noted(value, "reconstructor", |own| own.save(function, true))?;
                self.noted(value, "reconstructor arguments", |own| own.save(args, true))?;
                self.opcode(op::REDUCE);
            }
        }
        // The arguments may refer to the object: then it was made there, and this one is thrown away.
        match self.memoized(value) {
            Some(index) => {
                self.opcode(op::POP);
                self.get(index);
            }
            None => self.memoize(value)?,
        }
        if list_items != NONE {
            self.append_all(value, list_items)?;
        }
        if dict_items != NONE {
            self.set_all(value, dict_items)?;
        }
        if state == NONE {
            return Ok(());
        }
        if state_setter == NONE {
            self.noted(value, "state", |own| own.save(state, true))?;
            self.opcode(op::BUILD);
            return Ok(());
        }
        self.noted(value, "state setter", |own| own.save(state_setter, true))?;
        self.save(value, true)?;
        self.noted(value, "state", |own| own.save(state, true))?;
        self.write(&[op::TUPLE2, op::REDUCE, op::POP]);
        Ok(())
    }

    fn check_class(&self, value: Word, class: Word, function: &str) -> Result<()> {
        let py = self.py;
        if py.get_attr_opt(class, Name::New)?.is_none() {
            return Err(pickling_error(py, format!("first argument to {function}() has no __new__")));
        }
        let own = py.get_attr(value, Name::Class)?;
        if own != class {
            let (own, class) = (py.repr_text(own)?, py.repr_text(class)?);
            return Err(pickling_error(
                py,
                format!("first argument to {function}() must be {own}, not {class}"),
            ));
        }
        Ok(())
    }

    fn save_newobj(&mut self, value: Word, arguments: Gc<Tuple>) -> Result<()> {
        let py = self.py;
        let Some(class) = arguments.items().first().map(|class| class.get()) else {
            return Err(pickling_error(py, "__newobj__ expected at least 1 argument, got 0"));
        };
        self.check_class(value, class, "__newobj__")?;
        self.noted(value, "class", |own| own.save(class, true))?;
        let rest: smallvec::SmallVec<[Word; 16]> =
            arguments.items()[1..].iter().map(|item| item.get()).collect();
        let rest = py.new_tuple(&rest)?;
        self.noted(value, "__new__ arguments", |own| own.save(rest, true))?;
        self.opcode(op::NEWOBJ);
        Ok(())
    }

    fn save_newobj_ex(&mut self, value: Word, arguments: Gc<Tuple>) -> Result<()> {
        let py = self.py;
        let [class, args, keywords] = arguments.items() else {
            let given = arguments.items().len();
            return Err(pickling_error(py, format!("__newobj_ex__ expected 3 arguments, got {given}")));
        };
        let (class, args, keywords) = (class.get(), args.get(), keywords.get());
        self.check_class(value, class, "__newobj_ex__")?;
        if self.protocol >= 4 {
            self.noted(value, "class", |own| own.save(class, true))?;
            self.noted(value, "__new__ arguments", |own| {
                own.save(args, true)?;
                own.save(keywords, true)
            })?;
            self.opcode(op::NEWOBJ_EX);
            return Ok(());
        }
        // Older readers know no keywords: a partial has them.
        let partial = py.import_from("functools", "partial")?;
        let new = py.get_attr(class, Name::New)?;
        let all = py.list_of(&[new, class])?;
        let more = py.tuple_from_iterable(args)?;
        for item in more.items() {
            list_push(py, all, item.get())?;
        }
        let Some(keywords) = py.cast::<Dict>(keywords) else {
            return Err(pickling_error(py, "third argument to __newobj_ex__() must be a dict"));
        };
        let names = py.new_list(0)?;
        let mut at = 0;
        while let Some((entry, name, item)) = dict::next(keywords, at) {
            at = entry + 1;
            list_push(py, names, name)?;
            list_push(py, all, item)?;
        }
        let words: Gc<Tuple> = as_object(py.tuple_from_list(all)?).expect("a tuple");
        let names = if names.is_empty() { None } else { as_object(py.tuple_from_list(names)?) };
        let copies = python_model::protocol::tuple_words(words);
        let call = py.call_args(partial, Args { words: &copies, keywords: names })?;
        heap::keep(words);
        self.noted(value, "reconstructor", |own| own.save(call, true))?;
        let none = py.vm().empty_tuple();
        self.save(none, true)?;
        self.opcode(op::REDUCE);
        Ok(())
    }

    /// Items of an iterator in batches; one alone needs no mark.
    fn append_all(&mut self, value: Word, iterator: Word) -> Result<()> {
        let py = self.py;
        let mut number = 0;
        if !self.is_binary() {
            while let Some(item) = py.next(iterator)? {
                self.noted(value, &format!("item {number}"), |own| own.save(item, true))?;
                self.opcode(op::APPEND);
                number += 1;
            }
            return Ok(());
        }
        let mut next = py.next(iterator)?;
        while let Some(first) = next {
            let second = py.next(iterator)?;
            if second.is_none() {
                self.noted(value, &format!("item {number}"), |own| own.save(first, true))?;
                self.opcode(op::APPEND);
                return Ok(());
            }
            self.opcode(op::MARK);
            let (mut item, mut count) = (Some(first), 0);
            next = second;
            while let Some(one) = item {
                self.noted(value, &format!("item {number}"), |own| own.save(one, true))?;
                number += 1;
                count += 1;
                if count == BATCH {
                    break;
                }
                item = next;
                if item.is_some() {
                    next = py.next(iterator)?;
                }
            }
            self.opcode(op::APPENDS);
        }
        Ok(())
    }

    fn set_all(&mut self, value: Word, iterator: Word) -> Result<()> {
        let py = self.py;
        let save_pair = |own: &mut Self, pair: Word| -> Result<()> {
            let Some(pair) = py.cast::<Tuple>(pair).filter(|pair| pair.items().len() == 2) else {
                return Err(py.type_error("dict items iterator must return 2-tuples"));
            };
            own.save(pair.items()[0].get(), true)?;
            own.noted(value, "item", |own| own.save(pair.items()[1].get(), true))
        };
        if !self.is_binary() {
            while let Some(pair) = py.next(iterator)? {
                save_pair(self, pair)?;
                self.opcode(op::SETITEM);
            }
            return Ok(());
        }
        let mut next = py.next(iterator)?;
        while let Some(first) = next {
            next = py.next(iterator)?;
            if next.is_none() {
                save_pair(self, first)?;
                self.opcode(op::SETITEM);
                return Ok(());
            }
            self.opcode(op::MARK);
            save_pair(self, first)?;
            let mut count = 1;
            while count < BATCH
                && let Some(pair) = next
            {
                save_pair(self, pair)?;
                count += 1;
                next = py.next(iterator)?;
            }
            self.opcode(op::SETITEMS);
        }
        Ok(())
    }
}

/// What messages call the class of a value: `module.qualname`, without `builtins`.
fn class_name(py: Py, value: Word) -> String {
    let class = py.type_of(value);
    let text = |word: Word| as_object::<Str>(word).map(|text| text.to_text());
    let own = class.object();
    let name = text(own.qualname.get()).unwrap_or_else(|| class.name.borrow().to_string());
    match text(own.module.get()).as_deref() {
        None | Some("builtins") => name,
        Some(module) => format!("{module}.{name}"),
    }
}

/// The module in which a value is found under a name. Errors: `PicklingError`.
fn which_module(py: Py, value: Word, name: &str) -> Result {
    let mut module = match py.as_type(value) {
        Some(class) if class.builtin.is_some() => class.object().module.get(),
        _ => py.get_attr_opt(value, Name::ModuleAttr)?.unwrap_or(NONE),
    };
    if name.split('.').any(|part| part == "<locals>") {
        let shown = py.repr_text(value)?;
        return Err(pickling_error(py, format!("Can't pickle local object {shown}")));
    }
    if module == NONE {
        module = search_modules(py, value, name)?;
    }
    let module_text = py.to_text(module)?;
    let found = match py.import(&module_text) {
        Ok(found) => found,
        Err(raised) => {
            let pending = py.context().raised.get();
            if !(py.is_a(pending, Ty::ImportError)
                || py.is_a(pending, Ty::ValueError)
                || py.is_a(pending, Ty::KeyError))
            {
                return Err(raised);
            }
            py.take_raised();
            let (shown, reason) = (py.repr_text(value)?, py.to_text(pending)?);
            return Err(pickling_error(py, format!("Can't pickle {shown}: {reason}")));
        }
    };
    match py.unless(dotted(py, found, name), Ty::AttributeError)? {
        Some(other) if py.is_same(other, value) => Ok(module),
        other => {
            let shown = py.repr_text(value)?;
            let why = if other.is_some() { "it's not the same object as" } else { "it's not found as" };
            Err(pickling_error(py, format!("Can't pickle {shown}: {why} {module_text}.{name}")))
        }
    }
}

fn search_modules(py: Py, value: Word, name: &str) -> Result {
    if let Some(modules) = as_object::<Dict>(py.vm().modules.get()) {
        let modules = dict::copy(py, modules)?;
        let mut at = 0;
        while let Some((entry, key, module)) = dict::next(modules, at) {
            at = entry + 1;
            let skipped =
                py.as_str(key).is_none_or(|key| matches!(key.as_bytes(), b"__main__" | b"__mp_main__"));
            if skipped || module == NONE {
                continue;
            }
            if py.unless(dotted(py, module, name), Ty::AttributeError)? == Some(value) {
                return Ok(key);
            }
        }
    }
    py.str("__main__")
}

// -- the type and the functions

pub fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let pickler = Pickler {
        protocol: Cell::new(DEFAULT_PROTOCOL),
        fix_imports: Cell::new(true),
        is_fast: Cell::new(false),
        memo: RefCell::default(),
        is_ready: Cell::new(false),
    };
    let made = foreign::new(py, known(&py.vm().state::<State>().pickler), pickler)?;
    let kept = word(py.new_list(0)?);
    let words = word(py.list_of(&[NONE, NONE, kept])?);
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

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Pickler> {
    foreign::expect(py, value, "a '_pickle.Pickler' object")
}

fn check_callback(py: Py, callback: Word, protocol: i64) -> Result<()> {
    if callback != UNSET && callback != NONE && protocol < 5 {
        return Err(py.value_error("buffer_callback needs protocol >= 5"));
    }
    Ok(())
}

fn init(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let protocol = protocol_of(py, a[2])?;
    check_callback(py, a[4], protocol)?;
    let Some(write) = py.get_attr_opt(a[1], Name::Write)? else {
        return Err(py.type_error("file must have a 'write' attribute"));
    };
    own.protocol.set(protocol);
    own.fix_imports.set(a[3] == UNSET || py.truth(a[3])?);
    own.memo.borrow_mut().clear();
    own.is_ready.set(true);
    put(py, a[0], 0, write);
    put(py, a[0], 1, if a[4] == UNSET { NONE } else { a[4] });
    put(py, a[0], 2, word(py.new_list(0)?));
    Ok(NONE)
}

/// The method of a subclass, or the attribute of the instance; UNSET if there is none but ours.
fn hook(py: Py, own: Word, name: &str) -> Result<Word> {
    Ok(py.get_attr_opt(own, py.intern(name)?)?.unwrap_or(UNSET))
}

fn dump(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if !own.is_ready.get() {
        let name = py.class_name(a[0]);
        return Err(pickling_error(py, format!("Pickler.__init__() was not called by {name}.__init__()")));
    }
    let kept = words(a[0]);
    let mut saver = Saver::new(py, own.protocol.get(), own.fix_imports.get(), kept.item(1))?;
    saver.is_fast = own.is_fast.get();
    saver.memo = std::mem::take(&mut *own.memo.borrow_mut());
    saver.kept = as_object(kept.item(2)).expect("a list since it was made");
    saver.persistent_id = hook(py, a[0], "persistent_id")?;
    saver.reducer = hook(py, a[0], "reducer_override")?;
    saver.dispatch_table = hook(py, a[0], "dispatch_table")?;
    let result = saver.dump(a[1]);
    let Saver { memo, out, .. } = saver;
    *own.memo.borrow_mut() = memo;
    result?;
    let bytes = py.new_bytes(&out)?;
    py.call(words(a[0]).item(0), &[bytes])?;
    Ok(NONE)
}

pub static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, file, protocol=None, fix_imports=True, buffer_callback=None)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def(
        "dump",
        "($self, obj, /)",
        "Write a pickled representation of the given object to the open file.",
        dump,
    ),
    def(
        "clear_memo",
        "($self, /)",
        "Clears the pickler's \"memo\".\n\nThe memo is the data structure that remembers which objects the\npickler has already seen, so that shared or recursive objects are\npickled by reference and not by value.  This method is useful when\nre-using picklers.",
        |py, a| {
            receiver(py, a[0])?.memo.borrow_mut().clear();
            put(py, a[0], 2, word(py.new_list(0)?));
            Ok(NONE)
        },
    ),
    getter("memo", "", |py, a| {
        let own = receiver(py, a[0])?;
        let copied = dict::new(py)?;
        let kept: Gc<List> = as_object(words(a[0]).item(2)).expect("a list since it was made");
        for at in 0..kept.len() {
            let value = kept.item(at);
            let index = object(value).and_then(|object| own.memo.borrow().get(&object.address()).copied());
            if let Some(index) = index {
                let pair = py.new_tuple(&[small_int(i64::from(index)), value])?;
                dict::set(py, copied, py.id(value)?, pair)?;
            }
        }
        Ok(word(copied))
    }),
    setter("memo", |py, a| {
        let own = receiver(py, a[0])?;
        let Some(given) = py.cast::<Dict>(a[1]) else {
            let kind = py.type_name(a[1]);
            return Err(py.type_error(format!(
                "'memo' attribute must be a PicklerMemoProxy object or dict, not {kind}"
            )));
        };
        let (kept, mut memo) = (py.new_list(0)?, HashMap::new());
        let mut at = 0;
        while let Some((entry, _, pair)) = dict::next(given, at) {
            at = entry + 1;
            let Some(pair) = py.cast::<Tuple>(pair).filter(|pair| pair.items().len() == 2) else {
                return Err(py.type_error("'memo' values must be 2-item tuples"));
            };
            let (index, value) = (py.index(pair.items()[0].get())?, pair.items()[1].get());
            if let Some(object) = object(value) {
                memo.insert(heap::identity(object), index as u32);
                list_push(py, kept, value)?;
            }
        }
        *own.memo.borrow_mut() = memo;
        put(py, a[0], 2, word(kept));
        Ok(NONE)
    }),
    getter("bin", "", |py, a| py.int(i64::from(receiver(py, a[0])?.protocol.get() > 0))),
    getter("fast", "", |py, a| py.int(i64::from(receiver(py, a[0])?.is_fast.get()))),
    setter("fast", |py, a| {
        let fast = py.truth(a[1])?;
        receiver(py, a[0])?.is_fast.set(fast);
        Ok(NONE)
    }),
];

fn dumped(py: Py, value: Word, protocol: Word, fix_imports: Word, callback: Word) -> Result<Word> {
    let protocol = protocol_of(py, protocol)?;
    check_callback(py, callback, protocol)?;
    let fix_imports = fix_imports == UNSET || py.truth(fix_imports)?;
    let mut saver = Saver::new(py, protocol, fix_imports, callback)?;
    saver.dump(value)?;
    py.new_bytes(&saver.out)
}

pub const DUMPS: NativeDef = def(
    "dumps",
    "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
    "Return the pickled representation of the object as a bytes object.",
    |py, a| dumped(py, a[0], a[1], a[2], a[3]),
);

pub const DUMP: NativeDef = def(
    "dump",
    "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
    "Write a pickled representation of obj to the open file object file.",
    |py, a| {
        let Some(write) = py.get_attr_opt(a[1], Name::Write)? else {
            return Err(py.type_error("file must have a 'write' attribute"));
        };
        let bytes = dumped(py, a[0], a[2], a[3], a[4])?;
        py.call(write, &[bytes])?;
        Ok(NONE)
    },
);
