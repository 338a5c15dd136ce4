//! Tracebacks as text: what `sys.excepthook` prints.
//! Source: CPython 3.14 `Lib/traceback.py` (behaviour), whose text this agrees with.
//!
//! Limits: names of local variables are those of the code, bound or not; `self.name` is not suggested, and names of keywords are not,
//! because exceptions keep no frames yet.

mod entries;
mod hints;
mod syntax;

use entries::Sources;
use python_model::exceptions::state;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::collections::HashSet;
use std::fmt::Write;

pub use entries::{register_source, registered_lines};

/// A line (from 1) of a file, or of a source that was registered; empty if there is none.
pub fn source_line(py: Py, filename: &str, line: u32) -> String {
    Sources::new(py).line(filename, line)
}

/// Exceptions of a group that are shown, and groups within groups.
const MOST_IN_GROUP: usize = 15;
const DEEPEST_GROUP: usize = 10;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// An exception with its traceback and what it was chained to, each line ended.
pub fn format(py: Py, exception: Word) -> String {
    let mut printer = Printer::new(py);
    printer.chain(exception);
    printer.out
}

/// An exception with its traceback, and no other.
pub fn format_one(py: Py, exception: Word) -> String {
    let mut printer = Printer::new(py);
    printer.one(exception);
    printer.out
}

struct Printer<'a> {
    py: Py<'a>,
    out: String,
    sources: Sources<'a>,
    /// Exceptions that were shown, by address: chains may be cyclic.
    seen: HashSet<u64>,
    /// Depth in groups.
    depth: usize,
    /// Whether the innermost group still needs its last line.
    is_open: bool,
}

impl<'a> Printer<'a> {
    fn new(py: Py<'a>) -> Printer<'a> {
        Printer {
            py,
            out: String::new(),
            sources: Sources::new(py),
            seen: HashSet::new(),
            depth: 0,
            is_open: false,
        }
    }

    fn indent(&self) -> String {
        "  ".repeat(self.depth)
    }

    /// Adds lines, behind the margin of the group that they are in.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out.push_str(text);
            return;
        }
        let indent = self.indent();
        for line in text.split_inclusive('\n') {
            let _ = write!(self.out, "{indent}{margin} {line}");
        }
    }

    fn chain(&mut self, exception: Word) {
        let mut chain = vec![(exception, "")];
        self.seen.insert(exception);
        let mut at = exception;
        while let Some(state) = state(at) {
            let (cause, context) = (state.cause.get(), state.context.get());
            let (next, message) = if cause != NONE && !self.seen.contains(&cause) {
                (cause, CAUSE)
            } else if context != NONE && state.suppress_context.get() != TRUE && !self.seen.contains(&context)
            {
                (context, CONTEXT)
            } else {
                break;
            };
            self.seen.insert(next);
            chain.push((next, message));
            at = next;
        }
        for index in (0..chain.len()).rev() {
            self.one(chain[index].0);
            if index > 0 {
                self.emit(chain[index].1, '|');
            }
        }
    }

    fn one(&mut self, exception: Word) {
        let stack = self.sources.stack(exception);
        if !self.py.is_a(exception, Ty::BaseExceptionGroup) {
            if !stack.is_empty() {
                self.emit("Traceback (most recent call last):\n", '|');
                self.emit(&stack, '|');
            }
            let text = self.exception_only(exception);
            self.emit(&text, '|');
            return;
        }
        if self.depth > DEEPEST_GROUP {
            self.emit(&format!("... (max_group_depth is {DEEPEST_GROUP})\n"), '|');
            return;
        }
        let is_outermost = self.depth == 0;
        self.depth += usize::from(is_outermost);
        if !stack.is_empty() {
            let margin = if is_outermost { '+' } else { '|' };
            self.emit("Exception Group Traceback (most recent call last):\n", margin);
            self.emit(&stack, '|');
        }
        let text = self.exception_only(exception);
        self.emit(&text, '|');
        let members = self.members(exception);
        let shown = members.len().min(MOST_IN_GROUP + 1);
        self.is_open = false;
        for (index, &member) in members.iter().enumerate().take(shown) {
            let is_last = index + 1 == shown;
            self.is_open |= is_last;
            let is_rest = index >= MOST_IN_GROUP;
            let title = if is_rest { "...".into() } else { (index + 1).to_string() };
            let indent = self.indent();
            let corner = if index == 0 { "+-" } else { "  " };
            let _ = writeln!(self.out, "{indent}{corner}+---------------- {title} ----------------");
            self.depth += 1;
            if is_rest {
                let rest = members.len() - MOST_IN_GROUP;
                let plural = if rest > 1 { "s" } else { "" };
                self.emit(&format!("and {rest} more exception{plural}\n"), '|');
            } else {
                self.chain(member);
            }
            if is_last && self.is_open {
                let indent = self.indent();
                let _ = writeln!(self.out, "{indent}+------------------------------------");
                self.is_open = false;
            }
            self.depth -= 1;
        }
        self.depth -= usize::from(is_outermost);
    }

    /// The exceptions of a group. They stay alive through it.
    fn members(&self, group: Word) -> Vec<Word> {
        let members = self.attribute(group, "exceptions").and_then(|members| self.py.cast::<Tuple>(members));
        members.map_or_else(Vec::new, |members| members.items().iter().map(|item| item.get()).collect())
    }

    fn attribute(&self, object: Word, name: &str) -> Option<Word> {
        attribute(self.py, object, name)
    }

    /// Class and message, and notes.
    fn exception_only(&mut self, exception: Word) -> String {
        let py = self.py;
        let class = class_name(py, exception);
        let mut text = if py.is_a(exception, Ty::SyntaxError) {
            syntax::format(py, &self.sources, exception, &class)
        } else {
            let mut message = safe(py, py.to_text(exception), "<exception str() failed>");
            message.push_str(&hints::hint(py, exception));
            if message.is_empty() { format!("{class}\n") } else { format!("{class}: {message}\n") }
        };
        match self.attribute(exception, "__notes__") {
            None | Some(NONE) => {}
            Some(notes) => {
                let is_list = py.cast::<List>(notes).is_some() || py.cast::<Tuple>(notes).is_some();
                match py.list_from_iterable(notes) {
                    Ok(list) if is_list => {
                        for index in 0..list.len() {
                            let note = safe(py, py.to_text(list.item(index)), "<note str() failed>");
                            text.push_str(&note);
                            text.push('\n');
                        }
                    }
                    other => {
                        if other.is_err() {
                            py.take_raised();
                        }
                        text.push_str(&safe(py, py.repr_text(notes), "<__notes__ repr() failed>"));
                        text.push('\n');
                    }
                }
            }
        }
        text
    }
}

/// A text, or what to say instead when making it raised.
fn safe(py: Py, text: Result<String>, instead: &str) -> String {
    text.unwrap_or_else(|_| {
        py.take_raised();
        instead.into()
    })
}

/// An attribute, if reading it does not raise.
fn attribute(py: Py, object: Word, name: &str) -> Option<Word> {
    let found = py.intern(name).and_then(|name| py.get_attr_opt(object, name));
    found.unwrap_or_else(|_| {
        py.take_raised();
        None
    })
}

fn class_name(py: Py, exception: Word) -> String {
    let class = py.type_of(exception).word();
    let text = |name: Name| match py.get_attr_opt(class, name) {
        Ok(value) => value.and_then(|value| py.as_str(value)).map(|text| text.to_text()),
        Err(_) => {
            py.take_raised();
            None
        }
    };
    let name = text(Name::Qualname).unwrap_or_else(|| py.type_name(exception));
    match text(Name::ModuleAttr) {
        Some(module) if module == "builtins" || module == "__main__" => name,
        Some(module) => format!("{module}.{name}"),
        None => format!("<unknown>.{name}"),
    }
}
