//! `memoryview` of one dimension over `bytes` and `bytearray`.
//!
//! A view is a source (the object whose bytes it shows), a byte offset, a number of items, a step in bytes and an item format. `flags` says whether
//! it is read-only or released. Limits: no views of several dimensions or of none; a bytearray may shrink below its views, whose items are then
//! gone (`BufferError`).

use crate::buffer::{self, Buffer};
use crate::bytes_like::hex_arguments;
use crate::sequence::{Subscript, SubscriptErrors, is_index, range_arguments, slice_bounds, subscript};
use crate::text_iterators;
use heap::{Gc, Header, WordSlot};
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, bind, class_method, def, getter, given};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_text::index::{clip, slice_indices};
use python_text::pack::{Format, Kind, PackError, Value};
use std::cell::Cell;

/// [`MemoryView::flags`]
const READ_ONLY: i64 = 1;
const RELEASED: i64 = 2;
/// Added to the flags for each computation that needs the memory while user code runs.
const IN_USE: i64 = 4;

static METHODS: &[NativeDef] = &[
    def("__len__", "($self, /)", "Return len(self).", |py, a| py.int(live(py, a[0])?.length.get())),
    def("__getitem__", "($self, key, /)", "Return self[key].", get_item),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", set_item),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
        live(py, a[0])?;
        Err(py.type_error("cannot delete memory"))
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        live(py, a[0])?;
        text_iterators::over(py, a[0], Ty::MemoryIterator)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        equals(py, a).map(|equal| equal.map_or(NOT_IMPLEMENTED, bool_word))
    }),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| {
        equals(py, a).map(|equal| equal.map_or(NOT_IMPLEMENTED, |equal| bool_word(!equal)))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let view: Gc<MemoryView> = py.expect(a[0], Ty::MemoryView, "__hash__")?;
        // Once computed, a released view has it too.
        if view.hash.get() != NONE {
            return Ok(view.hash.get());
        }
        live(py, a[0])?;
        if view.flags.get() & READ_ONLY == 0 {
            return Err(py.value_error("cannot hash writable memoryview object"));
        }
        if !matches!(code(py, view)?.1, b'B' | b'b' | b'c') {
            return Err(py.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        // What the bytes belong to must not change either.
        in_use(view, || py.hash(view.source.get()))?;
        let bytes = py.new_bytes(&contents(py, view)?)?;
        let hash = py.int(py.hash(bytes)?)?;
        view.hash.set(py.mutator(), view, hash);
        Ok(hash)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let view: Gc<MemoryView> = py.expect(a[0], Ty::MemoryView, "__repr__")?;
        let what = if view.flags.get() & RELEASED != 0 { "released memory" } else { "memory" };
        py.str(&format!("<{what} at {:#x}>", heap::identity(view)))
    }),
    def("__enter__", "($self, /)", "Enter a context that releases the view at its end.", |py, a| {
        live(py, a[0])?;
        Ok(a[0])
    }),
    def("__exit__", "($self, /, *exc_info)", "Release the view.", |py, a| release(py, a[0])),
    def("__buffer__", "($self, flags, /)", "A view of the same bytes.", |py, a| of(py, a[0])),
    def("release", "($self, /)", "Let go of the object whose bytes this shows.", |py, a| release(py, a[0])),
    def("tobytes", "($self, /, order='C')", "The bytes, copied.", |py, a| {
        let view = live(py, a[0])?;
        if let Some(order) = given(a[1]) {
            let order = py.as_str(order).map(|order| order.to_text());
            if !matches!(order.as_deref(), Some("C" | "F" | "A")) {
                return Err(py.value_error("order must be 'C', 'F' or 'A'"));
            }
        }
        py.new_bytes(&contents(py, view)?)
    }),
    def("tolist", "($self, /)", "The items in a list.", |py, a| {
        let view = live(py, a[0])?;
        let list = py.new_list(view.length.get() as usize)?;
        for index in 0..view.length.get() {
            list_push(py, list, item(py, view, index)?)?;
        }
        Ok(word(list))
    }),
    def("toreadonly", "($self, /)", "A view of the same bytes that cannot change them.", |py, a| {
        let view = live(py, a[0])?;
        let new = copy(py, view)?;
        new.flags.set(READ_ONLY);
        Ok(word(new))
    }),
    def(
        "cast",
        "($self, /, format, shape=<unrepresentable>)",
        "A view of the same bytes as items of another format.",
        cast,
    ),
    def(
        "hex",
        "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        "Two hexadecimal digits for each byte.",
        |py, a| {
            let view = live(py, a[0])?;
            let (separator, group) = in_use(view, || hex_arguments(py, a[1], a[2]))?;
            py.str_bytes(&python_text::binascii::to_hex(&contents(py, view)?, separator, group))
        },
    ),
    def("count", "($self, value, /)", "How many items are equal to a value.", |py, a| {
        let view = live(py, a[0])?;
        let mut count = 0;
        for index in 0..view.length.get() {
            count += i64::from(py.is_equal(item(py, view, index)?, a[1])?);
        }
        py.int(count)
    }),
    def(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        "The index of the first item that is equal to a value.",
        |py, a| {
            let view = live(py, a[0])?;
            let (start, stop) = range_arguments(py, a[2], a[3])?;
            for index in clip(start, stop, view.length.get() as usize) {
                if py.is_equal(item(py, view, index as i64)?, a[1])? {
                    return py.int(index as i64);
                }
            }
            Err(py.value_error("memoryview.index(x): x not found"))
        },
    ),
    class_method(
        "__class_getitem__",
        "($type, object, /)",
        "memoryviews are generic over their items.",
        |py, a| python_model::generic::alias(py, a[0], a[1]),
    ),
    getter("obj", "The object whose bytes this shows.", |py, a| Ok(live(py, a[0])?.source.get())),
    getter("nbytes", "The number of bytes.", |py, a| {
        let view = live(py, a[0])?;
        py.int(view.length.get() * view.item_bytes.get())
    }),
    getter("readonly", "Whether the bytes cannot be changed through this view.", |py, a| {
        Ok(bool_word(live(py, a[0])?.flags.get() & READ_ONLY != 0))
    }),
    getter("itemsize", "The number of bytes of an item.", |py, a| py.int(live(py, a[0])?.item_bytes.get())),
    getter("format", "What the items are, as the struct module writes it.", |py, a| {
        Ok(live(py, a[0])?.format.get())
    }),
    getter("ndim", "The number of dimensions.", |py, a| {
        live(py, a[0])?;
        py.int(1)
    }),
    getter("shape", "The length of each dimension.", |py, a| {
        py.new_tuple(&[py.int(live(py, a[0])?.length.get())?])
    }),
    getter("strides", "The distance of items in bytes, for each dimension.", |py, a| {
        py.new_tuple(&[py.int(live(py, a[0])?.step.get())?])
    }),
    getter("suboffsets", "For arrays of pointers: none.", |py, a| {
        live(py, a[0])?;
        Ok(py.vm().empty_tuple())
    }),
    getter("c_contiguous", "Whether the items are next to each other.", |py, a| contiguous(py, a[0])),
    getter("f_contiguous", "Whether the items are next to each other.", |py, a| contiguous(py, a[0])),
    getter("contiguous", "Whether the items are next to each other.", |py, a| contiguous(py, a[0])),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::MemoryView,
    doc: "Create a new memoryview object which references the given object.",
    constructor: Some(construct),
    methods: METHODS,
}];

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let signature = python_model::signature!("(object)");
    let [object] = bind(py, "memoryview", signature, args)?;
    let view = of(py, object)?;
    if class.is(py.ty(Ty::MemoryView)) { Ok(view) } else { instance::new(py, class, view) }
}

/// A view of a bytes-like object. Errors: `TypeError` if it is none.
pub fn of(py: Py, object: Word) -> Result {
    let base = py.base(object);
    if as_object::<MemoryView>(base).is_some() {
        return Ok(word(copy(py, live(py, base)?)?));
    }
    let (length, flags) = if let Some(bytes) = as_object::<Bytes>(base) {
        (bytes.items().len(), READ_ONLY)
    } else if let Some(array) = as_object::<ByteArray>(base) {
        (array.len(), 0)
    } else {
        let zero = py.int(284)?;
        return match py.call_special(object, Name::Buffer, &[zero])? {
            Some(view) if as_object::<MemoryView>(view).is_some() => Ok(view),
            Some(_) => Err(py.type_error("__buffer__ returned non-memoryview object")),
            None => Err(py.type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                py.type_name(object)
            ))),
        };
    };
    let view = MemoryView {
        header: Header::EMPTY,
        source: WordSlot::new(object),
        format: WordSlot::new(py.str("B")?),
        start: Cell::new(0),
        length: Cell::new(length as i64),
        step: Cell::new(1),
        item_bytes: Cell::new(1),
        hash: WordSlot::new(NONE),
        flags: Cell::new(flags),
    };
    Ok(word(py.alloc(view)?))
}

fn copy(py: Py, view: Gc<MemoryView>) -> Result<Gc<MemoryView>> {
    py.alloc(MemoryView {
        header: Header::EMPTY,
        source: WordSlot::new(view.source.get()),
        format: WordSlot::new(view.format.get()),
        start: Cell::new(view.start.get()),
        length: Cell::new(view.length.get()),
        step: Cell::new(view.step.get()),
        item_bytes: Cell::new(view.item_bytes.get()),
        hash: WordSlot::new(NONE),
        flags: Cell::new(view.flags.get() & READ_ONLY),
    })
}

/// The view in a receiver. Errors: `ValueError` if it is released.
fn live(py: Py, receiver: Word) -> Result<Gc<MemoryView>> {
    let view: Gc<MemoryView> = py.expect(receiver, Ty::MemoryView, "memoryview")?;
    if view.flags.get() & RELEASED != 0 {
        return Err(py.value_error("operation forbidden on released memoryview object"));
    }
    Ok(view)
}

/// Runs a computation that may call user code, which cannot release the view meanwhile.
fn in_use<T>(view: Gc<MemoryView>, computation: impl FnOnce() -> Result<T>) -> Result<T> {
    view.flags.set(view.flags.get() + IN_USE);
    let result = computation();
    view.flags.set(view.flags.get() - IN_USE);
    result
}

/// Errors: `BufferError` while the memory is in use.
fn release(py: Py, receiver: Word) -> Result {
    let view: Gc<MemoryView> = py.expect(receiver, Ty::MemoryView, "release")?;
    if view.flags.get() & RELEASED != 0 {
        return Ok(NONE);
    }
    let uses = view.flags.get() / IN_USE;
    if uses > 0 {
        let plural = if uses == 1 { "" } else { "s" };
        return Err(py.raise_text(Ty::BufferError, &format!("memoryview has {uses} exported buffer{plural}")));
    }
    view.flags.set(view.flags.get() | RELEASED);
    view.source.set(py.mutator(), view, NONE);
    Ok(NONE)
}

/// Whether the items are next to each other.
fn is_contiguous(view: Gc<MemoryView>) -> bool {
    view.step.get() == view.item_bytes.get() || view.length.get() <= 1
}

fn contiguous(py: Py, receiver: Word) -> Result {
    Ok(bool_word(is_contiguous(live(py, receiver)?)))
}

/// All bytes of the source.
fn source(py: Py, view: Gc<MemoryView>) -> Result<Buffer> {
    let base = py.base(view.source.get());
    if as_object::<Bytes>(base).is_none()
        && as_object::<ByteArray>(base).is_none()
        && buffer::array_of(base).is_none()
    {
        return Err(py.value_error("operation forbidden on released memoryview object"));
    }
    let bytes = buffer::get(py, base)?;
    // The offsets of the first and the last item, whichever is higher.
    let last = view.start.get() + (view.length.get() - 1).max(0) * view.step.get();
    let end = view.start.get().max(last) + view.item_bytes.get();
    if view.length.get() > 0 && end as usize > bytes.len() {
        return Err(py.buffer_error("the bytes of the view are gone: its object has shrunk"));
    }
    Ok(bytes)
}

/// The bytes that a view shows. Errors: it is released.
pub fn contents(py: Py, view: Gc<MemoryView>) -> Result<Buffer> {
    live(py, word(view))?;
    let bytes = source(py, view)?;
    let (start, item) = (view.start.get(), view.item_bytes.get());
    if view.length.get() == 0 {
        return Ok(Buffer::Owned(Vec::new()));
    }
    if is_contiguous(view)
        && let Buffer::Shared { storage, .. } = bytes
    {
        let length = (view.length.get() * item) as usize;
        return Ok(Buffer::Shared { storage, start: start as usize, length });
    }
    let mut out = Vec::with_capacity((view.length.get() * item) as usize);
    for index in 0..view.length.get() {
        let at = (start + index * view.step.get()) as usize;
        out.extend_from_slice(&bytes[at..at + item as usize]);
    }
    Ok(Buffer::Owned(out))
}

/// Where the bytes of a view lie, if they may be written and are next to each other: array, offset, length.
/// Errors: it is released.
pub fn writable(py: Py, view: Gc<MemoryView>) -> Result<Option<(Gc<ByteArray>, usize, usize)>> {
    live(py, word(view))?;
    let base = py.base(view.source.get());
    let array = as_object::<ByteArray>(base).or_else(|| buffer::array_of(base));
    let Some(array) = array.filter(|_| view.flags.get() & READ_ONLY == 0 && is_contiguous(view)) else {
        return Ok(None);
    };
    source(py, view)?;
    Ok(Some((array, view.start.get() as usize, (view.length.get() * view.item_bytes.get()) as usize)))
}

/// A view of all items of an object of a runtime module that keeps its bytes in a byte array (see [`buffer::array_of`]).
pub fn of_items(py: Py, object: Word, format: &str, item_bytes: usize) -> Result {
    let length = buffer::array_of(py.base(object)).map_or(0, |array| array.len() / item_bytes);
    let view = MemoryView {
        header: Header::EMPTY,
        source: WordSlot::new(object),
        format: WordSlot::new(py.str(format)?),
        start: Cell::new(0),
        length: Cell::new(length as i64),
        step: Cell::new(item_bytes as i64),
        item_bytes: Cell::new(item_bytes as i64),
        hash: WordSlot::new(NONE),
        flags: Cell::new(0),
    };
    Ok(word(py.alloc(view)?))
}

/// The format and its letter.
fn code(py: Py, view: Gc<MemoryView>) -> Result<(Format, u8)> {
    let text = py.expect_str(view.format.get(), "format")?;
    let letter = *text.as_bytes().last().unwrap_or(&b'B');
    match Format::parse(text.as_bytes()) {
        Ok(format) => Ok((format, letter)),
        Err(_) => {
            Err(py.not_implemented_error(format!("memoryview: format {} not supported", text.to_text())))
        }
    }
}

/// An item. Precondition: the index is within the view.
fn item(py: Py, view: Gc<MemoryView>, index: i64) -> Result {
    live(py, word(view))?;
    let bytes = source(py, view)?;
    let at = (view.start.get() + index * view.step.get()) as usize;
    let part = &bytes[at..at + view.item_bytes.get() as usize];
    let (format, letter) = code(py, view)?;
    if letter == b'B' {
        return py.int(part[0].into());
    }
    match format.unpack(part).pop() {
        Some(Value::Bytes(bytes)) => py.new_bytes(&bytes),
        Some(Value::Int(int)) => py.big_int(int),
        Some(Value::Float(float)) => Ok(float_word(float)),
        Some(Value::Complex(re, im)) => py.complex(re, im),
        Some(Value::Bool(bool)) => Ok(bool_word(bool)),
        None => Err(py.not_implemented_error("memoryview: format without values")),
    }
}

const SUBSCRIPT_ERRORS: SubscriptErrors = SubscriptErrors {
    range: "index out of bounds on dimension 1",
    kind: "memoryview: invalid slice key",
    quote: "",
};

/// What a subscript of a view asks for.
fn key(py: Py, view: Gc<MemoryView>, key: Word) -> Result<Subscript> {
    if let Some(tuple) = py.cast::<Tuple>(key) {
        return match tuple.items() {
            [one] => self::key(py, view, one.get()),
            [] => Err(py.not_implemented_error("sub-views are not implemented")),
            items if items.iter().all(|item| as_object::<Slice>(item.get()).is_some()) => {
                Err(py.not_implemented_error("multi-dimensional slicing is not implemented"))
            }
            items if !items.iter().all(|item| is_index(py, item.get())) => {
                Err(py.type_error("memoryview: invalid slice key"))
            }
            items => {
                Err(py
                    .type_error(format!("cannot index 1-dimension view with {}-element tuple", items.len())))
            }
        };
    }
    if as_object::<Slice>(key).is_none() && !is_index(py, key) {
        return Err(py.type_error("memoryview: invalid slice key"));
    }
    if let Some(slice) = as_object::<Slice>(key) {
        // Unlike sequences, a view remembers its step even if it has one item.
        let (start, stop, step) = slice_bounds(py, &slice)?;
        let (start, _, items) = slice_indices(start, stop, step, view.length.get() as usize);
        return Ok(Subscript::Items { start, step, items });
    }
    subscript(py, key, || view.length.get() as usize, &SUBSCRIPT_ERRORS)
}

fn get_item(py: Py, a: &[Word]) -> Result {
    let view = live(py, a[0])?;
    match key(py, view, a[1])? {
        Subscript::Item(index) => item(py, view, index as i64),
        Subscript::Items { start, step, items } => Ok(word(part(py, view, start, step, items)?)),
    }
}

/// The view of some of the items.
fn part(py: Py, view: Gc<MemoryView>, start: i64, step: i64, items: usize) -> Result<Gc<MemoryView>> {
    let new = copy(py, view)?;
    new.start.set(view.start.get() + start * view.step.get());
    new.step.set(view.step.get().wrapping_mul(step));
    new.length.set(items as i64);
    Ok(new)
}

fn set_item(py: Py, a: &[Word]) -> Result {
    let view = live(py, a[0])?;
    if view.flags.get() & READ_ONLY != 0 {
        return Err(py.type_error("cannot modify read-only memory"));
    }
    match key(py, view, a[1])? {
        Subscript::Item(index) => {
            let bytes = packed(py, view, a[2])?;
            write(py, view, index as i64, &bytes)?;
        }
        Subscript::Items { start, step, items } => {
            let target = part(py, view, start, step, items)?;
            let new = buffer::get(py, a[2])?.to_vec();
            let same_format = match py.cast::<MemoryView>(a[2]) {
                Some(other) => python_model::strings::equal(other.format.get(), view.format.get()),
                None => {
                    let other: Gc<MemoryView> = as_object(of(py, a[2])?).expect("a view");
                    python_model::strings::equal(other.format.get(), view.format.get())
                }
            };
            let size = view.item_bytes.get() as usize;
            if !same_format || new.len() != items * size {
                return Err(
                    py.value_error("memoryview assignment: lvalue and rvalue have different structures")
                );
            }
            for (index, bytes) in new.chunks_exact(size).enumerate() {
                write(py, target, index as i64, bytes)?;
            }
        }
    }
    Ok(NONE)
}

fn write(py: Py, view: Gc<MemoryView>, index: i64, bytes: &[u8]) -> Result<()> {
    live(py, word(view))?;
    source(py, view)?;
    let base = py.base(view.source.get());
    let Some(array) = as_object::<ByteArray>(base).or_else(|| buffer::array_of(base)) else {
        return Err(py.type_error("cannot modify read-only memory"));
    };
    array.write((view.start.get() + index * view.step.get()) as usize, bytes);
    Ok(())
}

/// The bytes of an item. Errors: `TypeError` or `ValueError` if the value is none of the format's.
fn packed(py: Py, view: Gc<MemoryView>, value: Word) -> Result<Vec<u8>> {
    let (format, letter) = code(py, view)?;
    let letter = char::from(letter);
    let wrong_type = || py.type_error(format!("memoryview: invalid type for format '{letter}'"));
    let wrong_value = || py.value_error(format!("memoryview: invalid value for format '{letter}'"));
    let kind = format.values().next().map(|(item, _)| item.kind);
    let unpacked = match kind {
        Some(Kind::Int { .. }) => {
            if !is_index(py, value) {
                return Err(wrong_type());
            }
            match V::of(py.to_index(value)?) {
                V::Int(int) => Value::Int(int.into()),
                V::Big(big) => Value::Int((*big.value).clone()),
                _ => return Err(wrong_type()),
            }
        }
        Some(Kind::Float) => match py.to_f64(value) {
            Ok(float) => Value::Float(float),
            Err(raised) => match py.take_if(Ty::TypeError) {
                Some(_) => return Err(wrong_type()),
                None => return Err(raised),
            },
        },
        Some(Kind::Bool) => Value::Bool(py.truth(value)?),
        Some(Kind::Char) => match py.cast::<Bytes>(value) {
            Some(bytes) if bytes.items().len() == 1 => Value::Bytes(bytes.items().to_vec()),
            Some(_) => return Err(wrong_value()),
            None => return Err(wrong_type()),
        },
        _ => return Err(py.not_implemented_error(format!("memoryview: format {letter} not supported"))),
    };
    let mut out = vec![0; view.item_bytes.get() as usize];
    match format.pack(&[unpacked], &mut out) {
        Ok(()) => Ok(out),
        Err(PackError::Struct(_)) => Err(wrong_value()),
        Err(PackError::Overflow(text)) => Err(py.overflow_error(text)),
    }
}

fn cast(py: Py, a: &[Word]) -> Result {
    let view = live(py, a[0])?;
    let Some(text) = py.as_str(a[1]) else {
        return Err(
            py.type_error(format!("cast() argument 'format' must be str, not {}", py.type_name(a[1])))
        );
    };
    if !is_contiguous(view) {
        return Err(py.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let letter = match text.as_bytes() {
        [letter] | [b'@', letter] if b"cbB?hHiIlLqQnNPefd".contains(letter) => *letter,
        _ => {
            return Err(py.value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        }
    };
    let is_byte = |letter: u8| matches!(letter, b'B' | b'b' | b'c');
    if !is_byte(letter) && !is_byte(code(py, view)?.1) {
        return Err(py.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let size = Format::parse(&[letter]).map_or(1, |format| format.size()) as i64;
    let bytes = view.length.get() * view.item_bytes.get();
    if bytes % size != 0 {
        return Err(py.type_error("memoryview: length is not a multiple of itemsize"));
    }
    if let Some(shape) = given(a[2]) {
        let dimensions = py.list_from_iterable(shape)?;
        if dimensions.len() != 1 {
            return Err(py.not_implemented_error("memoryview: views of several dimensions are not supported"));
        }
        if py.index(dimensions.item(0))? * size != bytes {
            return Err(py.type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
    }
    let new = copy(py, view)?;
    new.format.set(py.mutator(), new, word(text));
    new.item_bytes.set(size);
    new.step.set(size);
    new.length.set(bytes / size);
    Ok(word(new))
}

/// Whether the items are equal; `None` if the other object has no bytes.
fn equals(py: Py, a: &[Word]) -> Result<Option<bool>> {
    let view: Gc<MemoryView> = py.expect(a[0], Ty::MemoryView, Comparison::Eq.name().text())?;
    let other = py.cast::<MemoryView>(a[1]);
    let is_released = |view: Gc<MemoryView>| view.flags.get() & RELEASED != 0;
    if is_released(view) || other.is_some_and(is_released) {
        return Ok(Some(a[0] == a[1]));
    }
    let other_view = match other {
        Some(other) => other,
        None => {
            if buffer::get_opt(py, a[1])?.is_none() {
                return Ok(None);
            }
            as_object(of(py, a[1])?).expect("made just now")
        }
    };
    if view.length.get() != other_view.length.get() {
        return Ok(Some(false));
    }
    let (one, two) = (code(py, view)?.1, code(py, other_view)?.1);
    if one == two && !matches!(one, b'e' | b'f' | b'd') {
        return Ok(Some(*contents(py, view)? == *contents(py, other_view)?));
    }
    for index in 0..view.length.get() {
        let (one, two) = (item(py, view, index)?, item(py, other_view, index)?);
        // Not by identity: NaN differs from itself.
        if !py.holds(Comparison::Eq, one, two)? {
            return Ok(Some(false));
        }
    }
    Ok(Some(true))
}
