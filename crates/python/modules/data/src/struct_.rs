//! `_struct`: `Struct` and the functions of the module. Formats are parsed, packed and unpacked by `python_text::pack`.
//!
//! Items of plain integers and floats, most of what is packed, do not take its detour over `Value`. The module's functions keep the formats
//! they saw, as CPython does.

use metatrace_machine::Raised;
use python_model::class::{self, NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, bind, def, getter, raw};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign, instance, signature};
use python_text::format::MAX_WIDTH;
use python_text::pack::{Format, Item, Kind, PackError, Value};
use python_types::buffer;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Formats kept for the module's functions.
const MOST_FORMATS: usize = 100;

#[derive(Default)]
struct State {
    class: Cell<Option<TypeRef>>,
    iterator: Cell<Option<TypeRef>>,
    /// `struct.error`
    error: Cell<Word>,
    formats: RefCell<HashMap<Vec<u8>, Rc<Format>>>,
}

/// What a `Struct` holds once `__init__` ran; its word is the format's text.
struct Struct {
    format: OnceCell<Rc<Format>>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.\n\nThe optional first format char indicates byte order, size and alignment:\n  @: native order, size & alignment (default)\n  =: native order, std. size & alignment\n  <: little-endian, std. size & alignment\n  >: big-endian, std. size & alignment\n  !: same as >\n",
    functions: FUNCTIONS,
    fill: |py, own| {
        let state = py.vm().state::<State>();
        let class = NativeClass {
            module: "_struct",
            name: "Struct",
            doc: "Struct(fmt) --> compiled struct object",
            base: None,
            flags: flags::HAS_WEAKREF,
            constructor: Some(construct),
            methods: METHODS,
        };
        let class = native_type(py, &class)?;
        state.class.set(Some(class));
        let iterator = NativeClass {
            module: "_struct",
            name: "unpack_iterator",
            doc: "",
            base: None,
            flags: flags::FINAL | flags::NO_CONSTRUCTOR,
            constructor: None,
            methods: ITERATOR,
        };
        state.iterator.set(Some(native_type(py, &iterator)?));
        let error = class::new_exception(py, "struct", "error", py.ty(Ty::Exception))?;
        state.error.set(py.vm().immortal(error));
        dict::set_symbol(py, own, py.intern("error")?, error)?;
        dict::set_symbol(py, own, py.intern("Struct")?, class.word())
    },
};

/// Raises `struct.error`.
fn error(py: Py, text: impl AsRef<str>) -> Raised {
    let class = py.vm().state::<State>().error.get();
    match py.str(text.as_ref()).and_then(|text| py.call(class, &[text])) {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

fn raised(py: Py, failure: PackError) -> Raised {
    match failure {
        PackError::Struct(text) => error(py, text),
        PackError::Overflow(text) => py.overflow_error(text),
    }
}

/// The bytes of a format given as text or bytes.
fn format_text(py: Py, format: Word) -> Result<Vec<u8>> {
    if let Some(text) = py.as_str(format) {
        if !text.is_ascii() {
            return Err(py.raise_text(Ty::UnicodeEncodeError, "'ascii' codec can't encode characters"));
        }
        return Ok(text.as_bytes().to_vec());
    }
    match py.cast::<Bytes>(format) {
        Some(bytes) => Ok(bytes.items().to_vec()),
        None => Err(py.type_error(format!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            py.argument_type(format)
        ))),
    }
}

fn parsed(py: Py, text: &[u8]) -> Result<Rc<Format>> {
    let formats = &py.vm().state::<State>().formats;
    if let Some(known) = formats.borrow().get(text) {
        return Ok(known.clone());
    }
    if text.contains(&0) {
        return Err(error(py, "embedded null character"));
    }
    let format = Rc::new(Format::parse(text).map_err(|failure| raised(py, failure))?);
    let mut formats = formats.borrow_mut();
    if formats.len() >= MOST_FORMATS {
        formats.clear();
    }
    formats.insert(text.to_vec(), format.clone());
    Ok(format)
}

/// The format of a function of the module. Strings that were just seen are found without a copy.
fn known(py: Py, format: Word) -> Result<Rc<Format>> {
    if let Some(text) = as_object::<Str>(format)
        && let Some(known) = py.vm().state::<State>().formats.borrow().get(text.as_bytes())
    {
        return Ok(known.clone());
    }
    let text = format_text(py, format)?;
    parsed(py, &text)
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let native = py.vm().state::<State>().class.get().expect("set when the module was made");
    let made = foreign::new(py, native, Struct { format: OnceCell::new() })?;
    // A subclass may have an `__init__` that takes something else and calls this one.
    if class.is(native) {
        let [_] = bind::<1>(py, "Struct", signature!("(format)"), args)?;
        return Ok(word(made));
    }
    instance::new(py, class, word(made))
}

fn init(py: Py, a: &[Word]) -> Result {
    let own: &Struct = foreign::expect(py, a[0], "a 'Struct' object")?;
    let text = format_text(py, a[1])?;
    let format = parsed(py, &text)?;
    // A second `__init__` changes nothing: what was packed with it stays readable.
    let _ = own.format.set(format);
    let object = foreign::object_of(a[0]).expect("its state was found");
    let shown = py.str_bytes(&text)?;
    object.words.set(py.mutator(), object, shown);
    Ok(NONE)
}

fn receiver(py: Py, value: Word) -> Result<Rc<Format>> {
    let own: &Struct = foreign::expect(py, value, "a 'Struct' object")?;
    match own.format.get() {
        Some(format) => Ok(format.clone()),
        None => Err(py.runtime_error("Struct object is not initialized")),
    }
}

// -- packing

/// What `pack` and `pack_into` are called in errors.
fn pack(py: Py, format: &Format, values: &[Word], name: &str) -> Result<Vec<u8>> {
    let wanted = format.value_count();
    if wanted != values.len() {
        let plural = if name == "pack_into" { "pack_into" } else { "pack" };
        return Err(error(
            py,
            format!("{plural} expected {wanted} items for packing (got {})", values.len()),
        ));
    }
    if format.size() > MAX_WIDTH {
        return Err(py.out_of_memory());
    }
    let mut out = vec![0; format.size()];
    for ((item, offset), &value) in format.values().zip(values) {
        pack_item(py, format, item, value, offset, &mut out)?;
    }
    Ok(out)
}

fn pack_item(py: Py, format: &Format, item: &Item, value: Word, at: usize, out: &mut [u8]) -> Result<()> {
    let length = if matches!(item.kind, Kind::Bytes | Kind::Pascal) { item.count } else { item.size };
    let place = &mut out[at..at + length];
    let converted = match item.kind {
        Kind::Int { is_signed } => {
            let index = match as_i64(value) {
                Some(_) => value,
                None => integer(py, value)?,
            };
            if let Some(int) = as_i64(index) {
                let bits = 8 * item.size as u32;
                let fits = match (is_signed, bits) {
                    (true, 64) => true,
                    (true, bits) => int >> (bits - 1) == 0 || int >> (bits - 1) == -1,
                    (false, 64) => int >= 0,
                    (false, bits) => int >= 0 && int >> bits == 0,
                };
                // A pointer may be given as a negative number.
                if fits || item.code == b'P' {
                    if format.is_big() {
                        place.copy_from_slice(&int.to_be_bytes()[8 - length..]);
                    } else {
                        place.copy_from_slice(&int.to_le_bytes()[..length]);
                    }
                    return Ok(());
                }
            }
            match V::of(index) {
                V::Int(int) => Value::Int(int.into()),
                V::Big(int) => Value::Int((*int.value).clone()),
                _ => return Err(error(py, "required argument is not an integer")),
            }
        }
        Kind::Float => match py.to_f64(value) {
            Ok(float) if item.size == 8 => {
                place.copy_from_slice(&if format.is_big() {
                    float.to_be_bytes()
                } else {
                    float.to_le_bytes()
                });
                return Ok(());
            }
            Ok(float) => Value::Float(float),
            Err(raised) => {
                return Err(match py.take_if(Ty::TypeError) {
                    Some(_) => error(py, "required argument is not a float"),
                    None => raised,
                });
            }
        },
        Kind::Complex => match python_types::complex::to_complex(py, value) {
            Ok(z) => Value::Complex(z.re, z.im),
            Err(raised) => {
                return Err(match py.take_if(Ty::TypeError) {
                    Some(_) => error(py, "required argument is not a complex"),
                    None => raised,
                });
            }
        },
        Kind::Bool => Value::Bool(py.truth(value)?),
        Kind::Char => match py.cast::<Bytes>(value) {
            Some(bytes) => Value::Bytes(bytes.items().to_vec()),
            None => Value::Bool(false),
        },
        Kind::Bytes | Kind::Pascal => {
            if let Some(bytes) = py.cast::<Bytes>(value) {
                Value::Bytes(bytes.items().to_vec())
            } else if let Some(bytes) = py.cast::<ByteArray>(value) {
                Value::Bytes(bytes.to_vec())
            } else {
                Value::Bool(false)
            }
        }
        Kind::Pad => return Ok(()),
    };
    format.pack_value(item, &converted, place).map_err(|failure| raised(py, failure))
}

fn integer(py: Py, value: Word) -> Result {
    if !python_types::sequence::is_index(py, value) {
        return Err(error(py, "required argument is not an integer"));
    }
    py.to_index(value)
}

// -- unpacking

fn unpack(py: Py, format: &Format, bytes: &[u8]) -> Result {
    let list = py.new_list(format.value_count())?;
    for (item, offset) in format.values() {
        let value = unpack_item(py, format, item, &bytes[offset..])?;
        list_push(py, list, value)?;
    }
    py.tuple_from_list(list)
}

fn unpack_item(py: Py, format: &Format, item: &Item, bytes: &[u8]) -> Result {
    match item.kind {
        Kind::Int { is_signed } => {
            let mut raw = [0; 8];
            let part = &bytes[..item.size];
            if format.is_big() {
                raw[8 - item.size..].copy_from_slice(part);
                raw.reverse();
            } else {
                raw[..item.size].copy_from_slice(part);
            }
            let unsigned = u64::from_le_bytes(raw);
            if !is_signed {
                return py.uint(unsigned);
            }
            let shift = 64 - 8 * item.size as u32;
            py.int((unsigned << shift) as i64 >> shift)
        }
        _ => match format.unpack_value(item, bytes) {
            Value::Bytes(bytes) => py.new_bytes(&bytes),
            Value::Int(int) => py.big_int(int),
            Value::Float(float) => Ok(float_word(float)),
            Value::Complex(re, im) => py.complex(re, im),
            Value::Bool(value) => Ok(bool_word(value)),
        },
    }
}

fn unpack_all(py: Py, format: &Format, data: Word) -> Result {
    let bytes = buffer::get(py, data)?;
    if bytes.len() != format.size() {
        return Err(error(py, format!("unpack requires a buffer of {} bytes", format.size())));
    }
    let result = unpack(py, format, &bytes);
    bytes.keep();
    result
}

fn unpack_from(py: Py, format: &Format, data: Word, offset: Word) -> Result {
    let offset = if offset == UNSET { 0 } else { py.index(offset)? };
    let bytes = buffer::get(py, data)?;
    let start = place(py, offset, bytes.len(), format.size(), "unpack_from", "unpacking")?;
    let result = unpack(py, format, &bytes[start..start + format.size()]);
    bytes.keep();
    result
}

/// Where in a buffer of `length` bytes the offset lies. Errors: `struct.error` if `size` bytes do not fit there.
fn place(py: Py, offset: i64, length: usize, size: usize, name: &str, doing: &str) -> Result<usize> {
    let (length, size) = (length as i64, size as i64);
    let at = if offset < 0 {
        if doing == "packing" && offset + size > 0 {
            return Err(error(py, format!("no space to pack {size} bytes at offset {offset}")));
        }
        if doing == "unpacking" && offset + size > 0 {
            return Err(error(py, format!("not enough data to unpack {size} bytes at offset {offset}")));
        }
        if offset + length < 0 {
            return Err(error(py, format!("offset {offset} out of range for {length}-byte buffer")));
        }
        offset + length
    } else {
        offset
    };
    if length - at < size {
        return Err(error(
            py,
            format!(
                "{name} requires a buffer of at least {} bytes for {doing} {size} bytes at offset {at} (actual buffer size is {length})",
                at.saturating_add(size)
            ),
        ));
    }
    Ok(at as usize)
}

fn pack_into(py: Py, format: &Format, words: &[Word]) -> Result {
    let [target, offset, values @ ..] = words else {
        return Err(match words {
            [] => py.type_error("pack_into expected buffer argument"),
            _ => py.type_error("pack_into expected offset argument"),
        });
    };
    let wanted = format.value_count();
    if wanted != values.len() {
        let given = values.len();
        return Err(error(py, format!("pack_into expected {wanted} items for packing (got {given})")));
    }
    let Some(space) = buffer::writable(py, *target)? else {
        return Err(py.type_error(format!(
            "argument must be read-write bytes-like object, not {}",
            py.type_name(*target)
        )));
    };
    let offset = py.index(*offset)?;
    let start = place(py, offset, space.len(), format.size(), "pack_into", "packing")?;
    let bytes = pack(py, format, values, "pack_into")?;
    // Converting the values ran user code: the buffer is looked at again.
    match buffer::writable(py, *target)? {
        Some(space) if space.len() >= start + bytes.len() => space.write(start, &bytes),
        _ => return Err(py.buffer_error("the buffer has shrunk")),
    }
    Ok(NONE)
}

fn iterate(py: Py, structure: Rc<Format>, data: Word) -> Result {
    if structure.size() == 0 {
        return Err(error(py, "cannot iteratively unpack with a struct of length 0"));
    }
    let length = buffer::get(py, data)?.len();
    if length % structure.size() != 0 {
        let size = structure.size();
        return Err(error(
            py,
            format!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
        ));
    }
    let class = py.vm().state::<State>().iterator.get().expect("set when the module was made");
    let made = foreign::new(py, class, Unpacking { format: structure, at: Cell::new(0) })?;
    made.words.set(py.mutator(), made, data);
    Ok(word(made))
}

/// An iterator over the records in a buffer, its word.
struct Unpacking {
    format: Rc<Format>,
    at: Cell<usize>,
}

/// Advances an iterator.
fn next_record(py: Py, own: Word) -> Result<Option<Word>> {
    let state: &Unpacking = foreign::expect(py, own, "an unpack_iterator")?;
    let object = foreign::object_of(own).expect("its state was found");
    if object.words.get() == NONE {
        return Ok(None);
    }
    let bytes = buffer::get(py, object.words.get())?;
    let (at, size) = (state.at.get(), state.format.size());
    if at + size > bytes.len() {
        object.words.set(py.mutator(), object, NONE);
        return Ok(None);
    }
    state.at.set(at + size);
    let result = unpack(py, &state.format, &bytes[at..at + size]);
    bytes.keep();
    result.map(Some)
}

static ITERATOR: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        next_record(py, a[0])?.ok_or_else(|| py.stop_iteration(NONE))
    })
    .advancing(next_record),
    def("__length_hint__", "($self, /)", "", |py, a| {
        let own: &Unpacking = foreign::expect(py, a[0], "an unpack_iterator")?;
        let object = foreign::object_of(a[0]).expect("its state was found");
        let left = match object.words.get() {
            NONE => 0,
            data => (buffer::get(py, data)?.len() - own.at.get()) / own.format.size(),
        };
        py.int(left as i64)
    }),
];

static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, format)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    raw(
        "pack",
        "($self, /, *values)",
        "Return a bytes object containing values packed according to the format of the Struct.",
        |py, args| {
            args.no_keywords(py, "Struct.pack")?;
            let format = receiver(py, args.words[0])?;
            let bytes = pack(py, &format, &args.words[1..], "pack")?;
            py.new_bytes(&bytes)
        },
    )
    .quiet(),
    raw(
        "pack_into",
        "($self, buffer, offset, /, *values)",
        "Pack values according to the format of the Struct and write the packed bytes into a writable buffer.",
        |py, args| {
            args.no_keywords(py, "Struct.pack_into")?;
            let format = receiver(py, args.words[0])?;
            pack_into(py, &format, &args.words[1..])
        },
    ),
    def("unpack", "($self, buffer, /)", "Return a tuple containing unpacked values.", |py, a| {
        let format = receiver(py, a[0])?;
        unpack_all(py, &format, a[1])
    })
    .quiet(),
    def(
        "unpack_from",
        "($self, /, buffer, offset=0)",
        "Return a tuple containing unpacked values.",
        |py, a| {
            let format = receiver(py, a[0])?;
            unpack_from(py, &format, a[1], a[2])
        },
    ),
    def("iter_unpack", "($self, buffer, /)", "Return an iterator yielding tuples.", |py, a| {
        let format = receiver(py, a[0])?;
        iterate(py, format, a[1])
    }),
    getter("format", "struct format string", |py, a| {
        receiver(py, a[0])?;
        Ok(foreign::object_of(a[0]).expect("its state was found").words.get())
    }),
    getter("size", "struct size in bytes", |py, a| py.int(receiver(py, a[0])?.size() as i64)),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        receiver(py, a[0])?;
        let text = foreign::object_of(a[0]).expect("its state was found").words.get();
        let shown = py.repr_text(text)?;
        py.str(&format!("{}({shown})", py.class_name(a[0])))
    }),
    def("__sizeof__", "($self, /)", "S.__sizeof__() -> size of S in memory, in bytes", |py, a| {
        py.int(64 + 32 * receiver(py, a[0])?.value_count() as i64)
    }),
];

static FUNCTIONS: &[NativeDef] = &[
    def("_clearcache", "()", "Clear the internal cache.", |py, _| {
        py.vm().state::<State>().formats.borrow_mut().clear();
        Ok(NONE)
    }),
    def(
        "calcsize",
        "(format, /)",
        "Return size in bytes of the struct described by the format string.",
        |py, a| py.int(known(py, a[0])?.size() as i64),
    )
    .quiet(),
    raw(
        "pack",
        "(format, /, *values)",
        "Return a bytes object containing values packed according to the format string.",
        |py, args| {
            args.no_keywords(py, "_struct.pack")?;
            let Some((&format, values)) = args.words.split_first() else {
                return Err(py.type_error("missing format argument"));
            };
            let format = known(py, format)?;
            let bytes = pack(py, &format, values, "pack")?;
            py.new_bytes(&bytes)
        },
    )
    .quiet(),
    raw(
        "pack_into",
        "(format, buffer, offset, /, *values)",
        "Pack values according to the format string and write the packed bytes into the writable buffer.",
        |py, args| {
            args.no_keywords(py, "_struct.pack_into")?;
            let Some((&format, rest)) = args.words.split_first() else {
                return Err(py.type_error("missing format argument"));
            };
            let format = known(py, format)?;
            pack_into(py, &format, rest)
        },
    ),
    def(
        "unpack",
        "(format, buffer, /)",
        "Return a tuple containing values unpacked according to the format string.",
        |py, a| {
            let format = known(py, a[0])?;
            unpack_all(py, &format, a[1])
        },
    )
    .quiet(),
    def(
        "unpack_from",
        "(format, /, buffer, offset=0)",
        "Return a tuple containing values unpacked according to the format string.",
        |py, a| {
            let format = known(py, a[0])?;
            unpack_from(py, &format, a[1], a[2])
        },
    ),
    def(
        "iter_unpack",
        "(format, buffer, /)",
        "Return an iterator yielding tuples unpacked from the given bytes.",
        |py, a| {
            let format = known(py, a[0])?;
            iterate(py, format, a[1])
        },
    ),
];
