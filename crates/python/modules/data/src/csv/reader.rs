//! The reader: a state machine over the code points of the lines.
//!
//! A line is followed by an end of line of its own ([`END`]), so that a row can go on in the next line only within quotes or behind an
//! escape.

use super::dialect::{Dialect, Quoting};
use super::{State as ModuleState, arguments, error, keeping, kept};
use heap::Gc;
use python_model::foreign;
use python_model::native::{Args, NativeDef, def, getter};
use python_model::objects::List;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use python_text::code_points::push;
use std::cell::{Cell, RefCell};

/// Behind the last character of each line; no code point.
const END: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuotes,
    EscapedInQuotes,
    /// Behind a quote within quotes: it ends them, or stands for itself.
    QuoteInQuotes,
    /// Behind the end of a row: nothing but further ends may follow in its line.
    AfterRecord,
    AfterEscapedEnd,
}

struct Reader {
    dialect: Dialect,
    state: Cell<State>,
    /// WTF-8 of the field being read, and its length in code points.
    field: RefCell<Vec<u8>>,
    length: Cell<usize>,
    is_unquoted: Cell<bool>,
    line: Cell<i64>,
}

/// What the object keeps: iterator and dialect.
const ITERATOR: usize = 0;
const DIALECT: usize = 1;

pub fn make(py: Py, args: Args) -> Result {
    let (iterable, value, dialect) = arguments(py, "reader", args)?;
    let iterator = py.iter(iterable)?;
    let reader = Reader {
        dialect: dialect.clone(),
        state: Cell::new(State::StartRecord),
        field: RefCell::default(),
        length: Cell::new(0),
        is_unquoted: Cell::new(true),
        line: Cell::new(0),
    };
    keeping(py, &py.vm().state::<ModuleState>().reader, reader, &[iterator, value]).map(word)
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Reader> {
    foreign::expect(py, value, "a '_csv.reader' object")
}

impl Reader {
    fn add(&self, py: Py, character: u32) -> Result<()> {
        let limit = py.vm().state::<ModuleState>().field_limit.get();
        if self.length.get() as i64 >= limit {
            return Err(error(py, format!("field larger than field limit ({limit})")));
        }
        push(&mut self.field.borrow_mut(), character);
        self.length.set(self.length.get() + 1);
        Ok(())
    }

    /// Ends the field.
    fn save(&self, py: Py, row: Gc<List>) -> Result<()> {
        let (is_unquoted, quoting) = (self.is_unquoted.get(), self.dialect.quoting);
        let is_empty = self.length.get() == 0;
        let value = if is_unquoted && is_empty && quoting.tells_none() {
            NONE
        } else {
            let text = py.str_bytes(&self.field.borrow())?;
            match is_unquoted && !is_empty && quoting.tells_numbers() {
                true => py.call(py.ty(Ty::Float).word(), &[text])?,
                false => text,
            }
        };
        self.reset_field();
        list_push(py, row, value)
    }

    fn reset_field(&self) {
        self.field.borrow_mut().clear();
        self.length.set(0);
        self.is_unquoted.set(true);
    }

    /// One character, or [`END`].
    fn step(&self, py: Py, row: Gc<List>, character: u32) -> Result<()> {
        let dialect = &self.dialect;
        let is_newline = character == u32::from(b'\n') || character == u32::from(b'\r');
        let is_quote = dialect.quoting != Quoting::None && dialect.quote == Some(character);
        let is_escape = dialect.escape == Some(character);
        let after_row = if character == END { State::StartRecord } else { State::AfterRecord };
        let next = match self.state.get() {
            State::StartRecord if character == END => return Ok(()),
            State::StartRecord if is_newline => State::AfterRecord,
            State::StartRecord | State::StartField => {
                if is_newline || character == END {
                    self.save(py, row)?;
                    after_row
                } else if is_quote {
                    self.is_unquoted.set(false);
                    State::InQuotes
                } else if is_escape {
                    State::Escaped
                } else if character == u32::from(b' ') && dialect.skips_initial_space {
                    State::StartField
                } else if character == dialect.delimiter {
                    self.save(py, row)?;
                    State::StartField
                } else {
                    self.add(py, character)?;
                    State::InField
                }
            }
            State::Escaped if is_newline => {
                self.add(py, character)?;
                State::AfterEscapedEnd
            }
            State::Escaped => {
                self.add(py, if character == END { u32::from(b'\n') } else { character })?;
                State::InField
            }
            State::AfterEscapedEnd if character == END => return Ok(()),
            State::InField | State::AfterEscapedEnd => {
                if is_newline || character == END {
                    self.save(py, row)?;
                    after_row
                } else if is_escape {
                    State::Escaped
                } else if character == dialect.delimiter {
                    self.save(py, row)?;
                    State::StartField
                } else {
                    self.add(py, character)?;
                    State::InField
                }
            }
            State::InQuotes => match character {
                END => State::InQuotes,
                _ if is_escape => State::EscapedInQuotes,
                _ if is_quote && dialect.doubles_quotes => State::QuoteInQuotes,
                _ if is_quote => State::InField,
                _ => {
                    self.add(py, character)?;
                    State::InQuotes
                }
            },
            State::EscapedInQuotes => {
                self.add(py, if character == END { u32::from(b'\n') } else { character })?;
                State::InQuotes
            }
            State::QuoteInQuotes => {
                if is_quote {
                    self.add(py, character)?;
                    State::InQuotes
                } else if character == dialect.delimiter {
                    self.save(py, row)?;
                    State::StartField
                } else if is_newline || character == END {
                    self.save(py, row)?;
                    after_row
                } else if !dialect.is_strict {
                    self.add(py, character)?;
                    State::InField
                } else {
                    let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                    let (delimiter, quote) = (shown(dialect.delimiter), dialect.quote.map_or('"', shown));
                    return Err(error(py, format!("'{delimiter}' expected after '{quote}'")));
                }
            }
            State::AfterRecord if is_newline => State::AfterRecord,
            State::AfterRecord if character == END => State::StartRecord,
            State::AfterRecord => {
                return Err(error(
                    py,
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                ));
            }
        };
        self.state.set(next);
        Ok(())
    }
}

/// The next row.
fn next(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let row = py.new_list(0)?;
    own.reset_field();
    own.state.set(State::StartRecord);
    loop {
        let Some(line) = py.next(kept(a[0], ITERATOR))? else {
            // The lines end within a row.
            let is_within = own.length.get() > 0 || own.state.get() == State::InQuotes;
            if !is_within {
                return Err(py.stop_iteration(NONE));
            }
            if own.dialect.is_strict {
                return Err(error(py, "unexpected end of data"));
            }
            own.save(py, row)?;
            return Ok(word(row));
        };
        let Some(text) = py.as_str(line) else {
            let found = py.type_name(line);
            return Err(error(
                py,
                format!(
                    "iterator should return strings, not {found} (the file should be opened in text mode)"
                ),
            ));
        };
        own.line.set(own.line.get() + 1);
        for character in python_model::strings::code_points(text.as_bytes()) {
            own.step(py, row, character)?;
        }
        own.step(py, row, END)?;
        if own.state.get() == State::StartRecord {
            return Ok(word(row));
        }
    }
}

pub static METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", next),
    getter("dialect", "", |py, a| {
        receiver(py, a[0])?;
        Ok(kept(a[0], DIALECT))
    }),
    getter("line_num", "", |py, a| py.int(receiver(py, a[0])?.line.get())),
];
