//! The operations of the IR: one list, from which enum, names, result kinds and effect flags are made.
//!
//! The IR is in SSA form: an operation's index *is* its result. Guards are operations that leave through the
//! snapshot they carry; nothing else leaves in the middle of a trace. Overflow-checked arithmetic is a guard
//! that also yields a result.

use crate::trace::Operand;
use heap::{ArrayDescr, FieldDescr, FieldKind, LayoutId, Mutability};
use metatrace_machine::{CallDescr, Kind, RawWidth};

/// What the result of an operation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultKind {
    Nothing,
    Kind(Kind),
    /// Decided by the auxiliary word or by an argument: loads, calls, parameters, `select`.
    Varies,
}

/// How an operation relates to the rest of the world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A function of its arguments: may be removed, merged, moved.
    Pure,
    /// Leaves through its snapshot when its condition does not hold.
    Guard,
    /// Reads the heap or memory.
    Load,
    /// Writes the heap or memory.
    Store,
    /// Allocates.
    New,
    /// Calls out of the trace.
    Call,
    /// Labels, parameters and the ends of a trace.
    Control,
}

macro_rules! result_kind {
    (nothing) => {
        ResultKind::Nothing
    };
    (varies) => {
        ResultKind::Varies
    };
    ($kind:ident) => {
        ResultKind::Kind(Kind::$kind)
    };
}

macro_rules! for_each_opcode {
    ($($(#[$doc:meta])* $name:ident $text:literal $class:ident $result:ident ( $($arg:ident),* );)*) => {
        /// See the module header. The arguments' kinds are in [`Opcode::params`].
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Opcode { $($(#[$doc])* $name,)* }

        impl Opcode {
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name),*];
            /// The name in the textual IR.
            pub const fn name(self) -> &'static str { match self { $(Opcode::$name => $text,)* } }
            #[inline]
            pub const fn class(self) -> Class {
                const CLASSES: [Class; Opcode::ALL.len()] = [$(Class::$class),*];
                CLASSES[self as usize]
            }
            #[inline]
            pub const fn result(self) -> ResultKind {
                const RESULTS: [ResultKind; Opcode::ALL.len()] = [$(result_kind!($result)),*];
                RESULTS[self as usize]
            }
            /// Kinds of the fixed arguments; `None` accepts any kind.
            #[inline]
            pub const fn params(self) -> &'static [Option<Kind>] {
                const PARAMS: [&[Option<Kind>]; Opcode::ALL.len()] = [$(&[$(param_kind!($arg)),*]),*];
                PARAMS[self as usize]
            }
            pub fn from_name(name: &str) -> Option<Opcode> { match name { $($text => Some(Opcode::$name),)* _ => None } }
        }
    };
}
macro_rules! param_kind {
    (Any) => {
        None
    };
    ($kind:ident) => {
        Some(Kind::$kind)
    };
}

for_each_opcode! {
    // -- integers (wrapping)
    IntAdd "int_add" Pure Int (Int, Int);
    IntSub "int_sub" Pure Int (Int, Int);
    IntMul "int_mul" Pure Int (Int, Int);
    /// Truncating division. Precondition: the divisor is neither 0 nor (−1 with a minimal dividend).
    IntDiv "int_div" Pure Int (Int, Int);
    /// Remainder with the sign of the dividend. Precondition as `int_div`.
    IntRem "int_rem" Pure Int (Int, Int);
    /// Division rounding to negative infinity. Precondition as `int_div`.
    IntFloorDiv "int_floor_div" Pure Int (Int, Int);
    /// Remainder with the sign of the divisor. Precondition as `int_div`.
    IntMod "int_mod" Pure Int (Int, Int);
    IntAnd "int_and" Pure Int (Int, Int);
    IntOr "int_or" Pure Int (Int, Int);
    IntXor "int_xor" Pure Int (Int, Int);
    /// Shifts take their count modulo 64.
    IntShl "int_shl" Pure Int (Int, Int);
    IntShr "int_shr" Pure Int (Int, Int);
    IntUshr "int_ushr" Pure Int (Int, Int);
    IntNeg "int_neg" Pure Int (Int);
    IntNot "int_not" Pure Int (Int);
    /// High 64 bits of the unsigned 128-bit product.
    UintMulHigh "uint_mul_high" Pure Int (Int, Int);
    IntEq "int_eq" Pure Bool (Int, Int);
    IntNe "int_ne" Pure Bool (Int, Int);
    IntLt "int_lt" Pure Bool (Int, Int);
    IntLe "int_le" Pure Bool (Int, Int);
    IntGt "int_gt" Pure Bool (Int, Int);
    IntGe "int_ge" Pure Bool (Int, Int);
    UintLt "uint_lt" Pure Bool (Int, Int);
    UintLe "uint_le" Pure Bool (Int, Int);
    // -- integers, leaving on overflow
    IntAddOvf "int_add_ovf" Guard Int (Int, Int);
    IntSubOvf "int_sub_ovf" Guard Int (Int, Int);
    IntMulOvf "int_mul_ovf" Guard Int (Int, Int);
    // -- floats (IEEE 754 binary64)
    FloatAdd "float_add" Pure Float (Float, Float);
    FloatSub "float_sub" Pure Float (Float, Float);
    FloatMul "float_mul" Pure Float (Float, Float);
    FloatDiv "float_div" Pure Float (Float, Float);
    FloatNeg "float_neg" Pure Float (Float);
    FloatAbs "float_abs" Pure Float (Float);
    FloatSqrt "float_sqrt" Pure Float (Float);
    FloatFloor "float_floor" Pure Float (Float);
    FloatCeil "float_ceil" Pure Float (Float);
    FloatTrunc "float_trunc" Pure Float (Float);
    FloatEq "float_eq" Pure Bool (Float, Float);
    FloatNe "float_ne" Pure Bool (Float, Float);
    FloatLt "float_lt" Pure Bool (Float, Float);
    FloatLe "float_le" Pure Bool (Float, Float);
    FloatGt "float_gt" Pure Bool (Float, Float);
    FloatGe "float_ge" Pure Bool (Float, Float);
    // -- conversions
    IntToFloat "int_to_float" Pure Float (Int);
    /// Truncates; saturates outside the range, 0 for NaN.
    FloatToInt "float_to_int" Pure Int (Float);
    FloatBits "float_bits" Pure Int (Float);
    BitsFloat "bits_float" Pure Float (Int);
    BoolToInt "bool_to_int" Pure Int (Bool);
    BoolNot "bool_not" Pure Bool (Bool);
    BoolAnd "bool_and" Pure Bool (Bool, Bool);
    BoolOr "bool_or" Pure Bool (Bool, Bool);
    RefEq "ref_eq" Pure Bool (Ref, Ref);
    /// Same bits.
    ValueEq "value_eq" Pure Bool (Value, Value);
    Select "select" Pure varies (Bool, Any, Any);
    // -- tagged values. Boxing may allocate; it is pure because a box has no identity.
    BoxInt "box_int" Pure Value (Int);
    /// Precondition: the integer fits an immediate. Never recorded; the optimizer's form of `box_int` where it knows.
    BoxImmediate "box_immediate" Pure Value (Int);
    BoxFloat "box_float" Pure Value (Float);
    BoxBool "box_bool" Pure Value (Bool);
    BoxRef "box_ref" Pure Value (Ref);
    /// Preconditions of the unboxing operations: the tag was tested.
    UnboxInt "unbox_int" Pure Int (Value);
    UnboxFloat "unbox_float" Pure Float (Value);
    UnboxBool "unbox_bool" Pure Bool (Value);
    UnboxRef "unbox_ref" Pure Ref (Value);
    // -- guards
    GuardTrue "guard_true" Guard nothing (Bool);
    GuardFalse "guard_false" Guard nothing (Bool);
    /// aux: [`Tag`].
    GuardTag "guard_tag" Guard nothing (Value);
    GuardNotTag "guard_not_tag" Guard nothing (Value);
    /// aux: layout id.
    GuardLayout "guard_layout" Guard nothing (Ref);
    GuardNotLayout "guard_not_layout" Guard nothing (Ref);
    /// The first argument has the bits of the second, a constant of the same kind.
    GuardIs "guard_is" Guard nothing (Any, Any);
    GuardIsNot "guard_is_not" Guard nothing (Any, Any);
    /// No exception is pending after the residual call before it.
    GuardNoRaise "guard_no_raise" Guard nothing ();
    /// An exception is pending after the residual call before it.
    GuardRaise "guard_raise" Guard nothing ();
    /// aux: assumption id. The assumption still holds.
    GuardValid "guard_valid" Guard nothing ();
    // -- heap. aux: field or array key
    LoadField "load_field" Load varies (Ref);
    StoreField "store_field" Store nothing (Ref, Any);
    ArrayLen "array_len" Load Int (Ref);
    LoadItem "load_item" Load varies (Ref, Int);
    StoreItem "store_item" Store nothing (Ref, Int, Any);
    /// Changes the layout id of an object (a hidden-class transition within the same size). aux: layout id.
    SetLayout "set_layout" Store nothing (Ref);
    /// A new object, fields not initialised: every field is stored before the next operation that may leave,
    /// collect or read. aux: layout id | size in bytes << 32.
    New "new" New Ref ();
    /// A new object with a variable part of the given length, every item `fill`. aux: array key.
    NewArray "new_array" New Ref (Int, Any);
    /// aux: raw width. Arguments: address, byte offset.
    LoadRaw "load_raw" Load varies (Int, Int);
    StoreRaw "store_raw" Store nothing (Int, Int, Any);
    // -- calls. Arguments in the trace's variable part
    /// aux: address of the `CallDescr`.
    Call "call" Call varies ();
    /// Takes the pending exception out of the context.
    TakeRaised "take_raised" Call Value ();
    /// Calls another compiled trace. aux: address of its `TraceCell`. Leaves through its snapshot unless the
    /// callee finishes with a result of the expected kind.
    CallTrace "call_trace" Guard varies ();
    // -- control
    /// A place that `jump` reaches; its parameters follow as `param` operations. aux: label number in the unit.
    Label "label" Control nothing ();
    Param "param" Control varies ();
    /// To a label. aux: [`LabelRef`].
    Jump "jump" Control nothing ();
    /// The entry frame returns this. The snapshot describes the frame at its return.
    Finish "finish" Control nothing (Any);
    /// The entry frame raises this.
    FinishRaise "finish_raise" Control nothing (Value);
    /// Goes back to the interpreter at the snapshot.
    Leave "leave" Control nothing ();
    /// The interpreter was here. aux: code address; for logs and join points, no machine code.
    At "at" Control nothing ();
    /// A live value at a join point: itself, but nothing that the recorder knew about it is used behind. Only in
    /// recorded traces. aux: the class that the value had then ([`Aux::seen`]).
    Merge "merge" Pure Value (Value);
    /// Keeps a value alive; for tests.
    Keep "keep" Store nothing (Any);
}

impl Opcode {
    #[inline]
    pub const fn is_guard(self) -> bool {
        matches!(self.class(), Class::Guard)
    }
    /// Ends the operation list.
    pub const fn is_final(self) -> bool {
        matches!(self, Opcode::Jump | Opcode::Finish | Opcode::FinishRaise | Opcode::Leave)
    }
    /// Whether `op(a, b) == op(b, a)`.
    pub const fn is_commutative(self) -> bool {
        matches!(
            self,
            Opcode::IntAdd
                | Opcode::IntMul
                | Opcode::IntAnd
                | Opcode::IntOr
                | Opcode::IntXor
                | Opcode::IntEq
                | Opcode::IntNe
                | Opcode::IntAddOvf
                | Opcode::IntMulOvf
                | Opcode::UintMulHigh
                | Opcode::FloatAdd
                | Opcode::FloatMul
                | Opcode::FloatEq
                | Opcode::FloatNe
                | Opcode::BoolAnd
                | Opcode::BoolOr
                | Opcode::RefEq
                | Opcode::ValueEq
        )
    }
}

/// The classes of tagged words that a guard can test.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Tag {
    /// An immediate integer.
    Int,
    Float,
    Bool,
    Ref,
}

impl Tag {
    pub const ALL: [Tag; 4] = [Tag::Int, Tag::Float, Tag::Bool, Tag::Ref];
    pub const fn name(self) -> &'static str {
        match self {
            Tag::Int => "int",
            Tag::Float => "float",
            Tag::Bool => "bool",
            Tag::Ref => "ref",
        }
    }
}

/// A compiled unit, numbered by the warm state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct UnitId(pub u32);

impl UnitId {
    /// The unit being built.
    pub const THIS: UnitId = UnitId(u32::MAX);
}

/// A label of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LabelRef {
    pub unit: UnitId,
    pub label: u32,
}

/// The second half of an operation: which field, which tag, which callee. Decoded by the opcode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Aux(pub u64);

/// A field, packed: layout id (24 bits), offset in bytes (16), kind (4), mutability (2). Two fields alias only
/// if their keys are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FieldKey(pub u64);

const FIELD_KINDS: [FieldKind; 10] = [
    FieldKind::Value,
    FieldKind::Ref,
    FieldKind::I64,
    FieldKind::F64,
    FieldKind::I32,
    FieldKind::U32,
    FieldKind::U16,
    FieldKind::U8,
    FieldKind::Bool,
    FieldKind::Word,
];

/// The kind of value that a field of this kind yields when loaded.
pub const fn loaded_kind(kind: FieldKind) -> Kind {
    match kind {
        FieldKind::Value => Kind::Value,
        FieldKind::Ref => Kind::Ref,
        FieldKind::F64 => Kind::Float,
        FieldKind::Bool => Kind::Bool,
        FieldKind::I64
        | FieldKind::I32
        | FieldKind::U32
        | FieldKind::U16
        | FieldKind::U8
        | FieldKind::Word => Kind::Int,
    }
}

fn kind_number(kind: FieldKind) -> u64 {
    FIELD_KINDS.iter().position(|k| *k == kind).expect("every field kind is in the list") as u64
}

impl FieldKey {
    pub fn new(field: FieldDescr) -> FieldKey {
        let mutability = match field.mutability {
            Mutability::Immutable => 0,
            Mutability::QuasiImmutable => 1,
            Mutability::Mutable => 2,
        };
        FieldKey(
            field.layout.0 as u64
                | (field.offset as u64) << 24
                | kind_number(field.kind) << 40
                | mutability << 44,
        )
    }
    pub fn layout(self) -> LayoutId {
        LayoutId(self.0 as u32 & 0xFF_FFFF)
    }
    pub fn offset(self) -> u16 {
        (self.0 >> 24) as u16
    }
    pub fn field_kind(self) -> FieldKind {
        FIELD_KINDS[(self.0 >> 40 & 15) as usize]
    }
    pub fn kind(self) -> Kind {
        loaded_kind(self.field_kind())
    }
    pub fn mutability(self) -> Mutability {
        match self.0 >> 44 & 3 {
            0 => Mutability::Immutable,
            1 => Mutability::QuasiImmutable,
            _ => Mutability::Mutable,
        }
    }
}

/// The variable part of a layout, packed: layout id (24), item kind (4), length offset (12), items offset (12),
/// immutable (1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ArrayKey(pub u64);

impl ArrayKey {
    pub fn new(array: ArrayDescr) -> ArrayKey {
        assert!(
            array.length_offset < 4096 && array.items_offset < 4096,
            "array header of {:?} too large",
            array.layout
        );
        ArrayKey(
            array.layout.0 as u64
                | kind_number(array.item) << 24
                | (array.length_offset as u64) << 28
                | (array.items_offset as u64) << 40
                | (array.immutable as u64) << 52,
        )
    }
    pub fn layout(self) -> LayoutId {
        LayoutId(self.0 as u32 & 0xFF_FFFF)
    }
    pub fn item_kind(self) -> FieldKind {
        FIELD_KINDS[(self.0 >> 24 & 15) as usize]
    }
    pub fn kind(self) -> Kind {
        loaded_kind(self.item_kind())
    }
    pub fn length_offset(self) -> u16 {
        (self.0 >> 28) as u16 & 0xFFF
    }
    pub fn items_offset(self) -> u16 {
        (self.0 >> 40) as u16 & 0xFFF
    }
    pub fn immutable(self) -> bool {
        self.0 >> 52 & 1 != 0
    }
}

/// Size in bytes of one item or field of this kind.
pub const fn size_bytes(kind: FieldKind) -> usize {
    match kind {
        FieldKind::Value | FieldKind::Ref | FieldKind::I64 | FieldKind::F64 | FieldKind::Word => 8,
        FieldKind::I32 | FieldKind::U32 => 4,
        FieldKind::U16 => 2,
        FieldKind::U8 | FieldKind::Bool => 1,
    }
}

impl Aux {
    pub const NONE: Aux = Aux(0);
    pub fn field(key: FieldKey) -> Aux {
        Aux(key.0)
    }
    pub fn array(key: ArrayKey) -> Aux {
        Aux(key.0)
    }
    pub fn tag(tag: Tag) -> Aux {
        Aux(tag as u64)
    }
    /// The class that a tagged value was seen to have, if it has one.
    pub fn seen(tag: Option<Tag>) -> Aux {
        Aux(tag.map_or(0, |tag| tag as u64 + 1))
    }
    pub fn layout(id: LayoutId) -> Aux {
        Aux(id.0 as u64)
    }
    /// For `new`.
    pub fn allocation(id: LayoutId, size_bytes: u32) -> Aux {
        Aux(id.0 as u64 | (size_bytes as u64) << 32)
    }
    pub fn call(descr: &'static CallDescr) -> Aux {
        Aux(descr as *const CallDescr as u64)
    }
    pub fn label(label: LabelRef) -> Aux {
        Aux(label.label as u64 | (label.unit.0 as u64) << 32)
    }
    pub fn raw(width: RawWidth) -> Aux {
        Aux(width as u64)
    }
    pub fn as_field(self) -> FieldKey {
        FieldKey(self.0)
    }
    pub fn as_array(self) -> ArrayKey {
        ArrayKey(self.0)
    }
    pub fn as_tag(self) -> Tag {
        Tag::ALL[self.0 as usize & 3]
    }
    pub fn as_seen(self) -> Option<Tag> {
        Tag::ALL.get((self.0 as usize).wrapping_sub(1)).copied()
    }
    pub fn as_layout(self) -> LayoutId {
        LayoutId(self.0 as u32 & 0xFF_FFFF)
    }
    pub fn as_allocation(self) -> (LayoutId, u32) {
        (self.as_layout(), (self.0 >> 32) as u32)
    }
    pub fn as_label(self) -> LabelRef {
        LabelRef { unit: UnitId((self.0 >> 32) as u32), label: self.0 as u32 }
    }
    pub fn as_raw(self) -> RawWidth {
        RawWidth::ALL[self.0 as usize % RawWidth::ALL.len()]
    }
    /// The descriptor of a `call`.
    pub fn as_call(self) -> &'static CallDescr {
        // SAFETY: only `Aux::call` makes the word of a `call` operation, from a `&'static CallDescr`; the
        // text parser goes through a table of such references.
        unsafe { &*(self.0 as *const CallDescr) }
    }
}

/// One operation. 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Op {
    pub aux: Aux,
    /// Fixed arguments, [`Operand::NONE`] behind the last. `call`, `call_trace` and `jump` keep theirs in the trace's
    /// variable part: `args[0]` is the start and `args[1]` the count there (raw numbers).
    pub args: [Operand; 3],
    /// Where a guard resumes.
    pub snapshot: crate::snapshot::SnapshotIndex,
    pub opcode: Opcode,
    /// Kind of the result; `None` for none.
    pub kind: Option<Kind>,
}

const _: () = assert!(std::mem::size_of::<Op>() == 32);
