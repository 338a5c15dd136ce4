//! `pyexpat`: XML parsing by events, which `xml.parsers.expat`, `xml.sax`, `xml.dom`, `xml.etree` and `plistlib` stand on.
//!
//! The parser is ours (`python_text::xml`); events, faults and their places are those of Expat.
//!
//! Limits: parameter entities and external subsets are not read (`SetParamEntityParsing` says so, `UseForeignDTD` is not there);
//! the limits of entities' expansion cannot be set; there is no `expat_CAPI`.

mod handlers;
mod parser;

use metatrace_machine::Raised;
use python_model::class::new_exception;
use python_model::dict;
use python_model::modules::{self, NativeModule};
use python_model::native::{NativeDef, def};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_text::xml::fault::{KINDS, Position, text_of};
use std::cell::Cell;

#[derive(Default)]
struct Types {
    parser: Cell<Option<TypeRef>>,
    /// `ExpatError`, immortal.
    error: Cell<Word>,
}

/// The version of Expat whose behaviour this is.
const VERSION: (i64, i64, i64) = (2, 9, 0);

const PARAMETER_ENTITIES: &[(&str, i64)] = &[
    ("XML_PARAM_ENTITY_PARSING_NEVER", 0),
    ("XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1),
    ("XML_PARAM_ENTITY_PARSING_ALWAYS", 2),
];

const MODEL: &[(&str, i64)] = &[
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

pub static MODULE: NativeModule = NativeModule {
    name: "pyexpat",
    doc: "Python wrapper for Expat parser.",
    functions: FUNCTIONS,
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        let class = parser::make_class(py)?;
        types.parser.set(Some(class));
        let error = new_exception(py, "xml.parsers.expat", "ExpatError", py.ty(Ty::Exception))?;
        types.error.set(py.vm().immortal(error));
        let set = |name: &str, value: Word| dict::set_symbol(py, own, py.intern(name)?, value);
        set("error", error)?;
        set("ExpatError", error)?;
        set("XMLParserType", class.word())?;
        set("native_encoding", py.str("UTF-8")?)?;
        let (major, minor, micro) = VERSION;
        set("EXPAT_VERSION", py.str(&format!("expat_{major}.{minor}.{micro}"))?)?;
        set("version_info", py.new_tuple(&[py.int(major)?, py.int(minor)?, py.int(micro)?])?)?;
        let namespaces = py.new_tuple(&[py.str("XML_NS")?, py.int(0)?])?;
        let list = py.new_list(1)?;
        python_model::py::list_push(py, list, namespaces)?;
        set("features", word(list))?;
        numbers(py, own, PARAMETER_ENTITIES)?;
        set("errors", errors(py)?)?;
        let model = modules::new(
            py,
            "pyexpat.model",
            py.str("Constants used to interpret content model information.")?,
        )?;
        numbers(py, model.dict.get().expect("a module has a namespace"), MODEL)?;
        py.enter_module("pyexpat.model", word(model))?;
        set("model", word(model))
    },
};

fn numbers(py: Py, own: heap::Gc<Dict>, constants: &[(&str, i64)]) -> Result<()> {
    for &(name, value) in constants {
        dict::set_symbol(py, own, py.intern(name)?, py.int(value)?)?;
    }
    Ok(())
}

/// `pyexpat.errors`: a text for each name, and tables both ways.
fn errors(py: Py) -> Result {
    let doc = py.str("Constants used to describe error conditions.")?;
    let module = modules::new(py, "pyexpat.errors", doc)?;
    let own = module.dict.get().expect("a module has a namespace");
    let (codes, messages) = (dict::new(py)?, dict::new(py)?);
    for (index, (name, text)) in KINDS.iter().enumerate() {
        let (number, text) = (py.int(index as i64 + 1)?, py.str(text)?);
        dict::set_symbol(py, own, py.intern(&format!("XML_ERROR_{name}"))?, text)?;
        dict::set(py, codes, text, number)?;
        dict::set(py, messages, number, text)?;
    }
    dict::set_symbol(py, own, py.intern("codes")?, word(codes))?;
    dict::set_symbol(py, own, py.intern("messages")?, word(messages))?;
    py.enter_module("pyexpat.errors", word(module))?;
    Ok(word(module))
}

/// Raises `ExpatError` for a fault at a place.
fn raise_fault(py: Py, number: usize, at: Position) -> Raised {
    let text = text_of(number).unwrap_or("unknown error");
    let made = || -> Result {
        let message = py.str(&format!("{text}: line {}, column {}", at.line, at.column))?;
        let exception = py.call(py.vm().state::<Types>().error.get(), &[message])?;
        for (name, value) in [("code", number), ("offset", at.column), ("lineno", at.line)] {
            py.set_attr(exception, py.intern(name)?, py.int(value as i64)?)?;
        }
        Ok(exception)
    };
    match made() {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "ParserCreate",
        "($module, /, encoding=None, namespace_separator=None, intern=<unrepresentable>)",
        "Return a new XML parser object.",
        parser::create,
    ),
    def("ErrorString", "($module, code, /)", "Returns string error for given number.", |py, a| {
        match usize::try_from(py.index(a[0])?).ok().and_then(text_of) {
            Some(text) => py.str(text),
            None => Ok(NONE),
        }
    }),
];
