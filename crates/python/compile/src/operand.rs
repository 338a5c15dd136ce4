//! What the number in an operand field means, for the opcodes that choose among a few things.

macro_rules! operand_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            const ALL: &'static [$name] = &[$($name::$variant,)*];
            /// The value that an operand field encodes.
            pub fn from_operand(operand: u32) -> Option<$name> {
                Self::ALL.get(operand as usize).copied()
            }
            /// Name in listings.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }
    };
}

/// Operand of `RERAISE` at the end of what cleans up behind a handler: nobody sees that.
pub const LEFT_WHERE_RAISED: u32 = 1;

operand_enum! {
    /// Operand of `LOAD_COMMON_CONSTANT`: objects that do not depend on what names are bound to.
    CommonConstant {
        /// `AssertionError`
        AssertionError = "AssertionError",
        /// `NotImplementedError`
        NotImplementedError = "NotImplementedError",
    }
}

operand_enum! {
    /// Operand of `LOAD_SPECIAL`.
    SpecialMethod {
        /// `__enter__`
        Enter = "__enter__",
        /// `__exit__`
        Exit = "__exit__",
        /// `__aenter__`
        AEnter = "__aenter__",
        /// `__aexit__`
        AExit = "__aexit__",
    }
}

operand_enum! {
    /// Operand of `SET_FUNCTION_ATTRIBUTE`.
    FunctionAttribute {
        /// Tuple of positional defaults.
        Defaults = "defaults",
        /// Dict of keyword-only defaults.
        KwDefaults = "kwdefaults",
        /// Dict of annotations as strings (`from __future__ import annotations`).
        Annotations = "annotations",
        /// Tuple of cells, in the order of `freevars`.
        Closure = "closure",
        /// The function that computes the annotations (PEP 649).
        Annotate = "annotate",
    }
}

operand_enum! {
    /// Operand of `INTRINSIC`: rare operations. Their block holds [`IntrinsicKind::arity`] registers.
    IntrinsicKind {
        /// `sys.displayhook(value)` of the interactive mode.
        Print = "print",
        /// `from module import *` into the frame's namespace.
        ImportStar = "import_star",
        /// New `TypeVar` of a name.
        TypeVar = "typevar",
        /// New `TypeVar` of a name and a function that computes its bound.
        TypeVarWithBound = "typevar_with_bound",
        /// New `TypeVar` of a name and a function that computes its constraints.
        TypeVarWithConstraints = "typevar_with_constraints",
        /// New `ParamSpec` of a name.
        ParamSpec = "paramspec",
        /// New `TypeVarTuple` of a name.
        TypeVarTuple = "typevartuple",
        /// Type parameter, function that computes its default: the type parameter.
        SetTypeParamDefault = "set_typeparam_default",
        /// `Generic[params]` of a tuple of type parameters.
        SubscriptGeneric = "subscript_generic",
        /// New `TypeAliasType`: name, type parameters or None, function that computes the value.
        TypeAlias = "typealias",
        /// Function, type parameters: the function with `__type_params__`.
        SetFunctionTypeParams = "set_function_type_params",
        /// Original exception, list of raised and unhandled parts: what to raise, or None.
        PrepReraiseStar = "prep_reraise_star",
        /// The exception becomes the one being handled (the matched part in `except*`).
        SetExcInfo = "set_exc_info",
    }
}

impl IntrinsicKind {
    /// Number of registers read.
    pub fn arity(self) -> u32 {
        use IntrinsicKind::*;
        match self {
            Print | ImportStar | TypeVar | ParamSpec | TypeVarTuple | SubscriptGeneric | SetExcInfo => 1,
            TypeVarWithBound
            | TypeVarWithConstraints
            | SetTypeParamDefault
            | SetFunctionTypeParams
            | PrepReraiseStar => 2,
            TypeAlias => 3,
        }
    }
}
