//! `_csv`: reading and writing of rows of separated values, behind `csv`.
//!
//! A [`dialect`] is a checked record of options; [`reader`] and [`writer`] hold one each. Dialects registered by name are kept in a dict
//! that the module shows as `_dialects`. Source: PEP 305, CPython 3.14 `Modules/_csv.c`.

mod dialect;
mod reader;
mod writer;

use dialect::{Dialect, Options};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type, new_exception};
use python_model::modules::NativeModule;
use python_model::native::{Args, Constructor, NativeDef, def, raw};
use python_model::objects::{Dict, Foreign, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign};
use std::cell::Cell;

/// Code points of the longest field, unless `field_size_limit` sets another limit.
const DEFAULT_FIELD_LIMIT: i64 = 128 * 1024;

/// What the module keeps.
struct State {
    dialect: Cell<Option<TypeRef>>,
    reader: Cell<Option<TypeRef>>,
    writer: Cell<Option<TypeRef>>,
    /// `_csv.Error`
    error: Cell<Word>,
    /// Registered dialects by name.
    dialects: Cell<Word>,
    field_limit: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State {
            dialect: Cell::default(),
            reader: Cell::default(),
            writer: Cell::default(),
            error: Cell::new(NONE),
            dialects: Cell::new(NONE),
            field_limit: Cell::new(DEFAULT_FIELD_LIMIT),
        }
    }
}

const READER_DOC: &str =
    "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n";
const WRITER_DOC: &str = "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n";
const DIALECT_DOC: &str = "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n";

pub static MODULE: NativeModule = NativeModule {
    name: "_csv",
    doc: "CSV parsing and writing.\n",
    functions: FUNCTIONS,
    fill: |py, own| {
        let state = py.vm().state::<State>();
        let class = |name, doc, constructor: Option<Constructor>, methods: &'static [NativeDef]| {
            let flags = if constructor.is_none() { flags::NO_CONSTRUCTOR } else { 0 };
            native_type(
                py,
                &NativeClass { module: "_csv", name, doc, base: None, flags, constructor, methods },
            )
        };
        let dialect = class("Dialect", DIALECT_DOC, Some(dialect::construct), dialect::METHODS)?;
        let reader = class("reader", READER_DOC, None, reader::METHODS)?;
        let writer = class("writer", WRITER_DOC, None, writer::METHODS)?;
        state.dialect.set(Some(dialect));
        state.reader.set(Some(reader));
        state.writer.set(Some(writer));
        let error = new_exception(py, "_csv", "Error", py.ty(Ty::Exception))?;
        state.error.set(py.vm().immortal(error));
        let dialects = word(dict::new(py)?);
        state.dialects.set(py.vm().immortal(dialects));
        for (name, value) in [
            ("Dialect", dialect.word()),
            ("Reader", reader.word()),
            ("Writer", writer.word()),
            ("Error", error),
            ("_dialects", dialects),
        ] {
            dict::set_symbol(py, own, py.intern(name)?, value)?;
        }
        for (name, quoting) in dialect::QUOTING_NAMES {
            dict::set_symbol(py, own, py.intern(name)?, small_int(quoting as i64))?;
        }
        Ok(())
    },
};

/// Raises `_csv.Error`.
fn error(py: Py, text: impl AsRef<str>) -> Raised {
    let class = py.vm().state::<State>().error.get();
    let made = py.str(text.as_ref()).and_then(|text| py.call(class, &[text]));
    match made {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

fn dialects(py: Py) -> Gc<Dict> {
    as_object(py.vm().state::<State>().dialects.get()).expect("set when the module was made")
}

/// The dialect registered under a name. Errors: `Error` if there is none.
fn registered(py: Py, name: Word) -> Result {
    dict::get(py, dialects(py), name)?.ok_or_else(|| error(py, "unknown dialect"))
}

/// The arguments of `reader`, `writer` and `register_dialect`: the first one, and the dialect that the others make.
fn arguments<'a>(py: Py<'a>, function: &str, args: Args) -> Result<(Word, Word, &'a Dialect)> {
    let given = args.positionals();
    if given.is_empty() {
        return Err(py.type_error(format!("{function} expected at least 1 argument, got 0")));
    }
    if given.len() > 2 {
        return Err(py.type_error(format!("{function} expected at most 2 arguments, got {}", given.len())));
    }
    let mut options = Options::named(py, args)?;
    if let Some(&base) = given.get(1) {
        options.base = base;
    }
    let value = dialect::make(py, &options)?;
    let dialect = foreign::get::<Dialect>(py, value).expect("just made");
    Ok((given[0], value, dialect))
}

/// An object of this module that keeps these words.
fn keeping<T: 'static>(
    py: Py,
    class: &Cell<Option<TypeRef>>,
    value: T,
    words: &[Word],
) -> Result<Gc<Foreign>> {
    let words = py.new_tuple(words)?;
    let object = foreign::new(py, class.get().expect("the module made it"), value)?;
    object.words.set(py.mutator(), object, words);
    Ok(object)
}

/// A word that an object of this module keeps. Precondition: it is one.
fn kept(value: Word, index: usize) -> Word {
    let object = foreign::object_of(value).expect("the caller has found it");
    let words: Gc<Tuple> = as_object(object.words.get()).expect("set when it was made");
    words.items()[index].get()
}

static FUNCTIONS: &[NativeDef] = &[
    raw(
        "reader",
        "($module, iterable, /, dialect='excel', **fmtparams)",
        "Return a reader object that will process lines from the given iterable.\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines).\n",
        reader::make,
    ),
    raw(
        "writer",
        "($module, fileobj, /, dialect='excel', **fmtparams)",
        "Return a writer object that will write user data on the given file object.\n\nThe \"fileobj\" argument can be any object that supports the file API.\nThe optional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n",
        writer::make,
    ),
    def("list_dialects", "($module, /)", "Return a list of all known dialect names.", |py, _| {
        let (names, dialects) = (py.new_list(0)?, dialects(py));
        let mut at = 0;
        while let Some((entry, name, _)) = dict::next(dialects, at) {
            list_push(py, names, name)?;
            at = entry + 1;
        }
        Ok(word(names))
    }),
    raw(
        "register_dialect",
        "($module, name, /, dialect='excel', **fmtparams)",
        "Create a mapping from a string name to a CVS dialect.\n\nThe optional \"dialect\" argument specifies the base dialect instance\nor the name of the registered dialect.  The function also accepts\noptional keyword arguments which override settings provided by the\ndialect.\n",
        |py, args| {
            if let Some(&name) = args.positionals().first()
                && args.positional_count() <= 2
                && py.as_str(name).is_none()
            {
                return Err(py.type_error("dialect name must be a string"));
            }
            let (name, dialect, _) = arguments(py, "register_dialect", args)?;
            dict::set(py, dialects(py), name, dialect)?;
            Ok(NONE)
        },
    ),
    def(
        "unregister_dialect",
        "($module, /, name)",
        "Delete the name/dialect mapping associated with a string name.",
        |py, a| {
            dialect::check_name(py, a[0])?;
            match dict::remove(py, dialects(py), a[0])? {
                Some(_) => Ok(NONE),
                None => Err(error(py, "unknown dialect")),
            }
        },
    ),
    def("get_dialect", "($module, /, name)", "Return the dialect instance associated with name.", |py, a| {
        dialect::check_name(py, a[0])?;
        registered(py, a[0])
    }),
    def(
        "field_size_limit",
        "($module, /, new_limit=<unrepresentable>)",
        "Sets an upper limit on parsed fields.\n\nReturns old limit. If limit is not given, no new limit is set and\nthe old limit is returned",
        |py, a| {
            let limit = &py.vm().state::<State>().field_limit;
            let old = limit.get();
            if a[0] != UNSET {
                limit.set(match V::of(py.base(a[0])) {
                    V::Int(new) => new,
                    V::Bool(new) => i64::from(new),
                    V::Big(_) => {
                        return Err(py.overflow_error("Python int too large to convert to C ssize_t"));
                    }
                    _ => return Err(py.type_error("limit must be an integer")),
                });
            }
            py.int(old)
        },
    ),
];
