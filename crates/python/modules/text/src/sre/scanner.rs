//! `SRE_Scanner`: one match after the other, and what `finditer` is made of.

use super::Types;
use super::engine::{Engine, Mode, poller};
use super::match_;
use super::pattern;
use heap::{Gc, Header, WordSlot};
use python_model::native::{NativeDef, def, getter};
use python_model::objects::{LazyIter, Tuple};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_model::{foreign, functions};
use std::cell::Cell;

/// The words of its object: the pattern, the subject.
pub struct Scanner {
    /// `pos` and `endpos`, clipped: indices.
    range: (usize, usize),
    end: usize,
    /// Byte offset where the next match is looked for.
    at: Cell<Option<usize>>,
    must_advance: Cell<bool>,
    /// A search is running, which calls back into Python for signals only.
    is_running: Cell<bool>,
}

/// `Pattern.scanner`
pub fn of_pattern(py: Py, a: &[Word]) -> Result {
    let pattern = pattern::get(py, a[0])?;
    let subject = pattern.subject(py, a[1])?;
    let range = subject.range(py, a[2], a[3])?;
    let made = Scanner {
        range,
        end: subject.offset(py, range.1),
        at: Cell::new(Some(subject.offset(py, range.0))),
        must_advance: Cell::new(false),
        is_running: Cell::new(false),
    };
    let words = py.new_tuple(&[a[0], a[1]])?;
    let object = foreign::new(py, Types::scanner(py), made)?;
    object.words.set(py.mutator(), object, words);
    Ok(word(object))
}

/// `Pattern.finditer`: calls a scanner's `search` until it returns None.
pub fn find_iter(py: Py, a: &[Word]) -> Result {
    let scanner = of_pattern(py, a)?;
    let function = functions::new_builtin(py, &METHODS[1], Types::scanner(py).word())?;
    let search = py.bound_method(function, scanner)?;
    let iterator = py.alloc(LazyIter {
        header: Header::EMPTY,
        kind: Cell::new(Ty::CallableIterator as i64),
        source: WordSlot::new(search),
        extra: WordSlot::new(NONE),
        index: Cell::new(0),
    })?;
    Ok(word(iterator))
}

fn words(value: Word) -> Gc<Tuple> {
    let object = foreign::object_of(value).expect("the caller has found the scanner");
    as_object(object.words.get()).expect("set when the scanner was made")
}

fn step(py: Py, own: Word, mode: Mode) -> Result {
    let scanner: &Scanner = foreign::expect(py, own, "a scanner")?;
    let words = words(own);
    let (owner, string) = (words.items()[0].get(), words.items()[1].get());
    let Some(at) = scanner.at.get() else { return Ok(NONE) };
    if scanner.is_running.replace(true) {
        return Err(py.value_error("regular expression scanner already executing"));
    }
    let result = (|| {
        let pattern = pattern::get(py, owner)?;
        let subject = pattern.subject(py, string)?;
        let program = pattern.program(py, &subject)?;
        let poll = poller(py);
        let mut engine = Engine::new(py, program, &subject, at, scanner.end, &poll);
        engine.must_advance = scanner.must_advance.get();
        let found = engine.next(mode)?;
        scanner.at.set(engine.at);
        scanner.must_advance.set(engine.must_advance);
        match found {
            Some(span) => match_::new(py, owner, &subject, &engine, span, scanner.range),
            None => Ok(NONE),
        }
    })();
    scanner.is_running.set(false);
    result
}

pub static METHODS: &[NativeDef] = &[
    def("match", "($self, /)", "", |py, a| step(py, a[0], Mode::Match)),
    def("search", "($self, /)", "", |py, a| step(py, a[0], Mode::Search)),
    getter("pattern", "", |py, a| {
        foreign::expect::<Scanner>(py, a[0], "a scanner")?;
        Ok(words(a[0]).items()[0].get())
    }),
];
