//! The methods of one of CPython's test modules, frozen from CPython, and which of them must pass.
//!
//! One file per module, `tests/cpython/<area>/<module>.txt`, one method a line: `+ Class.method` must pass, `- Class.method | why`
//! does not yet, `x Class.method | why` is left out of the score: it tests CPython's internals. A tag moves from `-` to `+` and not
//! back (after GraalPy's `unittest_tags`), so branches merge and nothing is lost silently. Why not `expectedFailure` in a copy of the tests: the tests stay CPython's, unmodified.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What a method must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    Passes,
    /// Does not pass yet, for this reason.
    Missing(String),
    /// Tests what only CPython has, as this reason says.
    Excluded(String),
}

/// Methods by their name without the module's.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List {
    pub methods: BTreeMap<String, Tag>,
}

impl List {
    /// Errors: a line that is neither a comment nor a tag.
    pub fn parse(text: &str) -> Result<List, String> {
        let mut list = List::default();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (mark, rest) = line.split_at_checked(2).unwrap_or((line, ""));
            let (name, why) = rest.split_once(" | ").unwrap_or((rest, ""));
            let (name, tag) = match mark {
                "+ " => (rest, Tag::Passes),
                "- " => (name, Tag::Missing(why.to_string())),
                "x " => (name, Tag::Excluded(why.to_string())),
                _ => {
                    let expected = "'+ NAME', '- NAME | WHY' or 'x NAME | WHY'";
                    return Err(format!("line {}: expected {expected}, found {line:?}", index + 1));
                }
            };
            list.methods.insert(name.to_string(), tag);
        }
        Ok(list)
    }

    /// Errors: the file cannot be read or does not parse; the message names it.
    pub fn read(path: &Path) -> Result<List, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        List::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Errors: the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        std::fs::write(path, self.print()).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn print(&self) -> String {
        let mut text = String::new();
        for (name, tag) in &self.methods {
            // Writing to a string cannot fail.
            let _ = match tag {
                Tag::Passes => writeln!(text, "+ {name}"),
                Tag::Missing(why) if why.is_empty() => writeln!(text, "- {name}"),
                Tag::Missing(why) => writeln!(text, "- {name} | {why}"),
                Tag::Excluded(why) => writeln!(text, "x {name} | {why}"),
            };
        }
        text
    }

    /// How many methods must pass.
    pub fn passing(&self) -> usize {
        self.methods.values().filter(|tag| **tag == Tag::Passes).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_parses() {
        let text = "+ A.test_a\n- A.test_b | TypeError: x | y\n- B.test_c\nx B.test_d | bytecode\n";
        assert_eq!(List::parse(text).expect("parses").print(), text);
    }

    #[test]
    fn names_the_bad_line() {
        assert_eq!(
            List::parse("+ A.test_a\n* B").expect_err("no such tag"),
            "line 2: expected '+ NAME', '- NAME | WHY' or 'x NAME | WHY', found \"* B\""
        );
    }
}
