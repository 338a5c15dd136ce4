//! The machine that an interpreter is written against.
//!
//! An interpreter generic over [`Machine`] is written once and compiled several times by monomorphisation: over
//! [`crate::Direct`] it executes; over the recorder it executes *and* appends every operation to a trace.
//!
//! **Colours are types.** A plain Rust value (pc, opcode, code object, layout id) is *green*: a constant of the
//! trace. A `Self::Value`, `Int`, `Float`, `Bool` or `Ref` is *red*. Rust does not let an interpreter branch on a red
//! value; the only doors to green are the methods of the section "doors", each of which records a guard.
//!
//! **The resume rule.** A failed guard resumes the direct interpreter at the last position announced with
//! [`Machine::at`]. Between a position and a guard that resumes there, nothing observable may have happened: a
//! handler tests first and acts last. What happens *after* a call (into the runtime or of a user function) resumes
//! by delivering the call's result, or its exception, to the instruction at the position; see [`Resume`]. So guards on the
//! result of a call, and on what was loaded before it, need no position of their own.
//! The recorder checks the rule.

use crate::descr::CallDescr;
use crate::encoding::{Encoding, Word};
use crate::frame::FrameStack;
use crate::warm_cell::{Assumption, WarmCell};
use heap::{ArrayDescr, FieldDescr, Gc, LayoutId, Object};

/// An exception is pending in the machine. One word wide as part of a `Result`: the exception itself lives in thread
/// state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raised;

/// How an interpreter goes on after it (re-)reads the innermost frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume<V> {
    /// Execute the instruction at the frame's pc.
    Execute,
    /// The call made by the instruction at pc returned this: deliver it, then go on behind the instruction.
    Deliver(V),
    /// The instruction at pc raised; the exception is pending.
    Raise,
    /// The innermost frame has finished with this result: pop it and deliver the result to its caller.
    Return(V),
    /// The innermost frame has finished by raising: pop it and unwind its caller. The exception is pending.
    Unwind,
}

/// What a merge point tells the interpreter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow<V> {
    /// Nothing happened: go on.
    Continue,
    /// Frames have changed: read the innermost frame anew and go on as it says.
    Resume(Resume<V>),
    /// (Recording only.) The trace is complete: return from the interpreter at once, leaving the frames as they are.
    Leave,
}

/// How a run of the interpreter ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunEnd<V> {
    /// The frame just above the floor returned, and was popped.
    Returned(V),
    /// The frame just above the floor raised, and was popped; the exception is pending.
    Raised,
    /// A merge point said [`Flow::Leave`].
    Left,
}

/// Why an interpreter gives a recording up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GiveUp {
    /// An exception goes where a guard could not resume.
    Raised,
    /// The instruction does what no trace can express.
    Unsupported,
    /// Somebody wants to see each step of the program.
    Observed,
}

/// Binary operations on integers that cannot fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntBinary {
    Add,
    Sub,
    Mul,
    /// Truncating; the divisor is neither 0 nor (−1 with a minimal dividend). Also the next three.
    Div,
    Rem,
    FloorDiv,
    Mod,
    And,
    Or,
    Xor,
    /// Counts are taken modulo 64.
    Shl,
    Shr,
    Ushr,
    UintMulHigh,
}

/// Operations on integers that fail on overflow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntChecked {
    Add,
    Sub,
    Mul,
}

/// Comparisons. The unsigned ones are for integers only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    UintLt,
    UintLe,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatBinary {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatUnary {
    Neg,
    Abs,
    Sqrt,
    Floor,
    Ceil,
    Trunc,
}

/// A red argument of a residual call.
pub enum Arg<M: Machine> {
    Value(M::Value),
    Int(M::Int),
    Float(M::Float),
    Bool(M::Bool),
    Ref(M::Ref),
}

impl<M: Machine> Clone for Arg<M> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<M: Machine> Copy for Arg<M> {}

/// See the module header.
pub trait Machine: Sized {
    /// A tagged word.
    type Value: Copy;
    type Int: Copy;
    type Float: Copy;
    type Bool: Copy;
    /// A reference to a heap object; null only where a field of kind `Ref` was null.
    type Ref: Copy;
    type Encoding: Encoding;
    /// Whether positions matter to this machine. `if M::RECORDS` costs nothing in the direct machine.
    const RECORDS: bool;

    // -- constants: green to red
    fn value(&mut self, word: Word) -> Self::Value;
    fn int(&mut self, i: i64) -> Self::Int;
    fn float(&mut self, f: f64) -> Self::Float;
    fn bool(&mut self, b: bool) -> Self::Bool;
    fn reference(&mut self, object: Gc<Object>) -> Self::Ref;
    /// The null reference, for fields of kind `Ref`.
    fn null(&mut self) -> Self::Ref;

    // -- integers
    fn int_binary(&mut self, op: IntBinary, a: Self::Int, b: Self::Int) -> Self::Int;
    /// `None` on overflow. Trace: a guard.
    fn int_checked(&mut self, op: IntChecked, a: Self::Int, b: Self::Int) -> Option<Self::Int>;
    fn int_compare(&mut self, op: Compare, a: Self::Int, b: Self::Int) -> Self::Bool;
    fn int_neg(&mut self, a: Self::Int) -> Self::Int;
    fn int_not(&mut self, a: Self::Int) -> Self::Int;

    // -- floats
    fn float_binary(&mut self, op: FloatBinary, a: Self::Float, b: Self::Float) -> Self::Float;
    fn float_unary(&mut self, op: FloatUnary, a: Self::Float) -> Self::Float;
    fn float_compare(&mut self, op: Compare, a: Self::Float, b: Self::Float) -> Self::Bool;

    // -- conversions
    fn int_to_float(&mut self, a: Self::Int) -> Self::Float;
    /// Truncates; saturates outside the range, 0 for NaN.
    fn float_to_int(&mut self, a: Self::Float) -> Self::Int;
    fn float_bits(&mut self, a: Self::Float) -> Self::Int;
    fn bits_float(&mut self, a: Self::Int) -> Self::Float;
    fn bool_to_int(&mut self, a: Self::Bool) -> Self::Int;
    fn bool_not(&mut self, a: Self::Bool) -> Self::Bool;
    fn bool_and(&mut self, a: Self::Bool, b: Self::Bool) -> Self::Bool;
    fn bool_or(&mut self, a: Self::Bool, b: Self::Bool) -> Self::Bool;
    fn ref_eq(&mut self, a: Self::Ref, b: Self::Ref) -> Self::Bool;
    /// Same bits. Two equal wide integers may differ in bits: test integers with [`Machine::as_int`] first.
    fn value_eq(&mut self, a: Self::Value, b: Self::Value) -> Self::Bool;
    fn select_int(&mut self, c: Self::Bool, a: Self::Int, b: Self::Int) -> Self::Int;

    // -- boxing
    /// GC: allocates if the integer fits no immediate.
    fn box_int(&mut self, i: Self::Int) -> Self::Value;
    fn box_float(&mut self, f: Self::Float) -> Self::Value;
    fn box_bool(&mut self, b: Self::Bool) -> Self::Value;
    fn box_ref(&mut self, r: Self::Ref) -> Self::Value;

    // -- doors: red to green. Each is a guard in a trace.
    fn truth(&mut self, b: Self::Bool) -> bool;
    /// The integer in a tagged value, immediate or wide.
    fn as_int(&mut self, v: Self::Value) -> Option<Self::Int>;
    fn as_float(&mut self, v: Self::Value) -> Option<Self::Float>;
    fn as_bool(&mut self, v: Self::Value) -> Option<Self::Bool>;
    /// The heap object in a tagged value. A wide integer is an object too: ask [`Machine::as_int`] first.
    fn as_ref(&mut self, v: Self::Value) -> Option<Self::Ref>;
    /// The heap object in a value of which the interpreter knows that it is one: no guard. Precondition: it is, whatever the trace's other
    /// guards would find.
    fn known_ref(&mut self, v: Self::Value) -> Self::Ref {
        self.as_ref(v).expect("the interpreter knows that it is an object")
    }
    /// What the value always is, as far as a trace knows without asking. The direct machine asks nothing: `None`.
    fn constant(&self, _v: Self::Value) -> Option<Word> {
        None
    }
    /// Whether the value is exactly this word.
    fn value_is(&mut self, v: Self::Value, word: Word) -> bool;
    fn promote_value(&mut self, v: Self::Value) -> Word;
    fn promote_int(&mut self, i: Self::Int) -> i64;
    fn promote_ref(&mut self, r: Self::Ref) -> Gc<Object>;
    fn is_null(&mut self, r: Self::Ref) -> bool;
    fn layout_of(&mut self, r: Self::Ref) -> LayoutId;
    fn has_layout(&mut self, r: Self::Ref, layout: LayoutId) -> bool;
    /// Makes the trace depend on an assumption. `false` if it is already broken.
    fn assume(&mut self, assumption: &Assumption) -> bool;

    // -- heap. Field kinds must match the method (checked in debug builds).
    /// A new object. Every field must be stored before the next allocation, call or position.
    /// Errors: out of memory, as the context's out-of-memory exception.
    fn new_object(&mut self, layout: LayoutId, size_bytes: u32) -> Result<Self::Ref, Raised>;
    /// A new object with `length` items, every item `fill`; fields of the fixed part are zero until stored.
    fn new_array(
        &mut self,
        array: ArrayDescr,
        length: Self::Int,
        fill: Arg<Self>,
    ) -> Result<Self::Ref, Raised>;
    fn load_value(&mut self, field: FieldDescr, r: Self::Ref) -> Self::Value;
    fn load_int(&mut self, field: FieldDescr, r: Self::Ref) -> Self::Int;
    fn load_float(&mut self, field: FieldDescr, r: Self::Ref) -> Self::Float;
    fn load_bool(&mut self, field: FieldDescr, r: Self::Ref) -> Self::Bool;
    fn load_ref(&mut self, field: FieldDescr, r: Self::Ref) -> Self::Ref;
    fn store(&mut self, field: FieldDescr, r: Self::Ref, v: Arg<Self>);
    fn array_len(&mut self, array: ArrayDescr, r: Self::Ref) -> Self::Int;
    /// Precondition of the item operations: the index is below the length.
    fn load_item_value(&mut self, array: ArrayDescr, r: Self::Ref, i: Self::Int) -> Self::Value;
    fn load_item_int(&mut self, array: ArrayDescr, r: Self::Ref, i: Self::Int) -> Self::Int;
    fn load_item_float(&mut self, array: ArrayDescr, r: Self::Ref, i: Self::Int) -> Self::Float;
    fn load_item_ref(&mut self, array: ArrayDescr, r: Self::Ref, i: Self::Int) -> Self::Ref;
    fn store_item(&mut self, array: ArrayDescr, r: Self::Ref, i: Self::Int, v: Arg<Self>);
    /// Gives an object another layout of the same size (a hidden-class transition).
    fn set_layout(&mut self, r: Self::Ref, layout: LayoutId);
    /// Raw memory, for foreign data and for simulators. Precondition: the address is readable.
    fn load_raw_int(&mut self, width: crate::RawWidth, address: Self::Int, offset: Self::Int) -> Self::Int;
    fn load_raw_float(
        &mut self,
        width: crate::RawWidth,
        address: Self::Int,
        offset: Self::Int,
    ) -> Self::Float;
    fn store_raw(&mut self, width: crate::RawWidth, address: Self::Int, offset: Self::Int, v: Arg<Self>);

    // -- calls into the runtime
    fn call_value(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Self::Value, Raised>;
    fn call_int(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Self::Int, Raised>;
    fn call_float(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Self::Float, Raised>;
    fn call_bool(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Self::Bool, Raised>;
    fn call_ref(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Self::Ref, Raised>;
    fn call_nothing(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<(), Raised>;

    // -- exceptions
    /// Makes an exception pending.
    fn raise(&mut self, exception: Self::Value) -> Raised;
    /// Takes the pending exception.
    fn take_raised(&mut self) -> Self::Value;
    /// Whether [`Machine::raise`] made the pending exception so, and the trace knows what it is. Never on the direct machine.
    fn knows_raised(&self) -> bool {
        false
    }

    // -- positions
    /// What follows is not to be recorded: the recording is abandoned. The direct machine ignores it.
    fn give_up(&mut self, reason: GiveUp) {
        let _ = reason;
    }
    /// The outermost frame of a recording is about to finish for good: if a loop is recorded, this iteration is its last.
    fn leaves_loop(&mut self) {}
    /// The interpreter is about to execute the instruction at `pc` of the innermost frame, and every red value that it
    /// will need again is in a slot. Called before every instruction; the direct machine ignores it.
    fn at(&mut self, stack: &mut FrameStack<Self::Value>, pc: u32);
    /// The instruction at `pc`, whose position was announced, goes on: nothing observable has happened, and the frame's
    /// continuation says what a result or an exception that is delivered from here on means.
    fn at_step(&mut self, stack: &mut FrameStack<Self::Value>, pc: u32) {
        let _ = (stack, pc);
    }
    /// A loop header: the target of a backward jump. `pc` is the header's own pc.
    fn merge_point(
        &mut self,
        stack: &mut FrameStack<Self::Value>,
        pc: u32,
        cell: &WarmCell,
    ) -> Flow<Self::Value>;
    /// A function has been entered: its frame is the innermost one, arguments in place, at its pc. That is 0, or where a function that was
    /// suspended goes on: each such pc is an entry with a cell of its own.
    fn function_entry(&mut self, stack: &mut FrameStack<Self::Value>, cell: &WarmCell) -> Flow<Self::Value>;
}

macro_rules! named_operations {
    ($($name:ident = $method:ident($op:expr) -> $result:ty;)*) => { $(
        #[inline(always)]
        fn $name(&mut self, a: named_operations!(@arg $method), b: named_operations!(@arg $method)) -> $result {
            self.$method($op, a, b)
        }
    )* };
    (@arg int_binary) => { Self::Int };
    (@arg int_checked) => { Self::Int };
    (@arg int_compare) => { Self::Int };
    (@arg float_binary) => { Self::Float };
    (@arg float_compare) => { Self::Float };
}

/// The operations by name, on every machine.
pub trait MachineExt: Machine {
    named_operations! {
        int_add = int_binary(IntBinary::Add) -> Self::Int;
        int_sub = int_binary(IntBinary::Sub) -> Self::Int;
        int_mul = int_binary(IntBinary::Mul) -> Self::Int;
        int_div = int_binary(IntBinary::Div) -> Self::Int;
        int_rem = int_binary(IntBinary::Rem) -> Self::Int;
        int_floor_div = int_binary(IntBinary::FloorDiv) -> Self::Int;
        int_mod = int_binary(IntBinary::Mod) -> Self::Int;
        int_and = int_binary(IntBinary::And) -> Self::Int;
        int_or = int_binary(IntBinary::Or) -> Self::Int;
        int_xor = int_binary(IntBinary::Xor) -> Self::Int;
        int_shl = int_binary(IntBinary::Shl) -> Self::Int;
        int_shr = int_binary(IntBinary::Shr) -> Self::Int;
        int_ushr = int_binary(IntBinary::Ushr) -> Self::Int;
        int_add_checked = int_checked(IntChecked::Add) -> Option<Self::Int>;
        int_sub_checked = int_checked(IntChecked::Sub) -> Option<Self::Int>;
        int_mul_checked = int_checked(IntChecked::Mul) -> Option<Self::Int>;
        int_eq = int_compare(Compare::Eq) -> Self::Bool;
        int_ne = int_compare(Compare::Ne) -> Self::Bool;
        int_lt = int_compare(Compare::Lt) -> Self::Bool;
        int_le = int_compare(Compare::Le) -> Self::Bool;
        uint_lt = int_compare(Compare::UintLt) -> Self::Bool;
        float_add = float_binary(FloatBinary::Add) -> Self::Float;
        float_sub = float_binary(FloatBinary::Sub) -> Self::Float;
        float_mul = float_binary(FloatBinary::Mul) -> Self::Float;
        float_div = float_binary(FloatBinary::Div) -> Self::Float;
        float_eq = float_compare(Compare::Eq) -> Self::Bool;
        float_lt = float_compare(Compare::Lt) -> Self::Bool;
        float_le = float_compare(Compare::Le) -> Self::Bool;
    }
    /// Stores a tagged value.
    #[inline(always)]
    fn store_value(&mut self, field: FieldDescr, r: Self::Ref, v: Self::Value) {
        self.store(field, r, Arg::Value(v));
    }
    #[inline(always)]
    fn store_int(&mut self, field: FieldDescr, r: Self::Ref, v: Self::Int) {
        self.store(field, r, Arg::Int(v));
    }
    #[inline(always)]
    fn store_ref(&mut self, field: FieldDescr, r: Self::Ref, v: Self::Ref) {
        self.store(field, r, Arg::Ref(v));
    }
}

impl<M: Machine> MachineExt for M {}
