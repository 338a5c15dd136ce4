//! `memoryview` over `bytes`, `bytearray`, and objects of runtime modules that keep their bytes in a bytearray.
//!
//! A view is a source (the object whose bytes it shows), a byte offset, dimensions ([`shape`]) and an item format ([`items`]). `flags` says whether
//! it is read-only or released. What is not released keeps a bytearray from changing its size: [`python_model::exports`].
//! Limit: formats are single native ones (CPython's views of foreign memory may have any of the `struct` module), without suboffsets.

mod cast;
mod items;
mod program;
mod shape;
mod subscript;

pub use items::{contents, writable};
pub use program::{defines, flags as flags_of, release_of};

use crate::buffer;
use crate::bytes_like::hex_arguments;
use crate::sequence::range_arguments;
use crate::text_iterators;
use heap::{Gc, Header, WordSlot};
use python_model::exports;
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, bind, class_method, def, getter, given};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_text::index::clip;
use shape::Order;
use std::cell::Cell;

/// [`MemoryView::flags`]
const READ_ONLY: i64 = 1;
const RELEASED: i64 = 2;
/// Made of another view: nobody is told of its end.
const DERIVED: i64 = 4;
/// No view can be made of it.
const RESTRICTED: i64 = 8;
/// Added to the flags for each computation that needs the memory while user code runs.
const IN_USE: i64 = 16;

static METHODS: &[NativeDef] = &[
    def("__len__", "($self, /)", "Return len(self).", |py, a| match shape::of(live(py, a[0])?).first() {
        Some(outermost) => py.int(outermost.items),
        None => Err(py.type_error("0-dim memory has no length")),
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", subscript::get),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", subscript::set),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
        match live(py, a[0])?.flags.get() & READ_ONLY {
            0 => Err(py.type_error("cannot delete memory")),
            _ => Err(py.type_error("cannot modify read-only memory")),
        }
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        let view = live(py, a[0])?;
        items::format(py, view)?;
        check_items(py, view)?;
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
        if !matches!(items::format(py, view)?.1, b'B' | b'b' | b'c') {
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
    def("__buffer__", "($self, flags, /)", "A view of the same bytes.", |py, a| {
        program::flags(py, a[1])?;
        of(py, a[0])
    }),
    def("__release_buffer__", "($self, buffer, /)", "Ends a view of the same bytes.", |py, a| {
        program::release_of(py, a[0], a[1])
    }),
    def("release", "($self, /)", "Let go of the object whose bytes this shows.", |py, a| release(py, a[0])),
    def("tobytes", "($self, /, order='C')", "The bytes, copied.", |py, a| {
        let view = live(py, a[0])?;
        if let Some(order) = given(a[1]) {
            let order = py.as_str(order).map(|order| order.to_text());
            let is_packed = |order| shape::is_contiguous(&shape::of(view), view.item_bytes.get(), order);
            match order.as_deref() {
                Some("F") => return py.new_bytes(&items::contents_in(py, view, Order::Fortran)?),
                Some("A") if is_packed(Order::Fortran) => {
                    return py.new_bytes(&items::contents_in(py, view, Order::Fortran)?);
                }
                Some("C" | "A") => {}
                _ => return Err(py.value_error("order must be 'C', 'F' or 'A'")),
            }
        }
        py.new_bytes(&contents(py, view)?)
    }),
    def("tolist", "($self, /)", "The items in a list.", |py, a| {
        let view = live(py, a[0])?;
        items::format(py, view)?;
        to_list(py, view, &shape::of(view), 0)
    }),
    def("toreadonly", "($self, /)", "A view of the same bytes that cannot change them.", |py, a| {
        let view = live(py, a[0])?;
        let new = copy(py, view)?;
        new.flags.set(new.flags.get() | READ_ONLY);
        Ok(word(new))
    }),
    def(
        "cast",
        "($self, /, format, shape=<unrepresentable>)",
        "A view of the same bytes as items of another format.",
        cast::cast,
    ),
    def(
        "hex",
        "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        "Two hexadecimal digits for each byte.\n\n>>> value = memoryview(b'\\xb9\\x01\\xef')\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'",
        |py, a| {
            let view = live(py, a[0])?;
            let (separator, group) = in_use(view, || hex_arguments(py, a[1], a[2]))?;
            py.str_bytes(&python_text::binascii::to_hex(&contents(py, view)?, separator, group))
        },
    ),
    def("count", "($self, value, /)", "How many items are equal to a value.", |py, a| {
        let view = live(py, a[0])?;
        check_items(py, view)?;
        let mut count = 0;
        for index in 0..view.length.get() {
            count += i64::from(py.is_equal(items::at_index(py, view, index)?, a[1])?);
        }
        py.int(count)
    }),
    def(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        "The index of the first item that is equal to a value.",
        |py, a| {
            let view = live(py, a[0])?;
            match shape::of(view).len() {
                0 => return Err(py.type_error("invalid lookup on 0-dim memory")),
                1 => {}
                _ => return Err(py.not_implemented_error("multi-dimensional lookup is not implemented")),
            }
            let (start, stop) = range_arguments(py, a[2], a[3])?;
            for index in clip(start, stop, view.length.get() as usize) {
                if py.is_equal(items::at_index(py, view, index as i64)?, a[1])? {
                    return py.int(index as i64);
                }
            }
            Err(py.value_error("memoryview.index(x): x not found"))
        },
    ),
    class_method(
        "_from_flags",
        "($type, /, object, flags)",
        "Create a new memoryview object which references the given object.",
        |py, a| with_flags(py, a[1], program::flags(py, a[2])?),
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
    getter("ndim", "The number of dimensions.", |py, a| py.int(shape::of(live(py, a[0])?).len() as i64)),
    getter("shape", "The length of each dimension.", |py, a| {
        shape::tuple(py, &shape::of(live(py, a[0])?), |dimension| dimension.items)
    }),
    getter("strides", "The distance of items in bytes, for each dimension.", |py, a| {
        shape::tuple(py, &shape::of(live(py, a[0])?), |dimension| dimension.stride)
    }),
    getter("suboffsets", "For arrays of pointers: none.", |py, a| {
        live(py, a[0])?;
        Ok(py.vm().empty_tuple())
    }),
    getter("c_contiguous", "Whether the items are next to each other, in C's order.", |py, a| {
        contiguous(py, a[0], &[Order::C])
    }),
    getter("f_contiguous", "Whether the items are next to each other, in Fortran's order.", |py, a| {
        contiguous(py, a[0], &[Order::Fortran])
    }),
    getter("contiguous", "Whether the items are next to each other.", |py, a| {
        contiguous(py, a[0], &[Order::C, Order::Fortran])
    }),
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
    with_flags(py, object, program::ANY_SHAPE)
}

/// The same for who asks for more, or less, in the bits of `PyBUF_…`. Errors: also `BufferError` if it cannot be had.
pub fn with_flags(py: Py, object: Word, flags: i64) -> Result {
    if program::defines(py, object, Name::Buffer) {
        program::view(py, object, flags)
    } else {
        of_builtin(py, object, flags)
    }
}

/// The same for what the object's built-in type shows.
pub fn of_builtin(py: Py, object: Word, asked: i64) -> Result {
    let base = py.base(object);
    if as_object::<MemoryView>(base).is_some() {
        let view = copy(py, live(py, base)?)?;
        if asked & program::WRITABLE != 0 && view.flags.get() & READ_ONLY != 0 {
            return Err(py.raise_text(Ty::BufferError, "memoryview: underlying buffer is not writable"));
        }
        return Ok(word(view));
    }
    let (length, flags) = if let Some(bytes) = as_object::<Bytes>(base) {
        if asked & program::WRITABLE != 0 {
            return Err(py.raise_text(Ty::BufferError, "Object is not writable."));
        }
        (bytes.items().len(), READ_ONLY)
    } else if let Some(array) = as_object::<ByteArray>(base) {
        (array.len(), 0)
    } else {
        return match py.call_special(object, Name::Buffer, &[py.int(asked)?])? {
            Some(view) if as_object::<MemoryView>(view).is_some() => Ok(view),
            Some(_) => Err(py.type_error("__buffer__ returned non-memoryview object")),
            None => Err(py.type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                py.type_name(object)
            ))),
        };
    };
    let format = py.str("B")?;
    new(py, object, format, length, 1, flags)
}

/// A view of all bytes of an object as items that lie next to each other.
fn new(py: Py, source: Word, format: Word, length: usize, item_bytes: usize, flags: i64) -> Result {
    let view = py.alloc(MemoryView {
        header: Header::EMPTY,
        source: WordSlot::new(source),
        owner: WordSlot::new(NONE),
        lent: WordSlot::new(NONE),
        format: WordSlot::new(format),
        shape: WordSlot::new(NONE),
        strides: WordSlot::new(NONE),
        start: Cell::new(0),
        length: Cell::new(length as i64),
        step: Cell::new(item_bytes as i64),
        item_bytes: Cell::new(item_bytes as i64),
        hash: WordSlot::new(NONE),
        flags: Cell::new(flags),
    })?;
    exports::add(py, source);
    Ok(word(view))
}

/// Another view of the same items. Errors: `ValueError` if there may be none.
fn copy(py: Py, view: Gc<MemoryView>) -> Result<Gc<MemoryView>> {
    if view.flags.get() & RESTRICTED != 0 {
        return Err(py.value_error("cannot create new view on restricted memoryview"));
    }
    let new = py.alloc(MemoryView {
        header: Header::EMPTY,
        source: WordSlot::new(view.source.get()),
        owner: WordSlot::new(NONE),
        lent: WordSlot::new(NONE),
        format: WordSlot::new(view.format.get()),
        shape: WordSlot::new(view.shape.get()),
        strides: WordSlot::new(view.strides.get()),
        start: Cell::new(view.start.get()),
        length: Cell::new(view.length.get()),
        step: Cell::new(view.step.get()),
        item_bytes: Cell::new(view.item_bytes.get()),
        hash: WordSlot::new(NONE),
        flags: Cell::new(view.flags.get() & READ_ONLY | DERIVED),
    })?;
    exports::add(py, new.source.get());
    Ok(new)
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

/// Lets go of the bytes. Errors: `BufferError` while the memory is in use.
pub fn release(py: Py, receiver: Word) -> Result {
    let view: Gc<MemoryView> = py.expect(receiver, Ty::MemoryView, "release")?;
    if view.flags.get() & RELEASED != 0 {
        return Ok(NONE);
    }
    let uses = view.flags.get() / IN_USE;
    if uses > 0 {
        let plural = if uses == 1 { "" } else { "s" };
        return Err(py.raise_text(Ty::BufferError, &format!("memoryview has {uses} exported buffer{plural}")));
    }
    let farewell = program::farewell(py, view)?;
    view.flags.set(view.flags.get() | RELEASED);
    exports::remove(py, view.source.get());
    for slot in [&view.source, &view.owner, &view.lent] {
        slot.set(py.mutator(), view, NONE);
    }
    farewell.say(py)?;
    Ok(NONE)
}

/// A view of all items of an object of a runtime module that keeps its bytes in a byte array (see [`exports::exporter`]).
pub fn of_items(py: Py, object: Word, format: &str, item_bytes: usize) -> Result {
    let length = exports::exporter(py, object).map_or(0, |array| array.len() / item_bytes);
    let format = py.str(format)?;
    new(py, object, format, length, item_bytes, 0)
}

/// A view of the bytes of a map (see [`python_model::outside`]). Errors: it is closed.
pub fn of_outside(py: Py, object: Word) -> Result {
    let length = buffer::get(py, object)?.len();
    let is_writable = buffer::Target::of(py, object).is_some();
    let format = py.str("B")?;
    new(py, object, format, length, 1, if is_writable { 0 } else { READ_ONLY })
}

/// Whether the items are equal; `None` if the other object has no bytes.
fn equals(py: Py, a: &[Word]) -> Result<Option<bool>> {
    let view: Gc<MemoryView> = py.expect(a[0], Ty::MemoryView, Comparison::Eq.name().text())?;
    let other = py.cast::<MemoryView>(a[1]);
    let is_released = |view: Gc<MemoryView>| view.flags.get() & RELEASED != 0;
    if is_released(view) || other.is_some_and(is_released) {
        return Ok(Some(a[0] == a[1]));
    }
    if let Some(other) = other {
        return has_equal_items(py, view, other).map(Some);
    }
    if buffer::get_opt(py, a[1])?.is_none() {
        return Ok(None);
    }
    with_view(py, a[1], |other| has_equal_items(py, view, other)).map(Some)
}

/// Calls `f` with a view of a bytes-like object, which ends with it.
fn with_view<T>(py: Py, object: Word, f: impl FnOnce(Gc<MemoryView>) -> Result<T>) -> Result<T> {
    let view = of(py, object)?;
    let result = f(as_object(view).expect("a view"));
    release(py, view)?;
    result
}

fn has_equal_items(py: Py, view: Gc<MemoryView>, other: Gc<MemoryView>) -> Result<bool> {
    let (dimensions, other_dimensions) = (shape::of(view), shape::of(other));
    let lengths = |dimensions: &shape::Dimensions| dimensions.iter().map(|one| one.items).collect::<Vec<_>>();
    if lengths(&dimensions) != lengths(&other_dimensions) {
        return Ok(false);
    }
    let (one, two) = (items::format(py, view)?.1, items::format(py, other)?.1);
    if one == two && !matches!(one, b'?' | b'e' | b'f' | b'd') {
        return Ok(*contents(py, view)? == *contents(py, other)?);
    }
    let (offsets, other_offsets) = (offsets(&dimensions), offsets(&other_dimensions));
    for (offset, other_offset) in offsets.into_iter().zip(other_offsets) {
        let (one, two) = (items::at_offset(py, view, offset)?, items::at_offset(py, other, other_offset)?);
        // Not by identity: NaN differs from itself.
        if !py.holds(Comparison::Eq, one, two)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where the items of a view lie, in C's order.
fn offsets(dimensions: &[shape::Dimension]) -> Vec<i64> {
    let mut found = Vec::new();
    shape::each_offset(dimensions, Order::C, &mut |offset| found.push(offset));
    found
}

/// Whether the items are next to each other in one of these orders.
fn contiguous(py: Py, receiver: Word, orders: &[Order]) -> Result {
    let view = live(py, receiver)?;
    let dimensions = shape::of(view);
    let is_packed = |&order: &Order| shape::is_contiguous(&dimensions, view.item_bytes.get(), order);
    Ok(bool_word(orders.iter().any(is_packed)))
}

/// Errors: the items of the view are no values, because it has not one dimension.
fn check_items(py: Py, view: Gc<MemoryView>) -> Result<()> {
    match shape::of(view).len() {
        0 => Err(py.type_error("invalid indexing of 0-dim memory")),
        1 => Ok(()),
        _ => Err(py.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

/// The items from an offset on in a list, or lists of lists.
fn to_list(py: Py, view: Gc<MemoryView>, dimensions: &[shape::Dimension], offset: i64) -> Result {
    let [outermost, inner @ ..] = dimensions else { return items::at_offset(py, view, offset) };
    let list = py.new_list(outermost.items as usize)?;
    for index in 0..outermost.items {
        let item = to_list(py, view, inner, offset + index * outermost.stride)?;
        list_push(py, list, item)?;
    }
    Ok(word(list))
}
