//! `unicodedata`: the Unicode Character Database, in the version of the language and in that of domain names (`ucd_3_2_0`).
//!
//! Known limit: `lookup` finds neither aliases nor named sequences.

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, getter};
use python_model::objects::Str;
use python_model::py::{Py, Result};
use python_model::types::{Ty, flags};
use python_model::value::*;
use python_model::{dict, foreign};
use python_text::code_points::{decode, from_code_point};
use python_text::normalize::{Form, is_normalized, normalize};
use python_text::unicode::{self, names, ucd_3_2_0};

pub static MODULE: NativeModule = NativeModule {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from the Unicode Consortium\nat https://www.unicode.org/.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.",
    functions: FUNCTIONS,
    fill: |py, own| {
        dict::set_symbol(py, own, py.intern("unidata_version")?, py.str(unicode::VERSION)?)?;
        let class = native_type(
            py,
            &NativeClass {
                module: "unicodedata",
                name: "UCD",
                doc: "",
                base: None,
                flags: flags::FINAL | flags::NO_CONSTRUCTOR,
                constructor: None,
                methods: METHODS,
            },
        )?;
        dict::set_symbol(py, own, py.intern("UCD")?, class.word())?;
        let old = foreign::new(py, class, Old)?;
        dict::set_symbol(py, own, py.intern("ucd_3_2_0")?, word(old))
    },
};

/// The database of version 3.2.0.
struct Old;

/// Which database is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Version {
    V16,
    V3,
}

impl Version {
    fn lacks(self, c: u32) -> bool {
        self == Version::V3 && !ucd_3_2_0::is_assigned(c)
    }
    fn change(self, c: u32) -> Option<&'static ucd_3_2_0::Change> {
        if self == Version::V3 { ucd_3_2_0::change(c) } else { None }
    }
}

/// The character in an argument. `argument`: how it is called.
fn character(py: Py, value: Word, function: &str, argument: &str) -> Result<u32> {
    let Some(text) = py.as_str(value) else {
        let what = py.type_name(value);
        return Err(py.type_error(format!("{function}() {argument} must be a unicode character, not {what}")));
    };
    if text.len() != 1 {
        let length = text.len();
        return Err(py.type_error(format!(
            "{function}(): {argument} must be a unicode character, not a string of length {length}"
        )));
    }
    Ok(decode(text.as_bytes(), 0).0)
}

/// What a function with a default returns where there is no value.
fn default(py: Py, value: Word, message: &str) -> Result {
    if value == UNSET { Err(py.value_error(message)) } else { Ok(value) }
}

fn decimal(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "decimal", "argument 1")?;
    let found = match version.change(c) {
        _ if version.lacks(c) => None,
        Some(change) => u32::try_from(change.decimal).ok(),
        None => unicode::decimal(c),
    };
    found.map_or_else(|| default(py, a[1], "not a decimal"), |value| py.int(value.into()))
}

fn digit(py: Py, a: &[Word], _version: Version) -> Result {
    let c = character(py, a[0], "digit", "argument 1")?;
    unicode::digit(c).map_or_else(|| default(py, a[1], "not a digit"), |value| py.int(value.into()))
}

fn numeric(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "numeric", "argument 1")?;
    let found = match version.change(c) {
        _ if version.lacks(c) => None,
        Some(change) => change.numeric,
        None => unicode::numeric(c),
    };
    found.map_or_else(|| default(py, a[1], "not a numeric character"), |value| Ok(float_word(value)))
}

fn category(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "category", "argument")?;
    py.str(match version.change(c) {
        _ if version.lacks(c) => "Cn",
        Some(change) => change.category,
        None => unicode::category(c),
    })
}

fn bidirectional(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "bidirectional", "argument")?;
    py.str(match version.change(c) {
        _ if version.lacks(c) => "",
        Some(change) => change.bidirectional,
        None => unicode::bidirectional(c),
    })
}

fn combining(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "combining", "argument")?;
    py.int(if version.lacks(c) { 0 } else { unicode::combining(c).into() })
}

fn mirrored(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "mirrored", "argument")?;
    let is_mirrored = match version.change(c) {
        _ if version.lacks(c) => false,
        Some(change) => change.mirrored,
        None => unicode::is(c, unicode::MIRRORED),
    };
    py.int(is_mirrored.into())
}

fn east_asian_width(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "east_asian_width", "argument")?;
    py.str(match version.change(c) {
        // What no version has keeps the width of its block.
        _ if version.lacks(c) && unicode::category(c) != "Cn" => "N",
        Some(change) => change.width,
        None => unicode::east_asian_width(c),
    })
}

fn decomposition(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "decomposition", "argument")?;
    if version.lacks(c) {
        return py.str("");
    }
    if let Some(change) = version.change(c) {
        return py.str(change.decomposition);
    }
    if (0xac00..=0xd7a3).contains(&c) {
        // Syllables decompose by arithmetic.
        let syllable = normalize(&from_code_point(c), Form::Nfd).unwrap_or_default();
        let parts: Vec<String> =
            python_text::code_points::iter(&syllable).map(|point| format!("{point:04X}")).collect();
        return py.str(&parts.join(" "));
    }
    let Some((tag, points)) = unicode::decomposition(c) else { return py.str("") };
    let mut parts: Vec<String> = points.iter().map(|point| format!("{point:04X}")).collect();
    if !tag.is_empty() {
        parts.insert(0, tag.to_owned());
    }
    py.str(&parts.join(" "))
}

fn name(py: Py, a: &[Word], version: Version) -> Result {
    let c = character(py, a[0], "name", "argument 1")?;
    match names::name(c).filter(|_| !version.lacks(c)) {
        Some(name) => py.str(&name),
        None => default(py, a[1], "no such name"),
    }
}

fn lookup(py: Py, a: &[Word], version: Version) -> Result {
    let bytes = match py.as_str(a[0]) {
        Some(text) => text.as_bytes().to_vec(),
        None => python_types::buffer::get(py, a[0])?.to_vec(),
    };
    if bytes.len() > 256 {
        return Err(py.raise_text(Ty::KeyError, "name too long"));
    }
    let found = std::str::from_utf8(&bytes).ok().and_then(names::lookup).filter(|&c| !version.lacks(c));
    match found {
        Some(c) => py.str_bytes(&from_code_point(c)),
        None => {
            let shown = String::from_utf8_lossy(&bytes);
            Err(py.raise_text(Ty::KeyError, &format!("undefined character name '{shown}'")))
        }
    }
}

/// Form and text of a normalization.
fn to_normalize(py: Py, a: &[Word], function: &str) -> Result<(Form, Gc<Str>)> {
    let mut words = [None; 2];
    for (index, word) in words.iter_mut().enumerate() {
        *word = py.as_str(a[index]);
        if word.is_none() {
            let what = py.argument_type(a[index]);
            let number = index + 1;
            return Err(py.type_error(format!("{function}() argument {number} must be str, not {what}")));
        }
    }
    let [Some(form), Some(text)] = words else { return Err(py.system_error("two strings were found")) };
    match Form::named(form.as_bytes()) {
        Some(form) => Ok((form, text)),
        None if function == "normalize" && text.is_empty() => Ok((Form::Nfc, text)),
        None => Err(py.value_error("invalid normalization form")),
    }
}

fn normalized(py: Py, a: &[Word], version: Version) -> Result {
    let (form, text) = to_normalize(py, a, "normalize")?;
    if version == Version::V3 {
        return py.str_bytes(&ucd_3_2_0::normalized(text.as_bytes(), form));
    }
    match normalize(text.as_bytes(), form) {
        Some(out) => py.str_bytes(&out),
        None => Ok(word(text)),
    }
}

fn check_normalized(py: Py, a: &[Word], version: Version) -> Result {
    let (form, text) = to_normalize(py, a, "is_normalized")?;
    Ok(bool_word(match version {
        Version::V3 => ucd_3_2_0::normalized(text.as_bytes(), form) == text.as_bytes(),
        Version::V16 => is_normalized(text.as_bytes(), form),
    }))
}

macro_rules! functions {
    ($($name:literal $arguments:literal $function:ident $doc:literal)*) => {
        static FUNCTIONS: &[NativeDef] = &[
            $(def($name, concat!("($module, ", $arguments, ", /)"), $doc, |py, a| $function(py, a, Version::V16)),)*
        ];
        static METHODS: &[NativeDef] = &[
            $(def($name, concat!("($self, ", $arguments, ", /)"), $doc, |py, a| {
                foreign::expect::<Old>(py, a[0], "a database")?;
                $function(py, &a[1..], Version::V3)
            }),)*
            getter("unidata_version", "", |py, _| py.str("3.2.0")),
        ];
    };
}

functions! {
    "decimal" "chr, default=None" decimal "Converts a Unicode character into its equivalent decimal value.\n\nReturns the decimal value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised."
    "digit" "chr, default=None" digit "Converts a Unicode character into its equivalent digit value.\n\nReturns the digit value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised."
    "numeric" "chr, default=None" numeric "Converts a Unicode character into its equivalent numeric value.\n\nReturns the numeric value assigned to the character chr as float.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised."
    "category" "chr" category "Returns the general category assigned to the character chr as string."
    "bidirectional" "chr" bidirectional "Returns the bidirectional class assigned to the character chr as string.\n\nIf no such value is defined, an empty string is returned."
    "combining" "chr" combining "Returns the canonical combining class assigned to the character chr as integer.\n\nReturns 0 if no combining class is defined."
    "mirrored" "chr" mirrored "Returns the mirrored property assigned to the character chr as integer.\n\nReturns 1 if the character has been identified as a \"mirrored\"\ncharacter in bidirectional text, 0 otherwise."
    "east_asian_width" "chr" east_asian_width "Returns the east asian width assigned to the character chr as string."
    "decomposition" "chr" decomposition "Returns the character decomposition mapping assigned to the character chr as string.\n\nAn empty string is returned in case no such mapping is defined."
    "name" "chr, default=None" name "Returns the name assigned to the character chr as a string.\n\nIf no name is defined, default is returned, or, if not given,\nValueError is raised."
    "lookup" "name" lookup "Look up character by name.\n\nIf a character with the given name is found, return the\ncorresponding character.  If not found, KeyError is raised."
    "normalize" "form, unistr" normalized "Return the normal form 'form' for the Unicode string unistr.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'."
    "is_normalized" "form, unistr" check_normalized "Return whether the Unicode string unistr is in the normal form 'form'.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'."
}
