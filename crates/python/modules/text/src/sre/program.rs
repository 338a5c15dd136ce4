//! From the library's opcodes to the program that the matcher runs.
//!
//! The library compiles a pattern to a list of 32-bit words with relative skips. It is read once, front to back, without recursion: constructs
//! that are open are on a list, skips become instruction numbers when all are known. Literals in a row become one string in the
//! encoding of the subject (UTF-8 or bytes, hence two programs for patterns that match both), single characters that are repeated become one
//! instruction, sets become tables. `first` then adds what can be told about first bytes.
//!
//! The words come from the program's user (`_sre.compile` is public): every skip and number is checked, jumps go forward only.

use super::charset::{Item, Set, is_category};
use super::first;
use super::opcodes::*;
use super::search::Start;

/// Number of an instruction.
pub type Pc = u32;

/// Whether a byte can be the next one.
pub type Bytes = [bool; 256];

/// What subjects are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Generalised UTF-8.
    Text,
    Bytes,
}

#[derive(Clone, Copy, Debug)]
pub enum Inst {
    Success,
    Fail,
    Byte(u8),
    /// A part of [`Program::literals`].
    Literal {
        start: u32,
        end: u32,
    },
    Any,
    AnyAll,
    /// A character of [`Program::sets`].
    Set(u32),
    At(At),
    /// Sets a group's begin (even) or end (odd).
    Mark(u32),
    Jump(Pc),
    /// See [`Branch`].
    Branch(u32),
    GroupRef {
        group: u32,
        folding: Folding,
    },
    /// Goes on here if the group has matched, else elsewhere.
    GroupExists {
        group: u32,
        otherwise: Pc,
    },
    /// See [`Repeat`].
    Repeat(u32),
    /// Begins a loop: its register counts rounds.
    LoopBegin {
        register: u32,
        until: Pc,
    },
    /// The end of a loop's body; what follows is its tail.
    Until {
        is_greedy: bool,
        bounds: u32,
    },
    AtomicBegin {
        register: u32,
    },
    AtomicEnd {
        register: u32,
    },
    AssertBegin {
        register: u32,
        back: u32,
        end: Pc,
    },
    AssertEnd {
        register: u32,
    },
    /// Goes on at `end`, behind [`Inst::NotEnd`], if what is between does not match.
    NotBegin {
        register: u32,
        back: u32,
        end: Pc,
    },
    NotEnd {
        register: u32,
    },
}

/// A pattern for one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Single {
    Byte(u8),
    Any,
    AnyAll,
    Set(u32),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Greedy,
    Lazy,
    Possessive,
}

/// A repeated single character.
pub struct Repeat {
    pub single: Single,
    pub min: u32,
    /// [`MAXREPEAT`]: no bound.
    pub max: u32,
    /// Possessive also where giving characters back cannot help: what follows begins with none of them.
    pub mode: Mode,
    /// What must follow; `None`: unknown, or nothing must.
    pub follow: Option<Box<Bytes>>,
    /// The byte that must follow, if it is one.
    pub follow_byte: Option<u8>,
}

/// Bounds of a loop.
#[derive(Clone, Copy)]
pub struct Loop {
    pub register: u32,
    pub min: u32,
    pub max: u32,
    pub body: Pc,
}

/// Alternatives, at most 64.
pub struct Branch {
    pub targets: Vec<Pc>,
    /// Bit n: alternative n can begin with this byte.
    pub by_byte: Box<[u64; 256]>,
    /// Those that can match at the end of the subject.
    pub at_end: u64,
}

pub struct Program {
    pub kind: Kind,
    pub code: Vec<Inst>,
    pub literals: Vec<u8>,
    pub sets: Vec<Set>,
    pub repeats: Vec<Repeat>,
    pub loops: Vec<Loop>,
    pub branches: Vec<Branch>,
    pub register_count: usize,
    /// Twice the number of groups.
    pub mark_count: usize,
    /// A match is not shorter.
    pub min_bytes: usize,
    pub start: Start,
}

/// The words are no program.
#[derive(Debug)]
pub struct Invalid;

/// A construct whose end was not reached.
enum Open {
    /// Ends at the word of its UNTIL.
    Loop {
        until: usize,
        begin: usize,
        min: u32,
        max: u32,
        register: u32,
    },
    Possessive {
        until: usize,
        begin: usize,
        min: u32,
        max: u32,
        registers: [u32; 3],
    },
    /// Ends behind a SUCCESS.
    Atomic {
        end: usize,
        register: u32,
    },
    Assert {
        end: usize,
        register: u32,
        begin: usize,
        is_negative: bool,
    },
}

const NOWHERE: Pc = u32::MAX;
/// Most alternatives of a [`Branch`] that are alternatives of the pattern; the last one is then the rest.
const WIDEST: usize = 63;

struct Translator<'a> {
    words: &'a [u32],
    program: Program,
    open: Vec<Open>,
    /// The instruction at each word.
    pc_of: Vec<Pc>,
    /// Words between alternatives, which are no opcodes.
    is_skip: Vec<bool>,
    /// Whether the last instruction is a literal that may be made longer.
    may_join: bool,
}

impl Program {
    /// Errors: [`Invalid`].
    pub fn new(words: &[u32], groups: usize, kind: Kind) -> Result<Program, Invalid> {
        let mut translator = Translator {
            words,
            program: Program {
                kind,
                code: Vec::new(),
                literals: Vec::new(),
                sets: Vec::new(),
                repeats: Vec::new(),
                loops: Vec::new(),
                branches: Vec::new(),
                register_count: 0,
                mark_count: groups * 2,
                min_bytes: 0,
                start: Start::Anywhere,
            },
            open: Vec::new(),
            pc_of: vec![NOWHERE; words.len() + 1],
            is_skip: vec![false; words.len() + 1],
            may_join: false,
        };
        translator.translate()?;
        let mut program = translator.program;
        first::refine(&mut program);
        program.start = Start::of(&program);
        Ok(program)
    }

    pub fn set(&self, index: u32) -> &Set {
        &self.sets[index as usize]
    }
}

impl Translator<'_> {
    fn word(&self, at: usize) -> Result<u32, Invalid> {
        self.words.get(at).copied().ok_or(Invalid)
    }

    /// The word that a skip at `at` leads to.
    fn target(&self, at: usize) -> Result<usize, Invalid> {
        let target = at.checked_add(self.word(at)? as usize).ok_or(Invalid)?;
        if target > at && target < self.words.len() { Ok(target) } else { Err(Invalid) }
    }

    fn push(&mut self, inst: Inst) -> usize {
        self.may_join = false;
        self.program.code.push(inst);
        self.program.code.len() - 1
    }

    fn register(&mut self) -> u32 {
        self.program.register_count += 1;
        self.program.register_count as u32 - 1
    }

    fn here(&self) -> Pc {
        self.program.code.len() as Pc
    }

    fn translate(&mut self) -> Result<(), Invalid> {
        let mut at = 0;
        // Words that are jumped to must not be joined to what is in front of them.
        let mut is_target = vec![false; self.words.len() + 1];
        while at < self.words.len() {
            if is_target[at] {
                self.may_join = false;
            }
            if self.is_skip[at] {
                at += 1;
                continue;
            }
            self.pc_of[at] = self.here();
            at = self.one(at, &mut is_target)?;
        }
        let complete = matches!(self.program.code.last(), Some(Inst::Success));
        if !self.open.is_empty() || !complete || at != self.words.len() {
            return Err(Invalid);
        }
        self.resolve()
    }

    /// Jumps name words until here; they become instructions.
    fn resolve(&mut self) -> Result<(), Invalid> {
        let pc_of = &self.pc_of;
        let resolved = |word: Pc| match pc_of.get(word as usize) {
            Some(&pc) if pc != NOWHERE => Ok(pc),
            _ => Err(Invalid),
        };
        for inst in &mut self.program.code {
            match inst {
                Inst::Jump(target) => *target = resolved(*target)?,
                Inst::GroupExists { otherwise, .. } => *otherwise = resolved(*otherwise)?,
                _ => {}
            }
        }
        let mut chains = Vec::new();
        for branch in &mut self.program.branches {
            for target in &mut branch.targets {
                *target = resolved(*target)?;
            }
            chains.push(branch.targets.len() > WIDEST + 1);
        }
        // Long lists: 63 alternatives and a branch among the others.
        for (index, is_long) in chains.into_iter().enumerate() {
            if !is_long {
                continue;
            }
            let all = std::mem::take(&mut self.program.branches[index].targets);
            let mut rest: Option<Pc> = None;
            for chunk in all.chunks(WIDEST).rev() {
                let mut targets = chunk.to_vec();
                targets.extend(rest);
                rest = Some(self.program.code.len() as Pc);
                self.program.code.push(Inst::Branch(self.program.branches.len() as u32));
                self.program.branches.push(Branch { targets, by_byte: Box::new([0; 256]), at_end: 0 });
            }
            let first = self.program.branches.pop().expect("there is a chunk");
            self.program.code.pop();
            self.program.branches[index] = first;
        }
        Ok(())
    }

    /// Translates the construct that begins at a word; returns the word behind it (or behind its head).
    fn one(&mut self, at: usize, is_target: &mut [bool]) -> Result<usize, Invalid> {
        let op = self.word(at)?;
        match op {
            FAILURE => self.push(Inst::Fail),
            SUCCESS => {
                self.success(at)?;
                return Ok(at + 1);
            }
            ANY => self.push(Inst::Any),
            ANY_ALL => self.push(Inst::AnyAll),
            AT => {
                let position = At::of(self.word(at + 1)?).ok_or(Invalid)?;
                self.push(Inst::At(position));
                return Ok(at + 2);
            }
            LITERAL => {
                let c = self.word(at + 1)?;
                self.literal(c)?;
                return Ok(at + 2);
            }
            CATEGORY
            | NOT_LITERAL
            | LITERAL_IGNORE
            | NOT_LITERAL_IGNORE
            | LITERAL_LOC_IGNORE
            | NOT_LITERAL_LOC_IGNORE
            | LITERAL_UNI_IGNORE
            | NOT_LITERAL_UNI_IGNORE
            | IN
            | IN_IGNORE
            | IN_LOC_IGNORE
            | IN_UNI_IGNORE => {
                let (single, next) = self.single(at)?;
                let Single::Set(set) = single else { return Err(Invalid) };
                self.push(Inst::Set(set));
                return Ok(next);
            }
            MARK => {
                let mark = self.word(at + 1)?;
                if mark as usize >= self.program.mark_count {
                    return Err(Invalid);
                }
                self.push(Inst::Mark(mark));
                return Ok(at + 2);
            }
            GROUPREF | GROUPREF_IGNORE | GROUPREF_LOC_IGNORE | GROUPREF_UNI_IGNORE => {
                let group = self.group(at + 1)?;
                let folding = match op {
                    GROUPREF => Folding::Exact,
                    GROUPREF_IGNORE => Folding::Ascii,
                    GROUPREF_LOC_IGNORE => Folding::Locale,
                    _ => Folding::Unicode,
                };
                self.push(Inst::GroupRef { group, folding });
                return Ok(at + 2);
            }
            GROUPREF_EXISTS => {
                let group = self.group(at + 1)?;
                let otherwise = (at + 1).checked_add(self.word(at + 2)? as usize).ok_or(Invalid)?;
                if otherwise <= at + 2 || otherwise >= self.words.len() {
                    return Err(Invalid);
                }
                is_target[otherwise] = true;
                self.push(Inst::GroupExists { group, otherwise: otherwise as Pc });
                return Ok(at + 3);
            }
            JUMP => {
                let target = self.target(at + 1)?;
                is_target[target] = true;
                self.push(Inst::Jump(target as Pc));
                return Ok(at + 2);
            }
            INFO => {
                let end = self.target(at + 1)?;
                if at == 0 {
                    self.program.min_bytes = self.word(at + 3)? as usize;
                }
                return Ok(end);
            }
            BRANCH => {
                self.branch(at + 1, is_target)?;
                return Ok(at + 1);
            }
            REPEAT_ONE | MIN_REPEAT_ONE | POSSESSIVE_REPEAT_ONE => return self.repeat_one(op, at),
            REPEAT => {
                let (until, min, max) = self.bounds(at + 1)?;
                let register = self.register();
                let begin = self.push(Inst::LoopBegin { register, until: NOWHERE });
                self.open.push(Open::Loop { until, begin, min, max, register });
                return Ok(at + 4);
            }
            MAX_UNTIL | MIN_UNTIL => match self.open.pop() {
                Some(Open::Loop { until, begin, min, max, register }) if until == at => {
                    self.until(op == MAX_UNTIL, begin, Loop { register, min, max, body: begin as Pc + 1 })
                }
                _ => return Err(Invalid),
            },
            POSSESSIVE_REPEAT => {
                let (until, min, max) = self.bounds(at + 1)?;
                let registers = [self.register(), self.register(), self.register()];
                self.push(Inst::AtomicBegin { register: registers[0] });
                let begin = self.push(Inst::LoopBegin { register: registers[1], until: NOWHERE });
                self.push(Inst::AtomicBegin { register: registers[2] });
                self.open.push(Open::Possessive { until, begin, min, max, registers });
                return Ok(at + 4);
            }
            ATOMIC_GROUP => {
                let end = self.target(at + 1)?;
                let register = self.register();
                self.push(Inst::AtomicBegin { register });
                self.open.push(Open::Atomic { end, register });
                return Ok(at + 2);
            }
            ASSERT | ASSERT_NOT => {
                let end = self.target(at + 1)?;
                let back = self.word(at + 2)?;
                let register = self.register();
                let is_negative = op == ASSERT_NOT;
                let begin = self.push(if is_negative {
                    Inst::NotBegin { register, back, end: NOWHERE }
                } else {
                    Inst::AssertBegin { register, back, end: NOWHERE }
                });
                self.open.push(Open::Assert { end, register, begin, is_negative });
                return Ok(at + 3);
            }
            _ => return Err(Invalid),
        };
        Ok(at + 1)
    }

    fn group(&self, at: usize) -> Result<u32, Invalid> {
        let group = self.word(at)?;
        if (group as usize) < self.program.mark_count / 2 { Ok(group) } else { Err(Invalid) }
    }

    /// Skip, minimum and maximum of a repeat.
    fn bounds(&self, at: usize) -> Result<(usize, u32, u32), Invalid> {
        let (min, max) = (self.word(at + 1)?, self.word(at + 2)?);
        if min > max { Err(Invalid) } else { Ok((self.target(at)?, min, max)) }
    }

    fn until(&mut self, is_greedy: bool, begin: usize, bounds: Loop) -> usize {
        let here = self.here();
        if let Inst::LoopBegin { until, .. } = &mut self.program.code[begin] {
            *until = here;
        }
        self.program.loops.push(bounds);
        self.push(Inst::Until { is_greedy, bounds: self.program.loops.len() as u32 - 1 })
    }

    /// The end of the pattern, or of what is open.
    fn success(&mut self, at: usize) -> Result<(), Invalid> {
        match self.open.pop() {
            None => self.push(Inst::Success),
            Some(Open::Atomic { end, register }) if end == at + 1 => self.push(Inst::AtomicEnd { register }),
            Some(Open::Possessive { until, begin, min, max, registers }) if until == at => {
                self.push(Inst::AtomicEnd { register: registers[2] });
                self.until(true, begin, Loop { register: registers[1], min, max, body: begin as Pc + 1 });
                self.push(Inst::AtomicEnd { register: registers[0] })
            }
            Some(Open::Assert { end, register, begin, is_negative }) if end == at + 1 => {
                let last = self.push(if is_negative {
                    Inst::NotEnd { register }
                } else {
                    Inst::AssertEnd { register }
                });
                if let Inst::NotBegin { end, .. } | Inst::AssertBegin { end, .. } =
                    &mut self.program.code[begin]
                {
                    *end = last as Pc + 1;
                }
                last
            }
            Some(_) => return Err(Invalid),
        };
        Ok(())
    }

    fn literal(&mut self, c: u32) -> Result<(), Invalid> {
        if self.program.kind == Kind::Bytes {
            match u8::try_from(c) {
                Ok(byte) => self.literal_bytes(&[byte]),
                Err(_) => {
                    self.push(Inst::Fail);
                }
            }
            return Ok(());
        }
        if c > 0x10_ffff {
            return Err(Invalid);
        }
        let encoded = python_text::code_points::from_code_point(c);
        self.literal_bytes(&encoded);
        Ok(())
    }

    fn literal_bytes(&mut self, bytes: &[u8]) {
        let end = self.program.literals.len() as u32;
        if self.may_join {
            match self.program.code.pop() {
                Some(Inst::Byte(_)) => {
                    let start = end - 1;
                    self.program.literals.extend(bytes);
                    self.program.code.push(Inst::Literal { start, end: end + bytes.len() as u32 });
                }
                Some(Inst::Literal { start, .. }) => {
                    self.program.literals.extend(bytes);
                    self.program.code.push(Inst::Literal { start, end: end + bytes.len() as u32 });
                }
                other => self.program.code.extend(other),
            }
            return;
        }
        self.program.literals.extend(bytes);
        self.push(match bytes {
            [byte] => Inst::Byte(*byte),
            _ => Inst::Literal { start: end, end: end + bytes.len() as u32 },
        });
        self.may_join = true;
    }

    /// The alternatives that begin with the skip at `at`.
    fn branch(&mut self, at: usize, is_target: &mut [bool]) -> Result<(), Invalid> {
        let mut targets = Vec::new();
        let mut skip = at;
        self.is_skip[skip] = true;
        while self.word(skip)? != 0 {
            targets.push(skip as Pc + 1);
            is_target[skip + 1] = true;
            skip = self.target(skip)?;
            self.is_skip[skip] = true;
        }
        if targets.is_empty() {
            return Err(Invalid);
        }
        self.push(Inst::Branch(self.program.branches.len() as u32));
        self.program.branches.push(Branch { targets, by_byte: Box::new([0; 256]), at_end: 0 });
        Ok(())
    }

    fn repeat_one(&mut self, op: u32, at: usize) -> Result<usize, Invalid> {
        let (end, min, max) = self.bounds(at + 1)?;
        let (single, next) = self.single(at + 4)?;
        if next + 1 != end || self.word(next)? != SUCCESS {
            return Err(Invalid);
        }
        let mode = match op {
            REPEAT_ONE => Mode::Greedy,
            MIN_REPEAT_ONE => Mode::Lazy,
            _ => Mode::Possessive,
        };
        self.push(Inst::Repeat(self.program.repeats.len() as u32));
        self.program.repeats.push(Repeat { single, min, max, mode, follow: None, follow_byte: None });
        Ok(end)
    }

    fn new_set(&mut self, set: Set) -> Single {
        self.program.sets.push(set);
        Single::Set(self.program.sets.len() as u32 - 1)
    }

    /// The pattern for one character at a word; the word behind it.
    fn single(&mut self, at: usize) -> Result<(Single, usize), Invalid> {
        let op = self.word(at)?;
        let folding = match op {
            LITERAL_IGNORE | NOT_LITERAL_IGNORE | IN_IGNORE => Folding::Ascii,
            LITERAL_LOC_IGNORE | NOT_LITERAL_LOC_IGNORE | IN_LOC_IGNORE => Folding::Locale,
            LITERAL_UNI_IGNORE | NOT_LITERAL_UNI_IGNORE | IN_UNI_IGNORE => Folding::Unicode,
            _ => Folding::Exact,
        };
        let argument = self.word(at + 1);
        let single = match op {
            ANY => return Ok((Single::Any, at + 1)),
            ANY_ALL => return Ok((Single::AnyAll, at + 1)),
            FAILURE => return Ok((self.new_set(Set::new(Vec::new(), Folding::Exact)), at + 1)),
            LITERAL => match (argument?, self.program.kind) {
                (c @ 0..=0x7f, Kind::Text) | (c @ 0..=0xff, Kind::Bytes) => Single::Byte(c as u8),
                (c, _) => self.new_set(Set::new(vec![Item::Range(c, c)], folding)),
            },
            LITERAL_IGNORE | LITERAL_LOC_IGNORE | LITERAL_UNI_IGNORE => {
                let c = argument?;
                self.new_set(Set::new(vec![Item::Range(c, c)], folding))
            }
            NOT_LITERAL | NOT_LITERAL_IGNORE | NOT_LITERAL_UNI_IGNORE => {
                let c = argument?;
                self.new_set(Set::without(c, folding))
            }
            NOT_LITERAL_LOC_IGNORE => {
                // "Not" of either case, which is not what a negated set asks.
                let c = argument?;
                let lower = super::charset::lower_ascii(c);
                self.new_set(Set::without(lower, Folding::Ascii))
            }
            CATEGORY => {
                let category = argument?;
                if !is_category(category) {
                    return Err(Invalid);
                }
                self.new_set(Set::new(vec![Item::Category(category)], folding))
            }
            IN | IN_IGNORE | IN_LOC_IGNORE | IN_UNI_IGNORE => {
                let end = self.target(at + 1)?;
                let items = self.items(at + 2, end)?;
                return Ok((self.new_set(Set::new(items, folding)), end));
            }
            _ => return Err(Invalid),
        };
        Ok((single, at + 2))
    }

    /// The items of a set; they end with FAILURE.
    fn items(&self, mut at: usize, end: usize) -> Result<Vec<Item>, Invalid> {
        let mut items = Vec::new();
        loop {
            let op = self.word(at)?;
            at += 1;
            match op {
                FAILURE => return if at == end { Ok(items) } else { Err(Invalid) },
                NEGATE => items.push(Item::Negate),
                LITERAL => {
                    let c = self.word(at)?;
                    items.push(Item::Range(c, c));
                    at += 1;
                }
                RANGE | RANGE_UNI_IGNORE => {
                    let (low, high) = (self.word(at)?, self.word(at + 1)?);
                    let make = if op == RANGE { Item::Range } else { Item::RangeIgnore };
                    items.push(make(low, high));
                    at += 2;
                }
                CATEGORY => {
                    let category = self.word(at)?;
                    if !is_category(category) {
                        return Err(Invalid);
                    }
                    items.push(Item::Category(category));
                    at += 1;
                }
                CHARSET => {
                    items.push(Item::Bits(Box::new(self.bits(at)?)));
                    at += 8;
                }
                BIGCHARSET => {
                    let count = self.word(at)? as usize;
                    let mut chunks = Box::new([0; 256]);
                    for index in 0..64 {
                        let word = self.word(at + 1 + index)?;
                        chunks[index * 4..index * 4 + 4].copy_from_slice(&word.to_ne_bytes());
                    }
                    at += 65;
                    if count > 256 || chunks.iter().any(|&chunk| usize::from(chunk) >= count) {
                        return Err(Invalid);
                    }
                    let bits: Result<Vec<_>, _> = (0..count).map(|index| self.bits(at + index * 8)).collect();
                    items.push(Item::BigBits(chunks, bits?.into()));
                    at += count * 8;
                }
                _ => return Err(Invalid),
            }
        }
    }

    fn bits(&self, at: usize) -> Result<[u32; 8], Invalid> {
        let words = self.words.get(at..at + 8).ok_or(Invalid)?;
        Ok(words.try_into().expect("the slice has eight words"))
    }
}
