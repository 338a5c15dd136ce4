//! `SyntaxError`: where the error is, and `str` that says it.

use crate::exception::receiver;
use python_model::native::{Args, NativeDef, NativeType, def, raw};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// Attributes that are None until set.
pub const MEMBERS: &[&str] = &[
    "msg",
    "filename",
    "lineno",
    "offset",
    "text",
    "end_lineno",
    "end_offset",
    "print_file_and_line",
    "_metadata",
];

static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def("__str__", "($self, /)", "Return str(self).", to_str),
];

pub static TYPES: &[NativeType] =
    &[NativeType { ty: Ty::SyntaxError, doc: "Invalid syntax.", constructor: None, methods: METHODS }];

/// `SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset[, metadata]]))`
fn init(py: Py, args: Args) -> Result {
    let value = args.words[0];
    let own = receiver(py, value)?;
    args.no_keywords(py, &py.type_of(value).name.borrow())?;
    let given = &args.positionals()[1..];
    let tuple = py.new_tuple(given)?;
    own.args.set(py.mutator(), own, tuple);
    if let Some(&message) = given.first() {
        py.set_private(value, "SyntaxError", "msg", message);
    }
    if let [_, details] = given {
        let details = py.tuple_from_iterable(*details)?;
        let count = details.items().len();
        if count < 4 {
            return Err(py.type_error(format!("function takes at least 4 arguments ({count} given)")));
        }
        if count > 7 {
            return Err(py.type_error(format!("function takes at most 7 arguments ({count} given)")));
        }
        let names = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset", "_metadata"];
        for (name, item) in names.iter().zip(details.items()) {
            py.set_private(value, "SyntaxError", name, item.get());
        }
        if count == 5 {
            return Err(py.type_error("end_offset must be provided when end_lineno is provided"));
        }
    }
    Ok(NONE)
}

fn to_str(py: Py, a: &[Word]) -> Result {
    let attribute = |name: &str| py.get_private(a[0], "SyntaxError", name).unwrap_or(NONE);
    let message = py.to_text(attribute("msg"))?;
    let filename = py.as_str(attribute("filename")).map(|name| name.to_text());
    let filename = filename.as_deref().map(|name| name.rsplit('/').next().unwrap_or(name));
    let line = as_i64(attribute("lineno"));
    py.str(&match (filename, line) {
        (Some(filename), Some(line)) => format!("{message} ({filename}, line {line})"),
        (Some(filename), None) => format!("{message} ({filename})"),
        (None, Some(line)) => format!("{message} (line {line})"),
        (None, None) => message,
    })
}
