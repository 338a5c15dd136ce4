//! `_tokenize`: the tokens of a source, for `tokenize`.
//!
//! The source is read to its end when the first token is asked for. Limit: a `readline` that waits for somebody to type is asked
//! for everything before its first line is split.

use heap::Gc;
use python_compile::tokenize::{self, SourceToken};
use python_compile::{CompileError, ErrorKind};
use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::foreign;
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, bind, def, given};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use std::cell::{Cell, RefCell};

pub static MODULE: NativeModule = NativeModule {
    name: "_tokenize",
    doc: "",
    functions: &[],
    fill: |py, own| {
        let class = native_type(
            py,
            &NativeClass {
                module: "_tokenize",
                name: "TokenizerIter",
                doc: "",
                base: None,
                flags: flags::FINAL,
                constructor: Some(construct),
                methods: METHODS,
            },
        )?;
        py.vm().state::<Class>().0.set(Some(class));
        dict::set_symbol(py, own, py.intern("TokenizerIter")?, class.word())
    },
};

#[derive(Default)]
struct Class(Cell<Option<TypeRef>>);

/// A source that is being split. The words of the object are `readline` and the encoding.
struct Tokenizer {
    extra: bool,
    is_read: Cell<bool>,
    tokens: RefCell<std::vec::IntoIter<SourceToken>>,
    error: RefCell<Option<Box<CompileError>>>,
    /// The last line: tokens on it share the string.
    last: RefCell<String>,
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let signature = signature!("(readline, /, *, encoding=None, extra_tokens)");
    let [readline, encoding, extra] = bind::<3>(py, "tokenizeriter", signature, args)?;
    let value = Tokenizer {
        extra: py.truth(extra)?,
        is_read: Cell::new(false),
        tokens: RefCell::default(),
        error: RefCell::default(),
        last: RefCell::default(),
    };
    let native = py.vm().state::<Class>().0.get().unwrap_or(class);
    let made = foreign::new(py, native, value)?;
    let words = py.new_tuple(&[readline, given(encoding).unwrap_or(NONE)])?;
    made.words.set(py.mutator(), made, words);
    Ok(word(made))
}

/// All lines of the source.
fn read(py: Py, object: Gc<Foreign>) -> Result<String> {
    let words: Gc<Tuple> = as_object(object.words.get()).expect("made with the object");
    let (readline, encoding) = (words.items()[0].get(), words.items()[1].get());
    let mut text = String::new();
    loop {
        let line = py.call(readline, &[]);
        let Some(line) = py.unless(line, Ty::StopIteration)? else { break };
        let line = match encoding {
            NONE => line,
            encoding => {
                if py.cast::<Bytes>(line).is_none() {
                    return Err(py.type_error("readline() returned a non-bytes object"));
                }
                let errors = py.str("replace")?;
                py.call_method(line, py.intern("decode")?, &[encoding, errors])?
            }
        };
        let Some(line) = py.as_str(line) else {
            return Err(py.type_error("readline() returned a non-string object"));
        };
        if line.is_empty() {
            break;
        }
        text.push_str(&line.to_text());
    }
    Ok(text)
}

fn next(py: Py, a: &[Word]) -> Result {
    let own = foreign::expect::<Tokenizer>(py, a[0], "a TokenizerIter")?;
    if !own.is_read.replace(true) {
        let object = foreign::object_of(a[0]).expect("checked above");
        let text = read(py, object)?;
        if let Some(at) = text.find('\0') {
            let line = text[..at].matches('\n').count() as i64 + 1;
            let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
            return Err(py.raise_with(Ty::SyntaxError, &null_byte(py, line, &text[start..at])?));
        }
        let found = tokenize::tokenize(&text, own.extra);
        *own.tokens.borrow_mut() = found.tokens.into_iter();
        *own.error.borrow_mut() = found.error;
    }
    let token = own.tokens.borrow_mut().next();
    let Some(token) = token else {
        let error = own.error.borrow_mut().take();
        return match error {
            Some(error) => Err(raise(py, &error)?),
            None => Err(py.stop_iteration(NONE)),
        };
    };
    let place = |(line, column): (i64, i64)| -> Result {
        let pair = [py.int(line)?, py.int(column)?];
        py.new_tuple(&pair)
    };
    own.last.replace(token.line.clone());
    let words = [
        py.int(i64::from(token.kind))?,
        py.str(&token.text)?,
        place(token.start)?,
        place(token.end)?,
        py.str(&token.line)?,
    ];
    py.new_tuple(&words)
}

fn null_byte(py: Py, line: i64, text: &str) -> Result<[Word; 2]> {
    let (line, zero) = (py.int(line)?, py.int(0)?);
    let details = [py.str("<string>")?, line, zero, py.str(text)?, line, zero];
    Ok([py.str("source code cannot contain null bytes")?, py.new_tuple(&details)?])
}

fn raise(py: Py, error: &CompileError) -> Result<metatrace_machine::Raised> {
    let ty = match error.kind {
        ErrorKind::Indentation => Ty::IndentationError,
        ErrorKind::Tab => Ty::TabError,
        _ => Ty::SyntaxError,
    };
    let message = py.str(&error.message)?;
    let Some(at) = error.location else { return Ok(py.raise_with(ty, &[message])) };
    let (line, offset) = (py.int(at.line)?, py.int(at.offset)?);
    let filename = py.str("<string>")?;
    let Some(text) = &error.text else {
        // Without the text, its place is no argument.
        let raised = py.raise_with(ty, &[message]);
        let exception = py.take_raised();
        for (name, value) in
            [("filename", filename), ("lineno", line), ("offset", offset), ("end_lineno", line)]
        {
            py.set_attr(exception, py.intern(name)?, value)?;
        }
        let _ = raised;
        return Ok(py.raise(exception));
    };
    let is_bare = ty != Ty::SyntaxError || at.end_offset < at.offset;
    let (end_line, end_offset) =
        if is_bare { (NONE, NONE) } else { (py.int(at.end_line)?, py.int(at.end_offset)?) };
    let details = py.new_tuple(&[filename, line, offset, py.str(text)?, end_line, end_offset])?;
    Ok(py.raise_with(ty, &[message, details]))
}

static METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", next),
];
