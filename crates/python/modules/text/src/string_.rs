//! `_string`: what `string.Formatter` reads format strings with.

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::{List, Str};
use python_model::py::{Py, Result, list_push};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_text::format::FormatError;
use python_text::format::fields::{First, Markups, Step, split_name};
use python_types::sequence::format_error;
use std::cell::Cell;

pub static MODULE: NativeModule = NativeModule {
    name: "_string",
    doc: "string helper module",
    functions: &[
        def("formatter_parser", "($module, object, /)", "parse the argument as a format string", parser),
        def(
            "formatter_field_name_split",
            "($module, object, /)",
            "split the argument as a field name",
            field_name_split,
        ),
    ],
    fill: |py, _| {
        let made = |name| NativeClass {
            module: "builtins",
            name,
            doc: "",
            base: None,
            flags: flags::FINAL | flags::NO_CONSTRUCTOR,
            constructor: None,
            methods: METHODS,
        };
        let types = py.vm().state::<Types>();
        types.parser.set(Some(native_type(py, &made("formatteriterator"))?));
        types.steps.set(Some(native_type(py, &made("fieldnameiterator"))?));
        Ok(())
    },
};

#[derive(Default)]
struct Types {
    parser: Cell<Option<TypeRef>>,
    steps: Cell<Option<TypeRef>>,
}

/// Gives the items of a list, then raises the error that ended the reading of the text.
struct Pieces {
    next: Cell<usize>,
    error: Cell<Option<FormatError>>,
}

static METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let pieces: &Pieces = foreign::expect(py, a[0], "an iterator")?;
        let object = foreign::object_of(a[0]).expect("its value was found");
        let list: Gc<List> = as_object(object.words.get()).expect("a list was put there");
        let at = pieces.next.get();
        if at < list.len() {
            pieces.next.set(at + 1);
            return Ok(list.item(at));
        }
        match pieces.error.take() {
            Some(error) => Err(format_error(py, error)),
            None => Err(py.stop_iteration(NONE)),
        }
    }),
];

fn iterator(py: Py, class: &Cell<Option<TypeRef>>, list: Gc<List>, error: Option<FormatError>) -> Result {
    let class = class.get().expect("the module made it");
    let object = foreign::new(py, class, Pieces { next: Cell::new(0), error: Cell::new(error) })?;
    object.words.set(py.mutator(), object, word(list));
    Ok(word(object))
}

fn text(py: Py, value: Word) -> Result<Gc<Str>> {
    match py.as_str(value) {
        Some(text) => Ok(text),
        None => Err(py.type_error(format!("expected str, got {}", py.type_name(value)))),
    }
}

/// Tuples of literal, field name, format spec and conversion.
fn parser(py: Py, a: &[Word]) -> Result {
    let text = text(py, a[0])?;
    let list = py.new_list(0)?;
    let mut error = None;
    for markup in Markups::new(text.as_bytes()) {
        let markup = match markup {
            Ok(markup) => markup,
            Err(found) => {
                error = Some(found);
                break;
            }
        };
        let literal = py.str_bytes(markup.literal)?;
        let [name, spec, conversion] = match markup.field {
            None => [NONE; 3],
            Some(field) => {
                let conversion = match field.conversion {
                    Some(c) => py.str_bytes(&python_text::code_points::from_code_point(c))?,
                    None => NONE,
                };
                [py.str_bytes(field.name)?, py.str_bytes(field.spec)?, conversion]
            }
        };
        list_push(py, list, py.new_tuple(&[literal, name, spec, conversion])?)?;
    }
    iterator(py, &py.vm().state::<Types>().parser, list, error)
}

/// The first part, and an iterator over pairs: whether a step is an attribute, and its name, key or index.
fn field_name_split(py: Py, a: &[Word]) -> Result {
    let text = text(py, a[0])?;
    let (first, steps) = split_name(text.as_bytes()).map_err(|error| format_error(py, error))?;
    let first = match first {
        First::Automatic => py.str("")?,
        First::Index(index) => py.int(index)?,
        First::Name(name) => py.str_bytes(name)?,
    };
    let list = py.new_list(0)?;
    let mut error = None;
    for step in steps {
        let (is_attribute, value) = match step {
            Ok(Step::Attribute(name)) => (TRUE, py.str_bytes(name)?),
            Ok(Step::Index(index)) => (FALSE, py.int(index)?),
            Ok(Step::Key(key)) => (FALSE, py.str_bytes(key)?),
            Err(found) => {
                error = Some(found);
                break;
            }
        };
        list_push(py, list, py.new_tuple(&[is_attribute, value])?)?;
    }
    py.new_tuple(&[first, iterator(py, &py.vm().state::<Types>().steps, list, error)?])
}
