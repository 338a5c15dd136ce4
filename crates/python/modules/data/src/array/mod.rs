//! `array`: items of one machine type, packed.
//!
//! The object's word is a byte array with the items in the machine's order, so that memory views and everything that takes bytes see
//! them without a copy (`python_model::exports`). Reading and converting an item is by typecode.
//!
//! Limits: an array may be resized while a memory view shows it (CPython raises `BufferError`); the view then raises.

use heap::Gc;
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, class_method, def, getter};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign};
use python_text::format::MAX_WIDTH;
use python_text::index::slice_indices;
use python_types::sequence::{Subscript, SubscriptErrors, is_index, slice_bounds, subscript};
use python_types::{buffer, memoryview};
use std::cell::Cell;

mod items;
mod iterator;

use items::{Code, from_machine_format};

#[derive(Default)]
struct State {
    class: Cell<Option<TypeRef>>,
    iterator: Cell<Option<TypeRef>>,
    /// `_array_reconstructor`
    reconstructor: Cell<Word>,
}

/// What the object knows besides its bytes.
struct ArrayState {
    code: &'static Code,
}

pub static MODULE: NativeModule = NativeModule {
    name: "array",
    doc: "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    functions: FUNCTIONS,
    fill: |py, own| {
        let state = py.vm().state::<State>();
        let class = NativeClass {
            module: "array",
            name: "array",
            doc: "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
            base: None,
            flags: flags::SEQUENCE | flags::HAS_WEAKREF,
            constructor: Some(construct),
            methods: METHODS,
        };
        let class = native_type(py, &class)?;
        state.class.set(Some(class));
        let iterator = NativeClass {
            module: "array",
            name: "arrayiterator",
            doc: "",
            base: None,
            flags: flags::FINAL | flags::NO_CONSTRUCTOR,
            constructor: None,
            methods: iterator::METHODS,
        };
        state.iterator.set(Some(native_type(py, &iterator)?));
        dict::set_symbol(py, own, py.intern("array")?, class.word())?;
        dict::set_symbol(py, own, py.intern("ArrayType")?, class.word())?;
        dict::set_symbol(py, own, py.intern("typecodes")?, py.str("bBuwhHiIlLqQfd")?)?;
        let sequences = py.import_from("_collections_abc", "MutableSequence")?;
        py.call_method(sequences, py.intern("register")?, &[class.word()])?;
        let name = py.intern("_array_reconstructor")?;
        let reconstructor = dict::get_symbol(py, own, name).expect("it is a function of this module");
        state.reconstructor.set(py.vm().immortal(reconstructor));
        Ok(())
    },
};

/// An array at hand.
#[derive(Clone, Copy)]
struct Array {
    code: &'static Code,
    bytes: Gc<ByteArray>,
}

impl Array {
    fn len(self) -> usize {
        self.bytes.len() / self.code.size
    }
    /// Precondition: the index is below the length.
    fn item(self, py: Py, index: usize) -> Result {
        let bytes = self.bytes.bytes();
        let at = index * self.code.size;
        self.code.get(py, &bytes.items()[at..at + self.code.size])
    }
    fn put(self, py: Py, index: usize, value: Word) -> Result<()> {
        let mut raw = [0; 8];
        self.code.put(py, value, &mut raw)?;
        // The conversion may have run user code.
        if index < self.len() {
            self.bytes.write(index * self.code.size, &raw[..self.code.size]);
        }
        Ok(())
    }
    fn splice(self, py: Py, range: std::ops::Range<usize>, new: &[u8]) -> Result<()> {
        let size = self.code.size;
        if range.len() * size != new.len() {
            self.bytes.check_exports(py, "cannot resize an array that is exporting buffers")?;
        }
        self.bytes.splice(py, self.bytes, range.start * size..range.end * size, new)
    }
    fn push(self, py: Py, value: Word) -> Result<()> {
        let mut raw = [0; 8];
        self.code.put(py, value, &mut raw)?;
        self.splice(py, self.len()..self.len(), &raw[..self.code.size])
    }
    /// The bytes of some items, copied.
    fn part(self, start: usize, items: usize) -> Vec<u8> {
        let size = self.code.size;
        self.bytes.bytes().items()[start * size..(start + items) * size].to_vec()
    }
    fn to_list(self, py: Py) -> Result<Gc<List>> {
        let list = py.new_list(self.len())?;
        for index in 0..self.len() {
            list_push(py, list, self.item(py, index)?)?;
        }
        Ok(list)
    }
    fn text(self, py: Py) -> Result {
        let size = self.code.size;
        let bytes = self.part(0, self.len());
        let mut text = Vec::with_capacity(bytes.len());
        for unit in bytes.chunks_exact(size) {
            items::push_character(py, unit, &mut text)?;
        }
        py.str_bytes(&text)
    }
}

fn as_array(py: Py, value: Word) -> Option<Array> {
    let state: &ArrayState = foreign::get(py, value)?;
    Some(Array { code: state.code, bytes: as_object(foreign::object_of(value)?.words.get())? })
}

fn receiver(py: Py, value: Word) -> Result<Array> {
    as_array(py, value).ok_or_else(|| {
        let class = py.type_name(value);
        py.type_error(format!("descriptor requires an 'array.array' object but received a '{class}'"))
    })
}

fn class(py: Py) -> TypeRef {
    py.vm().state::<State>().class.get().expect("set when the module was made")
}

fn new(py: Py, code: &'static Code, bytes: &[u8]) -> Result<Word> {
    let made = foreign::new(py, class(py), ArrayState { code })?;
    let bytes = py.new_byte_array(bytes)?;
    // Traces load and store items by it (`python_interp::arrays`).
    bytes.typecode.set(i64::from(code.letter));
    made.words.set(py.mutator(), made, word(bytes));
    Ok(word(made))
}

fn bad_code(py: Py) -> Raised {
    py.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")
}

fn construct(py: Py, of: TypeRef, args: Args) -> Result {
    if of.is(class(py)) {
        args.no_keywords(py, "array.array")?;
    }
    let given = args.positionals();
    let (code, initial) = match *given {
        [] => return Err(py.type_error("array() takes at least 1 argument (0 given)")),
        [code] => (code, UNSET),
        [code, initial] => (code, initial),
        _ => {
            return Err(py.type_error(format!("array() takes at most 2 arguments ({} given)", given.len())));
        }
    };
    let code = match py.as_str(code) {
        Some(text) if text.len() == 1 => Code::of(text.as_bytes()).ok_or_else(|| bad_code(py))?,
        Some(text) => {
            return Err(py.type_error(format!(
                "array() argument 1 must be a unicode character, not a string of length {}",
                text.len()
            )));
        }
        None => {
            let kind = py.argument_type(code);
            return Err(py.type_error(format!("array() argument 1 must be a unicode character, not {kind}")));
        }
    };
    if code.letter == b'u' {
        let message = py.str("The 'u' type code is deprecated and will be removed in Python 3.16")?;
        let warn = py.import_from("_warnings", "warn")?;
        py.call(warn, &[message, py.ty(Ty::DeprecationWarning).word()])?;
    }
    let made = new(py, code, &[])?;
    let own = receiver(py, made)?;
    if initial != UNSET {
        fill(py, own, initial)?;
    }
    if of.is(class(py)) { Ok(made) } else { python_model::instance::new(py, of, made) }
}

fn fill(py: Py, own: Array, initial: Word) -> Result<()> {
    let letter = char::from(own.code.letter);
    if let Some(text) = py.as_str(initial) {
        if !own.code.is_text() {
            let message = format!("cannot use a str to initialize an array with typecode '{letter}'");
            return Err(py.type_error(message));
        }
        return extend_text(py, own, text);
    }
    if let Some(other) = as_array(py, initial) {
        if own.code.is_text() && !other.code.is_text() {
            let message = format!(
                "cannot use an array of a different type to initialize an array with typecode '{letter}'"
            );
            return Err(py.type_error(message));
        }
        if other.code.letter == own.code.letter {
            let bytes = other.part(0, other.len());
            return own.splice(py, 0..0, &bytes);
        }
    } else if py.cast::<Bytes>(initial).is_some() || py.cast::<ByteArray>(initial).is_some() {
        return extend_bytes(py, own, initial);
    }
    extend_items(py, own, initial)
}

fn extend_text(py: Py, own: Array, text: Gc<Str>) -> Result<()> {
    let mut bytes = Vec::with_capacity(4 * text.len());
    for point in python_model::strings::code_points(text.as_bytes()) {
        bytes.extend_from_slice(&point.to_le_bytes());
    }
    own.splice(py, own.len()..own.len(), &bytes)
}

fn extend_bytes(py: Py, own: Array, bytes: Word) -> Result<()> {
    let bytes = buffer::get(py, bytes)?.to_vec();
    if bytes.len() % own.code.size != 0 {
        return Err(py.value_error("bytes length not a multiple of item size"));
    }
    own.splice(py, own.len()..own.len(), &bytes)
}

fn extend_items(py: Py, own: Array, items: Word) -> Result<()> {
    let iterator = py.iter(items)?;
    while let Some(item) = py.next(iterator)? {
        own.push(py, item)?;
    }
    Ok(())
}

fn extend(py: Py, own: Array, items: Word) -> Result<()> {
    match as_array(py, items) {
        Some(other) if other.code.letter != own.code.letter => {
            Err(py.type_error("can only extend with array of same kind"))
        }
        Some(other) => {
            let bytes = other.part(0, other.len());
            own.splice(py, own.len()..own.len(), &bytes)
        }
        None => extend_items(py, own, items),
    }
}

const ERRORS: SubscriptErrors =
    SubscriptErrors { range: "array index out of range", kind: "array indices must be integers", quote: "" };

/// What a subscript asks for. Errors: as [`ERRORS`], without the type's name.
fn wanted(py: Py, own: Array, key: Word, range: &'static str) -> Result<Subscript> {
    if as_object::<Slice>(key).is_none() && !is_index(py, key) {
        return Err(py.type_error(ERRORS.kind));
    }
    subscript(py, key, || own.len(), &SubscriptErrors { range, ..ERRORS })
}

fn get_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    match wanted(py, own, a[1], "array index out of range")? {
        Subscript::Item(index) => own.item(py, index),
        Subscript::Items { start, step, items } => {
            let size = own.code.size;
            let bytes = own.bytes.bytes();
            let mut out = Vec::with_capacity(items * size);
            for number in 0..items as i64 {
                let at = (start + number * step) as usize * size;
                out.extend_from_slice(&bytes.items()[at..at + size]);
            }
            new(py, own.code, &out)
        }
    }
}

fn set_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    // A step counts even for one item, unlike in what `wanted` says.
    let place = match as_object::<Slice>(a[1]) {
        Some(slice) => {
            let (start, stop, step) = slice_bounds(py, &slice)?;
            let (start, _, items) = slice_indices(start, stop, step, own.len());
            Subscript::Items { start, step, items }
        }
        None => wanted(py, own, a[1], "array assignment index out of range")?,
    };
    match place {
        Subscript::Item(index) => own.put(py, index, a[2])?,
        Subscript::Items { start, step, items } => {
            let Some(other) = as_array(py, a[2]) else {
                let kind = py.class_name(a[2]);
                return Err(py.type_error(format!("can only assign array (not \"{kind}\") to array slice")));
            };
            if other.code.letter != own.code.letter {
                return Err(py.type_error("bad argument type for built-in operation"));
            }
            let new = other.part(0, other.len());
            if step == 1 {
                let start = start as usize;
                own.splice(py, start..start + items, &new)?;
                return Ok(NONE);
            }
            if other.len() != items {
                // An extended slice may be deleted by an empty array.
                if other.len() == 0 {
                    delete_items(py, own, start, step, items)?;
                    return Ok(NONE);
                }
                let given = other.len();
                return Err(py.value_error(format!(
                    "attempt to assign array of size {given} to extended slice of size {items}"
                )));
            }
            let size = own.code.size;
            for number in 0..items {
                let at = (start + number as i64 * step) as usize;
                own.bytes.write(at * size, &new[number * size..(number + 1) * size]);
            }
        }
    }
    Ok(NONE)
}

fn delete_items(py: Py, own: Array, start: i64, step: i64, items: usize) -> Result<()> {
    let mut places: Vec<usize> = (0..items as i64).map(|number| (start + number * step) as usize).collect();
    places.sort_unstable();
    for place in places.into_iter().rev() {
        own.splice(py, place..place + 1, &[])?;
    }
    Ok(())
}

fn del_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    match wanted(py, own, a[1], "array assignment index out of range")? {
        Subscript::Item(index) => own.splice(py, index..index + 1, &[])?,
        Subscript::Items { start, step: 1, items } => {
            own.splice(py, start as usize..start as usize + items, &[])?;
        }
        Subscript::Items { start, step, items } => delete_items(py, own, start, step, items)?,
    }
    Ok(NONE)
}

fn find(py: Py, own: Array, value: Word, start: usize, stop: usize) -> Result<Option<usize>> {
    let mut index = start;
    while index < own.len() && index < stop {
        let item = own.item(py, index)?;
        if py.is_equal(item, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let (own, Some(other)) = (receiver(py, a[0])?, as_array(py, a[1])) else { return Ok(NOT_IMPLEMENTED) };
    if own.len() != other.len() {
        match op {
            Comparison::Eq => return Ok(FALSE),
            Comparison::Ne => return Ok(TRUE),
            _ => {}
        }
    }
    let mut index = 0;
    while index < own.len() && index < other.len() {
        let (x, y) = (own.item(py, index)?, other.item(py, index)?);
        if !py.holds(Comparison::Eq, x, y)? {
            return match op {
                Comparison::Eq => Ok(FALSE),
                Comparison::Ne => Ok(TRUE),
                _ => py.compare(op, x, y),
            };
        }
        index += 1;
    }
    Ok(bool_word(op.holds(own.len().cmp(&other.len()))))
}

/// The bytes so many times.
fn repeated(py: Py, own: Array, times: Word) -> Result<Option<Vec<u8>>> {
    if !is_index(py, times) {
        return Ok(None);
    }
    let times = py.index(times)?.max(0) as usize;
    let bytes = own.part(0, own.len());
    match bytes.len().checked_mul(times).filter(|&total| total <= MAX_WIDTH) {
        Some(_) => Ok(Some(bytes.repeat(times))),
        None => Err(py.out_of_memory()),
    }
}

fn multiply(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    match repeated(py, own, a[1])? {
        Some(bytes) => new(py, own.code, &bytes),
        None => {
            let kind = py.type_name(a[1]);
            Err(py.type_error(format!("can't multiply sequence by non-int of type '{kind}'")))
        }
    }
}

fn repr(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let (name, letter) = (py.class_name(a[0]), char::from(own.code.letter));
    if own.len() == 0 {
        return py.str(&format!("{name}('{letter}')"));
    }
    let shown = if own.code.is_text() { own.text(py)? } else { word(own.to_list(py)?) };
    let shown = py.repr(shown)?;
    let mut out = format!("{name}('{letter}', ").into_bytes();
    out.extend_from_slice(shown.as_bytes());
    out.push(b')');
    py.str_bytes(&out)
}

fn reduce(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let protocol = py.index(a[1])?;
    let state = match py.call_method(a[0], Name::GetState, &[])? {
        state if py.cast::<Dict>(state).is_some_and(|own| dict::len(own) > 0) => state,
        _ => NONE,
    };
    let (class, code) = (py.type_of(a[0]).word(), py.str(&char::from(own.code.letter).to_string())?);
    if protocol < 3 {
        let args = py.new_tuple(&[code, word(own.to_list(py)?)])?;
        return py.new_tuple(&[class, args, state]);
    }
    let bytes = py.new_bytes(&own.part(0, own.len()))?;
    let args = py.new_tuple(&[class, code, py.int(own.code.machine_format)?, bytes])?;
    let reconstructor = py.vm().state::<State>().reconstructor.get();
    py.new_tuple(&[reconstructor, args, state])
}

static METHODS: &[NativeDef] = &[
    def("append", "($self, v, /)", "Append new value v to the end of the array.", |py, a| {
        receiver(py, a[0])?.push(py, a[1])?;
        Ok(NONE)
    }),
    def("extend", "($self, bb, /)", "Append items to the end of the array.", |py, a| {
        extend(py, receiver(py, a[0])?, a[1])?;
        Ok(NONE)
    }),
    def("insert", "($self, i, v, /)", "Insert a new item v into the array before position i.", |py, a| {
        let own = receiver(py, a[0])?;
        let index = py.index(a[1])?;
        let mut raw = [0; 8];
        own.code.put(py, a[2], &mut raw)?;
        let length = own.len() as i64;
        let at = if index < 0 { (index + length).max(0) } else { index.min(length) } as usize;
        own.splice(py, at..at, &raw[..own.code.size])?;
        Ok(NONE)
    }),
    def(
        "pop",
        "($self, i=-1, /)",
        "Return the i-th element and delete it from the array.\n\ni defaults to -1.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let index = if a[1] == UNSET { -1 } else { py.index(a[1])? };
            if own.len() == 0 {
                return Err(py.index_error("pop from empty array"));
            }
            let Some(index) = python_text::index::wrap_index(index, own.len()) else {
                return Err(py.index_error("pop index out of range"));
            };
            let value = own.item(py, index)?;
            own.splice(py, index..index + 1, &[])?;
            Ok(value)
        },
    ),
    def("remove", "($self, v, /)", "Remove the first occurrence of v in the array.", |py, a| {
        let own = receiver(py, a[0])?;
        match find(py, own, a[1], 0, usize::MAX)? {
            Some(index) => {
                own.splice(py, index..index + 1, &[])?;
                Ok(NONE)
            }
            None => Err(py.value_error("array.remove(x): x not in array")),
        }
    }),
    def(
        "index",
        "($self, v, start=0, stop=sys.maxsize, /)",
        "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let bound = |value: Word, default: i64| -> Result<usize> {
                let at = if value == UNSET { default } else { py.index_clamped(value)? };
                let at = if at < 0 { at.saturating_add(own.len() as i64).max(0) } else { at };
                Ok(at as usize)
            };
            let (start, stop) = (bound(a[2], 0)?, bound(a[3], i64::MAX)?);
            match find(py, own, a[1], start, stop)? {
                Some(index) => py.int(index as i64),
                None => Err(py.value_error("array.index(x): x not in array")),
            }
        },
    ),
    def("count", "($self, v, /)", "Return number of occurrences of v in the array.", |py, a| {
        let own = receiver(py, a[0])?;
        let (mut count, mut at) = (0, 0);
        while let Some(index) = find(py, own, a[1], at, usize::MAX)? {
            (count, at) = (count + 1, index + 1);
        }
        py.int(count)
    }),
    def("reverse", "($self, /)", "Reverse the order of the items in the array.", |py, a| {
        let own = receiver(py, a[0])?;
        let bytes = own.part(0, own.len());
        let reversed: Vec<u8> = bytes.chunks_exact(own.code.size).rev().flatten().copied().collect();
        own.bytes.write(0, &reversed);
        Ok(NONE)
    }),
    def(
        "byteswap",
        "($self, /)",
        "Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is\nraised.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let mut bytes = own.part(0, own.len());
            for item in bytes.chunks_exact_mut(own.code.size) {
                item.reverse();
            }
            own.bytes.write(0, &bytes);
            Ok(NONE)
        },
    ),
    def("clear", "($self, /)", "Remove all items from the array.", |py, a| {
        let own = receiver(py, a[0])?;
        own.splice(py, 0..own.len(), &[])?;
        Ok(NONE)
    }),
    def(
        "buffer_info",
        "($self, /)",
        "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let storage = own.bytes.bytes();
            heap::pin(storage);
            let address = py.uint(storage.items().as_ptr() as u64)?;
            py.new_tuple(&[address, py.int(own.len() as i64)?])
        },
    ),
    def("tolist", "($self, /)", "Convert array to an ordinary list with the same items.", |py, a| {
        Ok(word(receiver(py, a[0])?.to_list(py)?))
    }),
    def("fromlist", "($self, list, /)", "Append items to array from list.", |py, a| {
        let own = receiver(py, a[0])?;
        let Some(list) = py.cast::<List>(a[1]) else { return Err(py.type_error("arg must be list")) };
        let before = own.len();
        let length = list.len();
        for at in 0..length {
            let done = if at < list.len() { own.push(py, list.item(at)) } else { Ok(()) };
            if let Err(raised) = done {
                own.splice(py, before..own.len(), &[])?;
                return Err(raised);
            }
            if list.len() != length {
                return Err(py.runtime_error("list changed size during iteration"));
            }
        }
        Ok(NONE)
    }),
    def(
        "tobytes",
        "($self, /)",
        "Convert the array to an array of machine values and return the bytes representation.",
        |py, a| {
            let own = receiver(py, a[0])?;
            py.new_bytes(&own.part(0, own.len()))
        },
    ),
    def(
        "frombytes",
        "($self, buffer, /)",
        "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.",
        |py, a| {
            extend_bytes(py, receiver(py, a[0])?, a[1])?;
            Ok(NONE)
        },
    ),
    def("tounicode", "($self, /)", "Convert the array to a unicode string.", |py, a| {
        let own = receiver(py, a[0])?;
        if !own.code.is_text() {
            return Err(py.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        own.text(py)
    }),
    def(
        "fromunicode",
        "($self, ustr, /)",
        "Extends this array with data from the unicode string ustr.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let Some(text) = py.as_str(a[1]) else {
                let kind = py.argument_type(a[1]);
                return Err(py.type_error(format!("fromunicode() argument must be str, not {kind}")));
            };
            if !own.code.is_text() {
                return Err(
                    py.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')")
                );
            }
            extend_text(py, own, text)?;
            Ok(NONE)
        },
    ),
    def("tofile", "($self, f, /)", "Write all items (as machine values) to the file object f.", |py, a| {
        let own = receiver(py, a[0])?;
        let bytes = py.new_bytes(&own.part(0, own.len()))?;
        py.call_method(a[1], Name::Write, &[bytes])?;
        Ok(NONE)
    }),
    def(
        "fromfile",
        "($self, f, n, /)",
        "Read n objects from the file object f and append them to the end of the array.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let items = py.index(a[2])?;
            if items < 0 {
                return Err(py.value_error("negative count"));
            }
            let Some(size) = items.checked_mul(own.code.size as i64) else { return Err(py.out_of_memory()) };
            let read = py.call_method(a[1], Name::Read, &[py.int(size)?])?;
            let Some(bytes) = py.cast::<Bytes>(read) else {
                return Err(py.type_error("read() didn't return bytes"));
            };
            let is_short = (bytes.items().len() as i64) < size;
            extend_bytes(py, own, word(bytes))?;
            if is_short { Err(py.eof_error("read() didn't return enough bytes")) } else { Ok(NONE) }
        },
    ),
    getter("typecode", "the typecode character used to create the array", |py, a| {
        py.str(&char::from(receiver(py, a[0])?.code.letter).to_string())
    }),
    getter("itemsize", "the size, in bytes, of one array item", |py, a| {
        py.int(receiver(py, a[0])?.code.size as i64)
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| py.int(receiver(py, a[0])?.len() as i64)),
    def("__getitem__", "($self, key, /)", "Return self[key].", get_item),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", set_item),
    def("__delitem__", "($self, key, /)", "Delete self[key].", del_item),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        Ok(bool_word(find(py, receiver(py, a[0])?, a[1], 0, usize::MAX)?.is_some()))
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        receiver(py, a[0])?;
        let class = py.vm().state::<State>().iterator.get().expect("set when the module was made");
        let made = foreign::new(py, class, iterator::Iterator::default())?;
        made.words.set(py.mutator(), made, a[0]);
        Ok(word(made))
    }),
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| {
        let own = receiver(py, a[0])?;
        let Some(other) = as_array(py, a[1]) else {
            let kind = py.class_name(a[1]);
            return Err(py.type_error(format!("can only append array (not \"{kind}\") to array")));
        };
        if own.code.letter != other.code.letter {
            return Err(py.type_error("bad argument type for built-in operation"));
        }
        let mut bytes = own.part(0, own.len());
        bytes.extend(other.part(0, other.len()));
        new(py, own.code, &bytes)
    }),
    def("__iadd__", "($self, value, /)", "Implement self+=value.", |py, a| {
        let own = receiver(py, a[0])?;
        if as_array(py, a[1]).is_none() {
            let kind = py.class_name(a[1]);
            return Err(py.type_error(format!("can only extend with array (not \"{kind}\")")));
        }
        extend(py, own, a[1])?;
        Ok(a[0])
    }),
    def("__mul__", "($self, value, /)", "Return self*value.", multiply),
    def("__rmul__", "($self, value, /)", "Return value*self.", multiply),
    def("__imul__", "($self, value, /)", "Implement self*=value.", |py, a| {
        let own = receiver(py, a[0])?;
        match repeated(py, own, a[1])? {
            Some(bytes) => own.splice(py, 0..own.len(), &bytes)?,
            None => {
                let kind = py.type_name(a[1]);
                return Err(py.type_error(format!("can't multiply sequence by non-int of type '{kind}'")));
            }
        }
        Ok(a[0])
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__reduce_ex__", "($self, value, /)", "Return state information for pickling.", reduce),
    def("__copy__", "($self, /)", "Return a copy of the array.", |py, a| {
        let own = receiver(py, a[0])?;
        new(py, own.code, &own.part(0, own.len()))
    }),
    def("__deepcopy__", "($self, unused, /)", "Return a copy of the array.", |py, a| {
        let own = receiver(py, a[0])?;
        new(py, own.code, &own.part(0, own.len()))
    }),
    def(
        "__buffer__",
        "($self, flags, /)",
        "Return a buffer object that exposes the underlying memory of the object.",
        |py, a| {
            let own = receiver(py, a[0])?;
            memoryview::of_items(py, a[0], own.code.buffer_format, own.code.size)
        },
    ),
    def(
        "__release_buffer__",
        "($self, buffer, /)",
        "Release the buffer object that exposes the underlying memory of the object.",
        |_, _| Ok(NONE),
    ),
    def("__sizeof__", "($self, /)", "Size of the array in memory, in bytes.", |py, a| {
        py.int(64 + receiver(py, a[0])?.bytes.len() as i64)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

static FUNCTIONS: &[NativeDef] = &[def(
    "_array_reconstructor",
    "(arraytype, typecode, mformat_code, items, /)",
    "Internal. Used for pickling support.",
    |py, a| {
        let Some(of) = py.as_type(a[0]) else {
            let kind = py.type_name(a[0]);
            return Err(py.type_error(format!("first argument must be a type object, not {kind}")));
        };
        if !of.is_subtype(class(py)) {
            let name = of.name.borrow();
            return Err(py.type_error(format!("{name} is not a subtype of array.array")));
        }
        let code = match py.as_str(a[1]) {
            Some(text) if text.len() == 1 => Code::of(text.as_bytes()),
            _ => return Err(py.type_error("_array_reconstructor() argument 2 must be a unicode character")),
        };
        let Some(code) = code else {
            return Err(py.value_error("second argument must be a valid type code"));
        };
        let format = py.index(a[2])?;
        if !(0..22).contains(&format) {
            return Err(py.value_error("third argument must be a valid machine format code."));
        }
        let Some(bytes) = py.cast::<Bytes>(a[3]) else {
            let kind = py.type_name(a[3]);
            return Err(py.type_error(format!("fourth argument should be bytes, not {kind}")));
        };
        let made = new(py, code, &[])?;
        let own = receiver(py, made)?;
        let result = if format == code.machine_format {
            extend_bytes(py, own, a[3])
        } else {
            let list = from_machine_format(py, format, bytes.items())?;
            extend_items(py, own, word(list))
        };
        result?;
        if of.is(class(py)) { Ok(made) } else { python_model::instance::new(py, of, made) }
    },
)];
