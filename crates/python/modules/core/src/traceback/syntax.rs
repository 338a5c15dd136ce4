//! A `SyntaxError` as text: the place in the source, then the message.

use super::attribute;
use super::entries::Sources;
use python_model::exceptions::state;
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::*;
use std::fmt::Write;

/// The lines that show a `SyntaxError`, the last one with its class and message.
pub fn format(py: Py, sources: &Sources, exception: Word, class: &str) -> String {
    let part = |name: &str, position: usize| match attribute(py, exception, name) {
        Some(value) => value,
        None => argument(exception, position),
    };
    let (line, offset) = (part("lineno", 1), part("offset", 2));
    let (end_line, end_offset) = (part("end_lineno", 4), part("end_offset", 5));
    let text_of = |value: Word| py.as_str(value).map(|text| text.to_text());
    let filename = text_of(part("filename", 0));
    let mut out = String::new();
    let mut suffix = String::new();
    if line != NONE && line != UNSET {
        let shown = py.to_text(line).unwrap_or_default();
        let _ = writeln!(out, "  File \"{}\", line {shown}", filename.as_deref().unwrap_or("<string>"));
    } else if let Some(filename) = &filename {
        suffix = format!(" ({filename})");
    }
    // Errors of the code generator leave the text to whoever can read the file.
    let text = text_of(part("text", 3)).or_else(|| {
        let line = u32::try_from(as_i64(line)?).ok()?;
        Some(sources.line(filename.as_deref()?, line)).filter(|line| !line.is_empty())
    });
    if let Some(text) = text {
        let end = if py.is_same(line, end_line) {
            as_i64(end_offset).filter(|end| *end != 0).or(as_i64(offset))
        } else {
            None
        };
        show(&mut out, &text, as_i64(offset), end);
    }
    let message = part("msg", usize::MAX);
    let message = match message {
        NONE | UNSET => "<no detail available>".into(),
        message => super::safe(py, py.to_text(message), "<msg str() failed>"),
    };
    let _ = writeln!(out, "{class}: {message}{suffix}");
    out
}

/// What the exception was made with: `(msg, (filename, lineno, offset, text, end_lineno, end_offset))`.
fn argument(exception: Word, position: usize) -> Word {
    let found = (|| {
        let args = as_object::<Tuple>(state(exception)?.args.get())?;
        if position == usize::MAX {
            return args.items().first().map(|message| message.get());
        }
        let details = as_object::<Tuple>(args.items().get(1)?.get())?;
        details.items().get(position).map(|detail| detail.get())
    })();
    found.unwrap_or(NONE)
}

/// The line and the carets. Offsets count characters from 1; no `end`: to the end of the line.
fn show(out: &mut String, text: &str, offset: Option<i64>, end: Option<i64>) {
    let whole = text.trim_end_matches('\n');
    let shown = whole.trim_start_matches([' ', '\n', '\x0c']);
    let length = |text: &str| text.chars().count() as i64;
    let spaces = length(whole) - length(shown);
    let _ = writeln!(out, "    {shown}");
    let Some(mut offset) = offset else { return };
    let behind = length(whole) + 1;
    let mut end = end.unwrap_or(behind);
    if offset > length(text) {
        offset = behind;
    }
    if end > length(text) {
        end = behind;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (start, end) = (offset - 1 - spaces, end - 1 - spaces);
    if start >= 0 {
        // Tabs keep their width.
        let space = |c: char| if c.is_whitespace() { c } else { ' ' };
        let indent: String = shown.chars().take(start as usize).map(space).collect();
        let _ = writeln!(out, "    {indent}{}", "^".repeat((end - start) as usize));
    }
}
