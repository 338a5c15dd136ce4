//! `re.Pattern`.

use super::engine::{Engine, Mode, poller};
use super::match_;
use super::opcodes::flag;
use super::program::{Kind, Program};
use super::subject::Subject;
use super::{Types, scanner, substitute};
use heap::Gc;
use python_model::native::{NativeDef, class_method, def, getter};
use python_model::objects::{Bytes, Dict, Str, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use python_model::{dict, foreign, generic};
use std::cell::OnceCell;

/// A compiled pattern.
pub struct Pattern {
    /// As the library compiled it: what patterns are compared by.
    code: Box<[u32]>,
    pub groups: usize,
    flags: i64,
    /// What it matches; `None`: both.
    kind: Option<Kind>,
    text: OnceCell<Program>,
    bytes: OnceCell<Program>,
}

/// What the object of a pattern refers to.
pub struct Words {
    pub pattern: Word,
    /// Numbers of groups by name.
    pub group_index: Gc<Dict>,
    /// Names of groups by number, or None.
    pub index_group: Gc<Tuple>,
}

pub fn get<'a>(py: Py<'a>, value: Word) -> Result<&'a Pattern> {
    foreign::expect(py, value, "a pattern")
}

pub fn words(value: Word) -> Words {
    let object = foreign::object_of(value).expect("the caller has found the pattern");
    let words: Gc<Tuple> = as_object(object.words.get()).expect("set when the pattern was made");
    Words {
        pattern: words.items()[0].get(),
        group_index: as_object(words.items()[1].get()).expect("a dict was put there"),
        index_group: as_object(words.items()[2].get()).expect("a tuple was put there"),
    }
}

impl Pattern {
    /// The subject of a method. Errors: `TypeError` if it is none for this pattern.
    pub fn subject(&self, py: Py, value: Word) -> Result<Subject> {
        Subject::of(py, value, self.kind)
    }

    /// The program for a subject.
    pub fn program(&self, py: Py, subject: &Subject) -> Result<&Program> {
        let kind = subject.kind();
        let cell = match kind {
            Kind::Text => &self.text,
            Kind::Bytes => &self.bytes,
        };
        if let Some(program) = cell.get() {
            return Ok(program);
        }
        match Program::new(&self.code, self.groups, kind) {
            Ok(program) => Ok(cell.get_or_init(|| program)),
            Err(_) => Err(py.runtime_error("invalid SRE code")),
        }
    }
}

/// `_sre.compile`
pub fn compile(py: Py, a: &[Word]) -> Result {
    let &[pattern, flags, code, groups, group_index, index_group] = a else {
        return Err(py.system_error("compile binds six words"));
    };
    let kind = match pattern {
        NONE => None,
        text if py.as_str(text).is_some() => Some(Kind::Text),
        _ => {
            Subject::of(py, pattern, None)?;
            Some(Kind::Bytes)
        }
    };
    let Some(list) = py.cast::<python_model::objects::List>(code) else {
        return Err(wrong_type(py, 3, "list", code));
    };
    let Some(group_index) = py.cast::<Dict>(group_index) else {
        return Err(wrong_type(py, 5, "dict", group_index));
    };
    let Some(index_group) = py.cast::<Tuple>(index_group) else {
        return Err(wrong_type(py, 6, "tuple", index_group));
    };
    let (flags, groups) = (py.index(flags)?, py.index(groups)?);
    let mut words = Vec::with_capacity(list.len());
    let mut at = 0;
    while at < list.len() {
        let item = list.item(at);
        match u32::try_from(py.index(item)?) {
            Ok(word) => words.push(word),
            Err(_) => return Err(py.overflow_error("regular expression code size limit exceeded")),
        }
        at += 1;
    }
    let invalid = || py.runtime_error("invalid SRE code");
    let groups = usize::try_from(groups).map_err(|_| invalid())?;
    if groups > words.len() {
        return Err(invalid());
    }
    let made =
        Pattern { code: words.into(), groups, flags, kind, text: OnceCell::new(), bytes: OnceCell::new() };
    // What is wrong is said now; the other program is made when it is needed.
    let first = match kind {
        Some(Kind::Bytes) => &made.bytes,
        _ => &made.text,
    };
    let program = Program::new(&made.code, groups, kind.unwrap_or(Kind::Text)).map_err(|_| invalid())?;
    first.get_or_init(|| program);
    let words = py.new_tuple(&[pattern, word(group_index), word(index_group)])?;
    let object = foreign::new(py, Types::pattern(py), made)?;
    object.words.set(py.mutator(), object, words);
    Ok(word(object))
}

fn wrong_type(py: Py, index: usize, wanted: &str, value: Word) -> metatrace_machine::Raised {
    let what = py.argument_type(value);
    py.type_error(format!("compile() argument {index} must be {wanted}, not {what}"))
}

/// `match`, `fullmatch` and `search`.
fn find(py: Py, a: &[Word], mode: Mode) -> Result {
    let pattern = get(py, a[0])?;
    let subject = pattern.subject(py, a[1])?;
    let (start, end) = subject.range(py, a[2], a[3])?;
    if start > end {
        return Ok(NONE);
    }
    let program = pattern.program(py, &subject)?;
    let poll = poller(py);
    let (from, to) = (subject.offset(py, start), subject.offset(py, end));
    let mut engine = Engine::new(py, program, &subject, from, to, &poll);
    match engine.next(mode)? {
        Some(span) => match_::new(py, a[0], &subject, &engine, span, (start, end)),
        None => Ok(NONE),
    }
}

fn find_all(py: Py, a: &[Word]) -> Result {
    let pattern = get(py, a[0])?;
    let subject = pattern.subject(py, a[1])?;
    let (start, end) = subject.range(py, a[2], a[3])?;
    let program = pattern.program(py, &subject)?;
    let poll = poller(py);
    let (from, to) = (subject.offset(py, start), subject.offset(py, end));
    let mut engine = Engine::new(py, program, &subject, from, to, &poll);
    let list = py.new_list(0)?;
    let empty = subject.new_like(py, b"")?;
    while let Some((begin, end)) = engine.next(Mode::Search)? {
        let item = match pattern.groups {
            0 => subject.slice(py, begin, end)?,
            1 => subject.group(py, engine.group(0), empty)?,
            count => {
                let tuple = py.new_tuple_uninit(count)?;
                for (group, slot) in tuple.items().iter().enumerate() {
                    let part = subject.group(py, engine.group(group), empty)?;
                    slot.set(py.mutator(), tuple, part);
                }
                word(tuple)
            }
        };
        list_push(py, list, item)?;
    }
    Ok(word(list))
}

fn split(py: Py, a: &[Word]) -> Result {
    let pattern = get(py, a[0])?;
    let subject = pattern.subject(py, a[1])?;
    let most = if a[2] == UNSET { 0 } else { py.index(a[2])? };
    let program = pattern.program(py, &subject)?;
    let poll = poller(py);
    let length = subject.bytes().len();
    let mut engine = Engine::new(py, program, &subject, 0, length, &poll);
    let list = py.new_list(0)?;
    let (mut last, mut count) = (0, 0);
    // A negative number is a limit that is reached at once.
    while most == 0 || count < most {
        let Some((begin, end)) = engine.next(Mode::Search)? else { break };
        list_push(py, list, subject.slice(py, last, begin)?)?;
        for group in 0..pattern.groups {
            list_push(py, list, subject.group(py, engine.group(group), NONE)?)?;
        }
        last = end;
        count += 1;
    }
    list_push(py, list, subject.slice(py, last, length)?)?;
    Ok(word(list))
}

/// Flags that have a name, in the order in which they are shown.
const FLAG_NAMES: [(i64, &str); 8] = [
    (flag::IGNORECASE, "re.IGNORECASE"),
    (flag::LOCALE, "re.LOCALE"),
    (flag::MULTILINE, "re.MULTILINE"),
    (flag::DOTALL, "re.DOTALL"),
    (flag::UNICODE, "re.UNICODE"),
    (flag::VERBOSE, "re.VERBOSE"),
    (flag::DEBUG, "re.DEBUG"),
    (flag::ASCII, "re.ASCII"),
];

/// Code points of the pattern's `repr` that are shown.
const SHOWN: usize = 200;

fn repr(py: Py, a: &[Word]) -> Result {
    let pattern = get(py, a[0])?;
    let mut flags = pattern.flags;
    let alphabets = flag::LOCALE | flag::UNICODE | flag::ASCII;
    // Of a string pattern it goes without saying.
    if pattern.kind == Some(Kind::Text) && flags & alphabets == flag::UNICODE {
        flags &= !flag::UNICODE;
    }
    let mut names: Vec<String> = Vec::new();
    for (bit, name) in FLAG_NAMES {
        if flags & bit != 0 {
            names.push(name.to_owned());
            flags &= !bit;
        }
    }
    if flags != 0 {
        names.push(format!("0x{flags:x}"));
    }
    let shown = py.repr(words(a[0]).pattern)?;
    let end = py.byte_offset(shown, shown.len().min(SHOWN));
    let mut out = b"re.compile(".to_vec();
    out.extend(&shown.as_bytes()[..end]);
    if !names.is_empty() {
        out.extend(b", ");
        out.extend(names.join("|").into_bytes());
    }
    out.push(b')');
    py.str_bytes(&out)
}

fn equal(py: Py, a: &[Word]) -> Result {
    let own = get(py, a[0])?;
    let Some(other) = foreign::get::<Pattern>(py, a[1]) else { return Ok(NOT_IMPLEMENTED) };
    if own.flags != other.flags || own.kind != other.kind || own.code != other.code {
        return Ok(FALSE);
    }
    Ok(bool_word(py.is_equal(words(a[0]).pattern, words(a[1]).pattern)?))
}

fn hash(py: Py, a: &[Word]) -> Result {
    let pattern = get(py, a[0])?;
    let text = py.hash(words(a[0]).pattern)?;
    let seed = (text as u64) ^ (pattern.flags as u64) ^ pattern.groups as u64;
    let mixed =
        pattern.code.iter().fold(seed, |hash, &word| (hash ^ u64::from(word)).wrapping_mul(0x100_0000_01b3));
    py.int((mixed >> 3) as i64)
}

/// Whether a value is exactly a `str` or `bytes` object.
pub fn is_plain(value: Word) -> bool {
    as_object::<Str>(value).is_some() || as_object::<Bytes>(value).is_some()
}

pub static METHODS: &[NativeDef] = &[
    def(
        "match",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        "Matches zero or more characters at the beginning of the string.",
        |py, a| find(py, a, Mode::Match),
    ),
    def(
        "fullmatch",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        "Matches against all of the string.",
        |py, a| find(py, a, Mode::FullMatch),
    ),
    def(
        "search",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches.",
        |py, a| find(py, a, Mode::Search),
    ),
    def(
        "findall",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        "Return a list of all non-overlapping matches of pattern in string.",
        find_all,
    ),
    def(
        "finditer",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object.",
        scanner::find_iter,
    ),
    def("scanner", "($self, /, string, pos=0, endpos=sys.maxsize)", "", scanner::of_pattern),
    def("split", "($self, /, string, maxsplit=0)", "Split string by the occurrences of pattern.", split),
    def(
        "sub",
        "($self, /, repl, string, count=0)",
        "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.",
        |py, a| Ok(substitute::substitute(py, a)?.0),
    ),
    def(
        "subn",
        "($self, /, repl, string, count=0)",
        "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.",
        |py, a| {
            let (made, count) = substitute::substitute(py, a)?;
            py.new_tuple(&[made, py.int(count)?])
        },
    ),
    def("__copy__", "($self, /)", "", |_, a| Ok(a[0])),
    def("__deepcopy__", "($self, memo, /)", "", |_, a| Ok(a[0])),
    class_method("__class_getitem__", "($type, item, /)", "See PEP 585", |py, a| {
        generic::alias(py, a[0], a[1])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__eq__", "($self, value, /)", "Return self==value.", equal),
    def("__hash__", "($self, /)", "Return hash(self).", hash),
    getter("pattern", "The pattern string from which the RE object was compiled.", |py, a| {
        get(py, a[0])?;
        Ok(words(a[0]).pattern)
    }),
    getter("flags", "The regex matching flags.", |py, a| py.int(get(py, a[0])?.flags)),
    getter("groups", "The number of capturing groups in the pattern.", |py, a| {
        py.int(get(py, a[0])?.groups as i64)
    }),
    getter("groupindex", "A dictionary mapping group names to group numbers.", |py, a| {
        get(py, a[0])?;
        python_types::mapping_proxy::new(py, word(words(a[0]).group_index))
    }),
];

/// The number of a group that is given by number or name. Errors: `IndexError`.
pub fn group_number(py: Py, pattern: Word, groups: usize, key: Word) -> Result<usize> {
    let number = match V::of(key) {
        V::Int(number) => Some(number),
        _ if py.type_of(key).lookup(py, python_model::names::Name::Index).is_some() => {
            let number = py.index(key);
            py.unless(number, Ty::OverflowError)?
        }
        _ => {
            let found = dict::get(py, words(pattern).group_index, key);
            py.unless(found, Ty::TypeError)?.flatten().and_then(as_i64)
        }
    };
    match number.and_then(|number| usize::try_from(number).ok()) {
        Some(number) if number <= groups => Ok(number),
        _ => Err(py.index_error("no such group")),
    }
}
