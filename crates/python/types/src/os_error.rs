//! `OSError`: its attributes, and the subclass that an error number stands for (PEP 3151).
//!
//! Limits: the error numbers are Linux's.

use crate::exception::receiver;
use python_model::exceptions;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, getter, raw, setter};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

/// Attributes that are None until set.
pub const MEMBERS: &[&str] = &["errno", "strerror", "filename", "filename2"];
const WRITTEN: &str = "characters_written";

static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def("__str__", "($self, /)", "Return str(self).", to_str),
    def("__reduce__", "($self, /)", "Helper for pickle.", reduce),
    getter(WRITTEN, "", |py, a| match py.get_private(a[0], "OSError", WRITTEN) {
        Some(count) => Ok(count),
        None => Err(py.raise_text(Ty::AttributeError, WRITTEN)),
    }),
    setter(WRITTEN, |py, a| {
        let count = match a[1] {
            UNSET if py.get_private(a[0], "OSError", WRITTEN).is_none() => {
                return Err(py.raise_text(Ty::AttributeError, WRITTEN));
            }
            UNSET => UNSET,
            value => py.to_index(value)?,
        };
        py.set_private(a[0], "OSError", WRITTEN, count);
        Ok(NONE)
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::OSError,
    doc: "Base class for I/O related errors.",
    constructor: Some(construct),
    methods: METHODS,
}];

/// The class for an error number; `OSError` itself for all others.
pub fn class_of_errno(errno: i64) -> Ty {
    match errno {
        1 | 13 => Ty::PermissionError,         // EPERM EACCES
        2 => Ty::FileNotFoundError,            // ENOENT
        3 => Ty::ProcessLookupError,           // ESRCH
        4 => Ty::InterruptedError,             // EINTR
        10 => Ty::ChildProcessError,           // ECHILD
        11 | 114 | 115 => Ty::BlockingIOError, // EAGAIN EALREADY EINPROGRESS
        17 => Ty::FileExistsError,             // EEXIST
        20 => Ty::NotADirectoryError,          // ENOTDIR
        21 => Ty::IsADirectoryError,           // EISDIR
        32 | 108 => Ty::BrokenPipeError,       // EPIPE ESHUTDOWN
        103 => Ty::ConnectionAbortedError,     // ECONNABORTED
        104 => Ty::ConnectionResetError,       // ECONNRESET
        110 => Ty::TimeoutError,               // ETIMEDOUT
        111 => Ty::ConnectionRefusedError,     // ECONNREFUSED
        _ => Ty::OSError,
    }
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let mut class = class;
    let given = args.positionals();
    if class.is(py.ty(Ty::OSError))
        && (2..=5).contains(&given.len())
        && let Some(errno) = as_i64(given[0])
    {
        class = py.ty(class_of_errno(errno));
    }
    let tuple = py.new_tuple(given)?;
    let made = exceptions::new(py, class, tuple)?;
    if !is_filled_by_init(py, class) {
        args.no_keywords(py, &class.name.borrow())?;
        fill(py, made, given)?;
    }
    Ok(made)
}

/// Whether the arguments of `__init__` count, not those of `__new__`: in classes that override the former alone.
fn is_filled_by_init(py: Py, class: TypeRef) -> bool {
    let own = py.ty(Ty::OSError);
    class.lookup(py, Name::Init) != own.lookup(py, Name::Init)
        && class.lookup(py, Name::New) == own.lookup(py, Name::New)
}

fn init(py: Py, args: Args) -> Result {
    let value = args.words[0];
    let class = py.type_of(value);
    if is_filled_by_init(py, class) {
        args.no_keywords(py, &class.name.borrow())?;
        fill(py, value, &args.positionals()[1..])?;
    }
    Ok(NONE)
}

/// Sets the attributes that are made of the arguments.
fn fill(py: Py, value: Word, given: &[Word]) -> Result<()> {
    let own = receiver(py, value)?;
    let mut kept = given;
    if (2..=5).contains(&given.len()) {
        py.set_private(value, "OSError", "errno", given[0]);
        py.set_private(value, "OSError", "strerror", given[1]);
        match given.get(2) {
            None | Some(&NONE) => {}
            Some(&count) if py.type_of(value).is(py.ty(Ty::BlockingIOError)) && as_i64(count).is_some() => {
                py.set_private(value, "OSError", WRITTEN, count);
            }
            Some(&filename) => {
                py.set_private(value, "OSError", "filename", filename);
                if let Some(&second) = given.get(4).filter(|second| **second != NONE) {
                    py.set_private(value, "OSError", "filename2", second);
                }
                // File names are attributes, not arguments: what `str` and `repr` showed before they existed stays.
                kept = &given[..2];
            }
        }
    }
    let tuple = py.new_tuple(kept)?;
    own.args.set(py.mutator(), own, tuple);
    Ok(())
}

fn attribute(py: Py, value: Word, name: &str) -> Option<Word> {
    py.get_private(value, "OSError", name)
}

fn to_str(py: Py, a: &[Word]) -> Result {
    let shown = |value: Option<Word>| py.to_text(value.unwrap_or(NONE));
    let (errno, strerror) = (attribute(py, a[0], "errno"), attribute(py, a[0], "strerror"));
    if let Some(filename) = attribute(py, a[0], "filename") {
        let (errno, strerror) = (shown(errno)?, shown(strerror)?);
        let filename = py.repr_text(filename)?;
        return match attribute(py, a[0], "filename2") {
            Some(second) => {
                let second = py.repr_text(second)?;
                py.str(&format!("[Errno {errno}] {strerror}: {filename} -> {second}"))
            }
            None => py.str(&format!("[Errno {errno}] {strerror}: {filename}")),
        };
    }
    match (errno, strerror) {
        (Some(errno), Some(strerror)) => {
            let (errno, strerror) = (py.to_text(errno)?, py.to_text(strerror)?);
            py.str(&format!("[Errno {errno}] {strerror}"))
        }
        _ => crate::exception::base_str(py, a),
    }
}

fn reduce(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let kept: heap::Gc<Tuple> = as_object(own.args.get()).expect("a tuple");
    let mut args = word(kept);
    if let ([errno, strerror], Some(filename)) = (kept.items(), attribute(py, a[0], "filename")) {
        args = match attribute(py, a[0], "filename2") {
            Some(second) => py.new_tuple(&[errno.get(), strerror.get(), filename, NONE, second])?,
            None => py.new_tuple(&[errno.get(), strerror.get(), filename])?,
        };
    }
    crate::exception::reduce_with(py, a[0], args)
}
