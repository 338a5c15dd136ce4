//! Code objects as bytes: how the embedded library and cached bytecode are stored, and loaded function by function.
//!
//! A module's code tree is packed into one block. Unpacking gives the code object of one scope; functions inside stay packed
//! ([`Constant::Packed`]) until somebody asks for them, so importing a module costs what its body costs. Text is stored once per
//! module, whoever names it.
//!
//! ```text
//! "tpc" version:u8 fingerprint:u32 | strings:u32 root:u32 | end of string i:u32 ... | text of all strings | scopes
//! ```
//!
//! Everything after the tables is in little-endian base-128 numbers; signed ones are zigzag-encoded. An inner scope lies before the
//! scope that contains it and is referred to by its position in the block. The file name is not part of the block: whoever loads it
//! says where it was found.
//!
//! Unpacking trusts nothing about lengths and positions, but does not check what the code *does*: a block from a file that is not the
//! interpreter's own is to be unpacked [whole](PackedCode::unpack_whole) and then checked ([`crate::verify`]).
//! The version changes with the format, the fingerprint ([`Opcode::fingerprint`]) with the opcodes.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::code::{CallShape, CodeObject, Constant, ExceptionEntry, HiddenLocal, Liveness, PositionTable};
use crate::opcode::{C_LIMIT, Instruction, Opcode};

/// First bytes of a block. The last is the version.
pub const MAGIC: [u8; 4] = *b"tpc\x01";
/// Length of what precedes the table of strings.
const HEADER_BYTES: usize = 16;
/// Nesting of constants and scopes that is unpacked; the compiler stays far below.
const MAX_DEPTH: u32 = 1000;

/// A block is cut short, or not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed code")
    }
}

type Result<T> = std::result::Result<T, Malformed>;

/// A block in memory, and the name of the file that its code is from.
struct Block {
    bytes: Cow<'static, [u8]>,
    filename: Arc<str>,
    string_count: usize,
}

/// The code of one scope, still packed.
#[derive(Clone)]
pub struct PackedCode {
    block: Arc<Block>,
    /// Position of the scope in the block.
    at: usize,
}

/// The same scope of the same block. Two equal functions in different blocks are different: packed code is never a compiler's result.
impl PartialEq for PackedCode {
    fn eq(&self, other: &PackedCode) -> bool {
        Arc::ptr_eq(&self.block, &other.block) && self.at == other.at
    }
}

impl Eq for PackedCode {}

impl Hash for PackedCode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.at.hash(state);
    }
}

impl fmt::Debug for PackedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<packed code of {} at {}>", self.block.filename, self.at)
    }
}

/// What making a function asks of its code.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'c> {
    pub name: &'c str,
    pub qualname: &'c str,
    pub flags: u32,
    pub arg_count: u32,
    pub kwonly_count: u32,
    pub register_count: u32,
    /// Number of free variables.
    pub free_count: u32,
}

impl<'c> Outline<'c> {
    /// That of code that is not packed.
    pub fn of(code: &'c CodeObject) -> Outline<'c> {
        Outline {
            name: &code.name,
            qualname: &code.qualname,
            flags: code.flags,
            arg_count: code.arg_count,
            kwonly_count: code.kwonly_count,
            register_count: code.register_count,
            free_count: code.freevars.len() as u32,
        }
    }
}

/// Packs a code object and all in it.
pub fn pack(code: &CodeObject) -> Vec<u8> {
    let mut packer = Packer::default();
    let root = packer.scope(code);
    let mut out = Vec::from(MAGIC);
    out.extend(Opcode::fingerprint().to_le_bytes());
    let count = packer.strings.len() as u32;
    out.extend(count.to_le_bytes());
    let text: usize = packer.strings.iter().map(|s| s.len()).sum();
    let base = HEADER_BYTES + 4 * packer.strings.len() + text;
    out.extend(((base + root) as u32).to_le_bytes());
    let mut end = 0u32;
    for string in &packer.strings {
        end += string.len() as u32;
        out.extend(end.to_le_bytes());
    }
    packer.strings.iter().for_each(|string| out.extend(string.as_bytes()));
    out.extend(packer.scopes);
    out
}

#[derive(Default)]
struct Packer {
    strings: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
    /// The scopes so far. References between them are relative: how far back the inner one begins.
    scopes: Vec<u8>,
}

/// One scope while it is written.
#[derive(Default)]
struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }
    fn count(&mut self, value: usize) {
        self.number(value as u64);
    }
    fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }
    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.out.extend(bytes);
    }
}

/// Tags of constants.
mod tag {
    pub const NONE: u8 = 0;
    pub const ELLIPSIS: u8 = 1;
    pub const TRUE: u8 = 2;
    pub const FALSE: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG_INT: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const COMPLEX: u8 = 7;
    pub const STR: u8 = 8;
    pub const SURROGATE_STR: u8 = 9;
    pub const BYTES: u8 = 10;
    pub const TUPLE: u8 = 11;
    pub const FROZEN_SET: u8 = 12;
    pub const CODE: u8 = 13;
}

impl Packer {
    fn string(&mut self, text: &str) -> u64 {
        if let Some(&number) = self.numbers.get(text) {
            return u64::from(number);
        }
        let number = self.strings.len() as u32;
        self.strings.push(text.into());
        self.numbers.insert(text.into(), number);
        u64::from(number)
    }

    fn strings(&mut self, out: &mut Writer, texts: &[Box<str>]) {
        out.count(texts.len());
        for text in texts {
            let number = self.string(text);
            out.number(number);
        }
    }

    /// Writes a scope behind those inside it. Returns its position in `scopes`.
    fn scope(&mut self, code: &CodeObject) -> usize {
        let mut out = Writer::default();
        let inner: Vec<usize> = code
            .constants
            .iter()
            .map(|constant| match constant {
                Constant::Code(inner) => self.scope(inner),
                Constant::Packed(inner) => match inner.unpack() {
                    Ok(inner) => self.scope(&inner),
                    Err(Malformed) => 0,
                },
                _ => 0,
            })
            .collect();
        let at = self.scopes.len();
        for text in [&code.name, &code.qualname] {
            let number = self.string(text);
            out.number(number);
        }
        let numbers = [
            code.first_line,
            code.flags,
            code.arg_count,
            code.posonly_count,
            code.kwonly_count,
            code.register_count,
            u32::from(code.inspects_locals),
        ];
        numbers.iter().for_each(|&n| out.number(u64::from(n)));
        for texts in [&code.varnames, &code.cellvars, &code.freevars, &code.names] {
            self.strings(&mut out, texts);
        }
        match &code.docstring {
            Some(text) => self.constant(&mut out, text, 0),
            None => out.out.push(tag::NONE),
        }
        out.count(code.constants.len());
        for (constant, inner) in code.constants.iter().zip(inner) {
            self.constant(&mut out, constant, at - inner);
        }
        out.count(code.sites.len());
        code.sites.iter().for_each(|&site| out.number(u64::from(site)));
        out.count(code.call_shapes.len());
        for shape in &code.call_shapes {
            out.number(u64::from(shape.positional));
            out.count(shape.keywords.len());
            shape.keywords.iter().for_each(|&name| out.number(u64::from(name)));
        }
        out.count(code.exception_table.len());
        for entry in &code.exception_table {
            out.number(u64::from(entry.start));
            out.number(u64::from(entry.end - entry.start));
            out.number(u64::from(entry.handler));
            out.number(u64::from(entry.register));
        }
        out.count(code.hidden_locals.len());
        for local in &code.hidden_locals {
            out.number(u64::from(local.name));
            out.number(u64::from(local.register));
            out.number(u64::from(local.is_cell));
            out.number(u64::from(local.start));
            out.number(u64::from(local.end));
        }
        out.count(code.instructions.len());
        for (instruction, mark) in code.instructions.iter().zip(&code.marks) {
            out.out.extend([instruction.op() as u8, *mark]);
            out.number(u64::from(instruction.a()));
            out.number(u64::from(instruction.b()));
            out.number(u64::from(instruction.c()));
        }
        out.bytes(&code.positions.bytes);
        // Neighbours are live alike: mostly zeros.
        out.number(u64::from(code.liveness.words));
        let mut last = 0;
        for &index in &code.liveness.index {
            out.signed(i64::from(index) - last);
            last = i64::from(index);
        }
        out.count(code.liveness.sets.len());
        code.liveness.sets.iter().for_each(|&set| out.number(set));
        self.scopes.extend(out.out);
        at
    }

    /// `back`: how far back the scope of a code constant begins.
    fn constant(&mut self, out: &mut Writer, constant: &Constant, back: usize) {
        let mut put = |tag: u8| out.out.push(tag);
        match constant {
            Constant::None => put(tag::NONE),
            Constant::Ellipsis => put(tag::ELLIPSIS),
            Constant::Bool(true) => put(tag::TRUE),
            Constant::Bool(false) => put(tag::FALSE),
            Constant::Int(value) => {
                put(tag::INT);
                out.signed(*value);
            }
            Constant::BigInt(digits) => {
                put(tag::BIG_INT);
                out.bytes(digits.as_bytes());
            }
            Constant::Float(bits) => {
                put(tag::FLOAT);
                out.out.extend(bits.to_le_bytes());
            }
            Constant::Complex(re, im) => {
                put(tag::COMPLEX);
                out.out.extend(re.to_le_bytes());
                out.out.extend(im.to_le_bytes());
            }
            Constant::Str(text) => {
                put(tag::STR);
                let number = self.string(text);
                out.number(number);
            }
            Constant::SurrogateStr(bytes) => {
                put(tag::SURROGATE_STR);
                out.bytes(bytes);
            }
            Constant::Bytes(bytes) => {
                put(tag::BYTES);
                out.bytes(bytes);
            }
            Constant::Tuple(items) | Constant::FrozenSet(items) => {
                let is_tuple = matches!(constant, Constant::Tuple(_));
                put(if is_tuple { tag::TUPLE } else { tag::FROZEN_SET });
                out.count(items.len());
                items.iter().for_each(|item| self.constant(out, item, 0));
            }
            Constant::Code(_) | Constant::Packed(_) => {
                put(tag::CODE);
                out.count(back);
            }
        }
    }
}

/// Reads a block; every method fails at its end.
struct Reader<'b> {
    block: &'b Arc<Block>,
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8> {
        let byte = *self.block.bytes.get(self.at).ok_or(Malformed)?;
        self.at += 1;
        Ok(byte)
    }
    fn number(&mut self) -> Result<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let (mut value, mut shift) = (u64::from(first & 0x7f), 7);
        loop {
            let byte = self.byte()?;
            if shift > 63 {
                return Err(Malformed);
            }
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return Ok(value);
            }
        }
    }
    fn small<T: TryFrom<u64>>(&mut self) -> Result<T> {
        T::try_from(self.number()?).map_err(|_| Malformed)
    }
    fn signed(&mut self) -> Result<i64> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }
    /// A number of items, each at least a byte long.
    fn count(&mut self) -> Result<usize> {
        let count: usize = self.small()?;
        if count > self.block.bytes.len() - self.at { Err(Malformed) } else { Ok(count) }
    }
    fn bytes(&mut self) -> Result<&[u8]> {
        let count = self.count()?;
        self.at += count;
        Ok(&self.block.bytes[self.at - count..self.at])
    }
    fn bits(&mut self) -> Result<u64> {
        let bytes = self.block.bytes.get(self.at..self.at + 8).ok_or(Malformed)?;
        self.at += 8;
        Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
    }
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Box<[T]>> {
        let count = self.count()?;
        (0..count).map(|_| item(self)).collect()
    }
    fn string(&mut self) -> Result<&str> {
        let number: usize = self.small()?;
        self.block.string(number)
    }
    fn strings(&mut self) -> Result<Box<[Box<str>]>> {
        self.list(|reader| Ok(reader.string()?.into()))
    }

    fn constant(&mut self, scope: usize, depth: u32) -> Result<Constant> {
        if depth > MAX_DEPTH {
            return Err(Malformed);
        }
        Ok(match self.byte()? {
            tag::NONE => Constant::None,
            tag::ELLIPSIS => Constant::Ellipsis,
            tag::TRUE => Constant::Bool(true),
            tag::FALSE => Constant::Bool(false),
            tag::INT => Constant::Int(self.signed()?),
            tag::BIG_INT => {
                let text = str::from_utf8(self.bytes()?).map_err(|_| Malformed)?;
                let unsigned = text.strip_prefix('-').unwrap_or(text);
                let is_number = match unsigned.strip_prefix("0x") {
                    Some(digits) => !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit()),
                    None => !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()),
                };
                if !is_number {
                    return Err(Malformed);
                }
                Constant::BigInt(text.into())
            }
            tag::FLOAT => Constant::Float(self.bits()?),
            tag::COMPLEX => Constant::Complex(self.bits()?, self.bits()?),
            tag::STR => Constant::Str(self.string()?.into()),
            tag::SURROGATE_STR => Constant::SurrogateStr(self.bytes()?.into()),
            tag::BYTES => Constant::Bytes(self.bytes()?.into()),
            tag::TUPLE => Constant::Tuple(self.list(|reader| reader.constant(scope, depth + 1))?),
            tag::FROZEN_SET => Constant::FrozenSet(self.list(|reader| reader.constant(scope, depth + 1))?),
            tag::CODE => {
                let back: usize = self.small()?;
                // Inner scopes lie before their outer one, so unpacking ends.
                let at = scope.checked_sub(back).filter(|_| back > 0).ok_or(Malformed)?;
                Constant::Packed(PackedCode { block: self.block.clone(), at })
            }
            _ => return Err(Malformed),
        })
    }

    /// Skips a list of strings; its length.
    fn skip_strings(&mut self) -> Result<u32> {
        let count = self.count()?;
        for _ in 0..count {
            self.number()?;
        }
        u32::try_from(count).map_err(|_| Malformed)
    }

    fn scope(&mut self) -> Result<CodeObject> {
        let scope = self.at;
        let (name, qualname) = (self.string()?.into(), self.string()?.into());
        let mut numbers = [0u32; 7];
        for number in &mut numbers {
            *number = self.small()?;
        }
        let [first_line, flags, arg_count, posonly_count, kwonly_count, register_count, inspects_locals] =
            numbers;
        let [varnames, cellvars, freevars, names] =
            [self.strings()?, self.strings()?, self.strings()?, self.strings()?];
        let docstring = Some(self.constant(scope, 0)?).filter(|doc| *doc != Constant::None);
        let constants = self.list(|reader| reader.constant(scope, 0))?;
        let sites = self.list(Self::small)?;
        let call_shapes = self.list(|reader| {
            Ok(CallShape { positional: reader.small()?, keywords: reader.list(Self::small)? })
        })?;
        let exception_table = self.list(|reader| {
            let start: u32 = reader.small()?;
            let end = start.checked_add(reader.small()?).ok_or(Malformed)?;
            Ok(ExceptionEntry { start, end, handler: reader.small()?, register: reader.small()? })
        })?;
        let hidden_locals = self.list(|reader| {
            Ok(HiddenLocal {
                name: reader.small()?,
                register: reader.small()?,
                is_cell: reader.number()? != 0,
                start: reader.small()?,
                end: reader.small()?,
            })
        })?;
        let count = self.count()?;
        let mut marks = Vec::with_capacity(count);
        let mut instructions = Vec::with_capacity(count);
        for _ in 0..count {
            let op = Opcode::from_byte(self.byte()?).ok_or(Malformed)?;
            marks.push(self.byte()?);
            let (a, b, c) = (self.small()?, self.small()?, self.small()?);
            if c >= C_LIMIT {
                return Err(Malformed);
            }
            instructions.push(Instruction::new(op, a, b, c));
        }
        let positions = PositionTable::from_bytes(self.bytes()?, count).ok_or(Malformed)?;
        let words = self.small()?;
        let mut last = 0;
        let index: Result<Box<[u32]>> = (0..count)
            .map(|_| {
                last += self.signed()?;
                u32::try_from(last).map_err(|_| Malformed)
            })
            .collect();
        let liveness = Liveness { index: index?, sets: self.list(Self::number)?, words };
        let sets = liveness.sets.len() / (words as usize).max(1);
        if words == 0 || liveness.index.iter().any(|&i| i as usize >= sets) {
            return Err(Malformed);
        }
        Ok(CodeObject {
            name,
            qualname,
            filename: self.block.filename.clone(),
            first_line,
            flags,
            arg_count,
            posonly_count,
            kwonly_count,
            varnames,
            cellvars,
            freevars,
            register_count,
            docstring,
            instructions: instructions.into(),
            marks: marks.into(),
            constants,
            names,
            sites,
            call_shapes,
            exception_table,
            positions,
            liveness,
            hidden_locals,
            inspects_locals: inspects_locals != 0,
        })
    }
}

impl Block {
    fn table(&self, at: usize) -> u32 {
        let start = HEADER_BYTES + 4 * at;
        u32::from_le_bytes(self.bytes[start..start + 4].try_into().expect("four bytes"))
    }

    fn string(&self, number: usize) -> Result<&str> {
        if number >= self.string_count {
            return Err(Malformed);
        }
        let base = HEADER_BYTES + 4 * self.string_count;
        let start = if number == 0 { 0 } else { self.table(number - 1) as usize };
        let bytes = self.bytes.get(base + start..base + self.table(number) as usize).ok_or(Malformed)?;
        str::from_utf8(bytes).map_err(|_| Malformed)
    }
}

impl PackedCode {
    /// The outermost scope of a block made by [`pack`], as code of a file. Errors: not such a block.
    pub fn open(bytes: Cow<'static, [u8]>, filename: &str) -> Result<PackedCode> {
        if bytes.len() < HEADER_BYTES || bytes[..4] != MAGIC {
            return Err(Malformed);
        }
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
        let (string_count, at) = (word(8), word(12));
        if word(4) != Opcode::fingerprint() as usize {
            return Err(Malformed);
        }
        if string_count > bytes.len() / 4 || HEADER_BYTES + 4 * string_count > bytes.len() {
            return Err(Malformed);
        }
        Ok(PackedCode { block: Arc::new(Block { bytes, filename: filename.into(), string_count }), at })
    }

    /// The code object of this scope; the scopes in it stay packed. Errors: the block is damaged.
    pub fn unpack(&self) -> Result<CodeObject> {
        Reader { block: &self.block, at: self.at }.scope()
    }

    /// What making a function asks of this scope, which stays packed. Errors: the block is damaged.
    pub fn outline(&self) -> Result<Outline<'_>> {
        let mut reader = Reader { block: &self.block, at: self.at };
        let (name, qualname): (usize, usize) = (reader.small()?, reader.small()?);
        let mut numbers = [0_u32; 7];
        for number in &mut numbers {
            *number = reader.small()?;
        }
        let [_, flags, arg_count, _, kwonly_count, register_count, _] = numbers;
        let [_, _, free_count] = [reader.skip_strings()?, reader.skip_strings()?, reader.skip_strings()?];
        let (name, qualname) = (self.block.string(name)?, self.block.string(qualname)?);
        Ok(Outline { name, qualname, flags, arg_count, kwonly_count, register_count, free_count })
    }

    /// The code object with everything in it unpacked. Errors: the block is damaged.
    pub fn unpack_whole(&self) -> Result<CodeObject> {
        fn whole(packed: &PackedCode, depth: u32) -> Result<CodeObject> {
            let mut code = packed.unpack()?;
            if depth > MAX_DEPTH {
                return Err(Malformed);
            }
            for constant in &mut code.constants {
                if let Constant::Packed(inner) = constant {
                    *constant = Constant::Code(Box::new(whole(inner, depth + 1)?));
                }
            }
            Ok(code)
        }
        whole(self, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Options, compile, verify};

    const SAMPLE: &str = include_str!("../tests/sample.py");

    fn sample() -> CodeObject {
        compile(SAMPLE, "sample.py", Mode::Exec, Options::default()).expect("the sample compiles").code
    }

    #[test]
    fn unpacking_gives_what_was_packed() {
        let code = sample();
        let block = pack(&code);
        let packed = PackedCode::open(block.into(), "sample.py").unwrap();
        let whole = packed.unpack_whole().unwrap();
        assert!(whole == code, "the sample changed on its way");
        verify::verify(&whole).unwrap();
        // Packing what is half unpacked is the same.
        assert_eq!(pack(&packed.unpack().unwrap()), pack(&code));
    }

    #[test]
    fn scopes_stay_packed_until_asked_for() {
        let code =
            compile("def f():\n  def g(): pass\n", "f.py", Mode::Exec, Options::default()).unwrap().code;
        let module = PackedCode::open(pack(&code).into(), "other.py").unwrap().unpack().unwrap();
        let inner: Vec<_> = module.constants.iter().filter(|c| matches!(c, Constant::Packed(_))).collect();
        let [Constant::Packed(f)] = inner[..] else { panic!("one function, packed") };
        let f = f.unpack().unwrap();
        assert_eq!((&*f.name, &*f.filename), ("f", "other.py"));
    }

    #[test]
    fn damaged_blocks_are_refused() {
        let block = pack(&sample());
        for length in (0..block.len()).step_by(97) {
            let whole = PackedCode::open(block[..length].to_vec().into(), "").and_then(|p| p.unpack_whole());
            assert_eq!(whole.err(), Some(Malformed), "cut to {length}");
        }
        for at in (0..block.len()).step_by(31) {
            let mut damaged = block.clone();
            damaged[at] ^= 0x55;
            // Any result will do, if it is a result.
            let _ = PackedCode::open(damaged.into(), "")
                .and_then(|p| p.unpack_whole())
                .map(|c| verify::verify(&c));
        }
    }
}
