//! Code objects: the compiler's result, as plain Rust values without runtime types.
//!
//! A frame is one array of registers, laid out as
//!
//! ```text
//! 0 .. varnames.len()                    parameters (positional-only, positional, keyword-only, *args, **kwargs), then locals
//!   .. + cellvars.len()                  cells made by this code (MAKE_CELL, MAKE_EMPTY_CELL)
//!   .. + freevars.len()                  cells of the closure, placed by whoever makes the frame
//!   .. register_count                    temporaries
//! ```
//!
//! All other registers start *unset*. Variables of comprehensions that were inlined (PEP 709) live in temporaries, named by
//! [`CodeObject::hidden_locals`].

use std::fmt;
use std::sync::Arc;

use crate::opcode::{Flow, Instruction, Opcode};
use crate::packed::PackedCode;

/// A constant. Equality is identity of type and bits: `1`, `1.0` and `True` differ, `0.0` and `-0.0` differ.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Constant {
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `True`, `False`
    Bool(bool),
    /// An `int` that fits a word.
    Int(i64),
    /// Any other `int`: optional `-`, then decimal digits, or `0x` and hexadecimal digits; no underscores.
    BigInt(Box<str>),
    /// A `float`, as bits.
    Float(u64),
    /// A `complex`: bits of the real and the imaginary part.
    Complex(u64, u64),
    /// A `str` without lone surrogates.
    Str(Box<str>),
    /// A `str` with lone surrogates, in WTF-8.
    SurrogateStr(Box<[u8]>),
    /// `bytes`
    Bytes(Box<[u8]>),
    /// `tuple`
    Tuple(Box<[Constant]>),
    /// `frozenset`; no duplicates, source order.
    FrozenSet(Box<[Constant]>),
    /// The code of a nested function.
    Code(Box<CodeObject>),
    /// The same, as it was stored: see [`crate::packed`]. The compiler makes none.
    Packed(PackedCode),
}

impl Constant {
    /// A string constant.
    pub fn str(s: &str) -> Constant {
        Constant::Str(s.into())
    }

    /// Truth value, where the constant has one at compile time.
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Constant::None => false,
            Constant::Ellipsis => true,
            Constant::Bool(b) => *b,
            Constant::Int(i) => *i != 0,
            Constant::BigInt(_) => true,
            Constant::Float(bits) => f64::from_bits(*bits) != 0.0,
            Constant::Complex(re, im) => f64::from_bits(*re) != 0.0 || f64::from_bits(*im) != 0.0,
            Constant::Str(s) => !s.is_empty(),
            Constant::SurrogateStr(_) => true,
            Constant::Bytes(b) => !b.is_empty(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
            Constant::Code(_) | Constant::Packed(_) => return None,
        })
    }
}

/// `co_flags`: CPython's bits and values.
pub mod flags {
    #![allow(missing_docs)]
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// Calling the code makes an object that runs it.
    pub const ANY_GENERATOR: u32 = GENERATOR | COROUTINE | ASYNC_GENERATOR;
    pub const FUTURE_DIVISION: u32 = 0x20000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x80000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x800000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    pub const METHOD: u32 = 0x8000000;
    /// Frames of the code are not shown to programs. Not one of CPython's.
    pub const HIDDEN: u32 = 0x4000_0000;
    /// All `__future__` bits.
    pub const FUTURE_MASK: u32 = FUTURE_DIVISION
        | FUTURE_ABSOLUTE_IMPORT
        | FUTURE_WITH_STATEMENT
        | FUTURE_PRINT_FUNCTION
        | FUTURE_UNICODE_LITERALS
        | FUTURE_BARRY_AS_BDFL
        | FUTURE_GENERATOR_STOP
        | FUTURE_ANNOTATIONS;
}

/// Where an instruction comes from. Lines from 1, columns from 0 in UTF-8 bytes; `line` 0 means no location.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// First line.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Column of the first byte.
    pub column: u32,
    /// Column after the last byte.
    pub end_column: u32,
}

/// Positions of all instructions: differences in zigzag varints, with a resynchronisation point every
/// [`PositionTable::STRIDE`] instructions so that a lookup is O(stride).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct PositionTable {
    pub(crate) bytes: Box<[u8]>,
    starts: Box<[u32]>,
    len: u32,
}

/// Bytes of the longest number that [`PositionTable::get`] can shift together.
const MAX_NUMBER_BYTES: usize = 9;

impl PositionTable {
    const STRIDE: usize = 32;

    pub(crate) fn encode(positions: &[Position]) -> PositionTable {
        fn put(bytes: &mut Vec<u8>, value: i64) {
            let mut v = ((value << 1) ^ (value >> 63)) as u64;
            while v >= 0x80 {
                bytes.push(v as u8 | 0x80);
                v >>= 7;
            }
            bytes.push(v as u8);
        }
        let (mut bytes, mut starts, mut last) = (Vec::new(), Vec::new(), Position::default());
        for (i, p) in positions.iter().enumerate() {
            if i % Self::STRIDE == 0 {
                starts.push(bytes.len() as u32);
                last = Position::default();
            }
            put(&mut bytes, i64::from(p.line) - i64::from(last.line));
            put(&mut bytes, i64::from(p.end_line) - i64::from(p.line));
            put(&mut bytes, i64::from(p.column) - i64::from(last.column));
            put(&mut bytes, i64::from(p.end_column) - i64::from(p.column));
            last = *p;
        }
        PositionTable { bytes: bytes.into(), starts: starts.into(), len: positions.len() as u32 }
    }

    /// The table that has these bytes, of so many instructions; `None` if they are no such table.
    pub(crate) fn from_bytes(bytes: &[u8], len: usize) -> Option<PositionTable> {
        let mut starts = Vec::with_capacity(len.div_ceil(Self::STRIDE));
        let mut at = 0;
        for pc in 0..len {
            if pc % Self::STRIDE == 0 {
                starts.push(at as u32);
            }
            for _ in 0..4 {
                let length = bytes[at..].iter().position(|&byte| byte < 0x80)? + 1;
                if length > MAX_NUMBER_BYTES {
                    return None;
                }
                at += length;
            }
        }
        let is_whole = at == bytes.len() && u32::try_from(len).is_ok();
        is_whole.then(|| PositionTable { bytes: bytes.into(), starts: starts.into(), len: len as u32 })
    }

    /// Whether no position is known.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Position of the instruction at `pc`; none in an empty table. Panics if there is no such instruction.
    pub fn get(&self, pc: usize) -> Position {
        if self.is_empty() {
            return Position::default();
        }
        assert!(pc < self.len as usize, "pc outside the code");
        let mut at = self.starts[pc / Self::STRIDE] as usize;
        let mut take = || {
            let (mut v, mut shift) = (0u64, 0);
            loop {
                let byte = self.bytes[at];
                at += 1;
                v |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break (v >> 1) as i64 ^ -((v & 1) as i64);
                }
            }
        };
        let (mut line, mut column, mut p) = (0, 0, Position::default());
        for _ in 0..=pc % Self::STRIDE {
            line += take();
            let end_line = line + take();
            column += take();
            let end_column = column + take();
            p = Position {
                line: line as u32,
                end_line: end_line as u32,
                column: column as u32,
                end_column: end_column as u32,
            };
        }
        p
    }

    /// Size of the encoding in bytes.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len() + 4 * self.starts.len()
    }
}

/// One range of the exception table; ranges are sorted and disjoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExceptionEntry {
    /// First covered pc.
    pub start: u32,
    /// First pc after the range.
    pub end: u32,
    /// Where to go.
    pub handler: u32,
    /// Register that receives the exception.
    pub register: u16,
}

/// Arguments of a call with keywords.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CallShape {
    /// Number of positional arguments; they come first.
    pub positional: u32,
    /// Keyword names (indices into the names); their values follow.
    pub keywords: Box<[u32]>,
}

/// Marks on an instruction.
pub mod marks {
    /// Target of a backward jump.
    pub const LOOP_HEADER: u8 = 1;
    /// Target of a forward jump that has more than one predecessor.
    pub const JOIN: u8 = 2;
    /// First instruction of an exception handler.
    pub const HANDLER: u8 = 4;
}

/// Per instruction, the registers that are live before it: read on some path before they are written.
/// Sets are shared: `index[pc]` selects one of `sets`, each `words` words long, bit `r % 64` of word `r / 64` for register `r`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Liveness {
    pub(crate) index: Box<[u32]>,
    pub(crate) sets: Box<[u64]>,
    pub(crate) words: u32,
}

impl Liveness {
    /// Bit set of the registers live before the instruction at `pc`.
    pub fn live_in(&self, pc: usize) -> &[u64] {
        let start = self.index[pc] as usize * self.words as usize;
        &self.sets[start..start + self.words as usize]
    }

    /// Whether `register` is live before the instruction at `pc`.
    pub fn is_live(&self, pc: usize, register: u16) -> bool {
        self.live_in(pc)[usize::from(register) / 64] >> (register % 64) & 1 != 0
    }

    /// The registers live before `pc`, ascending.
    pub fn registers(&self, pc: usize) -> impl Iterator<Item = u16> + '_ {
        self.live_in(pc).iter().enumerate().flat_map(|(w, &bits)| {
            (0..64).filter(move |b| bits >> b & 1 != 0).map(move |b| (w * 64 + b) as u16)
        })
    }

    /// Size of the tables in bytes.
    pub fn size_bytes(&self) -> usize {
        self.index.len() * 4 + self.sets.len() * 8
    }
}

/// A variable of an inlined comprehension, for `locals()` and debuggers: between `start` and `end` the name denotes `register`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HiddenLocal {
    /// Index into the names.
    pub name: u32,
    /// Register of the value, or of the cell if `is_cell`.
    pub register: u16,
    /// Whether the register holds a cell.
    pub is_cell: bool,
    /// First pc at which the name is visible.
    pub start: u32,
    /// First pc after that.
    pub end: u32,
}

/// The compiled form of one scope.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodeObject {
    /// `co_name`
    pub name: Box<str>,
    /// `co_qualname`
    pub qualname: Box<str>,
    /// `co_filename`
    pub filename: Arc<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_flags`, see [`flags`].
    pub flags: u32,
    /// `co_argcount`: positional parameters, positional-only ones included.
    pub arg_count: u32,
    /// `co_posonlyargcount`
    pub posonly_count: u32,
    /// `co_kwonlyargcount`
    pub kwonly_count: u32,
    /// `co_varnames`
    pub varnames: Box<[Box<str>]>,
    /// `co_cellvars`. A parameter that is captured is in `varnames` and here.
    pub cellvars: Box<[Box<str>]>,
    /// `co_freevars`
    pub freevars: Box<[Box<str>]>,
    /// Length of the register array.
    pub register_count: u32,
    /// Docstring of a function.
    pub docstring: Option<Constant>,
    /// The instructions.
    pub instructions: Box<[Instruction]>,
    /// [`marks`] of each instruction.
    pub marks: Box<[u8]>,
    /// `co_consts`
    pub constants: Box<[Constant]>,
    /// Names of variables, attributes, modules, keywords.
    pub names: Box<[Box<str>]>,
    /// Name index of each site; the runtime keeps an inline cache per site.
    pub sites: Box<[u32]>,
    /// Arguments of calls with keywords.
    pub call_shapes: Box<[CallShape]>,
    /// Zero-cost exception table, sorted by `start`.
    pub exception_table: Box<[ExceptionEntry]>,
    /// Source positions.
    pub positions: PositionTable,
    /// Live registers.
    pub liveness: Liveness,
    /// Variables of inlined comprehensions.
    pub hidden_locals: Box<[HiddenLocal]>,
    /// Whether the code names `locals`, `vars`, `dir`, `eval` or `exec`: a snapshot then keeps every variable, live or not.
    pub inspects_locals: bool,
}

impl CodeObject {
    /// Number of argument values of call shape `shape`.
    pub fn shape_len(&self, shape: u32) -> u32 {
        let shape = &self.call_shapes[shape as usize];
        shape.positional + shape.keywords.len() as u32
    }

    /// Register of the first cell made by this code.
    pub fn first_cell(&self) -> u16 {
        self.varnames.len() as u16
    }

    /// Register of the first cell of the closure.
    pub fn first_free(&self) -> u16 {
        (self.varnames.len() + self.cellvars.len()) as u16
    }

    /// Register of the first temporary.
    pub fn first_temporary(&self) -> u16 {
        (self.varnames.len() + self.cellvars.len() + self.freevars.len()) as u16
    }

    /// Number of parameters, `*args` and `**kwargs` included: these registers are set when the frame starts.
    pub fn parameter_count(&self) -> u32 {
        self.arg_count
            + self.kwonly_count
            + u32::from(self.flags & flags::VARARGS != 0)
            + u32::from(self.flags & flags::VARKEYWORDS != 0)
    }

    /// The table entry that covers `pc`.
    pub fn handler_at(&self, pc: u32) -> Option<&ExceptionEntry> {
        let i = self.exception_table.partition_point(|e| e.end <= pc);
        self.exception_table.get(i).filter(|e| e.start <= pc)
    }

    /// Of each instruction: whether an exception is being handled there, between `PUSH_EXC_INFO` and `POP_EXCEPT`. Empty if none is anywhere.
    pub fn handling(&self) -> Box<[bool]> {
        if self.exception_table.is_empty() {
            return Box::default();
        }
        const UNSEEN: u32 = u32::MAX;
        let mut depths = vec![UNSEEN; self.instructions.len()];
        let mut pending = vec![(0, 0u32)];
        while let Some((pc, depth)) = pending.pop() {
            if depths.get(pc).is_none_or(|known| *known != UNSEEN) {
                continue;
            }
            depths[pc] = depth;
            let i = self.instructions[pc];
            if i.op().can_raise()
                && let Some(entry) = self.handler_at(pc as u32)
            {
                pending.push((entry.handler as usize, depth));
            }
            let after = match i.op() {
                Opcode::PushExcInfo => depth + 1,
                Opcode::PopExcept => depth.saturating_sub(1),
                _ => depth,
            };
            if matches!(i.op().flow(), Flow::Next | Flow::Branch) {
                pending.push((pc + 1, after));
            }
            if matches!(i.op().flow(), Flow::Jump | Flow::Branch) {
                pending.push((i.c() as usize, after));
            }
        }
        depths.into_iter().map(|depth| depth != 0 && depth != UNSEEN).collect()
    }

    /// Whether control can fall off `pc` backwards: the loop headers.
    pub fn is_loop_header(&self, pc: usize) -> bool {
        self.marks[pc] & marks::LOOP_HEADER != 0
    }

    /// This code and all nested ones that are not packed, outermost first.
    pub fn walk(&self) -> Vec<&CodeObject> {
        let mut all = vec![self];
        let mut next = 0;
        while next < all.len() {
            let code = all[next];
            next += 1;
            all.extend(code.constants.iter().filter_map(|c| match c {
                Constant::Code(inner) => Some(&**inner),
                _ => None,
            }));
        }
        all
    }

    /// Calls `visit` for each register that an instruction reads.
    pub fn for_each_use(&self, instruction: Instruction, visit: impl FnMut(u16)) {
        for_each_use(instruction, |shape| self.shape_len(shape), visit);
    }
}

/// Calls `visit` for each register that `instruction` reads; `shape_len` gives the argument count of a call shape.
pub(crate) fn for_each_use(
    instruction: Instruction,
    shape_len: impl Fn(u32) -> u32,
    mut visit: impl FnMut(u16),
) {
    use crate::opcode::Operand;
    let op: Opcode = instruction.op();
    let fields = [u32::from(instruction.a()), u32::from(instruction.b()), instruction.c()];
    for (kind, field) in op.operands().into_iter().zip(fields) {
        match kind {
            Operand::Use | Operand::Update => visit(field as u16),
            Operand::Block => {
                for i in 0..op.block_len(instruction.c(), &shape_len) {
                    visit((field + i) as u16);
                }
            }
            _ => {}
        }
    }
}

/// Calls `visit` for each register that `instruction` writes.
pub(crate) fn for_each_def(instruction: Instruction, mut visit: impl FnMut(u16)) {
    use crate::opcode::Operand;
    match instruction.op().operands()[0] {
        Operand::Def | Operand::Update => visit(instruction.a()),
        Operand::Pair => {
            visit(instruction.a());
            visit(instruction.a() + 1);
        }
        _ => {}
    }
}

impl fmt::Debug for CodeObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<code {} at line {}>", self.qualname, self.first_line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_encoding() {
        let all: Vec<Position> = (0..200u32)
            .map(|i| match i % 3 {
                0 => Position::default(),
                1 => Position { line: i, end_line: i + 2, column: 70000 - i, end_column: 3 },
                _ => Position { line: 4_000_000_000 - i, end_line: 4_000_000_000, column: 0, end_column: i },
            })
            .collect();
        let table = PositionTable::encode(&all);
        for (pc, position) in all.iter().enumerate() {
            assert_eq!(table.get(pc), *position);
        }
    }

    #[test]
    fn constants_compare_by_type_and_bits() {
        assert_ne!(Constant::Int(1), Constant::Bool(true));
        assert_ne!(Constant::Float(0f64.to_bits()), Constant::Float((-0f64).to_bits()));
        assert_eq!(Constant::str("a"), Constant::str("a"));
    }
}
