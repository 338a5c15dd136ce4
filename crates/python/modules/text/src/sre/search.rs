//! Where a match can begin: what a search looks for before it runs the program.

use super::first::first;
use super::machine::{Machine, Stop};
use super::opcodes::At;
use super::program::{Bytes, Inst, Program};
use memchr::memmem;

/// What every match begins with.
pub enum Start {
    Anywhere,
    /// The beginning of the subject.
    Beginning,
    Prefix(Box<memmem::Finder<'static>>),
    Byte(u8),
    TwoBytes(u8, u8),
    ThreeBytes(u8, u8, u8),
    Table(Box<Bytes>),
}

impl Start {
    pub fn of(program: &Program) -> Start {
        let mut prefix = Vec::new();
        for inst in &program.code {
            match *inst {
                Inst::Byte(byte) => prefix.push(byte),
                Inst::Literal { start, end } => {
                    prefix.extend(&program.literals[start as usize..end as usize]);
                }
                Inst::Mark(_) => {}
                Inst::At(At::Beginning) if prefix.is_empty() => return Start::Beginning,
                _ => break,
            }
        }
        if prefix.len() > 1 {
            return Start::Prefix(Box::new(memmem::Finder::new(&prefix).into_owned()));
        }
        let first = first(program, 0);
        if first.may_be_empty {
            return Start::Anywhere;
        }
        let bytes: Vec<u8> = (0..=255).filter(|&b: &u8| first.bytes[usize::from(b)]).collect();
        match bytes[..] {
            [a] => Start::Byte(a),
            [a, b] => Start::TwoBytes(a, b),
            [a, b, c] => Start::ThreeBytes(a, b, c),
            _ if bytes.len() == 256 => Start::Anywhere,
            _ => Start::Table(first.bytes),
        }
    }

    /// The first offset from `from` on where a match may begin.
    #[inline]
    fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let found = match self {
            Start::Anywhere => 0,
            Start::Beginning => return (from == 0).then_some(0),
            Start::Prefix(finder) => finder.find(rest)?,
            Start::Byte(a) => memchr::memchr(*a, rest)?,
            Start::TwoBytes(a, b) => memchr::memchr2(*a, *b, rest)?,
            Start::ThreeBytes(a, b, c) => memchr::memchr3(*a, *b, *c, rest)?,
            Start::Table(table) => rest.iter().position(|&b| table[usize::from(b)])?,
        };
        Some(from + found)
    }
}

impl<const WIDE: bool> Machine<'_, WIDE> {
    /// Looks for the leftmost match that begins at `from` or behind it. The marks are those of the match; its bounds are the result.
    /// Only a match at `from` itself is held to `must_advance`.
    pub fn search(&mut self, from: usize) -> Result<Option<(usize, usize)>, Stop> {
        let program = self.program;
        let last = self.text.len().checked_sub(program.min_bytes);
        let mut at = from;
        while let Some(start) = program.start.next(self.text, at) {
            if last.is_none_or(|last| start > last) {
                return Ok(None);
            }
            if start != from {
                self.must_advance = None;
            }
            if let Some(end) = self.run(start)? {
                return Ok(Some((start, end)));
            }
            if start >= self.text.len() {
                return Ok(None);
            }
            at = self.after(start);
        }
        Ok(None)
    }
}
