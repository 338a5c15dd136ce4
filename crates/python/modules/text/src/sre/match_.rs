//! `re.Match`: the bounds of a match and of its groups, as byte offsets; strings are made when they are asked for.
//!
//! Most matches die young: one is two objects of the heap and nothing to drop. The numbers of the object: begin and end of the match, the last group
//! that matched. Its word: a tuple of the subject, the pattern, `pos` and `endpos`, begin and end of each group.

use super::engine::Engine;
use super::machine::NOWHERE;
use super::pattern::{self, group_number};
use super::subject::Subject;
use super::{Types, substitute};
use heap::Gc;
use python_model::compact::{self, Kind};
use python_model::native::{Args, NativeDef, class_method, def, getter, raw};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_model::{dict, generic};

/// A match.
#[derive(Clone, Copy)]
pub struct Match {
    span: (usize, usize),
    last_group: i64,
    words: Gc<Tuple>,
}

/// Places in the tuple of a match.
const SUBJECT: usize = 0;
const PATTERN: usize = 1;
/// `pos` and `endpos`, clipped: indices.
const POS: usize = 2;
const END_POS: usize = 3;
/// Begin and end of each group, -1 where it has not matched.
const MARKS: usize = 4;

/// The match that an engine has found.
pub fn new(
    py: Py,
    pattern: Word,
    subject: &Subject,
    engine: &Engine,
    span: (usize, usize),
    range: (usize, usize),
) -> Result {
    let marks = engine.marks();
    let words = py.new_tuple_uninit(MARKS + marks.len())?;
    let offset = |at: usize| if at == NOWHERE { small_int(-1) } else { small_int(at as i64) };
    let head = [subject.value, pattern, small_int(range.0 as i64), small_int(range.1 as i64)];
    let all = head.into_iter().chain(marks.iter().map(|&mark| offset(mark)));
    for (slot, word) in words.items().iter().zip(all) {
        slot.set(py.mutator(), words, word);
    }
    let numbers = [span.0 as i64, span.1 as i64, i64::from(engine.last_group())];
    compact::new(py, Types::match_(py), Kind::Match, numbers, word(words))
}

fn found(value: Word) -> Option<Match> {
    let object = compact::get(value, Kind::Match)?;
    let words = as_object(object.word.get()).expect("set when the match was made");
    let span = (object.first.get() as usize, object.second.get() as usize);
    Some(Match { span, last_group: object.third.get(), words })
}

/// The match in a receiver. Errors: `TypeError`.
pub fn get(py: Py, value: Word) -> Result<Match> {
    found(value).ok_or_else(|| py.type_error(format!("expected a match, got '{}'", py.type_name(value))))
}

fn words(value: Word) -> Gc<Tuple> {
    found(value).expect("the caller has found the match").words
}

pub fn pattern_of(value: Word) -> Word {
    words(value).items()[PATTERN].get()
}

/// What was matched on.
pub fn subject(py: Py, value: Word) -> Result<Subject> {
    Subject::of(py, words(value).items()[SUBJECT].get(), None)
}

impl Match {
    /// The span of a group; 0 is the whole match.
    pub fn span(&self, group: usize) -> Option<(usize, usize)> {
        if group == 0 {
            return Some(self.span);
        }
        let at = MARKS + 2 * (group - 1);
        let [begin, end] = [at, at + 1].map(|at| as_i64(self.words.items()[at].get()).expect("an offset"));
        (begin >= 0 && begin <= end).then_some((begin as usize, end as usize))
    }

    /// Whether the pattern has a group of this number.
    pub fn has(&self, group: usize) -> bool {
        group <= self.groups()
    }

    fn groups(&self) -> usize {
        (self.words.items().len() - MARKS) / 2
    }

    /// The number of the group in an argument (UNSET: 0).
    fn number(&self, py: Py, own: Word, key: Word) -> Result<usize> {
        if key == UNSET { Ok(0) } else { group_number(py, pattern_of(own), self.groups(), key) }
    }

    /// The span of a group as indices, (-1, -1) if it has not matched.
    fn indices(&self, py: Py, subject: &Subject, group: usize) -> (i64, i64) {
        match self.span(group) {
            Some((begin, end)) => (subject.index(py, begin) as i64, subject.index(py, end) as i64),
            None => (-1, -1),
        }
    }
}

fn part(py: Py, own: Word, key: Word) -> Result {
    let found = get(py, own)?;
    let number = found.number(py, own, key)?;
    subject(py, own)?.group(py, found.span(number), NONE)
}

fn group(py: Py, args: Args) -> Result {
    args.no_keywords(py, "group")?;
    let own = args.words[0];
    match args.words {
        [_] => part(py, own, UNSET),
        [_, one] => part(py, own, *one),
        [_, all @ ..] => {
            let tuple = py.new_tuple_uninit(all.len())?;
            for (slot, &key) in tuple.items().iter().zip(all) {
                slot.set(py.mutator(), tuple, part(py, own, key)?);
            }
            Ok(word(tuple))
        }
        [] => Err(py.type_error("unbound method group() needs an argument")),
    }
}

fn groups(py: Py, a: &[Word]) -> Result {
    let found = get(py, a[0])?;
    let subject = subject(py, a[0])?;
    let default = if a[1] == UNSET { NONE } else { a[1] };
    let tuple = py.new_tuple_uninit(found.groups())?;
    for (index, slot) in tuple.items().iter().enumerate() {
        let part = subject.group(py, found.span(index + 1), default)?;
        slot.set(py.mutator(), tuple, part);
    }
    Ok(word(tuple))
}

fn group_dict(py: Py, a: &[Word]) -> Result {
    let found = get(py, a[0])?;
    let default = if a[1] == UNSET { NONE } else { a[1] };
    let names = pattern::words(pattern_of(a[0])).group_index;
    let made = dict::new(py)?;
    let mut at = 0;
    while let Some((entry, key, number)) = dict::next(names, at) {
        at = entry + 1;
        let number = found.number(py, a[0], number)?;
        let part = subject(py, a[0])?.group(py, found.span(number), default)?;
        dict::set(py, made, key, part)?;
    }
    Ok(word(made))
}

fn span_tuple(py: Py, (begin, end): (i64, i64)) -> Result {
    py.new_tuple(&[py.int(begin)?, py.int(end)?])
}

/// The indices of the group in the second argument.
fn bounds(py: Py, a: &[Word]) -> Result<(i64, i64)> {
    let found = get(py, a[0])?;
    let number = found.number(py, a[0], a[1])?;
    Ok(found.indices(py, &subject(py, a[0])?, number))
}

fn repr(py: Py, a: &[Word]) -> Result {
    let found = get(py, a[0])?;
    let (begin, end) = found.indices(py, &subject(py, a[0])?, 0);
    let matched = py.repr(part(py, a[0], UNSET)?)?;
    let mut out = format!("<re.Match object; span=({begin}, {end}), match=").into_bytes();
    out.extend(matched.as_bytes());
    out.push(b'>');
    py.str_bytes(&out)
}

pub static METHODS: &[NativeDef] = &[
    raw(
        "group",
        "",
        "group([group1, ...]) -> str or tuple.\n\nReturn subgroup(s) of the match by indices or names.\nFor 0 returns the entire match.",
        group,
    ).quiet(),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| part(py, a[0], a[1])),
    def(
        "start",
        "($self, group=0, /)",
        "Return index of the start of the substring matched by group.",
        |py, a| py.int(bounds(py, a)?.0),
    ).quiet(),
    def(
        "end",
        "($self, group=0, /)",
        "Return index of the end of the substring matched by group.",
        |py, a| py.int(bounds(py, a)?.1),
    ).quiet(),
    def(
        "span",
        "($self, group=0, /)",
        "For match object m, return the 2-tuple (m.start(group), m.end(group)).",
        |py, a| span_tuple(py, bounds(py, a)?),
    ).quiet(),
    def(
        "groups",
        "($self, /, default=None)",
        "Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in the match.",
        groups,
    ).quiet(),
    def(
        "groupdict",
        "($self, /, default=None)",
        "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups that did not participate in the match.",
        group_dict,
    ).quiet(),
    def(
        "expand",
        "($self, /, template)",
        "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.",
        substitute::expand,
    ),
    def("__copy__", "($self, /)", "", |_, a| Ok(a[0])),
    def("__deepcopy__", "($self, memo, /)", "", |_, a| Ok(a[0])),
    class_method("__class_getitem__", "($type, item, /)", "See PEP 585", |py, a| {
        generic::alias(py, a[0], a[1])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    getter("string", "The string passed to match() or search().", |py, a| {
        get(py, a[0])?;
        Ok(words(a[0]).items()[SUBJECT].get())
    }),
    getter("re", "The regular expression object.", |py, a| {
        get(py, a[0])?;
        Ok(pattern_of(a[0]))
    }),
    getter(
        "pos",
        "The index into the string at which the RE engine started looking for a match.",
        |py, a| Ok(get(py, a[0])?.words.items()[POS].get()),
    ),
    getter("endpos", "The index into the string beyond which the RE engine will not go.", |py, a| {
        Ok(get(py, a[0])?.words.items()[END_POS].get())
    }),
    getter("lastindex", "The integer index of the last matched capturing group.", |py, a| {
        match get(py, a[0])?.last_group {
            0 => Ok(NONE),
            group => py.int(group),
        }
    }),
    getter("lastgroup", "The name of the last matched capturing group.", |py, a| {
        let group = get(py, a[0])?.last_group;
        let names = pattern::words(pattern_of(a[0])).index_group;
        match names.items().get(group as usize) {
            Some(name) if group > 0 => Ok(name.get()),
            _ => Ok(NONE),
        }
    }),
    getter("regs", "", |py, a| {
        let found = get(py, a[0])?;
        let tuple = py.new_tuple_uninit(found.groups() + 1)?;
        for (group, slot) in tuple.items().iter().enumerate() {
            let span = span_tuple(py, found.indices(py, &subject(py, a[0])?, group))?;
            slot.set(py.mutator(), tuple, span);
        }
        Ok(word(tuple))
    }),
];
