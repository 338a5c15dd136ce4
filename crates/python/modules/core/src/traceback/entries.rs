//! The entries of a traceback: file, line, source and carets.

use python_compile::anchors::{self, Anchors};
use python_compile::code::Position;
use python_model::code::Code;
use python_model::exceptions::state;
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_text::surrogates;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

/// Entries of one traceback that are shown, unless `sys.tracebacklimit` says otherwise.
const MOST_ENTRIES: usize = 1000;
/// Times that the same line is shown.
const MOST_REPEATS: usize = 3;

/// Sources that are in no file: that of `-c`, that of the standard input.
#[derive(Default)]
struct Registered {
    sources: RefCell<HashMap<String, Rc<[String]>>>,
}

/// Keeps a source that is in no file, under the name that its code has.
pub fn register_source(py: Py, filename: &str, source: &[u8]) {
    let lines = lines_of(source);
    py.vm().state::<Registered>().sources.borrow_mut().insert(filename.into(), lines);
}

/// The lines of such a source, ended; none of one that was not registered.
pub fn registered_lines(py: Py, filename: &str) -> Result {
    let lines = py.vm().state::<Registered>().sources.borrow().get(filename).cloned();
    let list = py.new_list(8)?;
    for line in lines.iter().flat_map(|lines| lines.iter()) {
        list_push(py, list, py.str(&format!("{line}\n"))?)?;
    }
    Ok(word(list))
}

fn lines_of(source: &[u8]) -> Rc<[String]> {
    let text = match python_compile::source::decode(source) {
        Ok(text) => text.into_owned(),
        Err(_) => String::from_utf8_lossy(source).into_owned(),
    };
    text.lines().map(String::from).collect()
}

/// The contents of a file whose name may have escapes.
fn read(filename: &str) -> Option<Vec<u8>> {
    let named = || std::fs::read(OsStr::from_bytes(&surrogates::name_of(filename)?)).ok();
    std::fs::read(filename).ok().or_else(named)
}

/// The sources that one traceback shows.
pub struct Sources<'a> {
    py: Py<'a>,
    files: RefCell<HashMap<String, Rc<[String]>>>,
}

struct Entry {
    code: &'static Code,
    position: Position,
}

impl<'a> Sources<'a> {
    pub fn new(py: Py<'a>) -> Sources<'a> {
        Sources { py, files: RefCell::default() }
    }

    /// A line of a file, from 1; empty if there is none.
    pub fn line(&self, filename: &str, line: u32) -> String {
        let known = self.files.borrow().get(filename).cloned();
        let lines = known.unwrap_or_else(|| {
            let registered = self.py.vm().state::<Registered>().sources.borrow().get(filename).cloned();
            let lines = registered.unwrap_or_else(|| {
                let embedded = crate::library::read(self.py, filename);
                match embedded.or_else(|| read(filename)) {
                    Some(source) => lines_of(&source),
                    None => Rc::from([]),
                }
            });
            self.files.borrow_mut().insert(filename.into(), lines.clone());
            lines
        });
        (line as usize).checked_sub(1).and_then(|line| lines.get(line)).cloned().unwrap_or_default()
    }

    /// The entries of an exception's traceback as text; empty if it has none.
    pub fn stack(&self, exception: Word) -> String {
        let mut entries = Vec::new();
        let mut at = state(exception).map_or(NONE, |state| state.traceback.get());
        while let Some(traceback) = as_object::<Traceback>(at) {
            let code = Code::at(traceback.code.get() as u64);
            let mut position = code.object().positions.get(traceback.pc.get() as usize);
            if self.py.vm().hides_columns.get() {
                position = Position { line: position.line, end_line: position.line, ..Position::default() };
            }
            entries.push(Entry { code, position });
            at = traceback.next.get();
        }
        let skipped = entries.len().saturating_sub(self.limit());
        self.join(&entries[skipped..])
    }

    fn limit(&self) -> usize {
        let limit = self.py.imported("sys").ok().flatten();
        let limit = limit.and_then(|sys| super::attribute(self.py, sys, "tracebacklimit"));
        match limit.and_then(as_i64) {
            Some(limit) => usize::try_from(limit).unwrap_or(0),
            None => MOST_ENTRIES,
        }
    }

    fn join(&self, entries: &[Entry]) -> String {
        let mut out = String::new();
        let (mut last, mut count) = (None, 0);
        let repeated = |out: &mut String, count: usize| {
            if count > MOST_REPEATS {
                let more = count - MOST_REPEATS;
                let plural = if more > 1 { "s" } else { "" };
                let _ = writeln!(out, "  [Previous line repeated {more} more time{plural}]");
            }
        };
        for entry in entries {
            let object = entry.code.object();
            let place = Some((entry.code.info.filename(), entry.position.line, &object.name));
            if place != last {
                repeated(&mut out, count);
                (last, count) = (place, 0);
            }
            count += 1;
            if count <= MOST_REPEATS {
                self.entry(&mut out, entry);
            }
        }
        repeated(&mut out, count);
        out
    }

    fn entry(&self, out: &mut String, entry: &Entry) {
        let object = entry.code.object();
        let p = entry.position;
        let line = if p.line == 0 { object.first_line } else { p.line };
        let filename = entry.code.info.filename();
        let _ = writeln!(out, "  File \"{filename}\", line {line}, in {}", object.name);
        let last = p.end_line.max(line);
        let originals: Vec<String> =
            (line..=last).map(|line| self.line(filename, line).trim_end().to_string()).collect();
        let lines = dedent(&originals);
        if lines.iter().all(|line| line.trim().is_empty()) {
            return;
        }
        let shown =
            if self.py.vm().hides_columns.get() { lines } else { dedent(&marked(&originals, &lines, p)) };
        for line in shown {
            let _ = writeln!(out, "    {line}");
        }
    }
}

/// The lines to show, with carets below where they say something.
fn marked(originals: &[String], lines: &[String], p: Position) -> Vec<String> {
    let last = lines.len() - 1;
    if p.line == 0 {
        return vec![lines[0].trim().to_string()];
    }
    // Columns in characters of the dedented lines.
    let removed = originals[0].chars().count() - lines[0].chars().count();
    let column = |line: &str, byte: u32| {
        String::from_utf8_lossy(&line.as_bytes()[..(byte as usize).min(line.len())])
            .chars()
            .count()
            .saturating_sub(removed)
    };
    let (start, end) = (column(&originals[0], p.column), column(&originals[last], p.end_column));
    let (shown_start, shown_end) = (width(&lines[0], start), width(&lines[last], end));
    let text = lines.join("\n");
    let total = text.chars().count();
    let behind = lines[last].chars().count().saturating_sub(end);
    let segment: String = text.chars().take(total - behind).skip(start).collect();
    let anchors = anchors::anchors(&segment).map(|a| shift(a, start, lines));
    let has_rest = lines[0].chars().take(start).any(|c| !c.is_whitespace())
        || lines[last].chars().skip(end).any(|c| !c.is_whitespace());
    let show = match anchors::is_plain_call(&text, start, end) {
        Some(true) => false,
        Some(false) | None => anchors.is_some() || has_rest,
    };

    let mut significant = BTreeSet::from([0, last]);
    if let Some(a) = &anchors {
        for line in [a.start.0, a.end.0] {
            significant.extend(line.saturating_sub(1)..=(line + 1).min(last));
        }
    }
    let render = |number: usize| {
        let line = &lines[number];
        let mut shown = vec![line.clone()];
        if show {
            let blank = line.chars().take_while(|c| c.is_whitespace()).count();
            let count = if number == last { shown_end } else { width(line, line.chars().count()) };
            let caret = |at: usize| {
                let is_inside = |a: &Anchors| (number, at) >= a.start && (number, at) < a.end;
                match &anchors {
                    _ if at < blank || (number == 0 && at < shown_start) => ' ',
                    Some(a) if !is_inside(a) => '~',
                    _ => '^',
                }
            };
            shown.push((0..count).map(caret).collect());
        }
        shown
    };
    let mut out = Vec::new();
    let mut next = 0;
    for number in significant {
        match number - next {
            0 => {}
            1 => out.extend(render(next)),
            left_out => out.push(format!("...<{left_out} lines>...")),
        }
        out.extend(render(number));
        next = number + 1;
    }
    out
}

/// Anchors of a segment that begins at a column of the first line, as columns of a terminal.
fn shift(a: Anchors, start: usize, lines: &[String]) -> Anchors {
    let place = |(line, column): anchors::Place| {
        let column = if line == 0 { column + start } else { column };
        (line, lines.get(line).map_or(column, |text| width(text, column)))
    };
    Anchors { start: place(a.start), end: place(a.end) }
}

/// Columns that the first characters of a line take on a terminal.
fn width(line: &str, characters: usize) -> usize {
    if line.is_ascii() {
        return characters;
    }
    let is_wide = |c: char| matches!(python_text::unicode::east_asian_width(c.into()), "W" | "F");
    line.chars().take(characters).map(|c| 1 + usize::from(is_wide(c))).sum()
}

/// Takes off the white space that all lines begin with.
fn dedent(lines: &[String]) -> Vec<String> {
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let own = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => own,
            Some(margin) => {
                let common = margin.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                &margin[..common]
            }
        });
    }
    let margin = margin.map_or(0, str::len);
    let cut = |line: &String| if line.trim().is_empty() { String::new() } else { line[margin..].to_string() };
    lines.iter().map(cut).collect()
}
