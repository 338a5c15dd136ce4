//! Methods of `str` that make other strings of it, take it apart, or say what it is made of.

use crate::sequence::{size_argument, tab_size, width_argument};
use crate::str::{own, text_argument};
use heap::Gc;
use python_model::native::{NativeDef, def, given};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use python_text::pad::{self, Place};
use python_text::search::{self, Unit};
use python_text::split::{self, Alphabet, Ends};
use python_text::{case, predicates};

pub static METHODS: &[NativeDef] = &[
    def("upper", "($self, /)", "A copy in upper case.", |py, a| map(py, a, "upper", case::upper)),
    def("lower", "($self, /)", "A copy in lower case.", |py, a| map(py, a, "lower", case::lower)),
    def("title", "($self, /)", "A copy whose words begin with a capital.", |py, a| {
        map(py, a, "title", case::title)
    }),
    def("capitalize", "($self, /)", "A copy that begins with a capital.", |py, a| {
        map(py, a, "capitalize", case::capitalize)
    }),
    def("swapcase", "($self, /)", "A copy with upper and lower case exchanged.", |py, a| {
        map(py, a, "swapcase", case::swap_case)
    }),
    def("casefold", "($self, /)", "A copy for comparison without case.", |py, a| {
        map(py, a, "casefold", case::casefold)
    }),
    def("isalnum", "($self, /)", "Whether all characters are letters or digits.", |py, a| {
        is(py, a, "isalnum", predicates::is_alnum)
    }),
    def("isalpha", "($self, /)", "Whether all characters are letters.", |py, a| {
        is(py, a, "isalpha", predicates::is_alpha)
    }),
    def("isascii", "($self, /)", "Whether all characters are ASCII.", |py, a| {
        Ok(bool_word(own(py, a[0], "isascii")?.is_ascii()))
    }),
    def("isdecimal", "($self, /)", "Whether all characters are decimal.", |py, a| {
        is(py, a, "isdecimal", predicates::is_decimal)
    }),
    def("isdigit", "($self, /)", "Whether all characters are digits.", |py, a| {
        is(py, a, "isdigit", predicates::is_digit)
    }),
    def("isnumeric", "($self, /)", "Whether all characters are numeric.", |py, a| {
        is(py, a, "isnumeric", predicates::is_numeric)
    }),
    def("isidentifier", "($self, /)", "Whether the string is an identifier.", |py, a| {
        is(py, a, "isidentifier", predicates::is_identifier)
    }),
    def("islower", "($self, /)", "Whether all cased characters are lower case.", |py, a| {
        is(py, a, "islower", predicates::is_lower)
    }),
    def("isupper", "($self, /)", "Whether all cased characters are upper case.", |py, a| {
        is(py, a, "isupper", predicates::is_upper)
    }),
    def("istitle", "($self, /)", "Whether the string is in title case.", |py, a| {
        is(py, a, "istitle", predicates::is_title)
    }),
    def("isspace", "($self, /)", "Whether all characters are white space.", |py, a| {
        is(py, a, "isspace", predicates::is_space)
    }),
    def("isprintable", "($self, /)", "Whether all characters are printable.", |py, a| {
        is(py, a, "isprintable", predicates::is_printable)
    }),
    def("center", "($self, width, fillchar=' ', /)", "A copy centered in a width.", |py, a| {
        pad_to(py, a, "center", Place::Center)
    }),
    def("ljust", "($self, width, fillchar=' ', /)", "A copy at the left of a width.", |py, a| {
        pad_to(py, a, "ljust", Place::Left)
    }),
    def("rjust", "($self, width, fillchar=' ', /)", "A copy at the right of a width.", |py, a| {
        pad_to(py, a, "rjust", Place::Right)
    }),
    def("zfill", "($self, width, /)", "A copy with zeros in front, behind the sign.", |py, a| {
        let text = own(py, a[0], "zfill")?;
        let width = width_argument(py, a[1], 0)?;
        changed(py, text, pad::zero_fill(text.as_bytes(), text.len(), width))
    }),
    def("expandtabs", "($self, /, tabsize=8)", "A copy with blanks for tabs.", |py, a| {
        let text = own(py, a[0], "expandtabs")?;
        let size = tab_size(py, a[1])?;
        py.str_bytes(&pad::expand_tabs(text.as_bytes(), size, Unit::CodePoint))
    }),
    def("strip", "($self, chars=None, /)", "A copy without white space at its ends.", |py, a| {
        strip(py, a, "strip", Ends::Both)
    }),
    def("lstrip", "($self, chars=None, /)", "A copy without white space at its beginning.", |py, a| {
        strip(py, a, "lstrip", Ends::Left)
    }),
    def("rstrip", "($self, chars=None, /)", "A copy without white space at its end.", |py, a| {
        strip(py, a, "rstrip", Ends::Right)
    }),
    def("replace", "($self, old, new, /, count=-1)", "A copy with matches replaced.", |py, a| {
        let text = own(py, a[0], "replace")?;
        let (old, new) = (text_argument(py, a[1], "replace", 1)?, text_argument(py, a[2], "replace", 2)?);
        let most = size_argument(py, a[3], -1)?;
        check_growth(py, text.as_bytes(), old.as_bytes(), new.as_bytes())?;
        changed(
            py,
            text,
            search::replace(text.as_bytes(), old.as_bytes(), new.as_bytes(), most, Unit::CodePoint),
        )
    }),
    def("removeprefix", "($self, prefix, /)", "A copy without a prefix.", |py, a| {
        let text = own(py, a[0], "removeprefix")?;
        let affix = affix_argument(py, a[1], "removeprefix")?;
        changed(py, text, text.as_bytes().strip_prefix(affix.as_bytes()).map(<[u8]>::to_vec))
    }),
    def("removesuffix", "($self, suffix, /)", "A copy without a suffix.", |py, a| {
        let text = own(py, a[0], "removesuffix")?;
        let affix = affix_argument(py, a[1], "removesuffix")?;
        changed(py, text, text.as_bytes().strip_suffix(affix.as_bytes()).map(<[u8]>::to_vec))
    }),
    def("split", "($self, /, sep=None, maxsplit=-1)", "The parts between separators.", |py, a| {
        split_with(py, a, "split", split::split, |text, most| {
            split::split_white_space(text, most, Alphabet::Unicode)
        })
    }),
    def(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        "The parts between separators, from the end.",
        |py, a| {
            split_with(py, a, "rsplit", split::rsplit, |text, most| {
                split::rsplit_white_space(text, most, Alphabet::Unicode)
            })
        },
    ),
    def("splitlines", "($self, /, keepends=False)", "The lines of the string.", |py, a| {
        let text = own(py, a[0], "splitlines")?;
        let keep_ends = a[1] != UNSET && py.truth(a[1])?;
        list_of(py, text, split::split_lines(text.as_bytes(), keep_ends, Alphabet::Unicode))
    }),
    def(
        "partition",
        "($self, sep, /)",
        "The parts around the first separator, and the separator.",
        |py, a| partition(py, a, "partition", split::partition),
    ),
    def(
        "rpartition",
        "($self, sep, /)",
        "The parts around the last separator, and the separator.",
        |py, a| partition(py, a, "rpartition", split::rpartition),
    ),
    def("join", "($self, iterable, /)", "The strings of an iterable with this one between them.", join),
];

fn map(py: Py, a: &[Word], method: &str, mapping: fn(&[u8]) -> Vec<u8>) -> Result {
    let text = own(py, a[0], method)?;
    py.str_bytes(&mapping(text.as_bytes()))
}

fn is(py: Py, a: &[Word], method: &str, predicate: fn(&[u8]) -> bool) -> Result {
    Ok(bool_word(predicate(own(py, a[0], method)?.as_bytes())))
}

/// The new text, or the string itself.
fn changed(py: Py, text: Gc<Str>, new: Option<Vec<u8>>) -> Result {
    match new {
        Some(new) => py.str_bytes(&new),
        None => Ok(word(text)),
    }
}

/// Errors: `MemoryError` if replacing could exhaust memory.
pub fn check_growth(py: Py, text: &[u8], old: &[u8], new: &[u8]) -> Result<()> {
    let matches = text.len() / old.len().max(1) + 1;
    if new.len() > old.len() && matches.saturating_mul(new.len()) > python_text::format::MAX_WIDTH {
        return Err(py.out_of_memory());
    }
    Ok(())
}

fn affix_argument(py: Py, value: Word, method: &str) -> Result<Gc<Str>> {
    py.as_str(value).ok_or_else(|| {
        py.type_error(format!("{method}() argument must be str, not {}", py.argument_type(value)))
    })
}

fn pad_to(py: Py, a: &[Word], method: &str, place: Place) -> Result {
    let text = own(py, a[0], method)?;
    let width = width_argument(py, a[1], 0)?;
    let fill = if a[2] == UNSET {
        b" ".to_vec()
    } else {
        match py.as_str(a[2]) {
            Some(fill) if fill.len() == 1 => fill.as_bytes().to_vec(),
            Some(_) => {
                return Err(py.type_error("The fill character must be exactly one character long"));
            }
            None => {
                return Err(py.type_error(format!(
                    "The fill character must be a unicode character, not {}",
                    py.type_name(a[2])
                )));
            }
        }
    };
    changed(py, text, pad::pad(text.as_bytes(), text.len(), width, &fill, place))
}

fn strip(py: Py, a: &[Word], method: &str, ends: Ends) -> Result {
    let text = own(py, a[0], method)?;
    let bytes = text.as_bytes();
    let range = match given(a[1]) {
        None => split::strip_white_space(bytes, ends, Alphabet::Unicode),
        Some(set) => match py.as_str(set) {
            Some(set) => split::strip_set(bytes, set.as_bytes(), ends, Alphabet::Unicode),
            None => return Err(py.type_error(format!("{method} arg must be None or str"))),
        },
    };
    if range.len() == bytes.len() {
        return Ok(word(text));
    }
    py.str_bytes(&bytes[range])
}

/// Splits a text at a separator, at most so often.
pub type SplitBy = for<'a> fn(&'a [u8], &[u8], i64) -> Vec<&'a [u8]>;

fn split_with(
    py: Py,
    a: &[Word],
    method: &str,
    by: SplitBy,
    by_white_space: for<'a> fn(&'a [u8], i64) -> Vec<&'a [u8]>,
) -> Result {
    let text = own(py, a[0], method)?;
    let most = size_argument(py, a[2], -1)?;
    let parts = match given(a[1]) {
        None => by_white_space(text.as_bytes(), most),
        Some(separator) => match py.as_str(separator) {
            Some(separator) if separator.is_empty() => return Err(py.value_error("empty separator")),
            Some(separator) => by(text.as_bytes(), separator.as_bytes(), most),
            None => {
                return Err(py.type_error(format!("must be str or None, not {}", py.type_name(separator))));
            }
        },
    };
    list_of(py, text, parts)
}

/// A list of parts of a string.
fn list_of(py: Py, text: Gc<Str>, parts: Vec<&[u8]>) -> Result {
    let list = py.new_list(parts.len())?;
    for part in parts {
        let item = if part.len() == text.as_bytes().len() {
            word(text)
        } else if text.is_ascii() {
            word(py.new_wtf8(part, part.len())?)
        } else {
            py.str_bytes(part)?
        };
        list_push(py, list, item)?;
    }
    // The parts point into the string.
    heap::keep(text);
    Ok(word(list))
}

fn partition(
    py: Py,
    a: &[Word],
    method: &str,
    find: fn(&[u8], &[u8]) -> Option<std::ops::Range<usize>>,
) -> Result {
    let text = own(py, a[0], method)?;
    let Some(separator) = py.as_str(a[1]) else {
        return Err(py.type_error(format!("must be str, not {}", py.type_name(a[1]))));
    };
    if separator.is_empty() {
        return Err(py.value_error("empty separator"));
    }
    let bytes = text.as_bytes();
    match find(bytes, separator.as_bytes()) {
        Some(range) => {
            let before = py.str_bytes(&bytes[..range.start])?;
            let after = py.str_bytes(&bytes[range.end..])?;
            py.new_tuple(&[before, word(separator), after])
        }
        None => {
            let empty = py.str("")?;
            if method == "partition" {
                py.new_tuple(&[word(text), empty, empty])
            } else {
                py.new_tuple(&[empty, empty, word(text)])
            }
        }
    }
}

/// The items of the argument of `join`, in a list that no one else changes while its items are only looked at.
/// Errors: `TypeError` "can only join an iterable".
pub fn joined_items(py: Py, iterable: Word) -> Result<Gc<List>> {
    if let V::List(list) = V::of(iterable) {
        return Ok(list);
    }
    if let V::Tuple(_) = V::of(iterable) {
        return py.list_from_iterable(iterable);
    }
    let iterator = match py.iter(iterable) {
        Ok(iterator) => iterator,
        Err(raised) => {
            return Err(match py.take_if(Ty::TypeError) {
                Some(_) => py.type_error("can only join an iterable"),
                None => raised,
            });
        }
    };
    let list = py.new_list(0)?;
    py.for_each(iterator, |item| list_push(py, list, item).map(|()| true))?;
    Ok(list)
}

fn join(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "join")?;
    let items = joined_items(py, a[1])?;
    if items.len() == 1
        && let Some(only) = as_object::<Str>(items.item(0))
    {
        return Ok(word(only));
    }
    let storage = items.storage();
    let parts = &storage.items()[..items.len()];
    for (index, part) in parts.iter().enumerate() {
        if py.as_str(part.get()).is_none() {
            return Err(py.type_error(format!(
                "sequence item {index}: expected str instance, {} found",
                py.type_name(part.get())
            )));
        }
    }
    py.joined(text, parts)
}
