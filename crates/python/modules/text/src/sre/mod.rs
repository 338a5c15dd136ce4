//! `_sre`: regular expressions. The library parses and compiles patterns; this matches them.
//!
//! `program` translates the library's opcodes, `first` and `search` say where to try, `machine` is the matcher; the other files are the
//! types that Python sees. Limits: `LOCALE` means the C locale; a match that needs more than a gigabyte of choices raises `MemoryError`.

mod charset;
mod engine;
mod first;
mod machine;
mod match_;
mod opcodes;
mod pattern;
mod program;
mod scanner;
mod search;
mod subject;
mod substitute;
#[cfg(test)]
mod tests;

use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

pub static MODULE: NativeModule = NativeModule {
    name: "_sre",
    doc: "",
    functions: FUNCTIONS,
    fill: |py, own| {
        Types::make(py)?;
        let texts = [("copyright", " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ")];
        for (name, text) in texts {
            dict::set_symbol(py, own, py.intern(name)?, py.str(text)?)?;
        }
        let numbers = [
            ("MAGIC", opcodes::MAGIC),
            ("CODESIZE", 4),
            ("MAXREPEAT", i64::from(opcodes::MAXREPEAT)),
            ("MAXGROUPS", opcodes::MAXGROUPS),
        ];
        for (name, number) in numbers {
            dict::set_symbol(py, own, py.intern(name)?, py.int(number)?)?;
        }
        Ok(())
    },
};

/// The types of this module.
#[derive(Default)]
struct Types {
    pattern: Cell<Option<TypeRef>>,
    match_: Cell<Option<TypeRef>>,
    scanner: Cell<Option<TypeRef>>,
    template: Cell<Option<TypeRef>>,
}

impl Types {
    fn make(py: Py) -> Result<()> {
        let types = py.vm().state::<Types>();
        let made = |module, name, doc, methods| {
            native_type(
                py,
                &NativeClass {
                    module,
                    name,
                    doc,
                    base: None,
                    flags: flags::FINAL | flags::HAS_WEAKREF | flags::NO_CONSTRUCTOR,
                    constructor: None,
                    methods,
                },
            )
        };
        types.pattern.set(Some(made(
            "re",
            "Pattern",
            "Compiled regular expression object.",
            pattern::METHODS,
        )?));
        let doc =
            "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.";
        types.match_.set(Some(made("re", "Match", doc, match_::METHODS)?));
        types.scanner.set(Some(made("_sre", "SRE_Scanner", "", scanner::METHODS)?));
        types.template.set(Some(made("_sre", "SRE_Template", "", &[])?));
        Ok(())
    }

    fn pattern(py: Py) -> TypeRef {
        py.vm().state::<Types>().pattern.get().expect("the module made it")
    }
    fn match_(py: Py) -> TypeRef {
        py.vm().state::<Types>().match_.get().expect("the module made it")
    }
    fn scanner(py: Py) -> TypeRef {
        py.vm().state::<Types>().scanner.get().expect("the module made it")
    }
    fn template(py: Py) -> TypeRef {
        py.vm().state::<Types>().template.get().expect("the module made it")
    }
}

/// The code point in an argument.
fn character(py: Py, value: Word) -> Result<u32> {
    let number = py.index(value)?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "compile",
        "($module, /, pattern, flags, code, groups, groupindex, indexgroup)",
        "",
        pattern::compile,
    ),
    def(
        "template",
        "($module, pattern, template, /)",
        "\n\n  template\n    A list containing interleaved literal strings (str or bytes) and group\n    indices (int), as returned by re._parser.parse_template():\n        [literal1, group1, ..., literalN, groupN]",
        substitute::template,
    ),
    def("getcodesize", "($module, /)", "", |py, _| py.int(4)),
    def("ascii_iscased", "($module, character, /)", "", |py, a| {
        let c = character(py, a[0])?;
        Ok(bool_word(u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())))
    })
    .quiet(),
    def("unicode_iscased", "($module, character, /)", "", |py, a| {
        Ok(bool_word(charset::is_cased(character(py, a[0])?)))
    })
    .quiet(),
    def("ascii_tolower", "($module, character, /)", "", |py, a| {
        py.int(charset::lower_ascii(character(py, a[0])?).into())
    })
    .quiet(),
    def("unicode_tolower", "($module, character, /)", "", |py, a| {
        py.int(charset::lower(character(py, a[0])?, opcodes::Folding::Unicode).into())
    })
    .quiet(),
];
