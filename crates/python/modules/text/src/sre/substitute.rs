//! `Pattern.sub`, `Match.expand`, and the templates that both fill in.

use super::engine::{Engine, Mode, poller, span_of};
use super::subject::{Data, Subject};
use super::{Types, match_, pattern};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::foreign;
use python_model::objects::{List, Tuple};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::buffer;

/// A replacement with groups: `\1`, `\g<name>`. The words of its object: a literal, then the literals behind each group.
pub struct Template {
    groups: Box<[usize]>,
}

/// `_sre.template`
pub fn template(py: Py, a: &[Word]) -> Result {
    let Some(list) = py.cast::<List>(a[1]) else {
        return Err(
            py.type_error(format!("template() argument 2 must be list, not {}", py.argument_type(a[1])))
        );
    };
    let invalid = || py.type_error("invalid template");
    if list.len() & 1 == 0 {
        return Err(invalid());
    }
    let mut groups = Vec::new();
    for index in (1..list.len()).step_by(2) {
        let number = as_i64(list.item(index)).ok_or_else(|| py.type_error("an integer is required"))?;
        groups.push(usize::try_from(number).map_err(|_| invalid())?);
    }
    let literals = py.new_tuple_uninit(list.len() / 2 + 1)?;
    for (index, slot) in literals.items().iter().enumerate() {
        let literal = list.item(index * 2);
        if !pattern::is_plain(literal) {
            return Err(invalid());
        }
        slot.set(py.mutator(), literals, literal);
    }
    let object = foreign::new(py, Types::template(py), Template { groups: groups.into() })?;
    object.words.set(py.mutator(), object, word(literals));
    Ok(word(object))
}

/// What replaces a match.
enum Filter<'a> {
    /// The same each time: a string or bytes-like.
    Literal(Word),
    Template(&'a Template, Gc<Tuple>),
    Call(Word),
}

impl<'a> Filter<'a> {
    fn of(py: Py<'a>, pattern: Word, given: Word) -> Result<Filter<'a>> {
        if py.is_callable(given) {
            return Ok(Filter::Call(given));
        }
        let is_literal = match py.as_str(given) {
            Some(text) => !text.as_bytes().contains(&b'\\'),
            None => {
                let bytes = buffer::get_opt(py, given)?;
                bytes.is_some_and(|bytes| !bytes.contains(&b'\\'))
            }
        };
        if is_literal {
            return Ok(Filter::Literal(given));
        }
        let compiled = compile_template(py, pattern, given)?;
        match foreign::get::<Template>(py, compiled) {
            Some(template) => {
                let literals = literals_of(compiled);
                if template.groups.is_empty() {
                    return Ok(Filter::Literal(literals.items()[0].get()));
                }
                Ok(Filter::Template(template, literals))
            }
            None if py.is_callable(compiled) => Ok(Filter::Call(compiled)),
            None => Ok(Filter::Literal(compiled)),
        }
    }
}

fn literals_of(template: Word) -> Gc<Tuple> {
    let object = foreign::object_of(template).expect("the caller has found the template");
    as_object(object.words.get()).expect("set when the template was made")
}

/// `re._compile_template(pattern, template)`
fn compile_template(py: Py, pattern: Word, template: Word) -> Result {
    let function = py.import_from("re", "_compile_template")?;
    py.call(function, &[pattern, template])
}

/// Appends a piece of the result, as `join` would: strings to strings, bytes-like to bytes. `index` is that of the piece.
fn append(py: Py, out: &mut Vec<u8>, subject: &Subject, piece: Word, index: usize) -> Result<()> {
    match subject.data {
        Data::Text(_) => match py.as_str(piece) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => return Err(wrong_piece(py, index, "str instance", piece)),
        },
        Data::Buffer(_) => match buffer::get_opt(py, piece)? {
            Some(bytes) => out.extend_from_slice(&bytes),
            None => return Err(wrong_piece(py, index, "a bytes-like object", piece)),
        },
    }
    Ok(())
}

fn wrong_piece(py: Py, index: usize, wanted: &str, piece: Word) -> Raised {
    let what = py.type_name(piece);
    py.type_error(format!("sequence item {index}: expected {wanted}, {what} found"))
}

/// Fills in a template.
fn fill_in(
    py: Py,
    out: &mut Vec<u8>,
    subject: &Subject,
    template: (&Template, Gc<Tuple>),
    span: impl Fn(usize) -> Option<(usize, usize)>,
) -> Result<()> {
    let (template, literals) = template;
    append(py, out, subject, literals.items()[0].get(), 0)?;
    for (index, &group) in template.groups.iter().enumerate() {
        if let Some((begin, end)) = span(group) {
            out.extend_from_slice(&subject.bytes()[begin..end]);
        }
        append(py, out, subject, literals.items()[index + 1].get(), index * 2 + 2)?;
    }
    Ok(())
}

/// The result of `sub`, and how many matches were replaced.
pub fn substitute(py: Py, a: &[Word]) -> Result<(Word, i64)> {
    let pattern = pattern::get(py, a[0])?;
    let most = if a[3] == UNSET { 0 } else { py.index(a[3])? };
    let subject = pattern.subject(py, a[2])?;
    let filter = Filter::of(py, a[0], a[1])?;
    let program = pattern.program(py, &subject)?;
    let poll = poller(py);
    let length = subject.bytes().len();
    let mut engine = Engine::new(py, program, &subject, 0, length, &poll);
    let mut out = Vec::new();
    // Pieces so far: only errors tell.
    let mut pieces = 0;
    let (mut last, mut count) = (0, 0);
    // A negative number is a limit that is reached at once.
    while most == 0 || count < most {
        let Some((begin, end)) = engine.next(Mode::Search)? else { break };
        if last < begin {
            out.extend_from_slice(&subject.bytes()[last..begin]);
            pieces += 1;
        }
        match filter {
            Filter::Literal(text) => append(py, &mut out, &subject, text, pieces)?,
            Filter::Template(template, literals) => {
                let groups = pattern.groups;
                if template.groups.iter().any(|&group| group > groups) {
                    return Err(py.index_error("no such group"));
                }
                let marks = engine.marks();
                let span = |group| if group == 0 { Some((begin, end)) } else { span_of(marks, group - 1) };
                fill_in(py, &mut out, &subject, (template, literals), span)?;
            }
            Filter::Call(function) => {
                let length = subject.len();
                let found = match_::new(py, a[0], &subject, &engine, (begin, end), (0, length))?;
                let piece = py.call(function, &[found])?;
                if piece == NONE {
                    last = end;
                    count += 1;
                    continue;
                }
                append(py, &mut out, &subject, piece, pieces)?;
            }
        }
        pieces += 1;
        last = end;
        count += 1;
    }
    if count == 0 {
        return Ok((subject.slice(py, 0, length)?, 0));
    }
    out.extend_from_slice(&subject.bytes()[last..length]);
    Ok((subject.new_like(py, &out)?, count))
}

/// `Match.expand`
pub fn expand(py: Py, a: &[Word]) -> Result {
    let found = match_::get(py, a[0])?;
    let compiled = compile_template(py, match_::pattern_of(a[0]), a[1])?;
    let Some(template) = foreign::get::<Template>(py, compiled) else { return Ok(compiled) };
    let literals = literals_of(compiled);
    if template.groups.is_empty() {
        return Ok(literals.items()[0].get());
    }
    let subject = match_::subject(py, a[0])?;
    let mut out = Vec::new();
    if template.groups.iter().any(|&group| !found.has(group)) {
        return Err(py.index_error("no such group"));
    }
    fill_in(py, &mut out, &subject, (template, literals), |group| found.span(group))?;
    subject.new_like(py, &out)
}
