//! `int`: arithmetic of any size. What fits 64 bits is computed there, the rest by big integers.
//!
//! The interpreter adds, compares, … small integers itself; these methods get what it leaves: overflow, big operands, subclasses.
//! The constructor and conversions from and to text and bytes are in `int_convert`.

use crate::int_convert;
use crate::numbers::{Int, arithmetic, binary_operators, comparisons, methods, wrong_receiver};
use dashu_int::IBig;
use python_model::native::{NativeDef, NativeType, class_method, def, getter, given};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_number::float_ops::{FloatPower, float_pow};
use python_number::{bits, division, int_float, power, product};

/// The receiver of a method. Errors: `TypeError`.
pub fn receiver(py: Py, value: Word, method: &str) -> Result<Int> {
    Int::of(py, value).ok_or_else(|| wrong_receiver(py, value, Ty::Int, method))
}

fn operand(py: Py, value: Word) -> Result<Option<Int>> {
    Ok(Int::of(py, value))
}

static OPERATORS: &[NativeDef] = binary_operators! { receiver, operand;
    "add" "+" add;
    "sub" "-" subtract;
    "mul" "*" multiply;
    "mod" "%" modulo;
    "floordiv" "//" floor_divide;
    "truediv" "/" true_divide;
    "lshift" "<<" shift_left;
    "rshift" ">>" shift_right;
    "and" "&" and;
    "xor" "^" xor;
    "or" "|" or;
};

static COMPARISONS: &[NativeDef] = comparisons!(compare);

static METHODS: &[NativeDef] = &[
    def("__divmod__", "($self, value, /)", "Return divmod(self, value).", |py, a| {
        let x = receiver(py, a[0], "__divmod__")?;
        Int::of(py, a[1]).map_or(Ok(NOT_IMPLEMENTED), |y| divide_with_rest(py, x, y))
    }),
    def("__rdivmod__", "($self, value, /)", "Return divmod(value, self).", |py, a| {
        let y = receiver(py, a[0], "__rdivmod__")?;
        Int::of(py, a[1]).map_or(Ok(NOT_IMPLEMENTED), |x| divide_with_rest(py, x, y))
    }),
    def("__pow__", "($self, value, mod=None, /)", "Return pow(self, value, mod).", |py, a| {
        let base = receiver(py, a[0], "__pow__")?;
        Int::of(py, a[1]).map_or(Ok(NOT_IMPLEMENTED), |exponent| raise(py, base, exponent, a[2]))
    }),
    def("__rpow__", "($self, value, mod=None, /)", "Return pow(value, self, mod).", |py, a| {
        let exponent = receiver(py, a[0], "__rpow__")?;
        Int::of(py, a[1]).map_or(Ok(NOT_IMPLEMENTED), |base| raise(py, base, exponent, a[2]))
    }),
    def("__neg__", "($self, /)", "-self", |py, a| negative(py, receiver(py, a[0], "__neg__")?)),
    def("__pos__", "($self, /)", "+self", |py, a| receiver(py, a[0], "__pos__")?.to_word(py)),
    def("__abs__", "($self, /)", "abs(self)", |py, a| {
        let value = receiver(py, a[0], "__abs__")?;
        if value.is_negative() { negative(py, value) } else { value.to_word(py) }
    }),
    def("__bool__", "($self, /)", "True if self else False", |py, a| {
        Ok(bool_word(!receiver(py, a[0], "__bool__")?.is_zero()))
    }),
    def("__invert__", "($self, /)", "~self", |py, a| match receiver(py, a[0], "__invert__")? {
        Int::Small(value) => py.int(!value),
        Int::Big(value) => py.big_int(!&*value.value),
    }),
    def("__int__", "($self, /)", "int(self)", |py, a| receiver(py, a[0], "__int__")?.to_word(py)),
    def("__float__", "($self, /)", "float(self)", |py, a| {
        Ok(float_word(receiver(py, a[0], "__float__")?.to_f64(py)?))
    }),
    def(
        "__index__",
        "($self, /)",
        "Return self converted to an integer, if self is suitable for use as an index into a list.",
        |py, a| receiver(py, a[0], "__index__")?.to_word(py),
    ),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let value = receiver(py, a[0], "__hash__")?.to_word(py)?;
        py.int(py.hash(value)?)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", int_convert::repr),
    def(
        "__format__",
        "($self, format_spec, /)",
        "Convert to a string according to format_spec.",
        int_convert::format,
    ),
    def("conjugate", "($self, /)", "Returns self, the complex conjugate of any int.", |py, a| {
        receiver(py, a[0], "conjugate")?.to_word(py)
    }),
    def(
        "bit_length",
        "($self, /)",
        "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6",
        |py, a| {
            py.uint(match receiver(py, a[0], "bit_length")? {
                Int::Small(value) => bits::bit_length_i64(value),
                Int::Big(value) => bits::bit_length(&value.value),
            })
        },
    ),
    def(
        "bit_count",
        "($self, /)",
        "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
        |py, a| {
            py.uint(match receiver(py, a[0], "bit_count")? {
                Int::Small(value) => u64::from(value.unsigned_abs().count_ones()),
                Int::Big(value) => bits::bit_count(&value.value),
            })
        },
    ),
    def(
        "to_bytes",
        "($self, /, length=1, byteorder='big', *, signed=False)",
        int_convert::TO_BYTES_DOC,
        int_convert::to_bytes,
    ),
    class_method(
        "from_bytes",
        "($type, /, bytes, byteorder='big', *, signed=False)",
        int_convert::FROM_BYTES_DOC,
        int_convert::from_bytes,
    ),
    def(
        "as_integer_ratio",
        "($self, /)",
        "Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)",
        |py, a| {
            let value = receiver(py, a[0], "as_integer_ratio")?.to_word(py)?;
            py.new_tuple(&[value, small_int(1)])
        },
    ),
    def("__trunc__", "($self, /)", "Truncating an Integral returns itself.", |py, a| {
        receiver(py, a[0], "__trunc__")?.to_word(py)
    }),
    def("__floor__", "($self, /)", "Flooring an Integral returns itself.", |py, a| {
        receiver(py, a[0], "__floor__")?.to_word(py)
    }),
    def("__ceil__", "($self, /)", "Ceiling of an Integral returns itself.", |py, a| {
        receiver(py, a[0], "__ceil__")?.to_word(py)
    }),
    def(
        "__round__",
        "($self, ndigits=None, /)",
        "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
        round,
    ),
    def("__getnewargs__", "($self, /)", "", |py, a| {
        let value = receiver(py, a[0], "__getnewargs__")?.to_word(py)?;
        py.new_tuple(&[value])
    }),
    def("__sizeof__", "($self, /)", "Returns size in memory, in bytes.", |py, a| {
        // CPython's: a header and 30 bits in four bytes.
        let length = bits::bit_length(&receiver(py, a[0], "__sizeof__")?.big());
        py.uint(24 + 4 * length.div_ceil(30).max(1))
    }),
    def(
        "is_integer",
        "($self, /)",
        "Returns True. Exists for duck type compatibility with float.is_integer.",
        |py, a| {
            receiver(py, a[0], "is_integer")?;
            Ok(TRUE)
        },
    ),
    getter("real", "the real part of a complex number", |py, a| receiver(py, a[0], "real")?.to_word(py)),
    getter("imag", "the imaginary part of a complex number", |_, _| Ok(small_int(0))),
    getter("numerator", "the numerator of a rational number in lowest terms", |py, a| {
        receiver(py, a[0], "numerator")?.to_word(py)
    }),
    getter("denominator", "the denominator of a rational number in lowest terms", |_, _| Ok(small_int(1))),
];

const DOC: &str = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer\niteral.\n>>> int('0b100', base=0)\n4";

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::Int, doc: DOC, constructor: Some(int_convert::construct), methods: METHODS },
    methods(Ty::Int, OPERATORS),
    methods(Ty::Int, COMPARISONS),
];

fn add(py: Py, x: Int, y: Int) -> Result {
    if let (Int::Small(x), Int::Small(y)) = (x, y)
        && let Some(sum) = x.checked_add(y)
    {
        return py.int(sum);
    }
    py.big_int(&*x.big() + &*y.big())
}

fn subtract(py: Py, x: Int, y: Int) -> Result {
    if let (Int::Small(x), Int::Small(y)) = (x, y)
        && let Some(difference) = x.checked_sub(y)
    {
        return py.int(difference);
    }
    py.big_int(&*x.big() - &*y.big())
}

fn multiply(py: Py, x: Int, y: Int) -> Result {
    if let (Int::Small(x), Int::Small(y)) = (x, y) {
        if let Some(product) = x.checked_mul(y) {
            return py.int(product);
        }
        return py.big_int(IBig::from(i128::from(x) * i128::from(y)));
    }
    let (x, y) = (x.big(), y.big());
    if bits::bit_length(&x).saturating_add(bits::bit_length(&y)) > bits::MAX_BITS {
        return Err(py.out_of_memory());
    }
    py.big_int(product::multiply(&x, &y))
}

fn modulo(py: Py, x: Int, y: Int) -> Result {
    if let (Int::Small(x), Int::Small(y)) = (x, y)
        && y != 0
    {
        return py.int(division::floor_mod_i64(x, y));
    }
    py.big_int(arithmetic(py, division::floor_mod(&x.big(), &y.big()))?)
}

fn floor_divide(py: Py, x: Int, y: Int) -> Result {
    if let (Int::Small(x), Int::Small(y)) = (x, y)
        && y != 0
        && let Some(quotient) = division::floor_div_i64(x, y)
    {
        return py.int(quotient);
    }
    py.big_int(arithmetic(py, division::floor_div(&x.big(), &y.big()))?)
}

fn divide_with_rest(py: Py, x: Int, y: Int) -> Result {
    let (quotient, rest) = if let (Int::Small(x), Int::Small(y)) = (x, y)
        && y != 0
        && let Some(quotient) = division::floor_div_i64(x, y)
    {
        (py.int(quotient)?, py.int(division::floor_mod_i64(x, y))?)
    } else {
        let (quotient, rest) = arithmetic(py, division::floor_div_mod(&x.big(), &y.big()))?;
        (py.big_int(quotient)?, py.big_int(rest)?)
    };
    py.new_tuple(&[quotient, rest])
}

fn true_divide(py: Py, x: Int, y: Int) -> Result {
    let quotient = match (x, y) {
        (Int::Small(x), Int::Small(y)) => int_float::true_divide_i64(x, y),
        _ => int_float::true_divide(&x.big(), &y.big()),
    };
    Ok(float_word(arithmetic(py, quotient)?))
}

fn shift_left(py: Py, x: Int, count: Int) -> Result {
    if let (Int::Small(x), Int::Small(count)) = (x, count)
        && let Ok(count) = u64::try_from(count)
        && let Some(shifted) = bits::shift_left_i64(x, count)
    {
        return py.int(shifted);
    }
    py.big_int(arithmetic(py, bits::shift_left(&x.big(), &count.big()))?)
}

fn shift_right(py: Py, x: Int, count: Int) -> Result {
    if let (Int::Small(x), Int::Small(count)) = (x, count)
        && let Ok(count) = u64::try_from(count)
    {
        return py.int(bits::shift_right_i64(x, count));
    }
    py.big_int(arithmetic(py, bits::shift_right(&x.big(), &count.big()))?)
}

fn and(py: Py, x: Int, y: Int) -> Result {
    match (x, y) {
        (Int::Small(x), Int::Small(y)) => py.int(x & y),
        _ => py.big_int(&*x.big() & &*y.big()),
    }
}

fn xor(py: Py, x: Int, y: Int) -> Result {
    match (x, y) {
        (Int::Small(x), Int::Small(y)) => py.int(x ^ y),
        _ => py.big_int(&*x.big() ^ &*y.big()),
    }
}

fn or(py: Py, x: Int, y: Int) -> Result {
    match (x, y) {
        (Int::Small(x), Int::Small(y)) => py.int(x | y),
        _ => py.big_int(&*x.big() | &*y.big()),
    }
}

fn negative(py: Py, x: Int) -> Result {
    if let Int::Small(value) = x
        && let Some(negated) = value.checked_neg()
    {
        return py.int(negated);
    }
    py.big_int(-x.big().into_owned())
}

/// `pow(base, exponent, modulus)`; a negative exponent without modulus makes a float.
fn raise(py: Py, base: Int, exponent: Int, modulus: Word) -> Result {
    if let Some(modulus) = given(modulus) {
        let Some(modulus) = Int::of(py, modulus) else { return Ok(NOT_IMPLEMENTED) };
        let power = power::pow_mod(&base.big(), &exponent.big(), &modulus.big());
        return py.big_int(arithmetic(py, power)?);
    }
    if exponent.is_negative() {
        let (base, exponent) = (base.to_f64(py)?, exponent.to_f64(py)?);
        return match arithmetic(py, float_pow(base, exponent))? {
            FloatPower::Real(power) => Ok(float_word(power)),
            FloatPower::Complex => unreachable!("the exponent is whole"),
        };
    }
    if let (Int::Small(base), Int::Small(exponent)) = (base, exponent)
        && let Some(power) = power::pow_i64(base, exponent.unsigned_abs())
    {
        return py.int(power);
    }
    let (_, exponent) = exponent.big().into_owned().into_parts();
    py.big_int(arithmetic(py, power::pow(&base.big(), &exponent))?)
}

fn round(py: Py, a: &[Word]) -> Result {
    let value = receiver(py, a[0], "__round__")?;
    let Some(digits) = given(a[1]) else { return value.to_word(py) };
    let digits = Int::index(py, digits)?;
    if !digits.is_negative() {
        return value.to_word(py);
    }
    match digits {
        Int::Small(digits) => {
            let digits = usize::try_from(digits.unsigned_abs()).unwrap_or(usize::MAX);
            py.big_int(division::round_to_power_of_ten(&value.big(), digits))
        }
        Int::Big(_) => py.int(0),
    }
}

fn compare(py: Py, a: Word, b: Word, comparison: Comparison, method: &str) -> Result {
    let x = receiver(py, a, method)?;
    let Some(y) = Int::of(py, b) else { return Ok(NOT_IMPLEMENTED) };
    let ordering = match (x, y) {
        (Int::Small(x), Int::Small(y)) => x.cmp(&y),
        _ => x.big().cmp(&y.big()),
    };
    Ok(bool_word(comparison.holds(ordering)))
}
