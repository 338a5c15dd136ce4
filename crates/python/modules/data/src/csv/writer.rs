//! The writer: one call of the file's `write` for each row.

use super::dialect::{Dialect, Quoting};
use super::{State, arguments, error, keeping, kept};
use python_model::foreign;
use python_model::native::{Args, NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::code_points::push;

struct Writer {
    dialect: Dialect,
}

/// What the object keeps: the file's method `write`, and the dialect.
const WRITE: usize = 0;
const DIALECT: usize = 1;

pub fn make(py: Py, args: Args) -> Result {
    let (file, value, dialect) = arguments(py, "writer", args)?;
    let write = match py.get_attr_opt(file, py.intern("write")?)? {
        Some(write) if py.is_callable(write) => write,
        _ => return Err(py.type_error("argument 1 must have a \"write\" method")),
    };
    let writer = Writer { dialect: dialect.clone() };
    keeping(py, &py.vm().state::<State>().writer, writer, &[write, value]).map(word)
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Writer> {
    foreign::expect(py, value, "a '_csv.writer' object")
}

/// A row being put together, as WTF-8.
struct Row<'d> {
    dialect: &'d Dialect,
    text: Vec<u8>,
    field_count: usize,
}

impl Row<'_> {
    /// Adds a field. `is_none`: it is empty because the value was None.
    fn add(&mut self, py: Py, field: &[u8], is_none: bool, mut is_quoted: bool) -> Result<()> {
        let dialect = self.dialect;
        if field.is_empty() && dialect.delimiter == u32::from(b' ') && dialect.skips_initial_space {
            if dialect.quoting == Quoting::None || (is_none && dialect.quoting.tells_none()) {
                return Err(error(
                    py,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            is_quoted = true;
        }
        if self.field_count > 0 {
            push(&mut self.text, dialect.delimiter);
        }
        self.field_count += 1;
        let mut written = Vec::with_capacity(field.len());
        for character in python_model::strings::code_points(field) {
            let (is_quote, is_escape) = (dialect.quote == Some(character), dialect.escape == Some(character));
            let is_special = is_quote
                || is_escape
                || character == dialect.delimiter
                || character == u32::from(b'\n')
                || character == u32::from(b'\r')
                || dialect.ends_line(character);
            if is_special {
                let is_doubled = is_quote && dialect.doubles_quotes && dialect.quoting != Quoting::None;
                let is_escaped = dialect.quoting == Quoting::None || (is_quote && !is_doubled) || is_escape;
                if is_doubled {
                    push(&mut written, character);
                }
                if is_escaped {
                    let Some(escape) = dialect.escape else {
                        return Err(error(py, "need to escape, but no escapechar set"));
                    };
                    push(&mut written, escape);
                } else {
                    is_quoted = true;
                }
            }
            push(&mut written, character);
        }
        let quote = dialect.quote.filter(|_| is_quoted);
        if let Some(quote) = quote {
            push(&mut self.text, quote);
        }
        self.text.extend_from_slice(&written);
        if let Some(quote) = quote {
            push(&mut self.text, quote);
        }
        Ok(())
    }
}

/// Whether a value counts as a number: it converts to one.
fn is_number(py: Py, value: Word) -> Result<bool> {
    match V::of(py.base(value)) {
        V::Int(_) | V::Big(_) | V::Bool(_) | V::Float(_) => return Ok(true),
        V::Str(_) | V::None => return Ok(false),
        _ => {}
    }
    for name in ["__index__", "__int__", "__float__"] {
        if py.type_of(value).lookup(py, py.intern(name)?).is_some() {
            return Ok(true);
        }
    }
    Ok(py.is_a(value, Ty::Complex))
}

fn write_row(py: Py, own: Word, values: Word) -> Result {
    let writer = receiver(py, own)?;
    let dialect = &writer.dialect;
    let iterator = match py.iter(values) {
        Ok(iterator) => iterator,
        Err(raised) => {
            return Err(match py.take_if(Ty::TypeError) {
                Some(_) => error(py, format!("iterable expected, not {}", py.type_name(values))),
                None => raised,
            });
        }
    };
    let mut row = Row { dialect, text: Vec::new(), field_count: 0 };
    let mut last_is_none = false;
    while let Some(value) = py.next(iterator)? {
        let text = py.as_str(value);
        let is_quoted = match dialect.quoting {
            Quoting::NonNumeric => !is_number(py, value)?,
            Quoting::All => true,
            Quoting::Strings => text.is_some(),
            Quoting::NotNull => value != NONE,
            Quoting::Minimal | Quoting::None => false,
        };
        last_is_none = value == NONE;
        match (text, value) {
            (Some(text), _) => row.add(py, text.as_bytes(), false, is_quoted)?,
            (None, NONE) => row.add(py, b"", true, is_quoted)?,
            (None, _) => row.add(py, py.to_str(value)?.as_bytes(), false, is_quoted)?,
        }
    }
    // A row of one empty field is not an empty row.
    if row.field_count > 0 && row.text.is_empty() {
        if dialect.quoting == Quoting::None || (last_is_none && dialect.quoting.tells_none()) {
            return Err(error(py, "single empty field record must be quoted"));
        }
        row.field_count -= 1;
        row.add(py, b"", last_is_none, true)?;
    }
    row.text.extend_from_slice(&dialect.line_terminator);
    let text = py.str_bytes(&row.text)?;
    py.call(kept(own, WRITE), &[text])
}

pub static METHODS: &[NativeDef] = &[
    def(
        "writerow",
        "($self, row, /)",
        "Construct and write a CSV record from an iterable of fields.\n\nNon-string elements will be converted to string.",
        |py, a| write_row(py, a[0], a[1]),
    ),
    def(
        "writerows",
        "($self, rows, /)",
        "Construct and write a series of iterables to a csv file.\n\nNon-string elements will be converted to string.",
        |py, a| {
            receiver(py, a[0])?;
            let rows = py.iter(a[1])?;
            while let Some(row) = py.next(rows)? {
                write_row(py, a[0], row)?;
            }
            Ok(NONE)
        },
    ),
    getter("dialect", "", |py, a| {
        receiver(py, a[0])?;
        Ok(kept(a[0], DIALECT))
    }),
];
