//! `_pickle`: `Pickler`, `Unpickler` and the functions, natively.
//!
//! `save` writes, `load` reads; both work on bytes in memory and look at a file only at their seams. Behaviour and bytes are those of
//! CPython's C module (protocols 0 to 5, frames, memo, persistent ids, out-of-band buffers).
//!
//! Limits: `Pickler.memo` is a copy that cannot be changed in place (assigning is heard).

mod buffer;
mod load;
mod opcode;
mod save;

use metatrace_machine::Raised;
use python_model::class::{self, NativeClass, native_type};
use python_model::dict;
use python_model::foreign::{put, words};
use python_model::modules::NativeModule;
use python_model::native::{Constructor, NativeDef};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

pub const HIGHEST_PROTOCOL: i64 = 5;
pub const DEFAULT_PROTOCOL: i64 = 5;

#[derive(Default)]
struct State {
    pickling_error: Cell<Word>,
    unpickling_error: Cell<Word>,
    pickler: Cell<Option<TypeRef>>,
    unpickler: Cell<Option<TypeRef>>,
    buffer: Cell<Option<TypeRef>>,
    /// Room for the next `dumps`, which needs about as much as the last one.
    room: Cell<save::Room>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_pickle",
    doc: "Optimized C implementation for the Python pickle module.",
    functions: FUNCTIONS,
    fill: |py, own| {
        let state = py.vm().state::<State>();
        let error = class::new_exception(py, "_pickle", "PickleError", py.ty(Ty::Exception))?;
        let base = py.as_type(error).expect("a class was made");
        let pickling = class::new_exception(py, "_pickle", "PicklingError", base)?;
        let unpickling = class::new_exception(py, "_pickle", "UnpicklingError", base)?;
        state.pickling_error.set(py.vm().immortal(pickling));
        state.unpickling_error.set(py.vm().immortal(unpickling));
        for (name, class) in
            [("PickleError", error), ("PicklingError", pickling), ("UnpicklingError", unpickling)]
        {
            dict::set_symbol(py, own, py.intern(name)?, class)?;
        }
        let made = |module,
                    name,
                    doc,
                    flags,
                    constructor: Constructor,
                    methods: &'static [NativeDef]|
         -> Result<TypeRef> {
            let constructor = Some(constructor);
            let class =
                native_type(py, &NativeClass { module, name, doc, base: None, flags, constructor, methods })?;
            dict::set_symbol(py, own, py.intern(name)?, class.word())?;
            Ok(class)
        };
        let doc = "This takes a binary file for writing a pickle data stream.";
        let open = flags::HAS_DICT | flags::HAS_WEAKREF;
        state.pickler.set(Some(made("_pickle", "Pickler", doc, open, save::construct, save::METHODS)?));
        let doc = "This takes a binary file for reading a pickle data stream.";
        state.unpickler.set(Some(made("_pickle", "Unpickler", doc, open, load::construct, load::METHODS)?));
        let doc = "Wrapper for potentially out-of-band buffers";
        let flags = flags::FINAL | flags::HAS_WEAKREF;
        state.buffer.set(Some(made(
            "pickle",
            "PickleBuffer",
            doc,
            flags,
            buffer::construct,
            buffer::METHODS,
        )?));
        Ok(())
    },
};

static FUNCTIONS: &[NativeDef] = &[save::DUMP, save::DUMPS, load::LOAD, load::LOADS];

fn known(class: &Cell<Option<TypeRef>>) -> TypeRef {
    class.get().expect("set when the module was made")
}

fn raise_of(py: Py, class: Word, text: &str) -> Raised {
    match py.str(text).and_then(|text| py.call(class, &[text])) {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

fn pickling_error(py: Py, text: impl AsRef<str>) -> Raised {
    raise_of(py, py.vm().state::<State>().pickling_error.get(), text.as_ref())
}

fn unpickling_error(py: Py, text: impl AsRef<str>) -> Raised {
    raise_of(py, py.vm().state::<State>().unpickling_error.get(), text.as_ref())
}

/// The attribute that a dotted name leads to. Errors: `AttributeError`.
fn dotted(py: Py, mut value: Word, name: &str) -> Result {
    for part in name.split('.') {
        value = py.get_attr(value, py.intern(part)?)?;
    }
    Ok(value)
}
