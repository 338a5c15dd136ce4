//! Conversions: the constructor and its kin, `float`, `str`, `as_tuple`, `__format__`, pickling.

use super::context::{self, State};
use super::object::{self, expect, get, new, receiver};
use super::{Types, known};
use metatrace_machine::Raised;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{compact, dict, signature};
use python_number::decimal::{Coefficient, Context, Decimal, Kind, Status};
use python_number::float_parse;
use python_text::decimal::to_ascii;
use python_text::format::decimal::{format_decimal, is_localized};
use python_text::format::grouping::NumericLocale;

/// The exact value of a float.
pub fn from_float(x: f64) -> Decimal {
    if x.is_nan() {
        return Decimal::nan();
    }
    let is_negative = x.is_sign_negative();
    if x.is_infinite() {
        return Decimal::infinity(is_negative);
    }
    if x == 0.0 {
        return Decimal::zero(is_negative, 0);
    }
    let bits = x.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7ff) as i64, bits & ((1 << 52) - 1));
    let (mantissa, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let zeros = mantissa.trailing_zeros();
    let (mantissa, exponent) = (mantissa >> zeros, exponent + i64::from(zeros));
    let scale =
        |base: u8, power: i64| Coefficient::from_big(python_number::UBig::from(base).pow(power as usize));
    let mantissa = Coefficient::from(mantissa);
    if exponent >= 0 {
        return Decimal::new(is_negative, mantissa.times(&scale(2, exponent)), 0);
    }
    Decimal::new(is_negative, mantissa.times(&scale(5, -exponent)), exponent)
}

/// The number that a text stands for. `is_lenient`: blanks around it and underscores in it are ignored.
fn from_text(text: &[u8], is_lenient: bool) -> Option<Decimal> {
    if !text.is_ascii() {
        // Digits of other scripts are digits, other white space is blanks.
        let ascii = to_ascii(text).into_owned();
        if !ascii.is_ascii() {
            return None;
        }
        return from_text(&ascii, is_lenient);
    }
    if !is_lenient {
        return Decimal::parse(text);
    }
    let is_blank = |byte: &u8| matches!(byte, b' ' | 9..=13 | 28..=31);
    let start = text.iter().position(|byte| !is_blank(byte))?;
    let end = text.iter().rposition(|byte| !is_blank(byte))? + 1;
    let text = &text[start..end];
    if text.contains(&b'_') {
        let without: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'_').collect();
        return Decimal::parse(&without);
    }
    Decimal::parse(text)
}

/// Sign, digits and exponent of a tuple. Errors: `ValueError`, in CPython's words.
fn from_tuple(py: Py, value: Word) -> Result<Decimal> {
    let parts = py.tuple_from_iterable(value)?;
    let [sign, digits, exponent] = parts.items() else {
        return Err(py.value_error("argument must be a sequence of length 3"));
    };
    let int = |value: Word| match V::of(py.base(value)) {
        V::Int(value) => Some(value),
        V::Bool(value) => Some(i64::from(value)),
        _ => None,
    };
    let is_negative = match int(sign.get()) {
        Some(sign @ (0 | 1)) => sign == 1,
        _ => return Err(py.value_error("sign must be an integer with the value 0 or 1")),
    };
    let (kind, exponent) = match py.as_str(exponent.get()) {
        Some(text) => match text.as_bytes() {
            b"F" => (Kind::Infinity, 0),
            b"n" => (Kind::QuietNan, 0),
            b"N" => (Kind::SignalingNan, 0),
            _ => {
                let message = "string argument in the third position must be 'F', 'n' or 'N'";
                return Err(py.value_error(message));
            }
        },
        None => match V::of(py.base(exponent.get())) {
            V::Int(_) | V::Bool(_) | V::Big(_) => (Kind::Finite, context::c_size(py, exponent.get())?),
            _ => return Err(py.value_error("exponent must be an integer")),
        },
    };
    let not_digits = || py.value_error("coefficient must be a tuple of digits");
    if !matches!(V::of(py.base(digits.get())), V::Tuple(_) | V::List(_)) {
        return Err(not_digits());
    }
    let digits = py.tuple_from_iterable(digits.get())?;
    let mut text = Vec::with_capacity(digits.items().len());
    for digit in digits.items() {
        match int(digit.get()) {
            Some(digit @ 0..=9) => text.push(b'0' + digit as u8),
            _ => return Err(not_digits()),
        }
    }
    let first = text.iter().position(|&digit| digit != b'0').unwrap_or(text.len());
    let coefficient =
        if kind == Kind::Infinity { Coefficient::ZERO } else { Coefficient::parse(&text[first..]) };
    const FAR: i64 = 4_000_000_000_000_000_000;
    Ok(Decimal { kind, is_negative, exponent: exponent.clamp(-FAR, FAR), coefficient })
}

/// The number in the widest context. Errors: `InvalidOperation` (if trapped) when it is not exactly one of its numbers.
fn exactly(py: Py, state: &State, value: Option<Decimal>) -> Result<Decimal> {
    let mut found = Status::NONE;
    let value = match value {
        None => Context::WIDEST.invalid(Status::CONVERSION_SYNTAX, &mut found),
        Some(value) => {
            let exact = Context::WIDEST.finish(value, &mut found);
            let inexact = Status::INEXACT | Status::ROUNDED | Status::CLAMPED;
            if found.has(inexact) {
                found = Status::NONE;
                Context::WIDEST.invalid(Status::INVALID_OPERATION, &mut found)
            } else {
                found = found & Status::ERRORS;
                exact
            }
        }
    };
    state.note(py, found)?;
    Ok(value)
}

/// The number in a context. Errors: what it traps.
fn rounded(py: Py, state: &State, value: Option<Decimal>) -> Result<Decimal> {
    let numbers = state.numbers.get();
    let mut found = Status::NONE;
    let most = numbers.precision - i64::from(numbers.clamps);
    let value = match value {
        Some(value) if !(value.is_nan() && value.coefficient.digits() > most) => {
            numbers.finish(value, &mut found)
        }
        _ => numbers.invalid(Status::CONVERSION_SYNTAX, &mut found),
    };
    state.note(py, found)?;
    Ok(value)
}

/// The number that a value stands for. `None`: it is text that is no number. Errors: it is of a type that is not converted.
fn value_of(py: Py, state: &State, value: Word, is_lenient: bool) -> Result<Option<Decimal>> {
    if let Some(number) = object::operand(py, value) {
        return Ok(Some(number));
    }
    match V::of(py.base(value)) {
        V::Str(text) => {
            let number = from_text(text.as_bytes(), is_lenient);
            heap::keep(text);
            Ok(number)
        }
        V::Float(float) => {
            state.note(py, Status::FLOAT_OPERATION)?;
            Ok(Some(from_float(float)))
        }
        V::Tuple(_) | V::List(_) => from_tuple(py, value).map(Some),
        _ => Err(object::not_supported(py, value)),
    }
}

/// An object of a class that is `Decimal` or derived from it.
fn make(py: Py, class: TypeRef, value: &Decimal) -> Result {
    let made = new(py, value)?;
    compact::wrap(py, class, known(&py.vm().state::<Types>().decimal), made)
}

/// `Decimal(value="0", context=None)`
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [value, context] = match args.words {
        [value] if args.keywords.is_none() => [*value, UNSET],
        _ => bind(py, "Decimal", signature!("(value='0', context=None)"), args)?,
    };
    let native = known(&py.vm().state::<Types>().decimal);
    if value == UNSET {
        return make(py, class, &Decimal::zero(false, 0));
    }
    let state = context::argument(py, context)?;
    if class.is(native) && py.type_of(value).is(native) {
        return Ok(value);
    }
    let number = value_of(py, state, value, true)?;
    let number = match get(value) {
        // Numbers of this type are taken as they are.
        Some(number) => number,
        None => exactly(py, state, number)?,
    };
    make(py, class, &number)
}

/// `Context.create_decimal(num="0")`: rounded.
pub fn create(py: Py, a: &[Word]) -> Result {
    let state = context::receiver(py, a[0])?;
    if a[1] == UNSET {
        return new(py, &Decimal::zero(false, 0));
    }
    if let Some(number) = get(a[1])
        && !number.is_nan()
    {
        return new(py, &rounded(py, state, Some(number))?);
    }
    let number = value_of(py, state, a[1], false)?;
    new(py, &rounded(py, state, number)?)
}

/// `Context.create_decimal_from_float(f)`
pub fn create_from_float(py: Py, a: &[Word]) -> Result {
    let state = context::receiver(py, a[0])?;
    let number = float_or_int(py, a[1])?;
    new(py, &rounded(py, state, Some(number))?)
}

fn float_or_int(py: Py, value: Word) -> Result<Decimal> {
    match V::of(py.base(value)) {
        V::Float(float) => Ok(from_float(float)),
        _ => match python_types::numbers::Int::of(py, value) {
            Some(_) => expect(py, value),
            None => Err(py.type_error("argument must be int or float")),
        },
    }
}

/// What a class method returns: for a subclass, what calling it with the number returns.
fn by_class(py: Py, class: Word, value: &Decimal) -> Result {
    let made = new(py, value)?;
    if class == known(&py.vm().state::<Types>().decimal).word() { Ok(made) } else { py.call(class, &[made]) }
}

fn to_float(py: Py, value: &Decimal) -> Result<f64> {
    if value.is_signaling() {
        return Err(py.value_error("cannot convert signaling NaN to float"));
    }
    if value.is_nan() {
        return Ok(if value.is_negative { -f64::NAN } else { f64::NAN });
    }
    let text = value.to_text(false, false);
    match float_parse::parse_float(text.as_bytes()) {
        Some(float) => Ok(float),
        None => Err(py.value_error(format!("could not convert string to float: '{text}'"))),
    }
}

fn text(py: Py, own: Word) -> Result<String> {
    let value = receiver(py, own, "__str__")?;
    Ok(value.to_text(false, context::current_state(py)?.numbers.get().is_upper))
}

fn as_tuple(py: Py, a: &[Word]) -> Result {
    let value = receiver(py, a[0], "as_tuple")?;
    let digits = match value.kind {
        Kind::Infinity => vec![b'0'],
        Kind::QuietNan | Kind::SignalingNan if value.coefficient.is_zero() => Vec::new(),
        _ => value.coefficient.text().into_bytes(),
    };
    let digits = word(py.tuple_with(digits.len(), |at| small_int((digits[at] - b'0').into()))?);
    let exponent = match value.kind {
        Kind::Finite => py.int(value.exponent)?,
        Kind::Infinity => py.str("F")?,
        Kind::QuietNan => py.str("n")?,
        Kind::SignalingNan => py.str("N")?,
    };
    let sign = small_int(value.is_negative.into());
    py.call(py.vm().state::<Types>().decimal_tuple.get(), &[sign, digits, exponent])
}

fn ratio(py: Py, a: &[Word]) -> Result {
    let value = receiver(py, a[0], "as_integer_ratio")?;
    if value.is_nan() {
        return Err(py.value_error("cannot convert NaN to integer ratio"));
    }
    if value.is_infinite() {
        return Err(py.overflow_error("cannot convert Infinity to integer ratio"));
    }
    match value.ratio() {
        Some((numerator, denominator)) => py.new_tuple(&[py.big_int(numerator)?, py.big_int(denominator)?]),
        None => Err(py.out_of_memory()),
    }
}

/// UTF-8 of one character.
const MOST_SEPARATOR_BYTES: usize = 4;

/// How the type `n` writes numbers: by a dict, or the locale of the process.
fn conventions(py: Py, given: Word) -> Result<NumericLocale> {
    let source = match given {
        UNSET | NONE => py.call(py.import_from("_locale", "localeconv")?, &[])?,
        given => match dict::plain(py, given) {
            Some(_) => given,
            None => return Err(py.type_error("optional argument must be a dict")),
        },
    };
    let source = dict::plain(py, source).ok_or_else(|| py.type_error("optional argument must be a dict"))?;
    let wrong = || py.value_error("invalid override dict");
    let entry = |name: &str| -> Result<Option<Word>> { dict::get(py, source, py.str(name)?) };
    let text = |name: &str| -> Result<Option<String>> {
        let text = entry(name)?.and_then(|value| py.as_str(value)).map(|text| text.to_text());
        if text.as_ref().is_some_and(|text| text.len() > MOST_SEPARATOR_BYTES) {
            Err(wrong())
        } else {
            Ok(text)
        }
    };
    let mut sizes: Vec<u8> = match entry("grouping")? {
        None => Vec::new(),
        Some(value) => match py.as_str(value) {
            Some(sizes) if sizes.is_ascii() => sizes.as_bytes().to_vec(),
            Some(_) => return Err(wrong()),
            None => {
                let list = py.list_from_iterable(value)?;
                (0..list.len()).filter_map(|at| as_i64(list.item(at))).map(|size| size as u8).collect()
            }
        },
    };
    // A zero at the end says what the end says: the last size repeats.
    if sizes.last() == Some(&0) {
        sizes.pop();
    }
    Ok(NumericLocale {
        decimal_point: text("decimal_point")?.unwrap_or_else(|| ".".to_owned()),
        separator: text("thousands_sep")?.unwrap_or_default(),
        sizes,
    })
}

fn format(py: Py, a: &[Word]) -> Result {
    let value = receiver(py, a[0], "__format__")?;
    let Some(spec) = py.as_str(a[1]) else { return Err(py.type_error("format arg must be str")) };
    let spec = spec.as_bytes().to_vec();
    let numbers = context::current_state(py)?.numbers.get();
    if spec.last() == Some(&b'N') {
        let message = "Format specifier 'N' is deprecated and slated for removal in Python 3.18";
        py.warn(Ty::DeprecationWarning, message, 1)?;
    }
    let is_localized = is_localized(&spec);
    let is_overridden = !matches!(a[2], UNSET | NONE);
    let locale = if is_localized || is_overridden { Some(conventions(py, a[2])?) } else { None };
    match format_decimal(&value, &spec, &numbers, locale.as_ref()) {
        Ok(text) => py.str_bytes(&text),
        Err(error) => Err(format_error(py, &error)),
    }
}

fn format_error(py: Py, error: &python_text::format::FormatError) -> Raised {
    match error.kind {
        python_text::format::ExceptionKind::OverflowError => py.overflow_error(&error.message),
        python_text::format::ExceptionKind::MemoryError => py.out_of_memory(),
        _ => py.value_error(&error.message),
    }
}

/// The receiver itself, as the type `Decimal` or its subclass has it.
fn itself(py: Py, a: &[Word]) -> Result {
    receiver(py, a[0], "__copy__")?;
    Ok(a[0])
}

pub static METHODS: &[NativeDef] = &[
    def("__str__", "($self, /)", "Return str(self).", |py, a| py.str(&text(py, a[0])?)),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        py.str(&format!("Decimal('{}')", text(py, a[0])?))
    }),
    def("__float__", "($self, /)", "float(self)", |py, a| {
        Ok(float_word(to_float(py, &receiver(py, a[0], "__float__")?)?))
    }),
    def("__complex__", "($self, /)", "", |py, a| {
        py.complex(to_float(py, &receiver(py, a[0], "__complex__")?)?, 0.0)
    }),
    def("__format__", "($self, fmtarg, override=None, /)", "", format),
    def("__copy__", "($self, /)", "", itself),
    def("__deepcopy__", "($self, object, /)", "", itself),
    def("conjugate", "($self, /)", "Return self.\n\n", itself),
    def(
        "canonical",
        "($self, /)",
        "Return the canonical encoding of the argument.  Currently, the encoding\nof a Decimal instance is always canonical, so this operation returns its\nargument unchanged.\n\n",
        itself,
    ),
    def("__reduce__", "($self, /)", "", |py, a| {
        let state = py.str(&text(py, a[0])?)?;
        let arguments = py.new_tuple(&[state])?;
        py.new_tuple(&[py.type_of(a[0]).word(), arguments])
    }),
    def("__sizeof__", "($self, /)", "", |py, a| {
        // CPython's: a header with room for four words of 19 digits, more in an array of their own.
        let digits = receiver(py, a[0], "__sizeof__")?.coefficient.digits();
        py.int(104 + if digits > 76 { (digits + 18) / 19 * 8 } else { 0 })
    }),
    def("as_tuple", "($self, /)", "Return a tuple representation of the number.\n\n", as_tuple),
    def(
        "as_integer_ratio",
        "($self, /)",
        "Decimal.as_integer_ratio() -> (int, int)\n\nReturn a pair of integers, whose ratio is exactly equal to the original\nDecimal and with a positive denominator. The ratio is in lowest terms.\nRaise OverflowError on infinities and a ValueError on NaNs.\n\n",
        ratio,
    ),
    getter("real", "", itself),
    getter("imag", "", |py, _| new(py, &Decimal::zero(false, 0))),
    class_method(
        "from_float",
        "($type, f, /)",
        "Class method that converts a float to a decimal number, exactly.\nSince 0.1 is not exactly representable in binary floating point,\nDecimal.from_float(0.1) is not the same as Decimal('0.1').\n\n",
        |py, a| by_class(py, a[0], &float_or_int(py, a[1])?),
    ),
    class_method(
        "from_number",
        "($type, number, /)",
        "Class method that converts a real number to a decimal number, exactly.\n\n",
        |py, a| {
            let number = match V::of(py.base(a[1])) {
                V::Float(float) => from_float(float),
                _ => match object::operand(py, a[1]) {
                    Some(number) => number,
                    None => return Err(object::not_supported(py, a[1])),
                },
            };
            by_class(py, a[0], &number)
        },
    ),
];

/// The text of a number for `Context.to_sci_string` and its kin.
pub fn shown(py: Py, value: &Decimal, is_engineering: bool, state: &State) -> Result {
    py.str(&value.to_text(is_engineering, state.numbers.get().is_upper))
}
