//! Reads the grammar of [`super::diagnose`] from its text.
//!
//! The text is part of the program, so a mistake in it is a bug: reading panics, and a test reads it.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::tokens::TokenKind;

/// Something that matches tokens.
#[derive(Debug)]
pub(super) enum Item {
    /// An operator or keyword, or a soft keyword.
    Literal(&'static str),
    /// A name that is no keyword.
    Name,
    SoftKeyword,
    Class(TokenKind),
    Rule(usize),
    Optional(Box<Item>),
    Repeat(Box<Item>, usize),
    Separated(Box<Item>, Box<Item>),
    Ahead(Box<Item>, bool),
    Demand(&'static str),
    Cut,
    Group(Vec<Alternative>),
}

/// Parts in sequence; some have names.
#[derive(Debug)]
pub(super) struct Alternative {
    pub parts: Vec<(Option<u8>, Item)>,
    pub action: Action,
}

/// Where an error is reported.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    Last,
    Next,
    Part(u8),
    Range(u8, u8),
    From(u8),
    Indentation,
}

#[derive(Debug)]
pub(super) enum Action {
    None,
    /// The value of a part.
    Part(u8),
    Kind(&'static str),
    Error(At, String),
    Call(&'static str),
}

#[derive(Debug)]
pub(super) struct Rule {
    pub name: &'static str,
    pub alternatives: Vec<Alternative>,
    pub is_left_recursive: bool,
    pub is_invalid: bool,
}

pub(super) struct Grammar {
    pub rules: Vec<Rule>,
    names: FxHashMap<&'static str, usize>,
}

impl Grammar {
    pub fn rule(&self, name: &str) -> usize {
        *self.names.get(name).unwrap_or_else(|| panic!("the grammar has a rule {name}"))
    }
}

/// The grammar, read when first asked for.
pub(super) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| read(include_str!("grammar.txt")))
}

fn read(text: &'static str) -> Grammar {
    let lines = || text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let headers = lines().filter_map(|l| if l.starts_with('|') { None } else { l.strip_suffix(':') });
    let names: FxHashMap<&'static str, usize> = headers.enumerate().map(|(i, name)| (name, i)).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for line in lines() {
        match line.strip_prefix("| ") {
            None => {
                let name = line.strip_suffix(':').unwrap_or_else(|| panic!("{line}: no rule"));
                rules.push(Rule {
                    name,
                    alternatives: Vec::new(),
                    is_left_recursive: false,
                    is_invalid: name.starts_with("invalid_"),
                });
            }
            Some(alternative) => {
                let index = rules.len() - 1;
                let rule = rules.last_mut().expect("an alternative follows a rule");
                let (parts, action) = match alternative.split_once(" => ") {
                    Some((parts, action)) => (parts, read_action(action)),
                    None => (alternative, Action::None),
                };
                let mut reader = Reader { rest: parts, names: &names };
                let parts = reader.parts();
                assert!(reader.rest.trim().is_empty(), "{}: {}", rule.name, reader.rest);
                rule.is_left_recursive |= matches!(parts.first(), Some((_, Item::Rule(r))) if *r == index);
                rule.alternatives.push(Alternative { parts, action });
            }
        }
    }
    Grammar { rules, names }
}

fn read_action(text: &'static str) -> Action {
    let Some(error) = text.strip_prefix("! ") else {
        return match text.as_bytes() {
            [part @ b'a'..=b'z'] => Action::Part(*part),
            _ => Action::Kind(text),
        };
    };
    if let Some(function) = error.strip_prefix("call ") {
        return Action::Call(function);
    }
    let quote = error.find('"').unwrap_or_else(|| panic!("{text}: no message"));
    let words: Vec<&str> = error[..quote].split_whitespace().collect();
    let part = |i: usize| words[i].as_bytes()[0];
    let at = match words.first().copied() {
        None => At::Last,
        Some("next") => At::Next,
        Some("at") => At::Part(part(1)),
        Some("range") => At::Range(part(1), part(2)),
        Some("from") => At::From(part(1)),
        Some("indent") => At::Indentation,
        Some(other) => panic!("{text}: {other}"),
    };
    Action::Error(at, error[quote + 1..error.len() - 1].replace("\\\"", "\""))
}

struct Reader<'n> {
    rest: &'static str,
    names: &'n FxHashMap<&'static str, usize>,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        let mut all = Vec::new();
        loop {
            all.push(Alternative { parts: self.parts(), action: Action::None });
            self.skip_space();
            if !self.eat("|") {
                return all;
            }
        }
    }

    fn parts(&mut self) -> Vec<(Option<u8>, Item)> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            if self.rest.is_empty() || self.rest.starts_with([')', '|']) {
                return parts;
            }
            let bytes = self.rest.as_bytes();
            let mut name = None;
            if bytes.len() > 2 && bytes[0].is_ascii_lowercase() && bytes[1] == b'=' {
                name = Some(bytes[0]);
                self.rest = &self.rest[2..];
            }
            let item = self.suffixed();
            parts.push((name, item));
        }
    }

    fn suffixed(&mut self) -> Item {
        if self.eat("&&") {
            match self.atom() {
                Item::Literal(text) => return Item::Demand(text),
                other => panic!("only tokens are demanded, not {other:?}"),
            }
        }
        if self.eat("&") {
            return Item::Ahead(Box::new(self.atom()), true);
        }
        if self.eat("!") {
            return Item::Ahead(Box::new(self.atom()), false);
        }
        if self.eat("~") {
            return Item::Cut;
        }
        let item = self.atom();
        if self.eat(".") {
            let element = self.atom();
            assert!(self.eat("+"), "a separated list has one element at least");
            return Item::Separated(Box::new(item), Box::new(element));
        }
        if self.eat("?") {
            return Item::Optional(Box::new(item));
        }
        if self.eat("*") {
            return Item::Repeat(Box::new(item), 0);
        }
        if self.eat("+") {
            return Item::Repeat(Box::new(item), 1);
        }
        item
    }

    fn atom(&mut self) -> Item {
        if self.eat("(") {
            let alternatives = self.alternatives();
            assert!(self.eat(")"), "a group ends before {}", self.rest);
            return Item::Group(alternatives);
        }
        if let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let end = self.rest[1..].find(quote).unwrap_or_else(|| panic!("{}: unterminated", self.rest)) + 1;
            let text = &self.rest[1..end];
            self.rest = &self.rest[end + 1..];
            return Item::Literal(text);
        }
        let len = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let word = &self.rest[..len];
        self.rest = &self.rest[len..];
        match word {
            "NAME" => Item::Name,
            "SOFT_KEYWORD" => Item::SoftKeyword,
            "NUMBER" => Item::Class(TokenKind::Number),
            "STRING" => Item::Class(TokenKind::String),
            "FSTRING_START" => Item::Class(TokenKind::StringStart('f')),
            "TSTRING_START" => Item::Class(TokenKind::StringStart('t')),
            "FSTRING_MIDDLE" => Item::Class(TokenKind::StringMiddle),
            "FSTRING_END" | "TSTRING_END" => Item::Class(TokenKind::StringEnd),
            "NEWLINE" => Item::Class(TokenKind::Newline),
            "INDENT" => Item::Class(TokenKind::Indent),
            "DEDENT" => Item::Class(TokenKind::Dedent),
            "ENDMARKER" => Item::Class(TokenKind::EndMarker),
            _ => match self.names.get(word) {
                Some(&rule) => Item::Rule(rule),
                None => panic!("no rule {word:?} before {}", self.rest),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_readable() {
        let g = grammar();
        assert!(g.rules.iter().all(|r| !r.alternatives.is_empty()));
        let recursive: Vec<_> = g.rules.iter().filter(|r| r.is_left_recursive).map(|r| r.name).collect();
        assert_eq!(
            recursive,
            [
                "dotted_name",
                "bitwise_or",
                "bitwise_xor",
                "bitwise_and",
                "shift_expr",
                "sum",
                "term",
                "primary",
                "t_primary"
            ]
        );
    }
}
