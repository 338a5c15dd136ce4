//! `complex`. A real operand stays real (C99's mixed arithmetic, as since 3.14): it has no imaginary part, not even a zero.

use crate::numbers::{
    Int, arithmetic, binary_operators, comparisons, methods, wrap, wrap_by_call, wrong_receiver,
};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, bind, class_method, def, given, member};
use python_model::objects;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_number::ArithmeticError;
use python_number::complex::{self, Complex};
use python_number::int_float;
use python_text::decimal::to_ascii;
use python_text::format::number::format_complex;

/// An operand.
#[derive(Clone, Copy)]
enum Number {
    Real(f64),
    Complex(Complex),
}

impl Number {
    fn complex(self) -> Complex {
        match self {
            Number::Real(re) => Complex::new(re, 0.0),
            Number::Complex(z) => z,
        }
    }
}

/// The complex number in a value that is one.
fn complex_of(py: Py, value: Word) -> Option<Complex> {
    let z = py.cast::<objects::Complex>(value)?;
    Some(Complex::new(z.re.get(), z.im.get()))
}

/// The complex number that a value stands for: by `__complex__`, else as a float.
/// Errors: `TypeError` if it is no number; what the special methods raise.
pub fn to_complex(py: Py, value: Word) -> Result<Complex> {
    if let Some(z) = complex_of(py, value) {
        return Ok(z);
    }
    if let Some(result) = py.call_special(value, Name::Complex, &[])? {
        let Some(z) = complex_of(py, result) else {
            return Err(
                py.type_error(format!("__complex__ returned non-complex (type {})", py.type_name(result)))
            );
        };
        py.warn_of_subclass(result, Ty::Complex, "__complex__ returned non-complex")?;
        return Ok(z);
    }
    Ok(Complex::new(py.to_f64(value)?, 0.0))
}

fn receiver(py: Py, value: Word, method: &str) -> Result<Complex> {
    complex_of(py, value).ok_or_else(|| wrong_receiver(py, value, Ty::Complex, method))
}

fn receiver_operand(py: Py, value: Word, method: &str) -> Result<Number> {
    receiver(py, value, method).map(Number::Complex)
}

/// Errors: an integer that is too large.
fn operand(py: Py, value: Word) -> Result<Option<Number>> {
    if let Some(z) = complex_of(py, value) {
        return Ok(Some(Number::Complex(z)));
    }
    if let V::Float(x) = V::of(py.base(value)) {
        return Ok(Some(Number::Real(x)));
    }
    match Int::of(py, value) {
        Some(n) => Ok(Some(Number::Real(n.to_f64(py)?))),
        None => Ok(None),
    }
}

static OPERATORS: &[NativeDef] = binary_operators! { receiver_operand, operand;
    "add" "+" add;
    "sub" "-" subtract;
    "mul" "*" multiply;
    "truediv" "/" divide;
};

static COMPARISONS: &[NativeDef] = comparisons!(compare);

static METHODS: &[NativeDef] = &[
    def("__pow__", "($self, value, mod=None, /)", "Return pow(self, value, mod).", |py, a| {
        let base = receiver(py, a[0], "__pow__")?;
        operand(py, a[1])?.map_or(Ok(NOT_IMPLEMENTED), |exponent| raise(py, base, exponent.complex(), a[2]))
    }),
    def("__rpow__", "($self, value, mod=None, /)", "Return pow(value, self, mod).", |py, a| {
        let exponent = receiver(py, a[0], "__rpow__")?;
        operand(py, a[1])?.map_or(Ok(NOT_IMPLEMENTED), |base| raise(py, base.complex(), exponent, a[2]))
    }),
    def("__neg__", "($self, /)", "-self", |py, a| {
        let z = receiver(py, a[0], "__neg__")?;
        py.complex(-z.re, -z.im)
    }),
    def("__pos__", "($self, /)", "+self", |py, a| {
        let z = receiver(py, a[0], "__pos__")?;
        py.complex(z.re, z.im)
    }),
    def("__abs__", "($self, /)", "abs(self)", |py, a| {
        Ok(float_word(arithmetic(py, receiver(py, a[0], "__abs__")?.abs())?))
    }),
    def("__bool__", "($self, /)", "True if self else False", |py, a| {
        let z = receiver(py, a[0], "__bool__")?;
        Ok(bool_word(z.re != 0.0 || z.im != 0.0))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let z = receiver(py, a[0], "__hash__")?;
        py.int(python_number::hash::hash_complex(z.re, z.im, py.hash_identity(a[0])))
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        py.str(&complex::repr(receiver(py, a[0], "__repr__")?))
    }),
    def("__format__", "($self, format_spec, /)", "Convert to a string according to format_spec.", |py, a| {
        let z = receiver(py, a[0], "__format__")?;
        crate::numbers::format(py, a, |spec| format_complex(z.re, z.im, spec, None))
    }),
    def("__complex__", "($self, /)", "Convert this value to exact type complex.", |py, a| {
        let z = receiver(py, a[0], "__complex__")?;
        py.complex(z.re, z.im)
    }),
    class_method(
        "from_number",
        "($type, number, /)",
        "Convert number to a complex floating-point number.",
        |py, a| {
            let is_exact = py.as_type(a[0]).is_some_and(|class| class.is(py.ty(Ty::Complex)));
            if is_exact && as_object::<objects::Complex>(a[1]).is_some() {
                return Ok(a[1]);
            }
            let z = match by_method(py, a[1])? {
                Some(z) => z,
                None => Complex::new(py.to_f64(a[1])?, 0.0),
            };
            let value = py.complex(z.re, z.im)?;
            wrap_by_call(py, a[0], Ty::Complex, value)
        },
    ),
    def(
        "conjugate",
        "($self, /)",
        "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
        |py, a| {
            let z = receiver(py, a[0], "conjugate")?;
            py.complex(z.re, -z.im)
        },
    ),
    def("__getnewargs__", "($self, /)", "", |py, a| {
        let z = receiver(py, a[0], "__getnewargs__")?;
        py.new_tuple(&[float_word(z.re), float_word(z.im)])
    }),
    def("__sizeof__", "($self, /)", "Size of object in memory, in bytes.", |py, _| py.int(32)),
    member("real", "the real part of a complex number", |py, a| {
        Ok(float_word(receiver(py, a[0], "real")?.re))
    }),
    member("imag", "the imaginary part of a complex number", |py, a| {
        Ok(float_word(receiver(py, a[0], "imag")?.im))
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Complex,
        doc: "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.",
        constructor: Some(construct),
        methods: METHODS,
    },
    methods(Ty::Complex, OPERATORS),
    methods(Ty::Complex, COMPARISONS),
];

/// `complex(real=0, imag=0)`, or `complex(text)`.
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    if args.words.len() > 2 && args.keyword_count() == 0 {
        return Err(
            py.type_error(format!("complex() takes at most 2 arguments ({} given)", args.words.len()))
        );
    }
    if let ([value], 0) = (args.words, args.keyword_count()) {
        if class.is(py.ty(Ty::Complex)) && py.type_of(*value).is(class) {
            return Ok(*value);
        }
        let z = from_one(py, *value)?;
        return wrap(py, class, Ty::Complex, py.complex(z.re, z.im)?);
    }
    let [real, imag] = bind(py, "complex", signature!("(real=0, imag=0)"), args)?;
    let re = if real == UNSET { Number::Real(0.0) } else { part(py, real, "real")? };
    let im = if imag == UNSET { Number::Real(0.0) } else { part(py, imag, "imag")? };
    for (name, argument, number) in [("real", real, &re), ("imag", imag, &im)] {
        if matches!(number, Number::Complex(_)) && complex_of(py, argument).is_some() {
            let class = py.type_name(argument);
            let message = format!("complex() argument '{name}' must be a real number, not {class}");
            py.warn(Ty::DeprecationWarning, &message, 1)?;
        }
    }
    let (mut re_part, mut im_part) = match re {
        Number::Real(re) => (re, 0.0),
        Number::Complex(z) => (z.re, z.im),
    };
    match im {
        Number::Real(im) if matches!(re, Number::Complex(_)) && imag != UNSET => im_part += im,
        Number::Real(im) if imag != UNSET => im_part = im,
        Number::Real(_) => {}
        Number::Complex(z) => {
            re_part -= z.im;
            im_part = if matches!(re, Number::Complex(_)) { im_part + z.re } else { z.re };
        }
    }
    wrap(py, class, Ty::Complex, py.complex(re_part, im_part)?)
}

/// The number that the only argument stands for.
fn from_one(py: Py, value: Word) -> Result<Complex> {
    if let Some(text) = py.as_str(value) {
        let ascii = to_ascii(text.as_bytes());
        return match complex::parse_complex(&ascii) {
            Some(z) => Ok(z),
            None if has_stray_underscore(&ascii) => {
                Err(py.value_error(format!("could not convert string to complex: {}", py.repr_text(value)?)))
            }
            None => Err(py.value_error("complex() arg is a malformed string")),
        };
    }
    if let Some(z) = by_method(py, value)? {
        return Ok(z);
    }
    if !is_real(py, value) {
        return Err(py.type_error(format!(
            "complex() argument must be a string or a number, not {}",
            py.type_name(value)
        )));
    }
    Ok(Complex::new(py.to_f64(value)?, 0.0))
}

/// Whether an underscore is not between two digits.
fn has_stray_underscore(text: &[u8]) -> bool {
    let is_digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let mut underscores = text.iter().enumerate().filter(|(_, byte)| **byte == b'_');
    underscores.any(|(at, _)| !is_digit(at.checked_sub(1)) || !is_digit(Some(at + 1)))
}

/// One of two arguments. Complex ones are deprecated, but count.
fn part(py: Py, value: Word, name: &str) -> Result<Number> {
    if let Some(z) = complex_of(py, value) {
        return Ok(Number::Complex(z));
    }
    if name == "real"
        && let Some(z) = by_method(py, value)?
    {
        return Ok(Number::Complex(z));
    }
    if !is_real(py, value) {
        return Err(py.type_error(format!(
            "complex() argument '{name}' must be a real number, not {}",
            py.type_name(value)
        )));
    }
    Ok(Number::Real(py.to_f64(value)?))
}

fn is_real(py: Py, value: Word) -> bool {
    let class = py.type_of(value);
    class.lookup(py, Name::Float).is_some() || class.lookup(py, Name::Index).is_some()
}

/// What `__complex__` returns; a complex number itself needs no method.
fn by_method(py: Py, value: Word) -> Result<Option<Complex>> {
    if as_object::<objects::Complex>(value).is_some() {
        return Ok(complex_of(py, value));
    }
    let Some(result) = py.call_special(value, Name::Complex, &[])? else { return Ok(None) };
    match complex_of(py, result) {
        Some(z) => {
            py.warn_of_subclass(result, Ty::Complex, "__complex__ returned non-complex")?;
            Ok(Some(z))
        }
        None => {
            Err(py.type_error(format!("__complex__ returned non-complex (type {})", py.type_name(result))))
        }
    }
}

fn add(py: Py, a: Number, b: Number) -> Result {
    match (a, b) {
        (Number::Complex(a), Number::Complex(b)) => py.complex(a.re + b.re, a.im + b.im),
        (Number::Complex(z), Number::Real(x)) | (Number::Real(x), Number::Complex(z)) => {
            py.complex(z.re + x, z.im)
        }
        (Number::Real(a), Number::Real(b)) => Ok(float_word(a + b)),
    }
}

fn subtract(py: Py, a: Number, b: Number) -> Result {
    match (a, b) {
        (Number::Complex(a), Number::Complex(b)) => py.complex(a.re - b.re, a.im - b.im),
        (Number::Complex(z), Number::Real(x)) => py.complex(z.re - x, z.im),
        (Number::Real(x), Number::Complex(z)) => py.complex(x - z.re, -z.im),
        (Number::Real(a), Number::Real(b)) => Ok(float_word(a - b)),
    }
}

fn multiply(py: Py, a: Number, b: Number) -> Result {
    match (a, b) {
        (Number::Complex(a), Number::Complex(b)) => {
            let product = a.multiply(b);
            py.complex(product.re, product.im)
        }
        (Number::Complex(z), Number::Real(x)) | (Number::Real(x), Number::Complex(z)) => {
            py.complex(z.re * x, z.im * x)
        }
        (Number::Real(a), Number::Real(b)) => Ok(float_word(a * b)),
    }
}

fn divide(py: Py, a: Number, b: Number) -> Result {
    let quotient = match (a, b) {
        (Number::Complex(_) | Number::Real(_), Number::Real(0.0)) => Err(ArithmeticError::ZeroDivision),
        (Number::Complex(z), Number::Real(x)) => Ok(Complex::new(z.re / x, z.im / x)),
        (Number::Complex(a), Number::Complex(b)) => a.divide(b),
        (Number::Real(x), Number::Complex(z)) => divide_real(x, z),
        (Number::Real(a), Number::Real(b)) => return Ok(float_word(a / b)),
    };
    let quotient = arithmetic(py, quotient)?;
    py.complex(quotient.re, quotient.im)
}

/// Smith's division of a real number: as of a complex one, without the terms of its imaginary part.
fn divide_real(x: f64, z: Complex) -> std::result::Result<Complex, ArithmeticError> {
    let (abs_re, abs_im) = (z.re.abs(), z.im.abs());
    let quotient = if abs_re >= abs_im {
        if abs_re == 0.0 {
            return Err(ArithmeticError::ZeroDivision);
        }
        let ratio = z.im / z.re;
        let denominator = z.re + z.im * ratio;
        Complex::new(x / denominator, (-x * ratio) / denominator)
    } else if abs_im >= abs_re {
        let ratio = z.re / z.im;
        let denominator = z.re * ratio + z.im;
        Complex::new((x * ratio) / denominator, -x / denominator)
    } else {
        Complex::new(f64::NAN, f64::NAN)
    };
    if quotient.re.is_nan()
        && quotient.im.is_nan()
        && x.is_finite()
        && (z.re.is_infinite() || z.im.is_infinite())
    {
        let unit = |part: f64| if part.is_infinite() { 1.0_f64 } else { 0.0 }.copysign(part);
        return Ok(Complex::new(0.0 * (x * unit(z.re)), 0.0 * (-x * unit(z.im))));
    }
    Ok(quotient)
}

fn raise(py: Py, base: Complex, exponent: Complex, modulus: Word) -> Result {
    if given(modulus).is_some() {
        return Err(py.value_error("complex modulo"));
    }
    let power = arithmetic(py, base.pow(exponent))?;
    py.complex(power.re, power.im)
}

/// Complex numbers have no order; an integer is not rounded to be compared.
fn compare(py: Py, a: Word, b: Word, comparison: Comparison, method: &str) -> Result {
    let z = receiver(py, a, method)?;
    if !matches!(comparison, Comparison::Eq | Comparison::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let is_equal = if let Some(other) = complex_of(py, b) {
        z == other
    } else if let V::Float(other) = V::of(py.base(b)) {
        z.im == 0.0 && z.re == other
    } else if let Some(other) = Int::of(py, b) {
        z.im == 0.0 && int_float::compare_int_float(&other.big(), z.re) == Some(std::cmp::Ordering::Equal)
    } else {
        return Ok(NOT_IMPLEMENTED);
    };
    Ok(bool_word(is_equal == (comparison == Comparison::Eq)))
}
