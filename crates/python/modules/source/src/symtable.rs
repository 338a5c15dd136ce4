//! `_symtable`: symbol tables of a source, for `symtable`.

use python_compile::{Mode, Options, TableView};
use python_model::class::new_class;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, def};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use std::cell::Cell;

pub static MODULE: NativeModule = NativeModule {
    name: "_symtable",
    doc: "",
    functions: FUNCTIONS,
    fill: |py, own| {
        for &(name, value) in CONSTANTS {
            dict::set_symbol(py, own, py.intern(name)?, small_int(value))?;
        }
        Ok(())
    },
};

const CONSTANTS: &[(&str, i64)] = &[
    ("USE", 16),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 8),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_TYPE_PARAM", 1024),
    ("DEF_FREE_CLASS", 64),
    ("DEF_IMPORT", 128),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 256),
    ("DEF_COMP_ITER", 512),
    ("DEF_COMP_CELL", 2048),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("TYPE_ANNOTATION", 3),
    ("TYPE_TYPE_ALIAS", 4),
    ("TYPE_TYPE_PARAMETERS", 5),
    ("TYPE_TYPE_VARIABLE", 6),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", 12),
    ("SCOPE_MASK", 15),
];

/// The class of tables.
#[derive(Default)]
struct Entry(Cell<Option<TypeRef>>);

fn entry_class(py: Py) -> Result<TypeRef> {
    let state = py.vm().state::<Entry>();
    if let Some(class) = state.0.get() {
        return Ok(class);
    }
    let class = new_class(py, py.ty(Ty::Type), "symtable entry", &[], dict::new(py)?, Args::positional(&[]))?;
    dict::set_symbol(
        py,
        class.object().dict.get().expect("a type has a namespace"),
        py.intern("__module__")?,
        py.str("builtins")?,
    )?;
    python_model::class::add_native(py, class, METHODS)?;
    state.0.set(Some(class));
    Ok(class)
}

fn symtable(py: Py, a: &[Word]) -> Result {
    let filename = python_model::native::given(a[1]).unwrap_or(a[1]);
    let filename = match py.as_str(filename) {
        Some(text) => text.to_text(),
        None => {
            let function = py.import_from("os", "fspath")?;
            py.to_text(py.call(function, &[filename])?)?
        }
    };
    let Some(start) = py.as_str(a[2]) else {
        return Err(
            py.type_error(format!("symtable() argument 3 must be str, not {}", py.argument_type(a[2])))
        );
    };
    let mode = match start.to_text().as_str() {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => return Err(py.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
    };
    // Compiling says what is wrong, in the right words and with the file's name.
    let name = py.str(&filename)?;
    (py.vm().hooks.compile)(py, a[0], name, &start.to_text(), 0x400, -1)?;
    let text = match py.as_str(a[0]) {
        Some(text) => text.to_text(),
        None => {
            let bytes = py.call(py.ty(Ty::Bytes).word(), &[a[0]])?;
            let bytes = py.expect::<python_model::objects::Bytes>(bytes, Ty::Bytes, "symtable")?;
            match python_compile::source::decode(bytes.items()) {
                Ok(text) => text.into_owned(),
                Err(error) => return Err(py.raise_text(Ty::SyntaxError, &error.message)),
            }
        }
    };
    match python_compile::symbol_table(&text, mode, Options::default()) {
        Ok(view) => table(py, entry_class(py)?, &view),
        Err(error) => {
            let message = py.str(&error.message)?;
            let Some(at) = error.location else { return Err(py.raise_with(Ty::SyntaxError, &[message])) };
            let number = |n: i64| py.int(n);
            let details = [
                name,
                number(at.line)?,
                number(at.offset)?,
                NONE,
                number(at.end_line)?,
                number(at.end_offset)?,
            ];
            let details = py.new_tuple(&details)?;
            Err(py.raise_with(Ty::SyntaxError, &[message, details]))
        }
    }
}

fn table(py: Py, class: TypeRef, view: &TableView) -> Result {
    let made = python_model::instance::new(py, class, UNSET)?;
    let symbols = dict::new(py)?;
    for (name, flags) in &view.symbols {
        dict::set_symbol(py, symbols, py.intern(name)?, small_int(i64::from(*flags)))?;
    }
    let children = py.new_list(view.children.len())?;
    for child in &view.children {
        list_push(py, children, table(py, class, child)?)?;
    }
    let parameters = py.new_list(view.parameters.len())?;
    for parameter in &view.parameters {
        list_push(py, parameters, py.name_word(py.intern(parameter)?))?;
    }
    for (name, value) in [
        ("id", py.id(made)?),
        ("name", py.name_word(py.intern(&view.name)?)),
        ("symbols", word(symbols)),
        ("varnames", word(parameters)),
        ("children", word(children)),
        ("nested", small_int(i64::from(view.is_nested))),
        ("type", small_int(view.kind as i64)),
        ("lineno", small_int(i64::from(view.line))),
    ] {
        py.set_attr(made, py.intern(name)?, value)?;
    }
    Ok(made)
}

static METHODS: &[NativeDef] = &[def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
    let part = |name: &str| -> Result<String> { py.to_text(py.get_attr(a[0], py.intern(name)?)?) };
    py.str(&format!("<symtable entry {}({}), line {}>", part("name")?, part("id")?, part("lineno")?))
})];

static FUNCTIONS: &[NativeDef] = &[def(
    "symtable",
    "($module, source, filename, startstr, /)",
    "Return symbol and scope dictionaries used internally by compiler.",
    symtable,
)];
