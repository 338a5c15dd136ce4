//! A dialect: which characters separate, quote and escape, checked once.

use super::{State, error, registered};
use python_model::foreign;
use python_model::native::{Args, NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_text::code_points::push;

/// When fields are quoted, and what an unquoted one means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

const QUOTINGS: [Quoting; 6] =
    [Quoting::Minimal, Quoting::All, Quoting::NonNumeric, Quoting::None, Quoting::Strings, Quoting::NotNull];

/// The module's constants.
pub const QUOTING_NAMES: [(&str, Quoting); 6] = [
    ("QUOTE_MINIMAL", Quoting::Minimal),
    ("QUOTE_ALL", Quoting::All),
    ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
    ("QUOTE_NONE", Quoting::None),
    ("QUOTE_STRINGS", Quoting::Strings),
    ("QUOTE_NOTNULL", Quoting::NotNull),
];

impl Quoting {
    /// Whether a field that is not quoted and empty is None.
    pub fn tells_none(self) -> bool {
        matches!(self, Quoting::Strings | Quoting::NotNull)
    }
    /// Whether a field that is not quoted is a number.
    pub fn tells_numbers(self) -> bool {
        matches!(self, Quoting::NonNumeric | Quoting::Strings)
    }
}

/// The options, checked. Characters are code points.
#[derive(Clone)]
pub struct Dialect {
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    /// What ends a written row, as WTF-8.
    pub line_terminator: Vec<u8>,
    pub quoting: Quoting,
    pub doubles_quotes: bool,
    pub skips_initial_space: bool,
    pub is_strict: bool,
}

/// Names of the options in the order of [`Options::given`].
const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

const DELIMITER: usize = 0;
const DOUBLE_QUOTE: usize = 1;
const ESCAPE: usize = 2;
const LINE_TERMINATOR: usize = 3;
const QUOTE: usize = 4;
const QUOTING: usize = 5;
const SKIPS: usize = 6;
const STRICT: usize = 7;

/// The options as they are passed; [`UNSET`]: not given.
pub struct Options {
    /// A dialect, anything with such attributes, or the name of a registered dialect.
    pub base: Word,
    given: [Word; 8],
}

impl Options {
    /// The keyword arguments of a call. Errors: `TypeError` if one has another name.
    pub fn named(py: Py, args: Args) -> Result<Options> {
        let mut options = Options { base: UNSET, given: [UNSET; 8] };
        for (name, value) in args.named() {
            let name = name.to_text();
            if name == "dialect" {
                options.base = value;
            } else if let Some(at) = NAMES.iter().position(|known| *known == name) {
                options.given[at] = value;
            } else {
                return Err(
                    py.type_error(format!("this function got an unexpected keyword argument '{name}'"))
                );
            }
        }
        Ok(options)
    }
}

/// `Dialect(...)`
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let positional = args.positionals();
    if positional.len() > 9 {
        let count = args.words.len();
        return Err(py.type_error(format!("function takes at most 9 arguments ({count} given)")));
    }
    let mut options = Options::named(py, args)?;
    for (at, &value) in positional.iter().enumerate() {
        match at {
            0 => options.base = value,
            _ => options.given[at - 1] = value,
        }
    }
    make_of(py, class, &options)
}

/// A dialect with these options.
pub fn make(py: Py, options: &Options) -> Result {
    let native = py.vm().state::<State>().dialect.get().expect("the module made it");
    make_of(py, native, options)
}

fn make_of(py: Py, class: TypeRef, options: &Options) -> Result {
    let native = py.vm().state::<State>().dialect.get().expect("the module made it");
    let mut given = options.given;
    if options.base != UNSET && options.base != NONE {
        let base = match py.as_str(options.base) {
            Some(_) => registered(py, options.base)?,
            None => options.base,
        };
        // A dialect without changes is itself.
        if py.type_of(base).is(native) && class.is(native) && given.iter().all(|word| *word == UNSET) {
            return Ok(base);
        }
        for (value, name) in given.iter_mut().zip(NAMES) {
            if *value == UNSET
                && let Some(found) = py.get_attr_opt(base, py.intern(name)?)?
            {
                *value = found;
            }
        }
    }
    let dialect = checked(py, given)?;
    foreign::new_of(py, class, native, dialect)
}

fn checked(py: Py, given: [Word; 8]) -> Result<Dialect> {
    let flag = |at: usize, default: bool| match given[at] {
        UNSET => Ok(default),
        value => py.truth(value),
    };
    let delimiter = match given[DELIMITER] {
        UNSET => u32::from(b','),
        value => character(py, NAMES[DELIMITER], value, "")?,
    };
    let doubles_quotes = flag(DOUBLE_QUOTE, true)?;
    let escape = optional_character(py, NAMES[ESCAPE], given[ESCAPE], None)?;
    let line_terminator = match given[LINE_TERMINATOR] {
        UNSET => b"\r\n".to_vec(),
        value => match py.as_str(value) {
            Some(text) => text.as_bytes().to_vec(),
            None => {
                let found = py.type_name(value);
                return Err(py.type_error(format!("\"lineterminator\" must be a string, not {found}")));
            }
        },
    };
    let quote = optional_character(py, NAMES[QUOTE], given[QUOTE], Some(u32::from(b'"')))?;
    let quoting = match given[QUOTING] {
        UNSET if given[QUOTE] == NONE => Quoting::None,
        UNSET => Quoting::Minimal,
        value => match V::of(value) {
            V::Int(value) => *usize::try_from(value)
                .ok()
                .and_then(|value| QUOTINGS.get(value))
                .ok_or_else(|| py.type_error("bad \"quoting\" value"))?,
            _ => {
                let found = py.type_name(value);
                return Err(py.type_error(format!("\"quoting\" must be an integer, not {found}")));
            }
        },
    };
    let skips_initial_space = flag(SKIPS, false)?;
    let is_strict = flag(STRICT, false)?;
    if quoting != Quoting::None && quote.is_none() {
        return Err(py.type_error("quotechar must be set if quoting enabled"));
    }
    let dialect = Dialect {
        delimiter,
        quote,
        escape,
        line_terminator,
        quoting,
        doubles_quotes,
        skips_initial_space,
        is_strict,
    };
    check_characters(py, &dialect)?;
    Ok(dialect)
}

/// One code point.
fn character(py: Py, name: &str, value: Word, or_none: &str) -> Result<u32> {
    let expected = format!("\"{name}\" must be a unicode character{or_none}, not");
    let Some(text) = py.as_str(value) else {
        return Err(py.type_error(format!("{expected} {}", py.type_name(value))));
    };
    if text.len() != 1 {
        return Err(py.type_error(format!("{expected} a string of length {}", text.len())));
    }
    Ok(python_model::strings::code_points(text.as_bytes()).next().expect("it has one"))
}

fn optional_character(py: Py, name: &str, value: Word, default: Option<u32>) -> Result<Option<u32>> {
    match value {
        UNSET => Ok(default),
        NONE => Ok(None),
        value => character(py, name, value, " or None").map(Some),
    }
}

/// Errors: `ValueError` if characters cannot be told from one another, or from the end of a line.
fn check_characters(py: Py, dialect: &Dialect) -> Result<()> {
    let named = [
        ("delimiter", Some(dialect.delimiter)),
        ("escapechar", dialect.escape),
        ("quotechar", dialect.quote),
    ];
    for (name, character) in named {
        let Some(character) = character else { continue };
        let is_space = character == u32::from(b' ') && dialect.skips_initial_space && name != "delimiter";
        if is_space || [u32::from(b'\r'), u32::from(b'\n')].contains(&character) {
            return Err(py.value_error(format!("bad {name} value")));
        }
        if dialect.ends_line(character) {
            return Err(py.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        if named[one].1.is_some() && named[one].1 == named[other].1 {
            return Err(py.value_error(format!("bad {} or {} value", named[one].0, named[other].0)));
        }
    }
    Ok(())
}

impl Dialect {
    /// Whether a character is part of the line terminator.
    pub fn ends_line(&self, character: u32) -> bool {
        python_model::strings::code_points(&self.line_terminator).any(|other| other == character)
    }
}

/// The name of a dialect that is looked up. Errors: `Error` for what cannot be one.
pub fn check_name(py: Py, name: Word) -> Result<()> {
    match py.as_str(name) {
        Some(_) => Ok(()),
        None => Err(error(py, "unknown dialect")),
    }
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Dialect> {
    foreign::expect(py, value, "a '_csv.Dialect' object")
}

/// A string of one code point; None for none.
fn character_word(py: Py, character: Option<u32>) -> Result {
    let Some(character) = character else { return Ok(NONE) };
    let mut bytes = Vec::new();
    push(&mut bytes, character);
    py.str_bytes(&bytes)
}

pub static METHODS: &[NativeDef] = &[
    getter("delimiter", "", |py, a| character_word(py, Some(receiver(py, a[0])?.delimiter))),
    getter("escapechar", "", |py, a| character_word(py, receiver(py, a[0])?.escape)),
    getter("quotechar", "", |py, a| character_word(py, receiver(py, a[0])?.quote)),
    getter("lineterminator", "", |py, a| py.str_bytes(&receiver(py, a[0])?.line_terminator)),
    getter("quoting", "", |py, a| Ok(small_int(receiver(py, a[0])?.quoting as i64))),
    getter("doublequote", "", |py, a| Ok(bool_word(receiver(py, a[0])?.doubles_quotes))),
    getter("skipinitialspace", "", |py, a| Ok(bool_word(receiver(py, a[0])?.skips_initial_space))),
    getter("strict", "", |py, a| Ok(bool_word(receiver(py, a[0])?.is_strict))),
    def("__reduce__", "($self, /)", "raises an exception to prevent pickling", not_pickled),
    def("__reduce_ex__", "($self, protocol, /)", "raises an exception to prevent pickling", not_pickled),
];

fn not_pickled(py: Py, a: &[Word]) -> Result {
    Err(py.type_error(format!("cannot pickle '{}' instances", py.type_of(a[0]).name.borrow())))
}
