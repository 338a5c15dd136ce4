//! Code units: instructions as Python sees them (`co_code`, `co_lines`, `f_lasti`, `dis`).
//!
//! Each instruction is one unit of two bytes, an opcode and the low byte of its first operand; `dis` asks [`crate::disassemble`] for what does not fit.
//! One unit more, [`RESUME`], is no instruction: it is where code *begins*, on the line of its `def`. Debuggers take the line behind it for
//! the first of the body, and a function that is being called is at it. CPython has it behind what makes cells and generators, and so have we:
//! it stands before the first instruction that has a line.

use crate::code::{CodeObject, Position};

/// Bytes of a unit: offsets count them.
pub const BYTES: i64 = 2;
/// The number of the opcode that only [`co_code`](code_bytes) has.
pub const RESUME: u8 = 254;

const _: () = assert!(crate::opcode::ALL.len() <= RESUME as usize, "no instruction has this number");

/// What a unit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Where the code begins, on a line: 0 for modules.
    Resume(u32),
    /// The instruction at this pc.
    Instruction(u32),
}

/// Units of the code.
pub fn count(code: &CodeObject) -> usize {
    code.instructions.len() + 1
}

/// The unit of `RESUME`.
pub fn resume(code: &CodeObject) -> usize {
    if code.positions.is_empty() {
        return 0;
    }
    (0..code.instructions.len()).find(|&pc| code.positions.get(pc).line != 0).unwrap_or(0)
}

/// The line on which the code begins, where it is called: modules have none, which is 0.
pub fn resume_line(code: &CodeObject) -> u32 {
    if &*code.name == "<module>" { 0 } else { code.first_line }
}

/// All units, in order.
pub fn all(code: &CodeObject) -> impl Iterator<Item = Unit> {
    let (resume, line) = (resume(code), resume_line(code));
    (0..count(code)).map(move |unit| match unit {
        _ if unit == resume => Unit::Resume(line),
        _ => Unit::Instruction((unit - usize::from(unit > resume)) as u32),
    })
}

/// Where a unit comes from. `None`: nowhere.
pub fn position(code: &CodeObject, unit: Unit) -> Option<Position> {
    match unit {
        Unit::Resume(line) => Some(Position { line, end_line: line.max(1), column: 0, end_column: 0 }),
        Unit::Instruction(pc) => Some(code.positions.get(pc as usize)).filter(|p| p.line != 0),
    }
}

/// The offset of an instruction.
pub fn offset(code: &CodeObject, pc: u32) -> i64 {
    (i64::from(pc) + i64::from(pc as usize >= resume(code))) * BYTES
}

/// The offset of `RESUME`.
pub fn resume_offset(code: &CodeObject) -> i64 {
    resume(code) as i64 * BYTES
}

/// The pc of the instruction at an offset, or of the first of all for `RESUME`. `None`: there is none.
pub fn pc(code: &CodeObject, offset: i64) -> Option<u32> {
    let unit = usize::try_from(offset / BYTES).ok().filter(|unit| *unit < count(code))?;
    Some((unit - usize::from(unit > resume(code))) as u32)
}

/// `co_code`
pub fn code_bytes(code: &CodeObject) -> Vec<u8> {
    let bytes = |unit| match unit {
        Unit::Resume(_) => [RESUME, 0],
        Unit::Instruction(pc) => {
            let instruction = code.instructions[pc as usize];
            [instruction.op() as u8, instruction.a() as u8]
        }
    };
    all(code).flat_map(bytes).collect()
}

/// `co_exceptiontable`, in CPython's format: start, length and handler in units, and twice the register of the exception where CPython has the
/// depth of its stack; numbers of six bits a byte, the first high, of which the first byte of an entry has the highest bit.
pub fn exception_table(code: &CodeObject) -> Vec<u8> {
    let mut bytes = Vec::new();
    let unit = |pc| (offset(code, pc) / BYTES) as u32;
    for entry in &code.exception_table {
        let start = unit(entry.start);
        let first = bytes.len();
        for number in [start, unit(entry.end) - start, unit(entry.handler), u32::from(entry.register) << 1] {
            let groups = (1..6).find(|&groups| number < 1 << (6 * groups)).unwrap_or(6);
            bytes.extend((0..groups).rev().map(|group| {
                let more = if group > 0 { 64 } else { 0 };
                (number >> (6 * group)) as u8 & 63 | more
            }));
        }
        bytes[first] |= 128;
    }
    bytes
}
