//! `xmlparser`: the object that a program feeds with a document.

use super::handlers::{ATTRIBUTES, Calls, HANDLERS, Handler};
use super::{Types, raise_fault};
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::native::{NativeDef, def, getter, setter};
use python_model::objects::{Bytes, Dict, Str};
use python_model::py::{Py, Result, list_push};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_text::xml::fault::Position;
use python_text::xml::{Failure, Parser, Style};
use python_types::buffer;
use std::cell::{Cell, RefCell};

/// Behind the handlers' words: the dict that names are shared in, or None.
pub const INTERN: usize = HANDLERS;
/// The base of relative names, or None.
pub const BASE: usize = HANDLERS + 1;
const WORDS: usize = HANDLERS + 2;

/// What a read of a file asks for.
const READ_BYTES: i64 = 2048;
const DEFAULT_BUFFER: usize = 8192;
/// The number of the fault "parsing finished", which no document has.
const FINISHED: usize = 36;

/// A parser's settings and state; its words are [`word_at`].
pub struct State {
    /// Absent while it parses.
    parser: RefCell<Option<Parser>>,
    style: Option<Style>,
    declarations: RefCell<std::rc::Rc<RefCell<python_text::xml::dtd::Dtd>>>,
    is_finished: Cell<bool>,
    /// Whether anything has been parsed.
    is_started: Cell<bool>,
    pub at: Cell<Position>,
    /// The number of the fault that ended parsing, or 0.
    fault: Cell<usize>,
    /// The text of the event that is being told of.
    pub context: RefCell<String>,
    /// Character data that the handler has not got yet.
    pub collected: RefCell<String>,
    pub collects_text: Cell<bool>,
    pub buffer_size: Cell<usize>,
    pub in_order: Cell<bool>,
    pub only_specified: Cell<bool>,
    shows_prefix: Cell<bool>,
    defers: Cell<bool>,
}

/// A word of a parser's object. Precondition: it is one.
pub fn word_at(own: Word, index: usize) -> Word {
    foreign::words(own).item(index)
}

fn state<'a>(py: Py<'a>, own: Word) -> Result<&'a State> {
    foreign::expect(py, own, "an xmlparser")
}

/// The class of parsers. GC: allocates.
pub fn make_class(py: Py) -> Result<TypeRef> {
    let class = NativeClass {
        module: "pyexpat",
        name: "xmlparser",
        doc: "XML parser",
        base: None,
        flags: flags::FINAL | flags::NO_CONSTRUCTOR,
        constructor: None,
        methods: METHODS,
    };
    native_type(py, &class)
}

fn new(py: Py, parser: Parser, style: Option<Style>, intern: Word) -> Result {
    let class = py.vm().state::<Types>().parser.get().expect("the module made it");
    let list = py.new_list(WORDS)?;
    for _ in 0..WORDS {
        list_push(py, list, NONE)?;
    }
    let state = State {
        declarations: RefCell::new(parser.declarations()),
        at: Cell::new(parser.position()),
        parser: RefCell::new(Some(parser)),
        style,
        is_finished: Cell::default(),
        is_started: Cell::default(),
        fault: Cell::default(),
        context: RefCell::default(),
        collected: RefCell::default(),
        collects_text: Cell::default(),
        buffer_size: Cell::new(DEFAULT_BUFFER),
        in_order: Cell::default(),
        only_specified: Cell::default(),
        shows_prefix: Cell::default(),
        defers: Cell::new(true),
    };
    let object = foreign::new(py, class, state)?;
    object.words.set(py.mutator(), object, word(list));
    foreign::put(py, word(object), INTERN, intern);
    Ok(word(object))
}

/// The text of an argument that may be None.
fn optional(py: Py, value: Word, function: &str, name: &str) -> Result<Option<String>> {
    if value == NONE || value == UNSET {
        return Ok(None);
    }
    match py.cast::<Str>(value) {
        Some(text) => Ok(Some(text.as_str().unwrap_or_default().to_owned())),
        None => {
            let what = py.argument_type(value);
            Err(py.type_error(format!("{function}() argument {name} must be str or None, not {what}")))
        }
    }
}

/// `ParserCreate`
pub fn create(py: Py, a: &[Word]) -> Result {
    let encoding = optional(py, a[0], "ParserCreate", "'encoding'")?;
    let separator = optional(py, a[1], "ParserCreate", "'namespace_separator'")?;
    if separator.as_ref().is_some_and(|text| text.chars().count() > 1) {
        let text = "namespace_separator must be at most one character, omitted, or None";
        return Err(py.value_error(text));
    }
    let intern = match a[2] {
        UNSET => word(python_model::dict::new(py)?),
        NONE => NONE,
        given if py.cast::<Dict>(given).is_some() => py.base(given),
        _ => return Err(py.type_error("intern must be a dictionary")),
    };
    let style = separator.map(|separator| Style { separator, shows_prefix: false });
    new(py, Parser::new(encoding, style.clone()), style, intern)
}

/// A handler as the program set it.
pub fn handler(py: Py, own: Word, which: Handler) -> Result {
    state(py, own)?;
    Ok(word_at(own, which as usize))
}

pub fn set_handler(py: Py, own: Word, which: Handler, value: Word) -> Result {
    let state = state(py, own)?;
    if value == UNSET {
        return Err(py.runtime_error("Cannot delete attribute"));
    }
    if which == Handler::CharacterData {
        // What was collected is the old one's.
        Calls { py, own, state }.flush()?;
    }
    foreign::put(py, own, which as usize, value);
    Ok(NONE)
}

/// Parses more of the document: 1. Errors: the handlers', and those of the document.
fn feed(py: Py, own: Word, bytes: &[u8], is_final: bool) -> Result {
    let state = state(py, own)?;
    let parser = state.parser.borrow_mut().take();
    let Some(mut parser) = parser.filter(|_| !state.is_finished.get()) else {
        return Err(raise_fault(py, FINISHED, state.at.get()));
    };
    state.is_started.set(true);
    parser.show_prefixes(state.shows_prefix.get());
    let mut calls = Calls { py, own, state };
    let fed = parser.feed(bytes, is_final, &mut calls);
    state.is_finished.set(is_final || fed.is_err());
    state.at.set(parser.position());
    *state.parser.borrow_mut() = Some(parser);
    state.context.borrow_mut().clear();
    match fed {
        Ok(()) => {
            calls.flush()?;
            py.int(1)
        }
        Err(Failure::Sink(raised)) => Err(raised),
        Err(Failure::Fault(code, at)) => {
            calls.flush()?;
            state.fault.set(code as usize);
            state.at.set(at);
            Err(raise_fault(py, code as usize, at))
        }
    }
}

fn parse(py: Py, a: &[Word]) -> Result {
    let is_final = a[2] != UNSET && py.truth(a[2])?;
    if let Some(text) = py.as_str(a[1]) {
        let own = state(py, a[0])?;
        if !own.is_started.get()
            && let Some(parser) = own.parser.borrow_mut().as_mut()
        {
            // Whatever the document says of itself, text comes as UTF-8.
            parser.set_encoding("utf-8");
        }
        let bytes = text.as_bytes().to_vec();
        return feed(py, a[0], &bytes, is_final);
    }
    let bytes = buffer::get(py, a[1])?.to_vec();
    feed(py, a[0], &bytes, is_final)
}

fn parse_file(py: Py, a: &[Word]) -> Result {
    let read = match py.get_attr_opt(a[1], py.intern("read")?)? {
        Some(read) => read,
        None => return Err(py.type_error("argument must have 'read' attribute")),
    };
    loop {
        let piece = py.call(read, &[py.int(READ_BYTES)?])?;
        let bytes = match (py.cast::<Bytes>(piece), py.as_str(piece)) {
            (Some(bytes), _) => bytes.items().to_vec(),
            (None, Some(text)) => text.as_bytes().to_vec(),
            (None, None) => {
                let what = py.type_name(piece);
                return Err(py.type_error(format!("read() did not return a bytes object (type={what})")));
            }
        };
        let is_final = bytes.is_empty();
        let result = feed(py, a[0], &bytes, is_final)?;
        if is_final {
            return Ok(result);
        }
    }
}

fn parser_of_entity(py: Py, a: &[Word]) -> Result {
    let own = state(py, a[0])?;
    let encoding = optional(py, a[2], "ExternalEntityParserCreate", "2")?;
    let declarations = own.declarations.borrow().clone();
    let parser = Parser::for_entity(encoding, own.style.clone(), declarations);
    let made = new(py, parser, own.style.clone(), word_at(a[0], INTERN))?;
    for index in (0..HANDLERS).chain([BASE]) {
        foreign::put(py, made, index, word_at(a[0], index));
    }
    let copy = state(py, made)?;
    copy.collects_text.set(own.collects_text.get());
    copy.buffer_size.set(own.buffer_size.get());
    copy.in_order.set(own.in_order.get());
    copy.only_specified.set(own.only_specified.get());
    copy.shows_prefix.set(own.shows_prefix.get());
    Ok(made)
}

fn set_buffer_size(py: Py, a: &[Word]) -> Result {
    let own = state(py, a[0])?;
    let Some(size) = python_model::value::as_i64(py.base(a[1])) else {
        return Err(py.type_error("buffer_size must be an integer"));
    };
    match size {
        ..=0 => Err(py.value_error("buffer_size must be greater than zero")),
        size if size > i64::from(i32::MAX) => {
            Err(py.value_error(format!("buffer_size must not be greater than {}", i32::MAX)))
        }
        size => {
            Calls { py, own: a[0], state: own }.flush()?;
            own.buffer_size.set(size as usize);
            Ok(NONE)
        }
    }
}

fn set_buffer_text(py: Py, a: &[Word]) -> Result {
    let own = state(py, a[0])?;
    let collects = py.truth(a[1])?;
    if !collects {
        Calls { py, own: a[0], state: own }.flush()?;
    }
    own.collects_text.set(collects);
    Ok(NONE)
}

/// A truth value among the settings.
macro_rules! setting {
    ($name:literal, $field:ident) => {
        setter($name, |py, a| {
            let value = py.truth(a[1])?;
            state(py, a[0])?.$field.set(value);
            Ok(NONE)
        })
    };
}

/// A number of the place where parsing is, or where it failed.
macro_rules! place {
    ($name:literal, $field:ident) => {
        getter($name, "", |py, a| py.int(state(py, a[0])?.at.get().$field as i64))
    };
}

macro_rules! truth {
    ($name:literal, $field:ident) => {
        getter($name, "", |py, a| Ok(bool_word(state(py, a[0])?.$field.get())))
    };
}

static OWN: &[NativeDef] = &[
    def(
        "Parse",
        "($self, data, isfinal=False, /)",
        "Parse XML data.\n\n'isfinal' should be true at end of input.",
        parse,
    ),
    def("ParseFile", "($self, file, /)", "Parse XML data from file-like object.", parse_file),
    def("SetBase", "($self, base, /)", "Set the base URL for the parser.", |py, a| {
        state(py, a[0])?;
        let base = word(py.expect_str(a[1], "SetBase() argument")?);
        foreign::put(py, a[0], BASE, base);
        Ok(NONE)
    }),
    def("GetBase", "($self, /)", "Return base URL string for the parser.", |py, a| {
        state(py, a[0])?;
        Ok(word_at(a[0], BASE))
    }),
    def(
        "GetInputContext",
        "($self, /)",
        "Return the untranslated text of the input that caused the current event.\n\nIf the event was generated by a large amount of text (such as a start tag\nfor an element with many attributes), not all of the text may be available.",
        |py, a| {
            let own = state(py, a[0])?;
            // There is an event only while a handler is called.
            match own.parser.borrow().is_some() {
                true => Ok(NONE),
                false => py.new_bytes(own.context.borrow().as_bytes()),
            }
        },
    ),
    def(
        "ExternalEntityParserCreate",
        "($self, context, encoding=None, /)",
        "Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.",
        parser_of_entity,
    ),
    def(
        "SetParamEntityParsing",
        "($self, flag, /)",
        "Controls parsing of parameter entities (including the external DTD subset).\n\nPossible flag values are XML_PARAM_ENTITY_PARSING_NEVER,\nXML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\nXML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag\nwas successful.",
        |py, a| {
            state(py, a[0])?;
            // They are never read, and that can be had.
            py.int(i64::from(py.index(a[1])? == 0))
        },
    ),
    def("GetReparseDeferralEnabled", "($self, /)", "Retrieve reparse deferral enabled status.", |py, a| {
        Ok(bool_word(state(py, a[0])?.defers.get()))
    }),
    def("SetReparseDeferralEnabled", "($self, enabled, /)", "Enable/Disable reparse deferral.", |py, a| {
        let enabled = py.truth(a[1])?;
        state(py, a[0])?.defers.set(enabled);
        Ok(NONE)
    }),
    getter("intern", "", |py, a| {
        state(py, a[0])?;
        Ok(word_at(a[0], INTERN))
    }),
    place!("CurrentLineNumber", line),
    place!("CurrentColumnNumber", column),
    place!("ErrorLineNumber", line),
    place!("ErrorColumnNumber", column),
    getter("CurrentByteIndex", "", byte_index),
    getter("ErrorByteIndex", "", byte_index),
    getter("ErrorCode", "", |py, a| py.int(state(py, a[0])?.fault.get() as i64)),
    truth!("buffer_text", collects_text),
    setter("buffer_text", set_buffer_text),
    getter("buffer_size", "", |py, a| py.int(state(py, a[0])?.buffer_size.get() as i64)),
    setter("buffer_size", set_buffer_size),
    getter("buffer_used", "", |py, a| py.int(state(py, a[0])?.collected.borrow().len() as i64)),
    truth!("namespace_prefixes", shows_prefix),
    setting!("namespace_prefixes", shows_prefix),
    truth!("ordered_attributes", in_order),
    setting!("ordered_attributes", in_order),
    truth!("specified_attributes", only_specified),
    setting!("specified_attributes", only_specified),
];

/// -1 before anything was parsed.
fn byte_index(py: Py, a: &[Word]) -> Result {
    let own = state(py, a[0])?;
    py.int(if own.is_started.get() { own.at.get().byte as i64 } else { -1 })
}

static METHODS: &[NativeDef] =
    &python_model::native::join::<{ OWN.len() + ATTRIBUTES.len() }>(&[OWN, ATTRIBUTES]);
