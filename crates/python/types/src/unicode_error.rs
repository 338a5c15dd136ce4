//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: what could not be converted, where, and why.

use crate::exception::receiver;
use python_model::native::{Args, NativeDef, NativeType, def, raw};
use python_model::objects::{Bytes, Str};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// Attributes that are None until set. They are kept under one name for the three classes.
pub const MEMBERS: &[&str] = &["encoding", "object", "start", "end", "reason"];
const CLASS: &str = "UnicodeError";

static ENCODE_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        init(py, args, Ty::UnicodeEncodeError)
    }),
    def("__str__", "($self, /)", "Return str(self).", encode_str),
];
static DECODE_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        init(py, args, Ty::UnicodeDecodeError)
    }),
    def("__str__", "($self, /)", "Return str(self).", decode_str),
];
static TRANSLATE_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        init(py, args, Ty::UnicodeTranslateError)
    }),
    def("__str__", "($self, /)", "Return str(self).", encode_str),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::UnicodeEncodeError,
        doc: "Unicode encoding error.",
        constructor: None,
        methods: ENCODE_METHODS,
    },
    NativeType {
        ty: Ty::UnicodeDecodeError,
        doc: "Unicode decoding error.",
        constructor: None,
        methods: DECODE_METHODS,
    },
    NativeType {
        ty: Ty::UnicodeTranslateError,
        doc: "Unicode translation error.",
        constructor: None,
        methods: TRANSLATE_METHODS,
    },
];

/// `([encoding,] object, start, end, reason)`
fn init(py: Py, args: Args, ty: Ty) -> Result {
    let value = args.words[0];
    let own = receiver(py, value)?;
    args.no_keywords(py, &py.type_of(value).name.borrow())?;
    let given = &args.positionals()[1..];
    let tuple = py.new_tuple(given)?;
    own.args.set(py.mutator(), own, tuple);
    let names = if ty == Ty::UnicodeTranslateError { &MEMBERS[1..] } else { MEMBERS };
    if given.len() != names.len() {
        return Err(py.type_error(format!(
            "function takes exactly {} arguments ({} given)",
            names.len(),
            given.len()
        )));
    }
    for (index, (name, &argument)) in names.iter().zip(given).enumerate() {
        let kept = match *name {
            "start" | "end" => py.to_index(argument)?,
            "object" if ty == Ty::UnicodeDecodeError => to_bytes(py, argument)?,
            _ => match py.as_str(argument) {
                Some(_) => argument,
                None => {
                    return Err(py.type_error(format!(
                        "argument {} must be str, not {}",
                        index + 1,
                        py.type_name(argument)
                    )));
                }
            },
        };
        py.set_private(value, CLASS, name, kept);
    }
    Ok(NONE)
}

fn to_bytes(py: Py, value: Word) -> Result {
    if py.cast::<Bytes>(value).is_some() {
        return Ok(value);
    }
    if !py.is_a(value, Ty::ByteArray) && !py.is_a(value, Ty::MemoryView) {
        return Err(py.type_error(format!("a bytes-like object is required, not '{}'", py.type_name(value))));
    }
    py.call(py.ty(Ty::Bytes).word(), &[value])
}

/// `start` and `end` as they were given.
fn range(py: Py, value: Word) -> (i64, i64) {
    let attribute = |name: &str| py.get_private(value, CLASS, name).and_then(as_i64).unwrap_or(0);
    (attribute("start"), attribute("end"))
}

/// `'encoding' codec ` and the reason.
fn parts(py: Py, value: Word) -> Result<(String, String)> {
    let text = |name: &str| py.get_private(value, CLASS, name).map_or(Ok(String::new()), |w| py.to_text(w));
    let encoding = match py.get_private(value, CLASS, "encoding") {
        Some(encoding) => format!("'{}' codec ", py.to_text(encoding)?),
        None => String::new(),
    };
    Ok((encoding, text("reason")?))
}

fn not_a(py: Py, what: &str) -> metatrace_machine::Raised {
    py.type_error(format!("UnicodeError 'object' attribute must be a {what}"))
}

fn encode_str(py: Py, a: &[Word]) -> Result {
    let Some(object) = py.get_private(a[0], CLASS, "object") else { return py.str("") };
    let Some(object): Option<heap::Gc<Str>> = py.as_str(object) else { return Err(not_a(py, "string")) };
    let (codec, reason) = parts(py, a[0])?;
    let verb = if py.is_a(a[0], Ty::UnicodeTranslateError) { "translate" } else { "encode" };
    let (start, end) = range(py, a[0]);
    if end == start + 1
        && let Some(point) = usize::try_from(start)
            .ok()
            .and_then(|at| python_model::strings::code_points(object.as_bytes()).nth(at))
    {
        let shown = match point {
            0..=0xFF => format!("\\x{point:02x}"),
            0x100..=0xFFFF => format!("\\u{point:04x}"),
            _ => format!("\\U{point:08x}"),
        };
        return py.str(&format!("{codec}can't {verb} character '{shown}' in position {start}: {reason}"));
    }
    py.str(&format!("{codec}can't {verb} characters in position {start}-{}: {reason}", end - 1))
}

fn decode_str(py: Py, a: &[Word]) -> Result {
    let Some(object) = py.get_private(a[0], CLASS, "object") else { return py.str("") };
    let Some(object) = py.cast::<Bytes>(object) else { return Err(not_a(py, "bytes")) };
    let (codec, reason) = parts(py, a[0])?;
    let (start, end) = range(py, a[0]);
    if end == start + 1
        && let Some(byte) = usize::try_from(start).ok().and_then(|at| object.items().get(at))
    {
        return py.str(&format!("{codec}can't decode byte 0x{byte:02x} in position {start}: {reason}"));
    }
    py.str(&format!("{codec}can't decode bytes in position {start}-{}: {reason}", end - 1))
}
