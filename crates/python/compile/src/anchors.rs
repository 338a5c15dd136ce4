//! Which part of an expression a traceback marks `^` rather than `~`: the operator, the brackets.
//! Source: CPython 3.14 `Lib/traceback.py` (behaviour).

use crate::limits;
use crate::location::LineIndex;
use ruff_python_ast::{Expr, Mod, ModModule, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions};
use ruff_text_size::{Ranged, TextSize};

/// A line of the segment (from 0) and a column in characters.
pub type Place = (usize, usize);

/// The marked part: from `start` up to `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchors {
    /// First character of the part.
    pub start: Place,
    /// Behind its last character.
    pub end: Place,
}

/// The anchors of an expression, if it is a binary operation, a subscript or a call.
pub fn anchors(segment: &str) -> Option<Anchors> {
    // In brackets, so that an expression over several lines is one statement.
    let text = format!("(\n{segment}\n)");
    parse(&text, |module, lines| {
        let [Stmt::Expr(statement)] = module.body.as_slice() else { return None };
        let scan = Scan { lines: segment.lines().map(|line| line.chars().collect()).collect() };
        let place = |offset: TextSize| -> Option<Place> {
            let (line, column) = lines.line_column(offset);
            let start = lines.line_start(line);
            Some(((line as usize).checked_sub(2)?, text.get(start..start + column as usize)?.chars().count()))
        };
        let bracket = |value: TextSize, end: TextSize, bracket: char| {
            let start = scan.until(scan.valid(place(value)?)?, |c| c == bracket)?;
            Some(Anchors { start, end: place(end)? })
        };
        match &*statement.value {
            Expr::BinOp(e) => {
                let from = scan.valid(place(e.left.end())?)?;
                let start @ (line, column) = scan.until(from, |c| !c.is_whitespace() && c != ')')?;
                let (right_line, right_column) = place(e.right.start())?;
                let second = scan.lines.get(line)?.get(column + 1);
                let is_long = (right_line > line || column + 1 < right_column)
                    && second.is_some_and(|c| !c.is_whitespace() && !matches!(c, '\\' | '#'));
                Some(Anchors { start, end: (line, column + 1 + usize::from(is_long)) })
            }
            Expr::Subscript(e) => bracket(e.value.end(), e.end(), '['),
            Expr::Call(e) => bracket(e.func.end(), e.end(), '('),
            _ => None,
        }
    })?
}

/// Whether lines are one `return name(...)` or `name = call(...)` whose call lies exactly at these columns, from the first line to the last: then
/// carets say nothing. `None`: the lines do not parse.
pub fn is_plain_call(text: &str, start: usize, end: usize) -> Option<bool> {
    parse(text, |module, lines| {
        let call = match module.body.first() {
            Some(Stmt::Return(statement)) => match statement.value.as_deref() {
                Some(Expr::Call(call)) if call.func.is_name_expr() => call,
                _ => return false,
            },
            Some(Stmt::Assign(statement)) => match (&*statement.targets, &*statement.value) {
                ([Expr::Name(_)], Expr::Call(call)) => call,
                _ => return false,
            },
            _ => return false,
        };
        let (first, from) = lines.line_column(call.start());
        let (last, to) = lines.line_column(call.end());
        first == 1 && last as usize == text.lines().count() && from as usize == start && to as usize == end
    })
}

fn parse<T>(text: &str, f: impl FnOnce(&ModModule, &LineIndex) -> T) -> Option<T> {
    let bound = limits::depth_bound(text);
    if bound.prefix > limits::MAX_PREFIX_DEPTH || bound.depth > limits::MAX_DEPTH {
        return None;
    }
    limits::with_stack(bound.depth, || {
        let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY314);
        let parsed = ruff_python_parser::parse_unchecked(text, options);
        let Mod::Module(module) = parsed.syntax() else { return None };
        parsed.errors().is_empty().then(|| f(module, &LineIndex::new(text)))
    })
}

struct Scan {
    lines: Vec<Vec<char>>,
}

impl Scan {
    /// The place, or the first one behind it that has a character.
    fn valid(&self, (mut line, mut column): Place) -> Option<Place> {
        while column >= self.lines.get(line)?.len() {
            (line, column) = (line + 1, 0);
        }
        Some((line, column))
    }

    /// The next character that `stop` wants, past comments and continued lines.
    fn until(&self, mut at: Place, stop: impl Fn(char) -> bool) -> Option<Place> {
        loop {
            match self.lines[at.0][at.1] {
                '\\' | '#' => at = self.valid((at.0 + 1, 0))?,
                c if stop(c) => return Some(at),
                _ => at = self.valid((at.0, at.1 + 1))?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_and_brackets_are_found() {
        let of = |segment| anchors(segment).map(|a| (a.start, a.end));
        assert_eq!(of("a + b"), Some(((0, 2), (0, 3))));
        assert_eq!(of("(é) // b"), Some(((0, 4), (0, 6))));
        assert_eq!(of("a[1][2]"), Some(((0, 4), (0, 7))));
        assert_eq!(of("f(x)(\n 1)"), Some(((0, 4), (1, 3))));
        assert_eq!(of("a # +\n - b"), Some(((1, 1), (1, 2))));
        assert_eq!(of("a.b"), None);
        assert_eq!(of("a +"), None);
    }

    #[test]
    fn a_line_that_is_a_call_needs_no_carets() {
        assert_eq!(is_plain_call("return f(1)", 7, 11), Some(true));
        assert_eq!(is_plain_call("x = a.f(1)", 4, 10), Some(true));
        assert_eq!(is_plain_call("return a.f(1)", 7, 13), Some(false));
        assert_eq!(is_plain_call("for x in y:", 9, 10), None);
    }
}
