//! `float`: arithmetic with Python's rules for signs, zero and rounding; exact comparison with integers.

use crate::numbers::{
    Int, arithmetic, binary_operators, comparisons, float_to_int, methods, number_text, text_or_bytes, wrap,
    wrap_by_call, wrong_receiver,
};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, getter, given};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_number::ArithmeticError;
use python_number::complex::Complex;
use python_number::float_hex::{self, HexError};
use python_number::float_ops::{self, FloatPower};
use python_number::{float_parse, float_text, int_float};
use python_text::format::number::format_f64;

fn receiver(py: Py, value: Word, method: &str) -> Result<f64> {
    match V::of(py.base(value)) {
        V::Float(value) => Ok(value),
        _ => Err(wrong_receiver(py, value, Ty::Float, method)),
    }
}

/// The other operand: a float, or an integer as one. Errors: the integer is too large.
fn operand(py: Py, value: Word) -> Result<Option<f64>> {
    if let V::Float(value) = V::of(py.base(value)) {
        return Ok(Some(value));
    }
    Int::of(py, value).map(|value| value.to_f64(py)).transpose()
}

static OPERATORS: &[NativeDef] = binary_operators! { receiver, operand;
    "add" "+" add;
    "sub" "-" subtract;
    "mul" "*" multiply;
    "truediv" "/" divide;
    "mod" "%" modulo;
    "floordiv" "//" floor_divide;
};

static COMPARISONS: &[NativeDef] = comparisons!(compare);

static METHODS: &[NativeDef] = &[
    def("__divmod__", "($self, value, /)", "Return divmod(self, value).", |py, a| {
        let x = receiver(py, a[0], "__divmod__")?;
        operand(py, a[1])?.map_or(Ok(NOT_IMPLEMENTED), |y| divide_with_rest(py, x, y))
    }),
    def("__rdivmod__", "($self, value, /)", "Return divmod(value, self).", |py, a| {
        let y = receiver(py, a[0], "__rdivmod__")?;
        operand(py, a[1])?.map_or(Ok(NOT_IMPLEMENTED), |x| divide_with_rest(py, x, y))
    }),
    def("__pow__", "($self, value, mod=None, /)", "Return pow(self, value, mod).", |py, a| {
        let base = receiver(py, a[0], "__pow__")?;
        refuse_modulus(py, a[2])?;
        operand(py, a[1])?.map_or(Ok(NOT_IMPLEMENTED), |exponent| raise(py, base, exponent))
    }),
    def("__rpow__", "($self, value, mod=None, /)", "Return pow(value, self, mod).", |py, a| {
        let exponent = receiver(py, a[0], "__rpow__")?;
        refuse_modulus(py, a[2])?;
        operand(py, a[1])?.map_or(Ok(NOT_IMPLEMENTED), |base| raise(py, base, exponent))
    }),
    def("__neg__", "($self, /)", "-self", |py, a| Ok(float_word(-receiver(py, a[0], "__neg__")?))),
    def("__pos__", "($self, /)", "+self", |py, a| Ok(float_word(receiver(py, a[0], "__pos__")?))),
    def("__abs__", "($self, /)", "abs(self)", |py, a| Ok(float_word(receiver(py, a[0], "__abs__")?.abs()))),
    def("__bool__", "($self, /)", "True if self else False", |py, a| {
        Ok(bool_word(receiver(py, a[0], "__bool__")? != 0.0))
    }),
    def("__int__", "($self, /)", "int(self)", |py, a| float_to_int(py, receiver(py, a[0], "__int__")?)),
    def("__float__", "($self, /)", "float(self)", |py, a| Ok(float_word(receiver(py, a[0], "__float__")?))),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let value = receiver(py, a[0], "__hash__")?;
        // Every NaN has a hash of its own, where it is an object of its own.
        py.int(if value.is_nan() { py.hash_identity(a[0]) } else { py.hash(float_word(value))? })
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        py.str(&float_text::repr(receiver(py, a[0], "__repr__")?))
    }),
    def("__format__", "($self, format_spec, /)", "Formats the float according to format_spec.", |py, a| {
        let value = receiver(py, a[0], "__format__")?;
        crate::numbers::format(py, a, |spec| format_f64(value, spec, None))
    }),
    class_method(
        "from_number",
        "($type, number, /)",
        "Convert real number to a floating-point number.",
        |py, a| {
            let value = float_word(py.to_f64(a[1])?);
            wrap_by_call(py, a[0], Ty::Float, value)
        },
    ),
    def("conjugate", "($self, /)", "Return self, the complex conjugate of any float.", |py, a| {
        Ok(float_word(receiver(py, a[0], "conjugate")?))
    }),
    def("__trunc__", "($self, /)", "Return the Integral closest to x between 0 and x.", |py, a| {
        float_to_int(py, receiver(py, a[0], "__trunc__")?)
    }),
    def("__floor__", "($self, /)", "Return the floor as an Integral.", |py, a| {
        float_to_int(py, receiver(py, a[0], "__floor__")?.floor())
    }),
    def("__ceil__", "($self, /)", "Return the ceiling as an Integral.", |py, a| {
        float_to_int(py, receiver(py, a[0], "__ceil__")?.ceil())
    }),
    def(
        "__round__",
        "($self, ndigits=None, /)",
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
        |py, a| {
            let value = receiver(py, a[0], "__round__")?;
            let Some(digits) = given(a[1]) else {
                return float_to_int(py, float_ops::round_half_even(value));
            };
            let digits = py.index_clamped(digits)?;
            Ok(float_word(arithmetic(py, float_ops::round_digits(value, digits))?))
        },
    ),
    def(
        "as_integer_ratio",
        "($self, /)",
        "Return a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)",
        |py, a| {
            let value = receiver(py, a[0], "as_integer_ratio")?;
            let (numerator, denominator) = arithmetic(py, int_float::as_integer_ratio(value))?;
            let (numerator, denominator) = (py.big_int(numerator)?, py.big_int(denominator)?);
            py.new_tuple(&[numerator, denominator])
        },
    ),
    class_method(
        "fromhex",
        "($type, string, /)",
        "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324",
        |py, a| {
            let Some(text) = py.as_str(a[1]) else {
                return Err(py.type_error("bad argument type for built-in operation"));
            };
            match float_hex::from_hex(text.as_bytes()) {
                Ok(value) => wrap_by_call(py, a[0], Ty::Float, float_word(value)),
                Err(HexError::Invalid) => Err(py.value_error(HexError::Invalid.message())),
                Err(HexError::TooLarge) => Err(py.overflow_error(HexError::TooLarge.message())),
            }
        },
    ),
    def(
        "hex",
        "($self, /)",
        "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'",
        |py, a| py.str(&float_hex::to_hex(receiver(py, a[0], "hex")?)),
    ),
    def("is_integer", "($self, /)", "Return True if the float is an integer.", |py, a| {
        Ok(bool_word(float_ops::is_integer(receiver(py, a[0], "is_integer")?)))
    }),
    def("__getnewargs__", "($self, /)", "", |py, a| {
        py.new_tuple(&[float_word(receiver(py, a[0], "__getnewargs__")?)])
    }),
    def("__sizeof__", "($self, /)", "Size of object in memory, in bytes.", |py, _| py.int(24)),
    class_method(
        "__getformat__",
        "($type, typestr, /)",
        "You probably don't want to use this function.\n\n  typestr\n    Must be 'double' or 'float'.\n\nIt exists mainly to be used in Python's test suite.\n\nThis function returns whichever of 'unknown', 'IEEE, big-endian' or\n'IEEE, little-endian' best describes the format of floating-point\nnumbers used by the C type named by typestr.",
        get_format,
    ),
    getter("real", "the real part of a complex number", |py, a| Ok(float_word(receiver(py, a[0], "real")?))),
    getter("imag", "the imaginary part of a complex number", |_, _| Ok(float_word(0.0))),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Float,
        doc: "Convert a string or number to a floating-point number, if possible.",
        constructor: Some(construct),
        methods: METHODS,
    },
    methods(Ty::Float, OPERATORS),
    methods(Ty::Float, COMPARISONS),
];

/// `float(x=0, /)`
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let float_init = py.ty(Ty::Float).lookup(py, Name::Init);
    if class.is(py.ty(Ty::Float)) || class.lookup(py, Name::Init) == float_init {
        args.no_keywords(py, "float")?;
    }
    let value = match args.positionals() {
        [] => 0.0,
        [value] => to_float(py, *value)?,
        more => return Err(py.type_error(format!("float expected at most 1 argument, got {}", more.len()))),
    };
    wrap(py, class, Ty::Float, float_word(value))
}

/// The number that a text stands for. Errors: `ValueError` naming the value that it is the text of.
fn parsed(py: Py, value: Word, text: &[u8]) -> Result<f64> {
    match float_parse::parse_float(text) {
        Some(number) => Ok(number),
        None => Err(py.value_error(format!("could not convert string to float: {}", py.repr_text(value)?))),
    }
}

fn to_float(py: Py, value: Word) -> Result<f64> {
    if let V::Float(value) = V::of(value) {
        return Ok(value);
    }
    let class = py.type_of(value);
    // A subclass of a type of text may say what it is as a number.
    let is_text = as_instance(value).is_none() || class.lookup(py, Name::Float).is_none();
    if is_text && let Some(text) = text_or_bytes(py, value) {
        return parsed(py, value, &text);
    }
    if class.lookup(py, Name::Float).is_none() && class.lookup(py, Name::Index).is_none() {
        if let Some(text) = number_text(py, value)? {
            return parsed(py, value, &text);
        }
        return Err(py.type_error(format!(
            "float() argument must be a string or a real number, not '{}'",
            class.name.borrow()
        )));
    }
    // Asks the class of an instance of a subclass of `float` or `int` too, which may have redefined the conversion.
    let redefined = as_instance(value).is_some();
    if redefined && let Some(result) = py.call_special(value, Name::Float, &[])? {
        return match V::of(py.base(result)) {
            V::Float(value) => {
                let said = format!("{}.__float__ returned non-float", class.name.borrow());
                py.warn_of_subclass(result, Ty::Float, &said)?;
                Ok(value)
            }
            _ => Err(py.type_error(format!(
                "{}.__float__ returned non-float (type {})",
                class.name.borrow(),
                py.type_name(result)
            ))),
        };
    }
    py.to_f64(value)
}

fn get_format(py: Py, a: &[Word]) -> Result {
    let Some(name) = py.as_str(a[1]) else {
        return Err(
            py.type_error(format!("__getformat__() argument must be str, not {}", py.argument_type(a[1])))
        );
    };
    match name.as_bytes() {
        b"double" | b"float" if cfg!(target_endian = "little") => py.str("IEEE, little-endian"),
        b"double" | b"float" => py.str("IEEE, big-endian"),
        _ => Err(py.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}

fn add(_: Py, x: f64, y: f64) -> Result {
    Ok(float_word(x + y))
}

fn subtract(_: Py, x: f64, y: f64) -> Result {
    Ok(float_word(x - y))
}

fn multiply(_: Py, x: f64, y: f64) -> Result {
    Ok(float_word(x * y))
}

fn divide(py: Py, x: f64, y: f64) -> Result {
    if y == 0.0 {
        return arithmetic(py, Err(ArithmeticError::ZeroDivision));
    }
    Ok(float_word(x / y))
}

fn modulo(py: Py, x: f64, y: f64) -> Result {
    Ok(float_word(arithmetic(py, float_ops::float_mod(x, y))?))
}

fn floor_divide(py: Py, x: f64, y: f64) -> Result {
    Ok(float_word(arithmetic(py, float_ops::float_floor_div(x, y))?))
}

fn divide_with_rest(py: Py, x: f64, y: f64) -> Result {
    let (quotient, rest) = arithmetic(py, float_ops::float_div_mod(x, y))?;
    py.new_tuple(&[float_word(quotient), float_word(rest)])
}

fn refuse_modulus(py: Py, modulus: Word) -> Result<()> {
    match given(modulus) {
        None => Ok(()),
        Some(_) => Err(py.type_error("pow() 3rd argument not allowed unless all arguments are integers")),
    }
}

fn raise(py: Py, base: f64, exponent: f64) -> Result {
    match arithmetic(py, float_ops::float_pow(base, exponent))? {
        FloatPower::Real(power) => Ok(float_word(power)),
        FloatPower::Complex => {
            let power = arithmetic(py, Complex::new(base, 0.0).pow(Complex::new(exponent, 0.0)))?;
            py.complex(power.re, power.im)
        }
    }
}

/// Compares with a float or an integer, whose value is not rounded for it.
fn compare(py: Py, a: Word, b: Word, comparison: Comparison, method: &str) -> Result {
    let x = receiver(py, a, method)?;
    let ordering = match V::of(py.base(b)) {
        V::Float(y) => x.partial_cmp(&y),
        _ => match Int::of(py, b) {
            Some(Int::Small(y)) => int_float::compare_i64_float(y, x).map(std::cmp::Ordering::reverse),
            Some(Int::Big(y)) => int_float::compare_int_float(&y.value, x).map(std::cmp::Ordering::reverse),
            None => return Ok(NOT_IMPLEMENTED),
        },
    };
    Ok(bool_word(comparison.holds_partial(ordering)))
}
