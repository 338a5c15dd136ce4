//! Text signatures, and how they distribute arguments over parameters.
//!
//! What is wrong with arguments is said in CPython's order and words: its parsers count first, then look which arguments are missing, then at
//! the names of keywords. Methods that are slots there, and those that take keywords, have words of their own.

use crate::dict;
use crate::native::{Args, is_slot_of};
use crate::objects::Dict;
use crate::py::{Py, Result};
use crate::value::{UNSET, Word, as_object, word};
use heap::Gc;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The parsed form of a text signature. One for all interpreters of the process: it depends on the text alone.
pub(crate) fn parsed(text: &'static str) -> &'static Signature {
    static PARSED: Mutex<BTreeMap<&'static str, &'static Signature>> = Mutex::new(BTreeMap::new());
    let mut known = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(text).or_insert_with(|| Box::leak(Box::new(Signature::parse(text))))
}

/// Which function binds its arguments: for messages.
#[derive(Clone, Copy)]
pub(crate) struct Callee<'a> {
    pub name: &'a str,
    /// See [`Builtin::owner`].
    pub owner: Word,
}

impl Callee<'_> {
    /// `str.upper`, `math.sin`, `len`
    pub fn qualified(self, py: Py) -> String {
        if let Some(class) = py.as_type(self.owner) {
            return format!("{}.{}", class.name.borrow(), self.name);
        }
        let module = as_object::<crate::objects::Module>(self.owner).and_then(|module| module.dict.get());
        let module = module.and_then(|own| dict::get_symbol(py, own, crate::names::Name::NameAttr));
        match module.and_then(|name| py.as_str(name)).map(|name| name.to_text()) {
            Some(module) if module != "builtins" => format!("{module}.{}", self.name),
            _ => self.name.to_owned(),
        }
    }
}

/// Parameters that most functions do not exceed.
pub(crate) const FEW_PARAMETERS: usize = 8;
/// Most parameters of a function written in Rust.
pub const MOST_PARAMETERS: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ParameterKind {
    PositionalOnly,
    Positional,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

pub(crate) struct Parameter {
    name: &'static str,
    kind: ParameterKind,
    is_optional: bool,
}

impl Parameter {
    /// Whether a keyword may name it.
    fn is_named(&self) -> bool {
        matches!(self.kind, ParameterKind::Positional | ParameterKind::KeywordOnly)
    }
}

/// A parsed text signature.
pub struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    /// Number of arguments that bind one to one, if all parameters are positional; else an impossible number.
    pub(crate) plain_count: usize,
    /// Number of parameters up to the last one that is not optional.
    pub(crate) required_count: usize,
    has_receiver: bool,
}

impl Signature {
    /// Parses `(a, b=1, /, c, *args, d=None, **kw)`. `$self`, `$module` and `$type` mark the receiver; `[, x]` marks what may be left out without
    /// a default. A function of a module has no receiver word: `$module` is dropped.
    pub fn parse(text: &'static str) -> Signature {
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or("");
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut kind = ParameterKind::Positional;
        let mut has_receiver = false;
        for part in split_top(inner) {
            let part = part.trim();
            let bare = part.trim_matches(['[', ']', ' ']);
            if bare.is_empty() {
                continue;
            }
            if bare == "/" {
                for p in &mut parameters {
                    if p.kind == ParameterKind::Positional {
                        p.kind = ParameterKind::PositionalOnly;
                    }
                }
                continue;
            }
            if bare == "*" {
                kind = ParameterKind::KeywordOnly;
                continue;
            }
            if let Some(receiver) = bare.strip_prefix('$') {
                if receiver != "module" {
                    has_receiver = true;
                    let name = receiver;
                    parameters.push(Parameter {
                        name,
                        kind: ParameterKind::PositionalOnly,
                        is_optional: false,
                    });
                }
                continue;
            }
            let (name, kind_here) = match bare {
                b if b.starts_with("**") => (&b[2..], ParameterKind::VarKeyword),
                b if b.starts_with('*') => {
                    kind = ParameterKind::KeywordOnly;
                    (&b[1..], ParameterKind::VarPositional)
                }
                b => (b.split('=').next().unwrap_or(b).trim(), kind),
            };
            let is_optional =
                bare.contains('=') || part.contains('[') || part.ends_with(']') && !part.contains('=');
            parameters.push(Parameter { name, kind: kind_here, is_optional });
        }
        let is_plain = parameters
            .iter()
            .all(|p| matches!(p.kind, ParameterKind::PositionalOnly | ParameterKind::Positional));
        assert!(parameters.len() <= MOST_PARAMETERS, "too many parameters: {text}");
        let plain_count = if is_plain { parameters.len() } else { usize::MAX };
        let required_count = match parameters.iter().rposition(|p| !p.is_optional) {
            Some(last) => last + 1,
            None => 0,
        };
        Signature { parameters, plain_count, required_count, has_receiver }
    }

    /// Distributes arguments. Errors: `TypeError` in CPython's words.
    pub(crate) fn bind(
        &self,
        py: Py,
        callee: Callee,
        args: Args,
        out: &mut [Word; MOST_PARAMETERS],
    ) -> Result<()> {
        let name = callee.name;
        let given = args.positional_count();
        if args.keywords.is_some() {
            self.check_keywords(py, callee, args)?;
        }
        let mut var_positional = None;
        let mut var_keyword = None;
        let mut next = 0;
        for (index, p) in self.parameters.iter().enumerate() {
            match p.kind {
                ParameterKind::PositionalOnly | ParameterKind::Positional => {
                    if next < given {
                        out[index] = args.words[next];
                        next += 1;
                    }
                }
                ParameterKind::VarPositional => var_positional = Some(index),
                ParameterKind::VarKeyword => var_keyword = Some(index),
                ParameterKind::KeywordOnly => {}
            }
        }
        if let Some(index) = var_positional {
            out[index] = py.new_tuple(&args.words[next..given])?;
        } else if next < given {
            return Err(self.wrong_count(py, callee, given));
        }
        if let Some(index) = var_keyword {
            out[index] = word(dict::new(py)?);
        }
        for (key, value) in args.named() {
            let text = key.as_bytes();
            let position = self.parameters.iter().position(|p| p.is_named() && p.name.as_bytes() == text);
            match (position, var_keyword) {
                (Some(index), _) => {
                    if out[index] != UNSET {
                        return Err(py.type_error(format!(
                            "argument for {name}() given by name ('{}') and position ({})",
                            self.parameters[index].name,
                            index + 1 - usize::from(self.has_receiver)
                        )));
                    }
                    out[index] = value;
                }
                (None, Some(index)) => {
                    let kwargs: Gc<Dict> = as_object(out[index]).expect("made above");
                    dict::set(py, kwargs, word(key), value)?;
                }
                (None, None) => {
                    let key = String::from_utf8_lossy(text);
                    let known = self.parameters.iter().filter(|p| p.is_named()).map(|p| p.name);
                    let hint = match crate::suggest::closest(&key, known) {
                        Some(near) => format!(". Did you mean '{near}'?"),
                        None => String::new(),
                    };
                    let message = format!("{name}() got an unexpected keyword argument '{key}'{hint}");
                    return Err(py.type_error(message));
                }
            }
        }
        for (index, p) in self.parameters.iter().enumerate() {
            if out[index] == UNSET && !p.is_optional {
                return Err(self.missing(py, callee, index, given));
            }
        }
        Ok(())
    }

    /// What CPython's parsers object to before they look whether they know the names of keywords.
    #[cold]
    fn check_keywords(&self, py: Py, callee: Callee, args: Args) -> Result<()> {
        let has = |kind| self.parameters.iter().any(|p| p.kind == kind);
        let (name, named) = (callee.name, args.keyword_count());
        if named == 0 || has(ParameterKind::VarKeyword) {
            return Ok(());
        }
        if !self.parameters.iter().any(Parameter::is_named) {
            return Err(py.type_error(if self.has_receiver && is_slot_of(py, callee.owner, name) {
                format!("wrapper {name}() takes no keyword arguments")
            } else {
                format!("{}() takes no keyword arguments", callee.qualified(py))
            }));
        }
        let receiver = usize::from(self.has_receiver);
        let (given, all) = (args.positional_count(), self.parameters.len() - receiver);
        if given < receiver || has(ParameterKind::VarPositional) {
            return Ok(());
        }
        let total = given - receiver + named;
        if total > all {
            let bound = if self.parameters.iter().any(|p| p.is_optional) { "at most" } else { "exactly" };
            let keyword = if given == receiver { "keyword " } else { "" };
            let plural = if all == 1 { "" } else { "s" };
            let message = format!("{name}() takes {bound} {all} {keyword}argument{plural} ({total} given)");
            return Err(py.type_error(message));
        }
        let is_missing = |(index, p): (usize, &Parameter)| {
            let is_given = index < given && p.kind != ParameterKind::KeywordOnly
                || p.is_named() && args.named().any(|(key, _)| key.as_bytes() == p.name.as_bytes());
            !p.is_optional && !is_given
        };
        match self.parameters.iter().enumerate().position(is_missing) {
            Some(index) => Err(self.missing(py, callee, index, given)),
            None => Ok(()),
        }
    }

    /// The error of a parameter that needs an argument and has none.
    fn missing(&self, py: Py, callee: Callee, index: usize, given: usize) -> metatrace_machine::Raised {
        let (name, parameter) = (callee.name, &self.parameters[index]);
        match parameter.kind {
            ParameterKind::PositionalOnly => self.wrong_count(py, callee, given),
            ParameterKind::KeywordOnly => py
                .type_error(format!("{name}() missing required keyword-only argument: '{}'", parameter.name)),
            _ => py.type_error(format!(
                "{name}() missing required argument '{}' (pos {})",
                parameter.name,
                index + 1 - usize::from(self.has_receiver)
            )),
        }
    }

    /// Whether a parameter may be given by name: then CPython counts as its parser of keywords does.
    fn has_named(&self) -> bool {
        self.parameters.iter().any(Parameter::is_named)
    }

    fn wrong_count(&self, py: Py, callee: Callee, given: usize) -> metatrace_machine::Raised {
        let name = callee.name;
        let receiver = usize::from(self.has_receiver);
        if self.has_receiver && given == 0 {
            return py.type_error(format!("unbound method {name}() needs an argument"));
        }
        let given = given - receiver;
        let positional =
            |p: &&Parameter| matches!(p.kind, ParameterKind::PositionalOnly | ParameterKind::Positional);
        let most = self.parameters.iter().filter(positional).count() - receiver;
        let least = self.parameters.iter().filter(positional).filter(|p| !p.is_optional).count() - receiver;
        let unnamed = |p: &&Parameter| p.kind == ParameterKind::PositionalOnly && !p.is_optional;
        let least_unnamed = self.parameters.iter().filter(unnamed).count() - receiver;
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let is_slot = self.has_receiver && is_slot_of(py, callee.owner, name);
        py.type_error(match (least, most) {
            // `__setattr__`, `__setitem__`: CPython's functions behind these name themselves.
            (2, 2) if is_slot && name.starts_with("__set") => {
                format!("{name} expected 2 arguments, got {given}")
            }
            (a, b) if a == b && is_slot => {
                format!("expected {a} argument{}, got {given}", plural(a))
            }
            (1, 2) if is_slot => format!("expected 1 or 2 arguments, got {given}"),
            (0, 0) if self.parameters.iter().any(|p| p.kind == ParameterKind::KeywordOnly) => {
                format!("{name}() takes no positional arguments")
            }
            (a, b) if given > b && self.has_named() => {
                let bound = if a < b { "at most" } else { "exactly" };
                // Arguments that no parameter at all could take are counted otherwise.
                let (count, kind) = match self.parameters.len() - receiver {
                    all if given > all => (all, "argument"),
                    _ => (b, "positional argument"),
                };
                let bound = if count > b { "at most" } else { bound };
                format!("{name}() takes {bound} {count} {kind}{} ({given} given)", plural(count))
            }
            (_, b) if given < least_unnamed && self.has_named() => {
                let bound = if least_unnamed < b { "at least" } else { "exactly" };
                let plural = plural(least_unnamed);
                format!("{name}() takes {bound} {least_unnamed} positional argument{plural} ({given} given)")
            }
            (0, 0) => format!("{}() takes no arguments ({given} given)", callee.qualified(py)),
            (1, 1) => format!("{}() takes exactly one argument ({given} given)", callee.qualified(py)),
            (a, b) if a == b => format!("{name} expected {a} argument{}, got {given}", plural(a)),
            (a, _) if given < a => format!("{name} expected at least {a} argument{}, got {given}", plural(a)),
            (_, b) => format!("{name} expected at most {b} argument{}, got {given}", plural(b)),
        })
    }
}

/// Splits at commas outside brackets and quotes.
fn split_top(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut depth, mut start, mut quote) = (Vec::new(), 0, 0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '{') => depth += 1,
            (None, ')' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
