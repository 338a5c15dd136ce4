//! The register bytecode: one list of instructions, and what a compiled function consists of.
//!
//! A frame is a window of registers. Register 0 holds the running closure, then come the parameters, then locals
//! and temporaries. A call's function and arguments sit in consecutive registers of the caller and are copied to the first
//! ones of the callee: a snapshot describes each frame by itself.
//!
//! Invariants that the interpreter and the recorder rely on:
//!
//! * An instruction writes its registers last, and at most one, its `Dst` (`range.next` and `each.next` also advance
//!   their counter). So "deliver this result at this pc" is well defined for every instruction that calls.
//! * [`Function::live`] names the registers that matter when execution (re)starts at a pc. It includes what the
//!   handlers of the instruction need, since an exception may start there.
//! * Backward jumps lead only to `Loop` instructions, and every loop has exactly one.
//! * A forward jump's target with more than one predecessor is marked as a join.

use crate::builtins::Builtin;
use crate::source::{Place, Symbol};
use std::rc::Rc;

/// Register that an instruction writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dst(pub u16);
/// Register that an instruction reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Src(pub u16);
/// First of consecutive registers that an instruction reads; see [`Program::window`] for how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct First(pub u16);
/// How many arguments or items.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count(pub u8);
/// Position in the same function's code to go on at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target(pub u16);
/// Index into [`Function::constants`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConstantIndex(pub u16);
/// Index into [`Program::functions`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FunctionIndex(pub u16);
/// Index into [`Program::globals`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GlobalIndex(pub u16);
/// Index into the running closure's captured variables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CaptureIndex(pub u16);
/// Index into [`Program::records`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordIndex(pub u16);
/// Index into [`Function::fields`]: a field name and, at run time, its inline cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldIndex(pub u16);
/// Which loop header of the function: index into its counters at run time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoopIndex(pub u16);
/// A small integer in the instruction itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Small(pub i16);

/// One operand, for those who treat all instructions alike: the listing and the liveness analysis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    Dst(u16),
    Src(u16),
    First(u16),
    Target(u16),
    Count(u8),
    Constant(u16),
    Function(u16),
    Global(u16),
    Capture(u16),
    Record(u16),
    Field(u16),
    Loop(u16),
    Small(i16),
    Builtin(Builtin),
}

macro_rules! operand_from {
    ($($type:ident => $variant:ident)*) => {
        $(impl From<$type> for Operand { fn from(operand: $type) -> Self { Operand::$variant(operand.0) } })*
    };
}
operand_from! {
    Dst => Dst  Src => Src  First => First  Target => Target  Count => Count  ConstantIndex => Constant
    FunctionIndex => Function  GlobalIndex => Global  CaptureIndex => Capture  RecordIndex => Record
    FieldIndex => Field  LoopIndex => Loop  Small => Small
}
impl From<Builtin> for Operand {
    fn from(builtin: Builtin) -> Self {
        Operand::Builtin(builtin)
    }
}

macro_rules! ops {
    ($($(#[doc = $doc:literal])* $variant:ident $mnemonic:literal ($($name:ident: $type:ident),*))*) => {
        /// One instruction. Shape: 8 bytes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Op { $($(#[doc = $doc])* $variant { $($name: $type),* },)* }

        impl Op {
            pub fn mnemonic(&self) -> &'static str {
                match self { $(Op::$variant { .. } => $mnemonic,)* }
            }

            /// Calls `see` with each operand, in the order of the listing.
            #[inline(always)]
            pub fn operands(&self, mut see: impl FnMut(Operand)) {
                match *self { $(Op::$variant { $($name),* } => { $(see(Operand::from($name));)* })* }
            }

            /// The register that the result of the instruction goes to.
            #[inline(always)]
            pub fn destination(&self) -> Option<u16> {
                let mut found = None;
                self.operands(|operand| {
                    if let Operand::Dst(register) = operand {
                        found = Some(register);
                    }
                });
                found
            }

            /// The instruction with every jump target replaced: how the compiler fills in forward jumps.
            pub fn with_target(self, new: Target) -> Op {
                let mut op = self;
                match &mut op { $(Op::$variant { $($name),* } => { $($name.retarget(new);)* })* }
                op
            }
        }
    };
}

/// What `with_target` does to each kind of operand: nothing, but for one.
trait Retarget {
    fn retarget(&mut self, _: Target) {}
}
impl Retarget for Target {
    fn retarget(&mut self, new: Target) {
        *self = new;
    }
}
macro_rules! no_target {
    ($($type:ident)*) => { $(impl Retarget for $type {})* };
}
no_target! { Dst Src First Count ConstantIndex FunctionIndex GlobalIndex CaptureIndex RecordIndex FieldIndex LoopIndex
Small Builtin }

ops! {
    /// d = a constant of the function
    Constant "const" (d: Dst, k: ConstantIndex)
    Move "move" (d: Dst, a: Src)
    /// d = a captured variable of the running closure
    Captured "captured" (d: Dst, i: CaptureIndex)
    /// d = a new cell that holds a
    CellNew "cell.new" (d: Dst, a: Src)
    CellGet "cell.get" (d: Dst, a: Src)
    CellSet "cell.set" (cell: Src, a: Src)
    Global "global" (d: Dst, g: GlobalIndex)
    GlobalSet "global.set" (g: GlobalIndex, a: Src)
    /// d = a closure over the values from `first` on
    Closure "closure" (d: Dst, f: FunctionIndex, first: First)
    List "list" (d: Dst, first: First, n: Count)
    Record "record" (d: Dst, shape: RecordIndex, first: First)

    Add "add" (d: Dst, a: Src, b: Src)
    /// d = a + a small integer: `i + 1` and `n - 2` without a constant
    AddSmall "add.small" (d: Dst, a: Src, i: Small)
    Subtract "sub" (d: Dst, a: Src, b: Src)
    Multiply "mul" (d: Dst, a: Src, b: Src)
    Divide "div" (d: Dst, a: Src, b: Src)
    FloorDivide "floordiv" (d: Dst, a: Src, b: Src)
    Modulo "mod" (d: Dst, a: Src, b: Src)
    Negate "neg" (d: Dst, a: Src)
    Not "not" (d: Dst, a: Src)
    Equal "eq" (d: Dst, a: Src, b: Src)
    NotEqual "ne" (d: Dst, a: Src, b: Src)
    Less "lt" (d: Dst, a: Src, b: Src)
    LessEqual "le" (d: Dst, a: Src, b: Src)

    Jump "jump" (to: Target)
    JumpIf "jump.if" (a: Src, to: Target)
    JumpUnless "jump.unless" (a: Src, to: Target)
    /// jump unless a < b, and so on: a comparison that feeds only a jump
    UnlessLess "unless.lt" (a: Src, b: Src, to: Target)
    UnlessLessEqual "unless.le" (a: Src, b: Src, to: Target)
    UnlessEqual "unless.eq" (a: Src, b: Src, to: Target)
    /// loop header: where counters count and traces begin
    Loop "loop" (n: LoopIndex)
    /// checks that the registers `at` (next) and `at + 1` (limit) are integers
    RangeCheck "range.check" (at: First)
    /// d = next, next += 1; or leaves the loop once next reaches limit
    RangeNext "range.next" (d: Dst, at: First, to: Target)
    /// d = item number `at + 1` of the sequence in `at`, `at + 1` += 1; or leaves the loop at its end
    EachNext "each.next" (d: Dst, at: First, to: Target)

    Index "index" (d: Dst, object: Src, index: Src)
    IndexSet "index.set" (object: Src, index: Src, a: Src)
    Field "field" (d: Dst, object: Src, name: FieldIndex)
    FieldSet "field.set" (object: Src, a: Src, name: FieldIndex)

    /// d = first(first + 1, …, first + n)
    Call "call" (d: Dst, first: First, n: Count)
    Builtin "builtin" (builtin: Builtin, d: Dst, first: First, n: Count)
    Return "return" (a: Src)
    Throw "throw" (a: Src)
}

const _: () = assert!(size_of::<Op>() == 8);

/// A constant before it becomes a value on some heap.
#[derive(Clone, PartialEq, Debug)]
pub enum Literal {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<[u8]>),
}

/// Where an exception raised in `start..end` is caught.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    pub start: u16,
    pub end: u16,
    /// Where execution goes on, with the thrown value in `register`.
    pub target: u16,
    pub register: u16,
}

/// A set of registers for each pc. Shape: `code length × words_per_row` words, one bit for each register.
#[derive(Clone, Default, Debug)]
pub struct RegisterSets {
    words_per_row: usize,
    words: Vec<u64>,
}

impl RegisterSets {
    pub fn new(rows: usize, registers: u16) -> Self {
        let words_per_row = usize::from(registers).div_ceil(64);
        Self { words_per_row, words: vec![0; rows * words_per_row] }
    }

    pub fn row(&self, pc: usize) -> &[u64] {
        &self.words[pc * self.words_per_row..][..self.words_per_row]
    }

    pub fn row_mut(&mut self, pc: usize) -> &mut [u64] {
        &mut self.words[pc * self.words_per_row..][..self.words_per_row]
    }

    /// The registers of row `pc`, in ascending order.
    pub fn registers(&self, pc: usize) -> impl Iterator<Item = u16> {
        let numbers = |(at, &word): (usize, &u64)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 != 0);
            bits.map(move |bit| (at * 64 + bit) as u16)
        };
        self.row(pc).iter().enumerate().flat_map(numbers)
    }
}

/// A compiled function.
#[derive(Debug)]
pub struct Function {
    pub name: Symbol,
    pub parameter_count: u8,
    /// Registers of a frame: the closure, parameters, locals and temporaries.
    pub register_count: u16,
    /// Captured variables of its closures.
    pub capture_count: u16,
    pub code: Vec<Op>,
    pub constants: Vec<Literal>,
    /// How many `Loop` instructions there are.
    pub loop_count: u16,
    /// One entry for each instruction that names a field.
    pub fields: Vec<Symbol>,
    /// Innermost first.
    pub handlers: Vec<Handler>,
    /// Where in the source each instruction comes from.
    pub places: Vec<Place>,
    /// Registers that are live when execution starts at a pc.
    pub live: RegisterSets,
    /// Targets of forward jumps that have more than one predecessor, ascending.
    pub joins: Vec<u16>,
}

impl Function {
    /// The handler of an exception raised at `pc`.
    pub fn handler(&self, pc: usize) -> Option<Handler> {
        self.handlers.iter().copied().find(|h| (usize::from(h.start)..usize::from(h.end)).contains(&pc))
    }
}

/// A top-level variable that functions mention.
#[derive(Debug)]
pub struct Global {
    pub name: Symbol,
    /// Never assigned after its declaration.
    pub is_constant: bool,
}

/// A compiled program. `functions[0]` is the main program.
#[derive(Debug)]
pub struct Program {
    pub functions: Vec<Function>,
    pub globals: Vec<Global>,
    /// The field names of record literals.
    pub records: Vec<Vec<Symbol>>,
}

impl Program {
    /// How many registers from its `First` on an instruction reads.
    pub fn window(&self, op: Op) -> u16 {
        match op {
            Op::Closure { f, .. } => self.functions[usize::from(f.0)].capture_count,
            Op::List { n, .. } | Op::Builtin { n, .. } => n.0.into(),
            Op::Record { shape, .. } => self.records[usize::from(shape.0)].len() as u16,
            Op::RangeCheck { .. } | Op::RangeNext { .. } | Op::EachNext { .. } => 2,
            Op::Call { n, .. } => u16::from(n.0) + 1,
            _ => 0,
        }
    }
}
