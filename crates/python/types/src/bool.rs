//! `bool`: two integers with a repr and logical operators of their own.

use crate::numbers::Int;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

macro_rules! logical_operators {
    ($($name:literal $symbol:literal $operator:tt $inherited:ident $reflected:ident;)*) => {
        &[$(
            def(
                concat!("__", $name, "__"),
                "($self, value, /)",
                concat!("Return self", $symbol, "value."),
                |py, a| match (a[0], a[1]) {
                    (TRUE | FALSE, TRUE | FALSE) => Ok(bool_word((a[0] == TRUE) $operator (a[1] == TRUE))),
                    _ => as_integers(py, a, Name::$inherited),
                },
            ),
            def(
                concat!("__r", $name, "__"),
                "($self, value, /)",
                concat!("Return value", $symbol, "self."),
                |py, a| match (a[0], a[1]) {
                    (TRUE | FALSE, TRUE | FALSE) => Ok(bool_word((a[0] == TRUE) $operator (a[1] == TRUE))),
                    _ => as_integers(py, a, Name::$reflected),
                },
            ),
        )*]
    };
}

static OPERATORS: &[NativeDef] = logical_operators! {
    "and" "&" & And Rand;
    "or" "|" | Or Ror;
    "xor" "^" ^ Xor Rxor;
};

const INVERSION: &str = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
    inversion of the underlying int object and is usually not what you expect from negating a bool. Use the 'not' operator for boolean \
    negation or ~int(x) if you really want the bitwise inversion of the underlying int.";

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| match a[0] {
        TRUE => py.str("True"),
        FALSE => py.str("False"),
        other => Err(crate::numbers::wrong_receiver(py, other, Ty::Bool, "__repr__")),
    }),
    def("__invert__", "($self, /)", "~self", |py, a| {
        let inverted = match a[0] {
            TRUE => -2,
            FALSE => -1,
            other => return Err(crate::numbers::wrong_receiver(py, other, Ty::Bool, "__invert__")),
        };
        py.warn(Ty::DeprecationWarning, INVERSION, 1)?;
        py.int(inverted)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Bool,
        doc: "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
        constructor: Some(construct),
        methods: METHODS,
    },
    crate::numbers::methods(Ty::Bool, OPERATORS),
];

/// With an operand that is no bool, the operator is that of `int`.
fn as_integers(py: Py, a: &[Word], name: Name) -> Result {
    if Int::of(py, a[1]).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    let method = py.ty(Ty::Int).lookup(py, name).expect("int has every operator");
    py.call(method, a)
}

/// `bool(object=False, /)`
fn construct(py: Py, _class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "bool")?;
    match args.words {
        [] => Ok(FALSE),
        [value] => Ok(bool_word(py.truth(*value)?)),
        more => Err(py.type_error(format!("bool expected at most 1 argument, got {}", more.len()))),
    }
}
