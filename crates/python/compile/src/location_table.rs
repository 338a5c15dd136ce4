//! `co_linetable`: positions in CPython's format.
//!
//! Entries of one kind byte `1kkkklll` (`k`: kind, `l`: number of code units less one) and what the kind says: 15 no position; 13 a line; 14 all,
//! as numbers of six bits a byte; 10 to 12 the same or one of the next two lines and two columns below 128. Lines are differences from the last,
//! from `co_firstlineno` on. The kinds below 10, which are only shorter, are read and not written. Source: CPython 3.14
//! `InternalDocs/code_objects.md`.

use crate::code::{CodeObject, Position, PositionTable};
use crate::units;

const NOTHING: u8 = 15;
const EVERYTHING: u8 = 14;
const LINE: u8 = 13;
/// The first of three kinds.
const SAME_LINE: u8 = 10;

/// Code units that one entry can cover.
const MOST_UNITS: usize = 8;
/// A column that is not known.
const NO_COLUMN: u32 = 0;

fn put_number(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        bytes.push(value as u8 & 63 | 64);
        value >>= 6;
    }
    bytes.push(value as u8);
}

fn put_signed(bytes: &mut Vec<u8>, value: i64) {
    let number = value.unsigned_abs() << 1 | u64::from(value < 0);
    put_number(bytes, number as u32);
}

/// The positions of a code object. Empty if it has none.
pub fn encode(object: &CodeObject) -> Vec<u8> {
    let (mut bytes, mut line) = (Vec::new(), i64::from(object.first_line));
    if object.positions.is_empty() {
        return bytes;
    }
    let positions: Vec<Option<Position>> =
        units::all(object).map(|unit| units::position(object, unit)).collect();
    for run in positions.chunk_by(|a, b| a == b) {
        let mut units = run.len();
        while units > 0 {
            let length = units.min(MOST_UNITS);
            units -= length;
            let kind = |kind: u8| 0x80 | kind << 3 | (length - 1) as u8;
            let Some(p) = run[0] else {
                bytes.push(kind(NOTHING));
                continue;
            };
            let difference = i64::from(p.line) - line;
            line = i64::from(p.line);
            if p.line == p.end_line && (0..3).contains(&difference) && p.column < 128 && p.end_column < 128 {
                bytes.push(kind(SAME_LINE + difference as u8));
                bytes.extend([p.column as u8, p.end_column as u8]);
            } else {
                bytes.push(kind(EVERYTHING));
                put_signed(&mut bytes, difference);
                put_number(&mut bytes, p.end_line.saturating_sub(p.line));
                put_number(&mut bytes, p.column + 1);
                put_number(&mut bytes, p.end_column + 1);
            }
        }
    }
    bytes
}

/// The table that these bytes describe, for the instructions of a code object; an empty one for no bytes. `None`: they describe none.
pub fn decode(bytes: &[u8], object: &CodeObject) -> Option<PositionTable> {
    if bytes.is_empty() {
        return Some(PositionTable::default());
    }
    let mut rest = bytes.iter().copied();
    let mut positions = Vec::with_capacity(units::count(object));
    let mut line = i64::from(object.first_line);
    while let Some(first) = rest.next() {
        let (kind, length) = (first >> 3 & 15, usize::from(first & 7) + 1);
        let mut p = Position::default();
        match kind {
            NOTHING => {}
            EVERYTHING => {
                line += signed(&mut rest)?;
                p.line = u32::try_from(line).ok()?;
                p.end_line = p.line.checked_add(number(&mut rest)?)?;
                p.column = number(&mut rest)?.checked_sub(1).unwrap_or(NO_COLUMN);
                p.end_column = number(&mut rest)?.checked_sub(1).unwrap_or(NO_COLUMN);
            }
            LINE => {
                line += signed(&mut rest)?;
                p.line = u32::try_from(line).ok()?;
                p.end_line = p.line;
            }
            SAME_LINE.. => {
                line += i64::from(kind - SAME_LINE);
                p.line = u32::try_from(line).ok()?;
                (p.end_line, p.column, p.end_column) = (p.line, rest.next()?.into(), rest.next()?.into());
            }
            _ => {
                let second = rest.next()?;
                p.line = u32::try_from(line).ok()?;
                p.column = u32::from(kind) << 3 | u32::from(second >> 4);
                (p.end_line, p.end_column) = (p.line, p.column + u32::from(second & 15));
            }
        }
        positions.extend(std::iter::repeat_n(p, length));
    }
    (positions.len() == units::count(object)).then(|| {
        positions.remove(units::resume(object));
        PositionTable::encode(&positions)
    })
}

fn number(rest: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let (mut value, mut shift) = (0u32, 0);
    loop {
        let byte = rest.next()?;
        value |= u32::from(byte & 63).checked_shl(shift)?;
        shift += 6;
        if byte & 64 == 0 {
            return Some(value);
        }
    }
}

fn signed(rest: &mut impl Iterator<Item = u8>) -> Option<i64> {
    let number = i64::from(number(rest)?);
    Some(if number & 1 == 0 { number >> 1 } else { -(number >> 1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Options, compile};

    #[test]
    fn reads_what_it_writes() {
        let source = "x = 1\n\n\n\n\n\ny = (x +\n     x)\nz = [".to_owned() + &"x, ".repeat(100) + "]\n";
        let compile =
            |source| compile(source, "f", Mode::Exec, Options::default()).expect("it compiles").code;
        let (code, other) = (compile(&source), compile("x = 1\n"));
        let read = decode(&encode(&code), &code).expect("a table");
        for pc in 0..code.instructions.len() {
            assert_eq!(read.get(pc), code.positions.get(pc), "{pc}");
        }
        assert!(decode(&encode(&code), &other).is_none());
        assert!(decode(&[0xf0], &other).is_none());
        assert!(decode(&[], &other).expect("none").is_empty());
    }
}
