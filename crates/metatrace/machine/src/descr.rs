//! Descriptors: what the machine must know about the runtime functions that an interpreter calls.
//!
//! Field and array descriptors come from the `heap` crate's derive macro. A [`CallDescr`] describes one
//! *residual* runtime function: its address, its signature and its **effects**. The optimizer's knowledge
//! about the heap survives a call exactly as far as the effects say, so an effect that is missing here is a
//! miscompiled program; an effect too many is only a reload.
//!
//! Calling convention of residual functions: `extern "C" fn(*mut Context, u64, ...) -> u64`, at most
//! [`MAX_CALL_ARGS`] words after the context. Integers and references travel as they are, floats as their
//! bits, booleans as 0 or 1. One convention for every signature keeps the machine-code side and the
//! interpreting side identical; a bit cast costs one move.

use heap::{ArrayDescr, FieldDescr};

/// Largest number of argument words of a residual call, the context not counted.
pub const MAX_CALL_ARGS: usize = 7;

/// The type of a red value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// A tagged word of the language's encoding.
    Value,
    /// An unboxed 64-bit integer.
    Int,
    /// An unboxed double.
    Float,
    /// An unboxed truth value.
    Bool,
    /// A raw reference to a heap object (or null, where a field may be null).
    Ref,
}

impl Kind {
    /// Every kind, in the order of its discriminant.
    pub const ALL: [Kind; 5] = [Kind::Value, Kind::Int, Kind::Float, Kind::Bool, Kind::Ref];

    /// The name used in the textual IR.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Value => "value",
            Kind::Int => "int",
            Kind::Float => "float",
            Kind::Bool => "bool",
            Kind::Ref => "ref",
        }
    }
}

/// Which parts of the heap a call may touch.
#[derive(Clone, Copy, Debug)]
pub enum Footprint {
    Nothing,
    /// Only these fields and the items of these arrays.
    Only {
        fields: &'static [FieldDescr],
        arrays: &'static [ArrayDescr],
    },
    Everything,
}

/// What a residual call may do besides computing its result.
#[derive(Clone, Copy, Debug)]
pub struct Effects {
    /// Same arguments, same result, nothing observable: the call may be removed, repeated or merged.
    pub elidable: bool,
    /// Touches nothing but what `reads` and `writes` name and what it allocates: see [`Effects::is_repeatable`].
    pub repeatable: bool,
    /// May leave an exception pending in the context.
    pub can_raise: bool,
    /// May call back into the interpreter, hence do anything that a program can do.
    pub runs_user_code: bool,
    /// May allocate, hence collect.
    pub may_collect: bool,
    /// Fields and arrays that it may read.
    pub reads: Footprint,
    /// Fields and arrays of *existing* objects that it may write.
    pub writes: Footprint,
    /// May break an assumption that traces depend on (a quasi-immutable field).
    pub can_invalidate: bool,
}

impl Effects {
    /// A pure function of its arguments that cannot fail or allocate.
    pub const PURE: Effects = Effects {
        elidable: true,
        repeatable: false,
        can_raise: false,
        runs_user_code: false,
        may_collect: false,
        reads: Footprint::Nothing,
        writes: Footprint::Nothing,
        can_invalidate: false,
    };
    /// Allocates its result and reads only immutable data; merging two such calls is not allowed.
    pub const ALLOCATES: Effects =
        Effects { elidable: false, repeatable: true, may_collect: true, ..Effects::PURE };
    /// Anything at all.
    pub const ANY: Effects = Effects {
        elidable: false,
        repeatable: false,
        can_raise: true,
        runs_user_code: true,
        may_collect: true,
        reads: Footprint::Everything,
        writes: Footprint::Everything,
        can_invalidate: true,
    };

    /// Whether calling it twice in a row does what calling it once does, as far as a program can tell. A guard behind such a
    /// call may execute the instruction anew.
    pub const fn is_repeatable(&self) -> bool {
        let writes_nothing = matches!(self.writes, Footprint::Nothing);
        self.elidable || self.repeatable && writes_nothing && !self.runs_user_code && !self.can_invalidate
    }

    /// The same effects, and it may raise.
    pub const fn raising(self) -> Effects {
        Effects { can_raise: true, ..self }
    }
}

/// The address of a residual function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTarget(*const ());

// SAFETY: the address of a function is the same for every thread and is never written through.
unsafe impl Sync for CallTarget {}
// SAFETY: as above.
unsafe impl Send for CallTarget {}

impl CallTarget {
    /// Wraps the address of an `extern "C"` function of the residual convention.
    pub const fn new(function: *const ()) -> Self {
        CallTarget(function)
    }
    pub fn address(self) -> usize {
        self.0 as usize
    }
}

/// One residual runtime function. Always a `static`: identity is its address.
#[derive(Debug)]
pub struct CallDescr {
    pub name: &'static str,
    pub target: CallTarget,
    pub params: &'static [Kind],
    /// `None`: the function returns nothing of interest.
    pub result: Option<Kind>,
    pub effects: Effects,
}

/// Width and signedness of a raw memory access.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum RawWidth {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    F32,
    F64,
}

impl RawWidth {
    /// Every width, in the order of its discriminant.
    pub const ALL: [RawWidth; 9] = [
        RawWidth::I8,
        RawWidth::U8,
        RawWidth::I16,
        RawWidth::U16,
        RawWidth::I32,
        RawWidth::U32,
        RawWidth::I64,
        RawWidth::F32,
        RawWidth::F64,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            RawWidth::I8 => "i8",
            RawWidth::U8 => "u8",
            RawWidth::I16 => "i16",
            RawWidth::U16 => "u16",
            RawWidth::I32 => "i32",
            RawWidth::U32 => "u32",
            RawWidth::I64 => "i64",
            RawWidth::F32 => "f32",
            RawWidth::F64 => "f64",
        }
    }
    pub const fn size_bytes(self) -> usize {
        match self {
            RawWidth::I8 | RawWidth::U8 => 1,
            RawWidth::I16 | RawWidth::U16 => 2,
            RawWidth::I32 | RawWidth::U32 | RawWidth::F32 => 4,
            RawWidth::I64 | RawWidth::F64 => 8,
        }
    }
    /// Whether the access yields a float.
    pub const fn is_float(self) -> bool {
        matches!(self, RawWidth::F32 | RawWidth::F64)
    }
}
