//! The matcher: runs a program on bytes, with its own stack of choices.
//!
//! Backtracking as in CPython's `_sre`, so that both find the same match. What was tried lies on a stack of entries on the malloc heap, never on the
//! native stack: an entry is a choice to come back to, or a change (of a mark, of a loop's register) to be undone on the way back. So
//! nothing is saved by copying, and a loop that matches a million rounds needs a million entries and no recursion. A cut (atomic groups,
//! lookahead) drops the choices above a height and keeps the changes.
//!
//! `WIDE` says whether characters may be more than one byte; ASCII text and bytes are matched without decoding.
//! Positions are byte offsets; the end of the subject is the end of the slice.

use super::charset::{is_unicode_word, is_word, lower};
use super::opcodes::{At, Folding, MAXREPEAT};
use super::program::*;
use python_text::code_points::{decode, decode_before, is_start, length_of};

/// A mark that is not set, a loop's position before the first round.
pub const NOWHERE: usize = usize::MAX;

/// Most entries of the stack: one gigabyte.
const MOST_ENTRIES: usize = 1 << 25;
/// Steps back and rounds of loops between two polls.
const FUEL: u32 = 1 << 16;

/// Why a match was given up.
#[derive(Debug)]
pub enum Stop {
    /// Too many entries.
    Memory,
    /// The poll said so.
    Poll,
}

#[derive(Clone, Copy)]
enum Entry {
    /// Go on there.
    Choice { pc: Pc, at: usize },
    /// Alternatives that are left, as bits.
    Branch { branch: u32, at: usize, left: u64 },
    /// A greedy repeat that may give back down to `low`.
    Greedy { pc: Pc, low: usize, at: usize },
    /// A lazy repeat that may take so many more.
    Lazy { pc: Pc, at: usize, left: u32 },
    /// A loop that went into another round; its tail is the alternative.
    Round { until: Pc, count: u32, last: usize, at: usize },
    /// A loop that went on to its tail; another round is the alternative.
    Tail { until: Pc, at: usize },
    /// Undo: a mark.
    Mark { mark: u32, last_group: u32, old: usize },
    /// Undo: a register.
    Register { register: u32, count: u32, last: usize },
}

/// A loop's rounds so far (minus one before the first) and where the last began. For groups that cut: the height of the stack, and where
/// they began.
#[derive(Clone, Copy)]
struct Register {
    count: u32,
    last: usize,
    height: usize,
}

/// What can be used again: allocations.
#[derive(Default)]
pub struct Scratch {
    entries: Vec<Entry>,
    registers: Vec<Register>,
    marks: Vec<usize>,
}

/// One subject being matched.
pub struct Machine<'a, const WIDE: bool> {
    pub program: &'a Program,
    pub text: &'a [u8],
    /// A match must not end here: where it began, for the match after an empty one.
    pub must_advance: Option<usize>,
    /// Whether a match must end at the end.
    pub match_all: bool,
    /// Begin and end of each group, or [`NOWHERE`].
    pub marks: Vec<usize>,
    /// The number of the group that was closed last; 0 if there is none.
    pub last_group: u32,
    entries: Vec<Entry>,
    registers: Vec<Register>,
    fuel: u32,
    poll: &'a dyn Fn() -> bool,
}

impl<'a, const WIDE: bool> Machine<'a, WIDE> {
    /// `poll` is asked now and then; `false` stops the match.
    pub fn new(
        program: &'a Program,
        text: &'a [u8],
        scratch: Scratch,
        poll: &'a dyn Fn() -> bool,
    ) -> Machine<'a, WIDE> {
        let Scratch { entries, mut registers, mut marks } = scratch;
        registers.clear();
        registers.resize(program.register_count, Register { count: 0, last: NOWHERE, height: 0 });
        marks.clear();
        marks.resize(program.mark_count, NOWHERE);
        Machine {
            program,
            text,
            must_advance: None,
            match_all: false,
            marks,
            last_group: 0,
            entries,
            registers,
            fuel: FUEL,
            poll,
        }
    }

    /// Takes the allocations, for another machine; this one is not used any more.
    pub fn take_scratch(&mut self) -> Scratch {
        // A pathological pattern must not keep its memory for ever.
        self.entries.clear();
        self.entries.shrink_to(1 << 12);
        Scratch {
            entries: std::mem::take(&mut self.entries),
            registers: std::mem::take(&mut self.registers),
            marks: std::mem::take(&mut self.marks),
        }
    }

    /// The offset of the character behind the one at `at`.
    #[inline(always)]
    pub fn after(&self, at: usize) -> usize {
        if WIDE { at + length_of(self.text[at]) } else { at + 1 }
    }

    #[inline(always)]
    fn character(&self, at: usize) -> (u32, usize) {
        if WIDE { decode(self.text, at) } else { (u32::from(self.text[at]), at + 1) }
    }

    /// The offset so many characters in front of `at`.
    fn step_back(&self, at: usize, count: u32) -> Option<usize> {
        if !WIDE {
            return at.checked_sub(count as usize);
        }
        let mut at = at;
        for _ in 0..count {
            if at == 0 {
                return None;
            }
            at = decode_before(self.text, at).1;
        }
        Some(at)
    }

    /// The offset behind one character that a pattern matches.
    #[inline(always)]
    fn one(&self, single: Single, at: usize) -> Option<usize> {
        let &byte = self.text.get(at)?;
        match single {
            Single::Byte(wanted) => (byte == wanted).then_some(at + 1),
            Single::AnyAll => Some(self.after(at)),
            Single::Any => (byte != b'\n').then(|| self.after(at)),
            Single::Set(set) => {
                let set = self.program.set(set);
                if !WIDE || byte < 0x80 {
                    return set.low[usize::from(byte)].then_some(at + 1);
                }
                let (c, next) = decode(self.text, at);
                set.contains(c).then_some(next)
            }
        }
    }

    /// The offset behind as many characters as match, `most` at most.
    fn many(&self, single: Single, at: usize, most: u32) -> usize {
        let text = self.text;
        if WIDE && most != MAXREPEAT {
            let mut at = at;
            for _ in 0..most {
                match self.one(single, at) {
                    Some(next) => at = next,
                    None => break,
                }
            }
            return at;
        }
        let end =
            if most == MAXREPEAT { text.len() } else { text.len().min(at.saturating_add(most as usize)) };
        let part = &text[at..end];
        match single {
            Single::AnyAll => end,
            Single::Any => memchr::memchr(b'\n', part).map_or(end, |n| at + n),
            Single::Byte(byte) => part.iter().position(|&b| b != byte).map_or(end, |n| at + n),
            Single::Set(set) => {
                let set = self.program.set(set);
                if !WIDE {
                    return part.iter().position(|&b| !set.low[usize::from(b)]).map_or(end, |n| at + n);
                }
                let mut at = at;
                while let Some(&byte) = text.get(at) {
                    if byte < 0x80 {
                        if !set.low[usize::from(byte)] {
                            break;
                        }
                        at += 1;
                        continue;
                    }
                    let (c, next) = decode(text, at);
                    if !set.contains(c) {
                        break;
                    }
                    at = next;
                }
                at
            }
        }
    }

    fn is_at(&self, position: At, at: usize) -> bool {
        let text = self.text;
        let is_line_end = |at: usize| text.get(at) == Some(&b'\n');
        match position {
            At::Beginning => at == 0,
            At::BeginningLine => at == 0 || text[at - 1] == b'\n',
            At::End => at == text.len() || at + 1 == text.len() && is_line_end(at),
            At::EndLine => at == text.len() || is_line_end(at),
            At::EndString => at == text.len(),
            At::Boundary => self.is_boundary(at, is_word),
            At::NotBoundary => !self.is_boundary(at, is_word),
            At::UnicodeBoundary => self.is_boundary(at, is_unicode_word),
            At::UnicodeNotBoundary => !self.is_boundary(at, is_unicode_word),
        }
    }

    fn is_boundary(&self, at: usize, is_word: fn(u32) -> bool) -> bool {
        let before = match at {
            0 => None,
            _ if WIDE => Some(decode_before(self.text, at).0),
            _ => Some(u32::from(self.text[at - 1])),
        };
        let behind = (at < self.text.len()).then(|| self.character(at).0);
        before.is_some_and(is_word) != behind.is_some_and(is_word)
    }

    /// The offset behind what a group has matched, if it comes again. `None` also if the group has not matched.
    fn again(&self, group: u32, folding: Folding, at: usize) -> Option<usize> {
        let (begin, end) = self.group(group)?;
        let wanted = &self.text[begin..end];
        if folding == Folding::Exact {
            return self.text[at..].starts_with(wanted).then_some(at + wanted.len());
        }
        let (mut from, mut at) = (begin, at);
        while from < end {
            if at >= self.text.len() {
                return None;
            }
            let ((a, next_from), (b, next_at)) = (self.character(from), self.character(at));
            if lower(a, folding) != lower(b, folding) {
                return None;
            }
            (from, at) = (next_from, next_at);
        }
        Some(at)
    }

    /// Begin and end of a group that has matched.
    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let (begin, end) = (self.marks[group as usize * 2], self.marks[group as usize * 2 + 1]);
        (begin != NOWHERE && end != NOWHERE && begin <= end).then_some((begin, end))
    }

    #[inline(always)]
    fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Sets a register's count and position, to be undone.
    #[inline(always)]
    fn set_register(&mut self, register: u32, count: u32, last: usize) {
        let old = &mut self.registers[register as usize];
        let undo = Entry::Register { register, count: old.count, last: old.last };
        (old.count, old.last) = (count, last);
        self.push(undo);
    }

    /// Begins a group that cuts, at the present height.
    fn set_height(&mut self, register: u32, at: usize) {
        let height = self.entries.len();
        let old = &mut self.registers[register as usize];
        // Heights fit: there are at most about 2**25 entries.
        let undo = Entry::Register { register, count: old.height as u32, last: old.last };
        (old.height, old.last) = (height, at);
        self.push(undo);
    }

    /// Drops the choices above the height of a register and keeps what is to be undone.
    fn cut(&mut self, register: u32) {
        let height = self.registers[register as usize].height.min(self.entries.len());
        let mut kept = height;
        for index in height..self.entries.len() {
            let entry = match self.entries[index] {
                undo @ (Entry::Mark { .. } | Entry::Register { .. }) => undo,
                Entry::Round { until, count, last, .. } => {
                    Entry::Register { register: self.bounds(until).register, count, last }
                }
                _ => continue,
            };
            self.entries[kept] = entry;
            kept += 1;
        }
        self.entries.truncate(kept);
    }

    /// The loop that ends at an instruction.
    fn bounds(&self, until: Pc) -> Loop {
        match self.program.code[until as usize] {
            Inst::Until { bounds, .. } => self.program.loops[bounds as usize],
            _ => unreachable!("entries of loops name the end of one"),
        }
    }

    fn undo_mark(&mut self, mark: u32, last_group: u32, old: usize) {
        self.marks[mark as usize] = old;
        self.last_group = last_group;
    }

    /// Registers of loops have a count, registers of cuts a height: undoing sets both, of which only one is used.
    fn undo_register(&mut self, register: u32, count: u32, last: usize) {
        self.registers[register as usize] = Register { count, last, height: count as usize };
    }

    /// Undoes everything above the height of a register, and forgets its choices.
    fn unwind(&mut self, register: u32) {
        let height = self.registers[register as usize].height;
        while self.entries.len() > height {
            match self.entries.pop().expect("the stack is higher") {
                Entry::Mark { mark, last_group, old } => self.undo_mark(mark, last_group, old),
                Entry::Register { register, count, last } => self.undo_register(register, count, last),
                Entry::Round { until, count, last, .. } => {
                    self.undo_register(self.bounds(until).register, count, last);
                }
                _ => {}
            }
        }
    }

    /// Pays for a step that could be one of very many. Errors: see [`Stop`].
    #[inline(always)]
    fn spend(&mut self) -> Result<(), Stop> {
        self.fuel -= 1;
        if self.fuel == 0 { self.refuel() } else { Ok(()) }
    }

    #[cold]
    fn refuel(&mut self) -> Result<(), Stop> {
        self.fuel = FUEL;
        if self.entries.len() > MOST_ENTRIES {
            return Err(Stop::Memory);
        }
        if (self.poll)() { Ok(()) } else { Err(Stop::Poll) }
    }

    /// The last offset in `low..=high` where what must follow a repeat can begin.
    #[inline(always)]
    fn last_place(&self, repeat: &Repeat, low: usize, high: usize) -> Option<usize> {
        let Some(follow) = &repeat.follow else { return Some(high) };
        let text = self.text;
        if text.get(high).is_some_and(|&b| follow[usize::from(b)]) {
            return Some(high);
        }
        match repeat.follow_byte {
            Some(byte) => memchr::memrchr(byte, &text[low..high]).map(|n| low + n),
            None => text[low..high].iter().rposition(|&b| follow[usize::from(b)]).map(|n| low + n),
        }
    }

    /// The first offset from `at` on where what must follow a lazy repeat can begin, and how many more characters it may take then.
    fn next_place(&self, repeat: &Repeat, at: usize, left: u32) -> Option<(usize, u32)> {
        let Some(follow) = &repeat.follow else { return Some((at, left)) };
        let (mut at, mut left) = (at, left);
        loop {
            if follow[usize::from(*self.text.get(at)?)] {
                return Some((at, left));
            }
            if left == 0 {
                return None;
            }
            at = self.one(repeat.single, at)?;
            left -= u32::from(left != MAXREPEAT);
        }
    }

    /// Goes back to the last choice. `None`: there is none.
    fn back(&mut self) -> Result<Option<(Pc, usize)>, Stop> {
        self.spend()?;
        let program = self.program;
        while let Some(entry) = self.entries.pop() {
            match entry {
                Entry::Choice { pc, at } => return Ok(Some((pc, at))),
                Entry::Branch { branch, at, left } => {
                    let next = left.trailing_zeros() as usize;
                    let left = left & (left - 1);
                    if left != 0 {
                        self.push(Entry::Branch { branch, at, left });
                    }
                    return Ok(Some((program.branches[branch as usize].targets[next], at)));
                }
                Entry::Greedy { pc, low, at } => {
                    let Inst::Repeat(repeat) = program.code[pc as usize] else { continue };
                    let mut high = at - 1;
                    while WIDE && !is_start(self.text[high]) {
                        high -= 1;
                    }
                    let place = self.last_place(&program.repeats[repeat as usize], low, high);
                    let Some(place) = place else { continue };
                    if place > low {
                        self.push(Entry::Greedy { pc, low, at: place });
                    }
                    return Ok(Some((pc + 1, place)));
                }
                Entry::Lazy { pc, at, left } => {
                    let Inst::Repeat(repeat) = program.code[pc as usize] else { continue };
                    let repeat = &program.repeats[repeat as usize];
                    let Some(next) = self.one(repeat.single, at) else { continue };
                    let left = left - u32::from(left != MAXREPEAT);
                    let Some((place, left)) = self.next_place(repeat, next, left) else { continue };
                    if left != 0 {
                        self.push(Entry::Lazy { pc, at: place, left });
                    }
                    return Ok(Some((pc + 1, place)));
                }
                Entry::Round { until, count, last, at } => {
                    self.undo_register(self.bounds(until).register, count, last);
                    return Ok(Some((until + 1, at)));
                }
                Entry::Tail { until, at } => {
                    let bounds = self.bounds(until);
                    let register = self.registers[bounds.register as usize];
                    let count = register.count.wrapping_add(1);
                    if count >= bounds.max && bounds.max != MAXREPEAT || at == register.last {
                        continue;
                    }
                    self.set_register(bounds.register, count, at);
                    return Ok(Some((bounds.body, at)));
                }
                Entry::Mark { mark, last_group, old } => self.undo_mark(mark, last_group, old),
                Entry::Register { register, count, last } => self.undo_register(register, count, last),
            }
        }
        Ok(None)
    }

    /// Matches from an offset on: the end of the match, or `None`. Errors: see [`Stop`].
    pub fn run(&mut self, start: usize) -> Result<Option<usize>, Stop> {
        self.entries.clear();
        self.marks.fill(NOWHERE);
        self.last_group = 0;
        let program = self.program;
        let code = &program.code[..];
        let text = self.text;
        let (mut pc, mut at): (Pc, usize) = (0, start);
        // One choice after the other, until an instruction fails: that is a `break` of the inner loop.
        loop {
            'path: loop {
                match code[pc as usize] {
                    Inst::Success => {
                        let too_early = self.match_all && at != text.len();
                        if too_early || self.must_advance == Some(at) {
                            break 'path;
                        }
                        return Ok(Some(at));
                    }
                    Inst::Fail => break 'path,
                    Inst::Byte(byte) => {
                        if text.get(at) != Some(&byte) {
                            break 'path;
                        }
                        at += 1;
                    }
                    Inst::Literal { start, end } => {
                        let wanted = &program.literals[start as usize..end as usize];
                        if !text[at..].starts_with(wanted) {
                            break 'path;
                        }
                        at += wanted.len();
                    }
                    Inst::Any => match self.one(Single::Any, at) {
                        Some(next) => at = next,
                        None => break 'path,
                    },
                    Inst::AnyAll => match self.one(Single::AnyAll, at) {
                        Some(next) => at = next,
                        None => break 'path,
                    },
                    Inst::Set(set) => match self.one(Single::Set(set), at) {
                        Some(next) => at = next,
                        None => break 'path,
                    },
                    Inst::At(position) => {
                        if !self.is_at(position, at) {
                            break 'path;
                        }
                    }
                    Inst::Mark(mark) => {
                        if !self.entries.is_empty() {
                            let old = self.marks[mark as usize];
                            self.push(Entry::Mark { mark, last_group: self.last_group, old });
                        }
                        self.marks[mark as usize] = at;
                        if mark & 1 != 0 {
                            self.last_group = mark / 2 + 1;
                        }
                    }
                    Inst::Jump(target) => {
                        pc = target;
                        continue;
                    }
                    Inst::Branch(index) => {
                        let branch = &program.branches[index as usize];
                        let viable = match text.get(at) {
                            Some(&byte) => branch.by_byte[usize::from(byte)],
                            None => branch.at_end,
                        };
                        if viable == 0 {
                            break 'path;
                        }
                        let left = viable & (viable - 1);
                        if left != 0 {
                            self.push(Entry::Branch { branch: index, at, left });
                        }
                        pc = branch.targets[viable.trailing_zeros() as usize];
                        continue;
                    }
                    Inst::GroupRef { group, folding } => match self.again(group, folding, at) {
                        Some(next) => at = next,
                        None => break 'path,
                    },
                    Inst::GroupExists { group, otherwise } => {
                        if self.group(group).is_none() {
                            pc = otherwise;
                            continue;
                        }
                    }
                    Inst::Repeat(index) => match self.repeat(pc, &program.repeats[index as usize], at) {
                        Some(next) => at = next,
                        None => break 'path,
                    },
                    Inst::LoopBegin { register, until } => {
                        self.set_register(register, u32::MAX, NOWHERE);
                        pc = until;
                        continue;
                    }
                    Inst::Until { is_greedy, bounds } => {
                        let bounds = program.loops[bounds as usize];
                        let Register { count: old, last, .. } = self.registers[bounds.register as usize];
                        let count = old.wrapping_add(1);
                        self.spend()?;
                        if count < bounds.min {
                            self.set_register(bounds.register, count, last);
                            pc = bounds.body;
                            continue;
                        }
                        if !is_greedy {
                            self.push(Entry::Tail { until: pc, at });
                        } else if (count < bounds.max || bounds.max == MAXREPEAT) && at != last {
                            self.push(Entry::Round { until: pc, count: old, last, at });
                            let register = &mut self.registers[bounds.register as usize];
                            (register.count, register.last) = (count, at);
                            pc = bounds.body;
                            continue;
                        }
                    }
                    Inst::AtomicBegin { register } => self.set_height(register, at),
                    Inst::AtomicEnd { register } => self.cut(register),
                    Inst::AssertBegin { register, back, .. } => {
                        let Some(begin) = self.step_back(at, back) else { break 'path };
                        self.set_height(register, at);
                        at = begin;
                    }
                    Inst::AssertEnd { register } => {
                        self.cut(register);
                        at = self.registers[register as usize].last;
                    }
                    Inst::NotBegin { register, back, end } => match self.step_back(at, back) {
                        Some(begin) => {
                            self.set_height(register, at);
                            self.push(Entry::Choice { pc: end, at });
                            at = begin;
                        }
                        None => {
                            pc = end;
                            continue;
                        }
                    },
                    Inst::NotEnd { register } => {
                        self.unwind(register);
                        break 'path;
                    }
                }
                pc += 1;
            }
            match self.back()? {
                Some(choice) => (pc, at) = choice,
                None => return Ok(None),
            }
        }
    }

    /// A repeated single character: where to go on behind it.
    #[inline(always)]
    fn repeat(&mut self, pc: Pc, repeat: &Repeat, at: usize) -> Option<usize> {
        let mut low = at;
        if WIDE || repeat.min <= 1 {
            for _ in 0..repeat.min {
                low = self.one(repeat.single, low)?;
            }
        } else {
            low = self.many(repeat.single, at, repeat.min);
            if low - at < repeat.min as usize {
                return None;
            }
        }
        let left = if repeat.max == MAXREPEAT { MAXREPEAT } else { repeat.max - repeat.min };
        match repeat.mode {
            Mode::Possessive => Some(self.many(repeat.single, low, left)),
            Mode::Greedy => {
                let high = self.many(repeat.single, low, left);
                let place = self.last_place(repeat, low, high)?;
                if place > low {
                    self.push(Entry::Greedy { pc, low, at: place });
                }
                Some(place)
            }
            Mode::Lazy => {
                let (place, left) = self.next_place(repeat, low, left)?;
                if left != 0 {
                    self.push(Entry::Lazy { pc, at: place, left });
                }
                Some(place)
            }
        }
    }
}
