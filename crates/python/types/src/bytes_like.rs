//! The methods that `bytes` and `bytearray` share. Results are of the receiver's own built-in type.

use crate::buffer::{self, Buffer};
use crate::percent::{self, Target};
use crate::sequence::{
    self, Repeat, Subscript, SubscriptErrors, range_arguments, reflected_add, size_argument, subscript,
    tab_size, width_argument,
};
use crate::str_text::{SplitBy, check_growth, joined_items};
use crate::text_codec::Names;
use heap::Gc;
use python_model::exports::while_in_use;
use python_model::native::{NativeDef, class_method, def, given, static_method};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use python_text::binascii;
use python_text::case;
use python_text::index::clip;
use python_text::pad::{self, Place};
use python_text::predicates::{self, bytes as is_bytes};
use python_text::search::{self, Unit};
use python_text::split::{self, Alphabet, Ends};
use python_text::translate::translate_bytes;

pub static METHODS: &[NativeDef] = &[
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        py.int(own(py, a[0], "__len__")?.bytes.len() as i64)
    }),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        let needle = match while_in_use(py, a[0], || byte_opt(py, a[1]))? {
            Some(byte) => Buffer::Owned(vec![byte]),
            None => while_in_use(py, a[0], || buffer::get(py, a[1]))?,
        };
        Ok(bool_word(search::find(&own(py, a[0], "__contains__")?.bytes, &needle).is_some()))
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", get_item),
    def("__add__", "($self, value, /)", "Return self+value.", add),
    def("__mul__", "($self, value, /)", "Return self*value.", multiply),
    def("__rmul__", "($self, value, /)", "Return value*self.", multiply),
    def("__mod__", "($self, value, /)", "Return self%value.", |py, a| {
        let own = own(py, a[0], "__mod__")?;
        let format = own.bytes.to_vec();
        own.like(py, &percent::format(py, &format, a[1], Target::Bytes)?)
    }),
    def("__rmod__", "($self, value, /)", "Return value%self.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__buffer__", "($self, flags, /)", "A view of the bytes.", |py, a| {
        own(py, a[0], "__buffer__")?;
        crate::memoryview::of_builtin(py, a[0], crate::memoryview::flags_of(py, a[1])?)
    }),
    def(
        "decode",
        "($self, /, encoding='utf-8', errors='strict')",
        "Decode the bytes as a string.",
        |py, a| {
            let names = Names::of(py, a[1], a[2], "decode")?;
            names.decode(py, &own(py, a[0], "decode")?.bytes)
        },
    ),
    def(
        "find",
        "($self, sub, start=None, end=None, /)",
        "The lowest index of a part, -1 without one.",
        |py, a| py.int(find(py, a, "find", search::find)?.map_or(-1, |index| index as i64)),
    ),
    def(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        "The highest index of a part, -1 without one.",
        |py, a| py.int(find(py, a, "rfind", search::rfind)?.map_or(-1, |index| index as i64)),
    ),
    def("index", "($self, sub, start=None, end=None, /)", "The lowest index of a part.", |py, a| {
        found(py, find(py, a, "index", search::find)?)
    }),
    def("rindex", "($self, sub, start=None, end=None, /)", "The highest index of a part.", |py, a| {
        found(py, find(py, a, "rindex", search::rfind)?)
    }),
    def(
        "count",
        "($self, sub, start=None, end=None, /)",
        "The number of matches that do not overlap.",
        |py, a| {
            let needle = while_in_use(py, a[0], || needle(py, a[1]))?;
            let (own, range) = part(py, a, "count")?;
            let matches =
                range.map_or(0, |range| search::count_matches(&own.bytes[range], &needle, Unit::Byte));
            py.int(matches as i64)
        },
    ),
    def(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        "Whether the bytes begin with a prefix.",
        |py, a| has_affix(py, a, "startswith", |part, affix| part.starts_with(affix)),
    ),
    def(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        "Whether the bytes end with a suffix.",
        |py, a| has_affix(py, a, "endswith", |part, affix| part.ends_with(affix)),
    ),
    def("upper", "($self, /)", "A copy in upper case.", |py, a| {
        map(py, a, "upper", |bytes| bytes.to_ascii_uppercase())
    }),
    def("lower", "($self, /)", "A copy in lower case.", |py, a| {
        map(py, a, "lower", |bytes| bytes.to_ascii_lowercase())
    }),
    def("title", "($self, /)", "A copy whose words begin with a capital.", |py, a| {
        map(py, a, "title", case::title_bytes)
    }),
    def("capitalize", "($self, /)", "A copy that begins with a capital.", |py, a| {
        map(py, a, "capitalize", case::capitalize_bytes)
    }),
    def("swapcase", "($self, /)", "A copy with upper and lower case exchanged.", |py, a| {
        map(py, a, "swapcase", case::swap_case_bytes)
    }),
    def("isalnum", "($self, /)", "Whether all bytes are letters or digits.", |py, a| {
        is(py, a, "isalnum", is_bytes::is_alnum)
    }),
    def("isalpha", "($self, /)", "Whether all bytes are letters.", |py, a| {
        is(py, a, "isalpha", is_bytes::is_alpha)
    }),
    def("isascii", "($self, /)", "Whether all bytes are ASCII.", |py, a| {
        is(py, a, "isascii", <[u8]>::is_ascii)
    }),
    def("isdigit", "($self, /)", "Whether all bytes are digits.", |py, a| {
        is(py, a, "isdigit", predicates::bytes::is_digit)
    }),
    def("islower", "($self, /)", "Whether all cased bytes are lower case.", |py, a| {
        is(py, a, "islower", is_bytes::is_lower)
    }),
    def("isupper", "($self, /)", "Whether all cased bytes are upper case.", |py, a| {
        is(py, a, "isupper", is_bytes::is_upper)
    }),
    def("istitle", "($self, /)", "Whether the bytes are in title case.", |py, a| {
        is(py, a, "istitle", is_bytes::is_title)
    }),
    def("isspace", "($self, /)", "Whether all bytes are white space.", |py, a| {
        is(py, a, "isspace", is_bytes::is_space)
    }),
    def("center", "($self, width, fillchar=b' ', /)", "A copy centered in a width.", |py, a| {
        pad_to(py, a, "center", Place::Center)
    }),
    def("ljust", "($self, width, fillchar=b' ', /)", "A copy at the left of a width.", |py, a| {
        pad_to(py, a, "ljust", Place::Left)
    }),
    def("rjust", "($self, width, fillchar=b' ', /)", "A copy at the right of a width.", |py, a| {
        pad_to(py, a, "rjust", Place::Right)
    }),
    def("zfill", "($self, width, /)", "A copy with zeros in front, behind the sign.", |py, a| {
        let width = width_argument(py, a[1], 0)?;
        let own = own(py, a[0], "zfill")?;
        own.changed(py, pad::zero_fill(&own.bytes, own.bytes.len(), width))
    }),
    def("expandtabs", "($self, /, tabsize=8)", "A copy with blanks for tabs.", |py, a| {
        let size = tab_size(py, a[1])?;
        let own = own(py, a[0], "expandtabs")?;
        own.like(py, &pad::expand_tabs(&own.bytes, size, Unit::Byte))
    }),
    def("strip", "($self, bytes=None, /)", "A copy without white space at its ends.", |py, a| {
        strip(py, a, "strip", Ends::Both)
    }),
    def("lstrip", "($self, bytes=None, /)", "A copy without white space at its beginning.", |py, a| {
        strip(py, a, "lstrip", Ends::Left)
    }),
    def("rstrip", "($self, bytes=None, /)", "A copy without white space at its end.", |py, a| {
        strip(py, a, "rstrip", Ends::Right)
    }),
    def("replace", "($self, old, new, count=-1, /)", "A copy with matches replaced.", |py, a| {
        let (old, new) = (buffer::get(py, a[1])?, buffer::get(py, a[2])?);
        let most = size_argument(py, a[3], -1)?;
        let own = own(py, a[0], "replace")?;
        check_growth(py, &own.bytes, &old, &new)?;
        own.changed(py, search::replace(&own.bytes, &old, &new, most, Unit::Byte))
    }),
    def("removeprefix", "($self, prefix, /)", "A copy without a prefix.", |py, a| {
        let affix = buffer::get(py, a[1])?;
        let own = own(py, a[0], "removeprefix")?;
        own.changed(py, own.bytes.strip_prefix(&*affix).map(<[u8]>::to_vec))
    }),
    def("removesuffix", "($self, suffix, /)", "A copy without a suffix.", |py, a| {
        let affix = buffer::get(py, a[1])?;
        let own = own(py, a[0], "removesuffix")?;
        own.changed(py, own.bytes.strip_suffix(&*affix).map(<[u8]>::to_vec))
    }),
    def("split", "($self, /, sep=None, maxsplit=-1)", "The parts between separators.", |py, a| {
        split_with(py, a, "split", split::split, split::split_white_space)
    }),
    def(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        "The parts between separators, from the end.",
        |py, a| split_with(py, a, "rsplit", split::rsplit, split::rsplit_white_space),
    ),
    def("splitlines", "($self, /, keepends=False)", "The lines of the bytes.", |py, a| {
        let keep_ends = a[1] != UNSET && py.truth(a[1])?;
        let own = own(py, a[0], "splitlines")?;
        own.list(py, split::split_lines(&own.bytes, keep_ends, Alphabet::Ascii))
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
    def("join", "($self, iterable_of_bytes, /)", "The bytes of an iterable with these between them.", join),
    def("translate", "($self, table, /, delete=b'')", "A copy with bytes mapped and deleted.", translate),
    static_method("maketrans", "(frm, to, /)", "Make a table for translate().", make_table),
    def(
        "hex",
        "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        "Two hexadecimal digits for each byte.\n\n>>> value = b'\\xb9\\x01\\xef'\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'",
        |py, a| {
            let (separator, group) = hex_arguments(py, a[1], a[2])?;
            let text = binascii::to_hex(&own(py, a[0], "hex")?.bytes, separator, group);
            py.str_bytes(&text)
        },
    ),
    class_method("fromhex", "($type, string, /)", "Make bytes of hexadecimal digits.", from_hex),
];

/// The bytes of a receiver, and which of the two types it is.
pub struct Own {
    pub bytes: Buffer,
    value: Word,
    pub ty: Ty,
}

/// The receiver. Errors: `TypeError` if it is something else.
pub fn own(py: Py, receiver: Word, method: &str) -> Result<Own> {
    let value = py.base(receiver);
    let ty = if as_object::<ByteArray>(value).is_some() {
        Ty::ByteArray
    } else {
        py.expect::<Bytes>(receiver, Ty::Bytes, method)?;
        Ty::Bytes
    };
    let bytes = buffer::get(py, value)?;
    Ok(Own { bytes, value, ty })
}

impl Own {
    /// A value of the receiver's type.
    pub fn like(&self, py: Py, bytes: &[u8]) -> Result {
        match self.ty {
            Ty::ByteArray => Ok(word(py.new_byte_array(bytes)?)),
            _ => py.new_bytes(bytes),
        }
    }
    /// The receiver itself if it is immutable, else a copy.
    fn same(&self, py: Py) -> Result {
        if self.ty == Ty::Bytes { Ok(self.value) } else { self.like(py, &self.bytes) }
    }
    fn changed(&self, py: Py, new: Option<Vec<u8>>) -> Result {
        match new {
            Some(new) => self.like(py, &new),
            None => self.same(py),
        }
    }
    fn list(&self, py: Py, parts: Vec<&[u8]>) -> Result {
        let list = py.new_list(parts.len())?;
        for part in parts {
            let item = if part.len() == self.bytes.len() { self.same(py)? } else { self.like(py, part)? };
            list_push(py, list, item)?;
        }
        self.bytes.keep();
        Ok(word(list))
    }
}

/// An integer as a byte; `None` if the value is no integer. Errors: `ValueError` out of range.
pub fn byte_opt(py: Py, value: Word) -> Result<Option<u8>> {
    if sequence::is_index(py, value) { byte(py, value).map(Some) } else { Ok(None) }
}

/// The same. Errors: `TypeError` if it is no integer.
pub fn byte(py: Py, value: Word) -> Result<u8> {
    match V::of(py.to_index(value)?) {
        V::Int(byte @ 0..=255) => Ok(byte as u8),
        _ => Err(py.value_error("byte must be in range(0, 256)")),
    }
}

/// What is searched for: bytes or one byte.
fn needle(py: Py, value: Word) -> Result<Buffer> {
    if let Some(buffer) = buffer::get_opt(py, value)? {
        return Ok(buffer);
    }
    match byte_opt(py, value)? {
        Some(byte) => Ok(Buffer::Owned(vec![byte])),
        None => Err(py.type_error(format!(
            "argument should be integer or bytes-like object, not '{}'",
            py.type_name(value)
        ))),
    }
}

/// The receiver and the range that the last two arguments select; `None` if it begins behind its end.
fn part(py: Py, a: &[Word], method: &str) -> Result<(Own, Option<std::ops::Range<usize>>)> {
    let (start, end) = range_arguments(py, a[2], a[3])?;
    let own = own(py, a[0], method)?;
    let range = clip(start, end, own.bytes.len());
    let range = (range.start <= range.end).then_some(range);
    Ok((own, range))
}

fn find(py: Py, a: &[Word], method: &str, by: fn(&[u8], &[u8]) -> Option<usize>) -> Result<Option<usize>> {
    let needle = while_in_use(py, a[0], || needle(py, a[1]))?;
    let (own, range) = part(py, a, method)?;
    let Some(range) = range else { return Ok(None) };
    Ok(by(&own.bytes[range.clone()], &needle).map(|at| range.start + at))
}

fn found(py: Py, index: Option<usize>) -> Result {
    match index {
        Some(index) => py.int(index as i64),
        None => Err(py.value_error("subsection not found")),
    }
}

fn has_affix(py: Py, a: &[Word], method: &str, test: fn(&[u8], &[u8]) -> bool) -> Result {
    let (own, range) = part(py, a, method)?;
    let tests = |affix: Buffer| range.clone().is_some_and(|range| test(&own.bytes[range], &affix));
    if let Some(tuple) = py.cast::<Tuple>(a[1]) {
        for item in tuple.items() {
            if tests(buffer::get(py, item.get())?) {
                return Ok(TRUE);
            }
        }
        return Ok(FALSE);
    }
    match buffer::get_opt(py, a[1])? {
        Some(affix) => Ok(bool_word(tests(affix))),
        None => Err(py.type_error(format!(
            "{method} first arg must be bytes or a tuple of bytes, not {}",
            py.type_name(a[1])
        ))),
    }
}

fn get_item(py: Py, a: &[Word]) -> Result {
    let ty = own(py, a[0], "__getitem__")?.ty;
    let length = || own(py, a[0], "__getitem__").map_or(0, |own| own.bytes.len());
    let chosen = subscript(py, a[1], length, subscript_errors(ty))?;
    let own = own(py, a[0], "__getitem__")?;
    match chosen {
        Subscript::Item(index) => py.int(own.bytes[index].into()),
        Subscript::Items { start, step, items } => {
            if step == 1 && items == own.bytes.len() {
                return own.same(py);
            }
            own.like(py, &sliced(&own.bytes, start, step, items))
        }
    }
}

/// Texts of errors of subscripts.
pub fn subscript_errors(ty: Ty) -> &'static SubscriptErrors {
    const BYTES: SubscriptErrors = SubscriptErrors {
        range: "index out of range",
        kind: "byte indices must be integers or slices, not ",
        quote: "",
    };
    const BYTE_ARRAY: SubscriptErrors = SubscriptErrors {
        range: "bytearray index out of range",
        kind: "bytearray indices must be integers or slices, not ",
        quote: "",
    };
    if ty == Ty::Bytes { &BYTES } else { &BYTE_ARRAY }
}

/// The bytes of a slice.
pub fn sliced(bytes: &[u8], start: i64, step: i64, items: usize) -> Vec<u8> {
    if step == 1 {
        return bytes[start as usize..start as usize + items].to_vec();
    }
    (0..items as i64).map(|item| bytes[(start + item * step) as usize]).collect()
}

fn add(py: Py, a: &[Word]) -> Result {
    let ty = own(py, a[0], "__add__")?.ty;
    let Some(other) = buffer::get_opt(py, a[1])? else {
        return match reflected_add(py, a[0], a[1])? {
            Some(result) => Ok(result),
            None => Err(cannot_concat(py, a[1], ty)),
        };
    };
    let own = own(py, a[0], "__add__")?;
    own.like(py, &[&*own.bytes, &*other].concat())
}

/// Raises that a value is not bytes-like.
pub fn cannot_concat(py: Py, value: Word, ty: Ty) -> metatrace_machine::Raised {
    py.type_error(format!("can't concat {} to {}", py.type_name(value), ty.name()))
}

fn multiply(py: Py, a: &[Word]) -> Result {
    let size = own(py, a[0], "__mul__")?.bytes.len();
    match sequence::repeat(py, a[0], a[1], size)? {
        Repeat::Times(times) => {
            let own = own(py, a[0], "__mul__")?;
            if times == 1 { own.same(py) } else { own.like(py, &own.bytes.repeat(times)) }
        }
        Repeat::Result(result) => Ok(result),
    }
}

fn map(py: Py, a: &[Word], method: &str, mapping: fn(&[u8]) -> Vec<u8>) -> Result {
    let own = own(py, a[0], method)?;
    own.like(py, &mapping(&own.bytes))
}

fn is(py: Py, a: &[Word], method: &str, predicate: fn(&[u8]) -> bool) -> Result {
    Ok(bool_word(predicate(&own(py, a[0], method)?.bytes)))
}

fn pad_to(py: Py, a: &[Word], method: &str, place: Place) -> Result {
    let width = width_argument(py, a[1], 0)?;
    let fill = if a[2] == UNSET { b' ' } else { fill_argument(py, a[2], method)? };
    let own = own(py, a[0], method)?;
    own.changed(py, pad::pad(&own.bytes, own.bytes.len(), width, &[fill], place))
}

fn fill_argument(py: Py, value: Word, method: &str) -> Result<u8> {
    let base = py.base(value);
    let (bytes, what) = if let Some(bytes) = as_object::<Bytes>(base) {
        (bytes.items().to_vec(), "bytes")
    } else if let Some(array) = as_object::<ByteArray>(base) {
        (array.to_vec(), "bytearray")
    } else {
        return Err(py.type_error(format!(
            "{method}() argument 2 must be a byte string of length 1, not {}",
            py.argument_type(value)
        )));
    };
    match bytes[..] {
        [fill] => Ok(fill),
        _ => Err(py.type_error(format!(
            "{method}(): argument 2 must be a byte string of length 1, not a {what} object of length {}",
            bytes.len()
        ))),
    }
}

fn strip(py: Py, a: &[Word], method: &str, ends: Ends) -> Result {
    let set = match given(a[1]) {
        Some(set) => Some(buffer::get(py, set)?),
        None => None,
    };
    let own = own(py, a[0], method)?;
    let range = match &set {
        None => split::strip_white_space(&own.bytes, ends, Alphabet::Ascii),
        Some(set) => split::strip_set(&own.bytes, set, ends, Alphabet::Ascii),
    };
    let part = (range.len() != own.bytes.len()).then(|| own.bytes[range].to_vec());
    own.changed(py, part)
}

fn split_with(
    py: Py,
    a: &[Word],
    method: &str,
    by: SplitBy,
    by_white_space: fn(&[u8], i64, Alphabet) -> Vec<&[u8]>,
) -> Result {
    let most = size_argument(py, a[2], -1)?;
    let separator = match given(a[1]) {
        Some(separator) => Some(while_in_use(py, a[0], || buffer::get(py, separator))?),
        None => None,
    };
    let own = own(py, a[0], method)?;
    let parts = match &separator {
        None => by_white_space(&own.bytes, most, Alphabet::Ascii),
        Some(separator) if separator.is_empty() => return Err(py.value_error("empty separator")),
        Some(separator) => by(&own.bytes, separator, most),
    };
    own.list(py, parts)
}

fn partition(
    py: Py,
    a: &[Word],
    method: &str,
    find: fn(&[u8], &[u8]) -> Option<std::ops::Range<usize>>,
) -> Result {
    let separator = buffer::get(py, a[1])?;
    if separator.is_empty() {
        return Err(py.value_error("empty separator"));
    }
    let own = own(py, a[0], method)?;
    match find(&own.bytes, &separator) {
        Some(range) => {
            let before = own.like(py, &own.bytes[..range.start])?;
            let middle = if own.ty == Ty::Bytes && as_object::<Bytes>(a[1]).is_some() {
                a[1]
            } else {
                own.like(py, &separator)?
            };
            let after = own.like(py, &own.bytes[range.end..])?;
            py.new_tuple(&[before, middle, after])
        }
        None => {
            let (whole, one, two) = (own.same(py)?, own.like(py, b"")?, own.like(py, b"")?);
            if method == "partition" {
                py.new_tuple(&[whole, one, two])
            } else {
                py.new_tuple(&[one, two, whole])
            }
        }
    }
}

/// How many bytes joining comes to, if all items are `bytes`.
fn joined_size(items: Gc<List>, separator_bytes: usize) -> Option<usize> {
    let between = items.len().saturating_sub(1) * separator_bytes;
    (0..items.len())
        .try_fold(between, |sum, index| Some(sum + as_object::<Bytes>(items.item(index))?.items().len()))
}

fn join(py: Py, a: &[Word]) -> Result {
    own(py, a[0], "join")?;
    let items = joined_items(py, a[1])?;
    if items.len() == 1
        && let Some(only) = as_object::<Bytes>(items.item(0))
        && own(py, a[0], "join")?.ty == Ty::Bytes
    {
        return Ok(word(only));
    }
    let mut out = Vec::new();
    let mut index = 0;
    let length = items.len();
    if let Some(size) = joined_size(items, own(py, a[0], "join")?.bytes.len()) {
        out.reserve_exact(size);
    }
    while index < length {
        let item = items.item(index);
        if let Some(bytes) = as_object::<Bytes>(item) {
            if index > 0 {
                out.extend_from_slice(&own(py, a[0], "join")?.bytes);
            }
            out.extend_from_slice(bytes.items());
            index += 1;
            continue;
        }
        let Some(part) = buffer::get_opt(py, item)? else {
            return Err(py.type_error(format!(
                "sequence item {index}: expected a bytes-like object, {} found",
                py.type_name(item)
            )));
        };
        // `__buffer__` may have changed the list.
        if items.len() != length {
            return Err(py.runtime_error("sequence changed size during iteration"));
        }
        if index > 0 {
            out.extend_from_slice(&own(py, a[0], "join")?.bytes);
        }
        out.extend_from_slice(&part);
        index += 1;
    }
    own(py, a[0], "join")?.like(py, &out)
}

fn translate(py: Py, a: &[Word]) -> Result {
    let table = match given(a[1]) {
        None => None,
        Some(table) => match <[u8; 256]>::try_from(&*buffer::get(py, table)?) {
            Ok(table) => Some(table),
            Err(_) => return Err(py.value_error("translation table must be 256 characters long")),
        },
    };
    let delete = if a[2] == UNSET { Buffer::Owned(Vec::new()) } else { buffer::get(py, a[2])? };
    let own = own(py, a[0], "translate")?;
    let out = translate_bytes(&own.bytes, table.as_ref(), &delete);
    if *out == *own.bytes { own.same(py) } else { own.like(py, &out) }
}

fn make_table(py: Py, a: &[Word]) -> Result {
    let (from, to) = (buffer::get(py, a[0])?, buffer::get(py, a[1])?);
    if from.len() != to.len() {
        return Err(py.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    for (&from, &to) in from.iter().zip(to.iter()) {
        table[usize::from(from)] = to;
    }
    py.new_bytes(&table)
}

/// The arguments of `hex`: separator and how many bytes stand between two.
pub fn hex_arguments(py: Py, separator: Word, group: Word) -> Result<(Option<u8>, i64)> {
    let group = size_argument(py, group, 1)?;
    if separator == UNSET {
        return Ok((None, group));
    }
    if py.len(separator)? != 1 {
        return Err(py.value_error("sep must be length 1."));
    }
    let byte = match py.as_str(separator) {
        Some(text) => text.as_bytes()[0],
        None => match py.cast::<Bytes>(separator) {
            Some(bytes) => bytes.items()[0],
            None => return Err(py.type_error("sep must be str or bytes.")),
        },
    };
    if !byte.is_ascii() {
        return Err(py.value_error("sep must be ASCII."));
    }
    Ok((Some(byte), group))
}

fn from_hex(py: Py, a: &[Word]) -> Result {
    let digits = if let Some(text) = py.as_str(a[1]) {
        text.as_bytes().to_vec()
    } else if let Some(bytes) = buffer::get_opt(py, a[1])? {
        bytes.to_vec()
    } else {
        return Err(py.type_error(format!(
            "fromhex() argument must be str or bytes-like, not {}",
            py.type_name(a[1])
        )));
    };
    let bytes = binascii::from_spaced_hex(&digits).map_err(|error| match error {
        binascii::FromHexError::Invalid(at) => {
            py.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
        }
        binascii::FromHexError::OddLength => {
            py.value_error("fromhex() arg must contain an even number of hexadecimal digits")
        }
    })?;
    let class = py.as_type(a[0]).expect("a class method gets a class");
    if class.is(py.ty(Ty::ByteArray)) {
        return Ok(word(py.new_byte_array(&bytes)?));
    }
    let bytes = py.new_bytes(&bytes)?;
    if class.is(py.ty(Ty::Bytes)) { Ok(bytes) } else { py.call(a[0], &[bytes]) }
}

/// The bytes that an iterator over integers gives. `range` is the text of the error for other integers.
/// Errors: `TypeError` for what is no integer; what iterating raises.
pub fn from_iterator(py: Py, iterator: Word, range: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    py.for_each(iterator, |item| {
        let number = if as_i64(item).is_some() { item } else { py.to_index(item)? };
        match as_i64(number) {
            Some(byte @ 0..=255) => out.push(byte as u8),
            _ => return Err(py.value_error(range)),
        }
        Ok(true)
    })?;
    Ok(out)
}

/// What `bytes` and `bytearray` make of their arguments. Errors: in CPython's words.
pub fn from_arguments(py: Py, ty: Ty, source: Word, encoding: Word, errors: Word) -> Result<Vec<u8>> {
    let names = Names::of(py, encoding, errors, ty.name())?;
    let text: Option<Gc<Str>> = if source == UNSET { None } else { py.as_str(source) };
    match (text, &names) {
        (Some(text), Names { encoding: Some(_), .. }) => return names.encode(py, text),
        (Some(_), _) => return Err(py.type_error("string argument without an encoding")),
        (None, Names { encoding: Some(_), .. }) => {
            return Err(py.type_error("encoding without a string argument"));
        }
        (None, Names { errors: Some(_), .. }) => {
            return Err(py.type_error("errors without a string argument"));
        }
        _ => {}
    }
    if source == UNSET {
        return Ok(Vec::new());
    }
    // What refuses to be a number may be a sequence of bytes still.
    let number = match sequence::is_index(py, source) {
        true => match py.to_index(source) {
            Ok(number) => Some(number),
            Err(raised) => match py.take_if(Ty::TypeError) {
                Some(_) => None,
                None => return Err(raised),
            },
        },
        false => None,
    };
    if let Some(number) = number {
        let V::Int(count) = V::of(number) else {
            let name = py.type_name(source);
            return Err(py.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
        };
        if count < 0 {
            return Err(py.value_error("negative count"));
        }
        if count as usize > python_text::format::MAX_WIDTH {
            return Err(py.out_of_memory());
        }
        return Ok(vec![0; count as usize]);
    }
    if let Some(buffer) = buffer::get_opt(py, source)? {
        return Ok(buffer.to_vec());
    }
    let range =
        if ty == Ty::Bytes { "bytes must be in range(0, 256)" } else { "byte must be in range(0, 256)" };
    match py.iter(source) {
        Ok(iterator) => {
            if ty == Ty::Bytes {
                let _ = py.room_hint(source, 0)?;
            }
            from_iterator(py, iterator, range)
        }
        Err(raised) => Err(match py.take_if(Ty::TypeError) {
            Some(_) => {
                py.type_error(format!("cannot convert '{}' object to {}", py.type_name(source), ty.name()))
            }
            None => raised,
        }),
    }
}
