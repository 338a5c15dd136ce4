//! `_json`: the scanner and the encoder behind `json`.

mod encoder;
mod scanner;

use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use std::cell::Cell;

pub static MODULE: NativeModule = NativeModule {
    name: "_json",
    doc: "json speedups\n",
    functions: FUNCTIONS,
    fill: |py, own| {
        let made = |name, doc, constructor, methods| {
            let class = NativeClass {
                module: "_json",
                name,
                doc,
                base: None,
                flags: 0,
                constructor: Some(constructor),
                methods,
            };
            native_type(py, &class)
        };
        let types = py.vm().state::<Types>();
        let scanner = made("Scanner", "JSON scanner object", scanner::make, scanner::METHODS)?;
        let doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)";
        let encoder = made("Encoder", doc, encoder::make, encoder::METHODS)?;
        types.scanner.set(Some(scanner));
        types.encoder.set(Some(encoder));
        dict::set_symbol(py, own, py.intern("make_scanner")?, scanner.word())?;
        dict::set_symbol(py, own, py.intern("make_encoder")?, encoder.word())
    },
};

#[derive(Default)]
struct Types {
    scanner: Cell<Option<TypeRef>>,
    encoder: Cell<Option<TypeRef>>,
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "scanstring",
        "(string, end, strict=True, /)",
        "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote.",
        scanner::scan_string,
    ),
    def(
        "encode_basestring",
        "($module, object, /)",
        "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string",
        |py, a| encoder::encode_string(py, a[0], false),
    ),
    def(
        "encode_basestring_ascii",
        "($module, object, /)",
        "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string",
        |py, a| encoder::encode_string(py, a[0], true),
    ),
];

/// The words of an object of this module. Precondition: it is one.
fn word_of(value: Word, index: usize) -> Word {
    let object = python_model::foreign::object_of(value).expect("the caller has found it");
    let words: heap::Gc<python_model::objects::Tuple> =
        as_object(object.words.get()).expect("set when it was made");
    words.items()[index].get()
}

/// Makes an object with these words.
fn make_object<T: 'static>(
    py: Py,
    class: TypeRef,
    native: &Cell<Option<TypeRef>>,
    value: T,
    words: &[Word],
) -> Result {
    let native = native.get().expect("the module made it");
    let words = py.new_tuple(words)?;
    let made = python_model::foreign::new_of(py, class, native, value)?;
    let object = python_model::foreign::object_of(made).expect("just made");
    object.words.set(py.mutator(), object, words);
    Ok(made)
}
