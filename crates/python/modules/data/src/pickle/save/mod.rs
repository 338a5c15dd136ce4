//! Writing pickles.
//!
//! A [`Saver`] lives on the native stack for one `dump`: the bytes so far, the memo by address (objects in it are pinned and listed, so that
//! addresses stay theirs), and the hooks of the pickler. Opcodes go into frames from protocol 4 on: nine bytes are left free where a frame
//! begins and filled when it ends.
//!
//! Here is the writer itself; each way in which a value is written has a file: values of built-in types, what is found under a name,
//! what says itself how it is made. The type that Python sees is in `pickler`.

mod built_in;
mod global;
mod pickler;
mod reduce;

pub use self::pickler::{DUMP, DUMPS, METHODS, construct};

use super::opcode as op;
use super::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL, State, buffer, dotted, known, pickling_error, put, words};
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
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};

/// Items between a mark and what collects them.
const BATCH: usize = 1000;
/// A frame ends behind the object that makes it longer than this.
const FRAME_TARGET: usize = 64 * 1024;
/// Shorter frames are none.
const FRAME_LEAST: usize = 4;
const FRAME_HEADER: usize = 9;

/// Numbers of objects by address, which nobody chooses: so a cheap hash will do.
type Memo = FxHashMap<usize, u32>;

/// An empty memo and an empty buffer that have grown already.
#[derive(Default)]
pub struct Room {
    memo: Memo,
    out: Vec<u8>,
}

/// What is larger is not kept: emptying a memo takes time by its size.
const MOST_KEPT: usize = 2000;
const MOST_KEPT_BYTES: usize = 64 * 1024;

/// What a `Pickler` holds; its words are a list of `write`, the buffer callback and the list of memoized objects.
struct Pickler {
    protocol: Cell<i64>,
    fix_imports: Cell<bool>,
    is_fast: Cell<bool>,
    memo: RefCell<Memo>,
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
    memo: Memo,
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
        let Room { memo, out } = py.vm().state::<State>().room.take();
        Ok(Saver {
            py,
            protocol,
            fix_imports: fix_imports && protocol < 3,
            is_fast: false,
            out,
            frame: None,
            memo,
            kept: py.new_list(32)?,
            persistent_id: UNSET,
            reducer: UNSET,
            dispatch_table: UNSET,
            buffer_callback,
        })
    }

    /// The bytes, as an object. Their room is for who comes next.
    fn finish(self) -> Result {
        let Saver { py, mut memo, mut out, .. } = self;
        let bytes = py.new_bytes(&out)?;
        if memo.capacity() <= MOST_KEPT && out.capacity() <= MOST_KEPT_BYTES {
            memo.clear();
            out.clear();
            py.vm().state::<State>().room.set(Room { memo, out });
        }
        Ok(bytes)
    }

    fn is_binary(&self) -> bool {
        self.protocol >= 1
    }

    // -- bytes

    #[inline]
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
        self.put(index);
        Ok(())
    }

    fn put(&mut self, index: u32) {
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
        if let Some(text) = as_object::<Str>(value) {
            return self.save_str(value, text);
        }
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
        if let Some(bytes) = as_object::<Bytes>(value) {
            return self.save_bytes(value, bytes);
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
}
