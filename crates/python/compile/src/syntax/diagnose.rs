//! Explains a source that does not parse, as CPython would.
//!
//! CPython's messages and places come out of its parser: a PEG parser that runs twice. The first pass finds out that the source is wrong
//! and how far one had to read to know it: that token is where `invalid syntax` points. The second pass has more rules, which match
//! common mistakes and raise. No other parser's errors can be translated into these, in particular not the places. So this is that
//! parser: the grammar is a text (grammar.txt), and what is here interprets it, with memoisation and growing of left recursion
//! (Warth, Douglass and Millstein 2008). Only wrong sources come here, so it is simple instead of fast; memory and time are linear.
//!
//! Errors in tokens take precedence over errors of the second pass, even if they come later in the source (except inside an f-string).

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::grammar::{Action, Alternative, At, Grammar, Item, grammar};
use super::tokens::{Token, TokenFault, TokenKind, Tokens, normalise, tokens};
use crate::Mode;
use crate::error::{ErrorKind, ErrorLocation, ShownLine};

/// What CPython says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Diagnosis {
    pub kind: ErrorKind,
    pub message: String,
    pub location: ErrorLocation,
    pub shown: ShownLine,
}

/// None if this parser finds nothing wrong.
pub(super) fn diagnose(source: &str, mode: Mode) -> Option<Diagnosis> {
    let text = normalise(source);
    let tokens = tokens(&text);
    let grammar = grammar();
    let rule = start_rule(mode);
    let mut first = Parser::new(grammar, &text, &tokens, false);
    if first.rule(rule, 0).is_some() {
        return None;
    }
    let furthest = first.furthest;
    let mut second = Parser::new(grammar, &text, &tokens, true);
    second.furthest = furthest;
    // What has been parsed needs no explanation, except the last statement: a clause of it may be what is wrong.
    second.rule(rule, first.last_statement);
    let fault = tokens.fault.as_ref();
    let reached_fault = first.hit_fault || second.hit_fault;
    // The second pass replaces an error that the first has raised.
    let found = match second.raised.take().or_else(|| first.raised.clone()) {
        Some(d) => d,
        None if reached_fault => return fault.map(from_token),
        None => match first.generic() {
            d if d.kind == ErrorKind::Indentation => return Some(d),
            d => d,
        },
    };
    let line =
        tokens.list.get(second.furthest.min(tokens.list.len().saturating_sub(1))).map_or(0, |t| t.line);
    // What is left of the source is read for errors in tokens, which come first.
    let Some(f) = fault.filter(|f| !reached_fault && f.string_depth == 0) else { return Some(found) };
    if f.takes_precedence {
        return Some(from_token(f));
    }
    match &f.unclosed {
        Some(open) if line as i64 > open.location.line => {
            let message = open.message.clone();
            Some(Diagnosis {
                kind: ErrorKind::Syntax,
                message,
                location: open.location,
                shown: ShownLine::WithoutEnd,
            })
        }
        _ => Some(found),
    }
}

/// Whether the whole source had to be read to know that it is wrong: more of it could make it right.
pub(super) fn ends_too_early(source: &str, mode: Mode) -> bool {
    let text = normalise(source);
    let tokens = tokens(&text);
    let mut first = Parser::new(grammar(), &text, &tokens, false);
    if first.rule(start_rule(mode), 0).is_some() {
        return false;
    }
    if first.hit_fault {
        return tokens.fault.as_ref().is_some_and(|f| f.is_end_of_source);
    }
    // Without a line feed at its end the last token could have gone on, too.
    let has_line_feed = source.ends_with(['\n', '\r']);
    let end = if has_line_feed { text.len() } else { text.len() - 1 };
    tokens.list.get(first.furthest).is_some_and(|t| t.end >= end && (!has_line_feed || t.is_placeless()))
}

fn start_rule(mode: Mode) -> usize {
    grammar().rule(match mode {
        Mode::Exec => "file",
        Mode::Eval => "eval",
        Mode::Single => "single",
    })
}

fn from_token(f: &TokenFault) -> Diagnosis {
    Diagnosis { kind: f.kind, message: f.message.clone(), location: f.location, shown: f.shown }
}

/// A piece of the syntax tree, as far as messages need one.
#[derive(Debug)]
struct Node {
    kind: &'static str,
    /// Bytes of the source.
    start: usize,
    end: usize,
    /// Index of the first token.
    first: usize,
    parts: Vec<Rc<Node>>,
}

type Match = Option<(Rc<Node>, usize)>;
type Captures = Vec<(u8, Rc<Node>)>;

struct Parser<'s> {
    grammar: &'static Grammar,
    source: &'s str,
    tokens: &'s [Token],
    fault: Option<&'s TokenFault>,
    explains: bool,
    /// Index of the last token that was looked at.
    furthest: usize,
    /// Whether the parser wanted the token that cannot be read.
    hit_fault: bool,
    raised: Option<Diagnosis>,
    memo: FxHashMap<(usize, usize), Match>,
    /// First token of the last complete statement of the outermost level.
    last_statement: usize,
    /// Whether rules for wrong programs are switched off for now.
    muted: bool,
}

/// How an alternative ended.
enum Outcome {
    Matched(Rc<Node>, usize),
    Failed,
    /// The rule fails without trying other alternatives.
    Abandoned,
}

impl<'s> Parser<'s> {
    fn new(grammar: &'static Grammar, source: &'s str, tokens: &'s Tokens, explains: bool) -> Parser<'s> {
        Parser {
            grammar,
            source,
            tokens: &tokens.list,
            fault: tokens.fault.as_ref(),
            explains,
            furthest: 0,
            hit_fault: false,
            raised: None,
            memo: FxHashMap::default(),
            last_statement: 0,
            muted: false,
        }
    }

    fn has_stopped(&self) -> bool {
        self.raised.is_some() || self.hit_fault
    }

    fn token(&mut self, at: usize) -> Option<Token> {
        match self.tokens.get(at) {
            Some(&token) => {
                self.furthest = self.furthest.max(at);
                Some(token)
            }
            None => {
                self.hit_fault |= self.fault.is_some();
                None
            }
        }
    }

    fn text(&self, token: &Token) -> &'s str {
        &self.source[token.start..token.end]
    }

    fn rule(&mut self, rule: usize, at: usize) -> Match {
        if self.has_stopped() {
            return None;
        }
        let grammar = self.grammar;
        let name = grammar.rules[rule].name;
        if name == "expression_without_invalid" {
            let muted = std::mem::replace(&mut self.muted, true);
            let memo = std::mem::take(&mut self.memo);
            let result = self.alternatives(rule, at);
            self.memo = memo;
            self.muted = muted;
            return result;
        }
        if let Some(known) = self.memo.get(&(rule, at)) {
            return known.clone();
        }
        stacker::maybe_grow(128 << 10, 4 << 20, || {
            if !grammar.rules[rule].is_left_recursive {
                let result = self.alternatives(rule, at);
                if !self.has_stopped() {
                    self.memo.insert((rule, at), result.clone());
                }
                if name == "statement"
                    && result.is_some()
                    && self.tokens.get(at).is_some_and(|t| t.start == 0 || self.starts_line(t))
                {
                    // Nothing comes back behind a statement of the outermost level.
                    self.memo.clear();
                    self.last_statement = at;
                }
                return result;
            }
            let mut best: Match = None;
            loop {
                self.memo.insert((rule, at), best.clone());
                let next = self.alternatives(rule, at);
                let grown = match (&next, &best) {
                    (Some((_, end)), Some((_, best_end))) => end > best_end,
                    (Some(_), None) => true,
                    _ => false,
                };
                if !grown || self.has_stopped() {
                    self.memo.insert((rule, at), best.clone());
                    return best;
                }
                best = next;
            }
        })
    }

    fn starts_line(&self, token: &Token) -> bool {
        self.source.as_bytes().get(token.start.wrapping_sub(1)) == Some(&b'\n')
    }

    fn alternatives(&mut self, rule: usize, at: usize) -> Match {
        let grammar = self.grammar;
        let rule = &grammar.rules[rule];
        if rule.is_invalid && (!self.explains || self.muted) {
            return None;
        }
        self.group(&rule.alternatives, at)
    }

    fn group(&mut self, alternatives: &'static [Alternative], at: usize) -> Match {
        for alternative in alternatives {
            match self.alternative(alternative, at) {
                Outcome::Matched(node, end) => return Some((node, end)),
                Outcome::Abandoned => return None,
                Outcome::Failed if self.has_stopped() => return None,
                Outcome::Failed => {}
            }
        }
        None
    }

    fn alternative(&mut self, alternative: &'static Alternative, start: usize) -> Outcome {
        let (mut at, mut captures, mut parts, mut is_committed) = (start, Captures::new(), Vec::new(), false);
        for (name, item) in &alternative.parts {
            if matches!(item, Item::Cut) {
                is_committed = true;
                continue;
            }
            let Some((node, end)) = self.item(item, at) else {
                return if is_committed { Outcome::Abandoned } else { Outcome::Failed };
            };
            if let Some(name) = name {
                captures.push((*name, node.clone()));
            }
            if !matches!(item, Item::Ahead(..)) {
                parts.push(node);
            }
            at = end;
        }
        let part = |name: u8| captures.iter().find(|c| c.0 == name).map(|c| c.1.clone());
        match &alternative.action {
            Action::None if parts.len() == 1 => Outcome::Matched(parts.remove(0), at),
            Action::None => Outcome::Matched(self.node("", start, at, parts), at),
            Action::Kind(kind) => Outcome::Matched(self.node(kind, start, at, parts), at),
            Action::Part(name) => match part(*name) {
                Some(node) => Outcome::Matched(node, at),
                None => Outcome::Failed,
            },
            Action::Error(place, message) => {
                let message = self.fill_in(message, at, &part);
                let indentation = matches!(place, At::Indentation);
                let kind = if indentation { ErrorKind::Indentation } else { ErrorKind::Syntax };
                let node = |name: u8| part(name).expect("the grammar names the part");
                let location = match *place {
                    At::Last | At::Indentation => self.at_token(self.furthest),
                    At::Next => {
                        self.token(at);
                        self.at_token(at)
                    }
                    At::Part(a) => self.between(node(a).start, node(a).end),
                    At::Range(a, b) => self.between(node(a).start, node(b).end),
                    At::From(a) => self.from(node(a).start),
                };
                self.raise(kind, message, location);
                Outcome::Abandoned
            }
            Action::Call(function) => {
                let whole = self.node("", start, at, parts);
                match self.call(function, &captures, whole, at) {
                    Some(node) => Outcome::Matched(node, at),
                    None => Outcome::Abandoned,
                }
            }
        }
    }

    fn item(&mut self, item: &'static Item, at: usize) -> Match {
        if self.has_stopped() {
            return None;
        }
        match item {
            Item::Literal(text) => {
                let token = self.token(at)?;
                let is_word = matches!(token.kind, TokenKind::Name | TokenKind::Operator);
                (is_word && self.text(&token) == *text).then(|| self.leaf(at))
            }
            Item::Name => {
                let token = self.token(at)?;
                (token.kind == TokenKind::Name && !is_keyword(self.text(&token)))
                    .then(|| self.leaf_of("Name", at))
            }
            Item::SoftKeyword => {
                let token = self.token(at)?;
                let is_soft = token.kind == TokenKind::Name
                    && matches!(self.text(&token), "_" | "case" | "match" | "type");
                is_soft.then(|| self.leaf(at))
            }
            Item::Class(kind) => (self.token(at)?.kind == *kind).then(|| self.leaf(at)),
            Item::Rule(rule) => self.rule(*rule, at),
            Item::Optional(inner) => match self.item(inner, at) {
                Some(found) => Some(found),
                None if self.has_stopped() => None,
                None => Some((self.node("absent", at, at, Vec::new()), at)),
            },
            Item::Repeat(inner, least) => {
                let (mut end, mut parts) = (at, Vec::new());
                while let Some((node, next)) = self.item(inner, end) {
                    parts.push(node);
                    end = next;
                }
                let enough = parts.len() >= *least && !self.has_stopped();
                enough.then(|| (self.node("list", at, end, parts), end))
            }
            Item::Separated(separator, element) => {
                let (node, mut end) = self.item(element, at)?;
                let mut parts = vec![node];
                while let Some((_, next)) = self.item(separator, end) {
                    let Some((node, next)) = self.item(element, next) else { break };
                    parts.push(node);
                    end = next;
                }
                (!self.has_stopped()).then(|| (self.node("list", at, end, parts), end))
            }
            Item::Ahead(inner, wanted) => {
                let found = self.item(inner, at).is_some();
                if self.has_stopped() || found != *wanted {
                    return None;
                }
                Some((self.node("absent", at, at, Vec::new()), at))
            }
            Item::Demand(text) => {
                let token = self.token(at)?;
                if token.kind == TokenKind::Operator && self.text(&token) == *text {
                    return Some(self.leaf(at));
                }
                let location = self.token_location(at);
                self.raise(ErrorKind::Syntax, format!("expected '{text}'"), location);
                None
            }
            Item::Cut => None,
            Item::Group(alternatives) => self.group(alternatives, at),
        }
    }

    fn leaf(&self, at: usize) -> (Rc<Node>, usize) {
        self.leaf_of("", at)
    }

    fn leaf_of(&self, kind: &'static str, at: usize) -> (Rc<Node>, usize) {
        (self.node(kind, at, at + 1, Vec::new()), at + 1)
    }

    /// A node of the tokens `first..end`.
    fn node(&self, kind: &'static str, first: usize, end: usize, parts: Vec<Rc<Node>>) -> Rc<Node> {
        let place = |i: usize| self.tokens.get(i).copied();
        let start = place(first).map_or(self.source.len(), |t| t.start);
        let end = if end > first { place(end - 1).map_or(start, |t| t.end) } else { start };
        Rc::new(Node { kind, start, end, first, parts })
    }

    // -- Raising -----------------------------------------------------------------------------------------------------

    fn raise(&mut self, kind: ErrorKind, message: String, location: ErrorLocation) {
        if !self.has_stopped() {
            self.raised = Some(Diagnosis { kind, message, location, shown: ShownLine::AsItIs });
        }
    }

    fn position(&self, offset: usize) -> (i64, i64) {
        let before = &self.source[..offset.min(self.source.len())];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = before.bytes().filter(|&b| b == b'\n').count() as i64 + 1;
        (line, before[line_start..].chars().count() as i64)
    }

    fn between(&self, start: usize, end: usize) -> ErrorLocation {
        let ((line, column), (end_line, mut end_column)) = (self.position(start), self.position(end));
        if end_line != line {
            // CPython converts the last column from bytes to characters by the text of the *first* line.
            let line_start = self.source[..start].rfind('\n').map_or(0, |i| i + 1);
            let text = self.source[line_start..].split('\n').next().unwrap_or("");
            let end_line_start = self.source[..end].rfind('\n').map_or(0, |i| i + 1);
            let bytes = end - end_line_start + 1;
            let beyond = i64::from(bytes > text.len());
            let within = &text.as_bytes()[..bytes.min(text.len())];
            end_column = String::from_utf8_lossy(within).chars().count() as i64 + beyond - 1;
        }
        ErrorLocation { line, offset: column + 1, end_line, end_offset: end_column + 1 }
    }

    /// `RAISE_SYNTAX_ERROR_STARTING_FROM`: up to the reading position, whose column counts from 0.
    fn from(&self, start: usize) -> ErrorLocation {
        let last = self.tokens[self.furthest.min(self.tokens.len() - 1)];
        let ((line, column), (end_line, end_column)) = (self.position(start), self.position(last.start));
        let width = self.source[last.start..last.end].chars().count() as i64;
        ErrorLocation { line, offset: column + 1, end_line, end_offset: end_column + width }
    }

    /// `RAISE_ERROR` at a token.
    fn at_token(&self, index: usize) -> ErrorLocation {
        let token = self.tokens[index.min(self.tokens.len() - 1)];
        if token.is_placeless() {
            let (line, column) = self.reading_position(&token);
            return ErrorLocation { line, offset: column, end_line: line, end_offset: -1 };
        }
        self.token_location(index)
    }

    /// `RAISE_ERROR_KNOWN_LOCATION` of a token.
    fn token_location(&self, index: usize) -> ErrorLocation {
        let token = self.tokens[index.min(self.tokens.len() - 1)];
        if token.is_placeless() {
            let line = self.reading_position(&token).0;
            return ErrorLocation { line, offset: 0, end_line: line, end_offset: 0 };
        }
        // A NEWLINE with the comment before it is on its line.
        if token.kind == TokenKind::Newline {
            let (line, column) = self.position(token.start);
            let width = (token.end - token.start) as i64;
            return ErrorLocation {
                line,
                offset: column + 1,
                end_line: line,
                end_offset: column + 1 + width,
            };
        }
        self.between(token.start, token.end)
    }

    /// Line and column of a token without a place. At the end of the source the last line counts.
    fn reading_position(&self, token: &Token) -> (i64, i64) {
        if token.end < self.source.len() {
            return self.position(token.end);
        }
        let (line, column) = self.position(self.source.len() - 1);
        (line, column + 1)
    }

    fn generic(&self) -> Diagnosis {
        let last = self.tokens[self.furthest.min(self.tokens.len() - 1)];
        let (kind, message, location) = match last.kind {
            TokenKind::Indent => (ErrorKind::Indentation, "unexpected indent", self.at_token(self.furthest)),
            TokenKind::Dedent => {
                (ErrorKind::Indentation, "unexpected unindent", self.at_token(self.furthest))
            }
            _ => (ErrorKind::Syntax, "invalid syntax", self.token_location(self.furthest)),
        };
        Diagnosis { kind, message: message.into(), location, shown: ShownLine::AsItIs }
    }

    fn fill_in(&self, message: &str, at: usize, part: &impl Fn(u8) -> Option<Rc<Node>>) -> String {
        let mut out = message.to_owned();
        if out.contains("{kind}") {
            out = out.replace("{kind}", &self.string_letter(at).to_string());
        }
        if let Some(a) = part(b'a') {
            if out.contains("{a}") {
                out = out.replace("{a}", self.expression_name(&a));
            }
            if out.contains("{a.text}") {
                out = out.replace("{a.text}", &self.source[a.start..a.end]);
            }
            if out.contains("{a.line}") {
                out = out.replace("{a.line}", &self.position(a.start).0.to_string());
            }
        }
        out
    }

    /// `f` or `t`: in which kind of string the token at `at` is.
    fn string_letter(&self, at: usize) -> char {
        let mut depth = 0;
        for token in self.tokens[..at.min(self.tokens.len())].iter().rev() {
            match token.kind {
                TokenKind::StringEnd => depth += 1,
                TokenKind::StringStart(letter) if depth == 0 => return letter,
                TokenKind::StringStart(_) => depth -= 1,
                _ => {}
            }
        }
        'f'
    }

    fn expression_name(&self, node: &Node) -> &'static str {
        match node.kind {
            "Name" => "name",
            "Attribute" => "attribute",
            "Subscript" => "subscript",
            "Starred" => "starred",
            "List" => "list",
            "Tuple" => "tuple",
            "Lambda" => "lambda",
            "Call" => "function call",
            "Operation" => "expression",
            "Generator" => "generator expression",
            "Yield" => "yield expression",
            "Await" => "await expression",
            "ListComp" => "list comprehension",
            "SetComp" => "set comprehension",
            "DictComp" => "dict comprehension",
            "Dict" => "dict literal",
            "Set" => "set display",
            "FString" => "f-string expression",
            "TString" => "t-string expression",
            "None" => "None",
            "True" => "True",
            "False" => "False",
            "Ellipsis" => "ellipsis",
            "Comparison" => "comparison",
            "Conditional" => "conditional expression",
            "Named" => "named expression",
            _ => "literal",
        }
    }

    // -- Errors that need more than a pattern ------------------------------------------------------------------------

    /// What the function named in the grammar makes of a match: a value, or None after raising or when the rule is to fail.
    fn call(&mut self, function: &str, captures: &Captures, whole: Rc<Node>, end: usize) -> Option<Rc<Node>> {
        let part = |name: u8| captures.iter().find(|c| c.0 == name).map(|c| c.1.clone());
        let (a, b) = (part(b'a')?, part(b'b'));
        let range =
            |from: &Node, to: &Option<Rc<Node>>| (from.start, to.as_ref().map_or(from.end, |n| n.end));
        let (message, (start, stop)) = match function {
            "forgotten_comma" => {
                let last = self.tokens.get(end.wrapping_sub(1))?;
                if self.is_legacy_statement(&a) || last.level == 0 {
                    return None;
                }
                ("invalid syntax. Perhaps you forgot a comma?".to_owned(), range(&a, &b))
            }
            "legacy_statement" => {
                if !self.is_legacy_statement(&a) {
                    return None;
                }
                let name = &self.source[a.start..a.end];
                let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                (message, range(&a, &b))
            }
            "lambda_in_string" => {
                let letter = self.string_letter(end);
                (
                    format!("{letter}-string: lambda expressions are not allowed without parentheses"),
                    range(&a, &b),
                )
            }
            "invalid_target" | "invalid_for_target" | "invalid_delete_target" => {
                let bad = invalid_target(&a, function)?;
                let verb = if function == "invalid_delete_target" { "delete" } else { "assign to" };
                (format!("cannot {verb} {}", self.expression_name(&bad)), (bad.start, bad.end))
            }
            "generator_in_call" => {
                let positional = positional_arguments(&a);
                if positional.len() <= 1 {
                    return None;
                }
                let last = positional.last()?;
                ("Generator expression must be parenthesized".to_owned(), range(last, &b))
            }
            "positional_follows_keyword" => {
                let unpacks = contains(&a, "KeywordUnpacking");
                let what = if unpacks { "keyword argument unpacking" } else { "keyword argument" };
                let location = self.at_token(self.furthest);
                self.raise(ErrorKind::Syntax, format!("positional argument follows {what}"), location);
                return None;
            }
            "colon_expected" => {
                let (line, column) = self.position(a.end - 1);
                let location = ErrorLocation { line, offset: column + 1, end_line: line, end_offset: 0 };
                self.raise(ErrorKind::Syntax, "':' expected after dictionary key".into(), location);
                return None;
            }
            "bound_of_starred" => {
                let what =
                    if b.as_ref().is_some_and(|b| b.kind == "Tuple") { "constraints" } else { "bound" };
                let double = self.source[whole.start..].starts_with("**");
                let of = if double { "ParamSpec" } else { "TypeVarTuple" };
                let location = self.from(a.start);
                self.raise(ErrorKind::Syntax, format!("cannot use {what} with {of}"), location);
                return None;
            }
            "real_number" | "imaginary_number" => {
                let is_imaginary = self.source[a.start..a.end].ends_with(['j', 'J']);
                let wants_imaginary = function == "imaginary_number";
                if is_imaginary == wants_imaginary {
                    return Some(a);
                }
                let kind = if wants_imaginary { "imaginary" } else { "real" };
                (format!("{kind} number required in complex literal"), (a.start, a.end))
            }
            "conversion" => {
                let b = b?;
                let letter = self.string_letter(whole.first);
                let name = &self.source[b.start..b.end];
                if a.end != b.start {
                    let message = format!(
                        "{letter}-string: conversion type must come right after the exclamation mark"
                    );
                    (message, (a.start, b.end))
                } else if matches!(name, "s" | "r" | "a") {
                    return Some(whole);
                } else {
                    let message = format!(
                        "{letter}-string: invalid conversion character '{name}': expected 's', 'r', or 'a'"
                    );
                    (message, (b.start, b.end))
                }
            }
            "mixed_template" => {
                let message = "cannot mix t-string literals with string or bytes literals".to_owned();
                let last = a.parts.last().unwrap_or(&a);
                (message, range(last, &b))
            }
            "strings" => return self.strings(&a),
            _ => return None,
        };
        let location = self.between(start, stop);
        self.raise(ErrorKind::Syntax, message, location);
        None
    }

    fn is_legacy_statement(&self, node: &Node) -> bool {
        node.kind == "Name" && matches!(&self.source[node.start..node.end], "print" | "exec")
    }

    /// Checks concatenated strings and the contents of each.
    fn strings(&mut self, list: &Rc<Node>) -> Option<Rc<Node>> {
        let is_bytes = |s: &Self, n: &Node| {
            let text = &s.source[n.start..n.end];
            let prefix = &text[..text.find(['"', '\'']).unwrap_or(0)];
            prefix.contains(['b', 'B'])
        };
        let parts = if list.parts.is_empty() { vec![list.clone()] } else { list.parts.clone() };
        for part in &parts {
            if let Err(problem) =
                super::escapes::check(self.source, part.start, part.end, part.kind == "FString")
            {
                let (start, end) = problem.range;
                let location = self.between(start, end);
                self.raise(ErrorKind::Syntax, problem.message, location);
                return None;
            }
        }
        let first_is_bytes = is_bytes(self, parts.first()?);
        if parts.iter().any(|p| is_bytes(self, p) != first_is_bytes) {
            let location = self.at_token(self.furthest);
            self.raise(ErrorKind::Syntax, "cannot mix bytes and nonbytes literals".into(), location);
            return None;
        }
        let is_interpolated = parts.iter().any(|p| p.kind == "FString");
        let kind = if is_interpolated { "FString" } else { "Literal" };
        Some(Rc::new(Node { kind, start: list.start, end: list.end, first: list.first, parts: Vec::new() }))
    }
}

/// The part of a target that cannot be assigned to or deleted.
fn invalid_target(node: &Rc<Node>, use_: &str) -> Option<Rc<Node>> {
    match node.kind {
        "List" | "Tuple" => elements(node).iter().find_map(|n| invalid_target(n, use_)),
        "Starred" if use_ == "invalid_delete_target" => Some(node.clone()),
        "Starred" => invalid_target(node.parts.last()?, use_),
        "Comparison" if use_ == "invalid_for_target" => {
            let operator = node.parts.get(1)?;
            let is_in = operator
                .parts
                .first()
                .and_then(|pair| pair.parts.first())
                .is_some_and(|op| op.end - op.start == 2);
            if is_in { invalid_target(node.parts.first()?, use_) } else { None }
        }
        "Name" | "Subscript" | "Attribute" => None,
        _ => Some(node.clone()),
    }
}

/// The expressions of a list or tuple.
fn elements(node: &Node) -> Vec<Rc<Node>> {
    let mut out = Vec::new();
    for part in &node.parts {
        match part.kind {
            "" | "list" | "absent" => out.extend(elements(part)),
            _ => out.push(part.clone()),
        }
    }
    out
}

/// Positional arguments in the match of `args`, starred ones included.
fn positional_arguments(args: &Node) -> Vec<Rc<Node>> {
    // `args` is positional_args (',' kwargs)?, or kwargs alone: a list of `name = value` groups.
    fn collect(node: &Rc<Node>, out: &mut Vec<Rc<Node>>) {
        match node.kind {
            "list" => node.parts.iter().for_each(|p| collect(p, out)),
            "" if node.parts.len() == 2 && node.parts[1].kind == "absent" => collect(&node.parts[0], out),
            "" if node.parts.len() == 1 => collect(&node.parts[0], out),
            "" | "absent" | "KeywordUnpacking" => {}
            _ => out.push(node.clone()),
        }
    }
    let mut out = Vec::new();
    match args.parts.first() {
        Some(first) if args.kind.is_empty() => collect(first, &mut out),
        _ => args.parts.iter().for_each(|p| collect(p, &mut out)),
    }
    out
}

fn contains(node: &Node, kind: &str) -> bool {
    let is_transparent = |n: &Node| matches!(n.kind, "" | "list" | "absent");
    node.kind == kind || is_transparent(node) && node.parts.iter().any(|p| contains(p, kind))
}

fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}
