//! `_decimal`: decimal numbers and their contexts. The arithmetic is `python_number::decimal`; here are objects, conversions, signals.
//!
//! `_pydecimal` stays importable: `decimal` takes this module because it is there.

mod arithmetic;
mod comparison;
mod context;
mod context_methods;
mod convert;
mod local;
mod object;
mod operations;
mod signals;

use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{Constructor, NativeDef, def};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_number::decimal::{MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, Rounding};
use std::cell::Cell;

/// Precision and limits of the largest format that `IEEEContext` makes, in bits.
const IEEE_CONTEXT_MAX_BITS: i64 = 512;

#[derive(Default)]
struct Types {
    decimal: Cell<Option<TypeRef>>,
    context: Cell<Option<TypeRef>>,
    local_context: Cell<Option<TypeRef>>,
    signal_mixin: Cell<Option<TypeRef>>,
    /// `SignalDict`, a class that `abc` makes.
    signal_dict: Cell<Word>,
    /// The tuple of exceptions of signals, in the order of `Status`.
    signals: Cell<Word>,
    /// The same for conditions.
    conditions: Cell<Word>,
    decimal_tuple: Cell<Word>,
    /// The context variable.
    variable: Cell<Word>,
    default_context: Cell<Word>,
    /// The namespace of the module as it was made first: a second import has the same classes, whose objects know each other.
    contents: Cell<Word>,
}

fn known(class: &Cell<Option<TypeRef>>) -> TypeRef {
    class.get().expect("set when the module was made")
}

pub static MODULE: NativeModule = NativeModule {
    name: "_decimal",
    doc: "C decimal arithmetic module",
    functions: &[
        def("getcontext", "($module, /)", "Get the current default context.\n\n", |py, _| {
            context::current(py)
        }),
        def("setcontext", "($module, context, /)", "Set a new default context.\n\n", |py, a| {
            context::set_current(py, a)
        }),
        def(
            "localcontext",
            "($module, /, ctx=None, **kwargs)",
            "Return a context manager that will set the default context to a copy of ctx\non entry to the with-statement and restore the previous default context when\nexiting the with-statement. If no context is specified, a copy of the current\ndefault context is used.\n\n",
            local::new,
        ),
        def(
            "IEEEContext",
            "($module, bits, /)",
            "Return a context object initialized to the proper values for one of the\nIEEE interchange formats.  The argument must be a multiple of 32 and less\nthan IEEE_CONTEXT_MAX_BITS.\n\n",
            context::ieee,
        ),
    ],
    fill: |py, own| crate::filled_once(py, own, &py.vm().state::<Types>().contents, |own| fill(py, own)),
};

fn fill(py: Py, own: heap::Gc<Dict>) -> Result<()> {
    let types = py.vm().state::<Types>();
    let made = |name, doc, flags, constructor: Option<Constructor>, methods: &'static [NativeDef]| {
        native_type(
            py,
            &NativeClass { module: "decimal", name, doc, base: None, flags, constructor, methods },
        )
    };
    let add = |name: &str, value: Word| dict::set_symbol(py, own, py.intern(name)?, value);
    let decimal = made("Decimal", DECIMAL_DOC, 0, Some(convert::construct), arithmetic::METHODS)?;
    python_model::class::add_native(py, decimal, operations::METHODS)?;
    python_model::class::add_native(py, decimal, comparison::METHODS)?;
    python_model::class::add_native(py, decimal, convert::METHODS)?;
    let context = made("Context", CONTEXT_DOC, 0, Some(context::construct), context::METHODS)?;
    python_model::class::add_native(py, context, context_methods::METHODS)?;
    let local = made("ContextManager", "", flags::FINAL | flags::NO_CONSTRUCTOR, None, local::METHODS)?;
    let mixin = made("SignalDictMixin", "", 0, Some(signals::construct), signals::METHODS)?;
    types.decimal.set(Some(decimal));
    types.context.set(Some(context));
    types.local_context.set(Some(local));
    types.signal_mixin.set(Some(mixin));
    add("Decimal", decimal.word())?;
    add("Context", context.word())?;
    add_signals(py, types, &add)?;

    let mapping = py.import_from("collections.abc", "MutableMapping")?;
    let bases = py.new_tuple(&[mixin.word(), mapping])?;
    let metaclass = py.type_of(mapping).word();
    let signal_dict = py.call(metaclass, &[py.str("SignalDict")?, bases, word(dict::new(py)?)])?;
    types.signal_dict.set(py.vm().immortal(signal_dict));
    let number = py.import_from("numbers", "Number")?;
    py.call_method(number, py.intern("register")?, &[decimal.word()])?;
    let named_tuple = py.import_from("collections", "namedtuple")?;
    let tuple = py.call(named_tuple, &[py.str("DecimalTuple")?, py.str("sign digits exponent")?])?;
    py.set_attr(tuple, py.intern("__module__")?, py.str("decimal")?)?;
    types.decimal_tuple.set(py.vm().immortal(tuple));
    add("DecimalTuple", tuple)?;

    for (name, made) in [
        ("DefaultContext", context::default_template(py)?),
        ("BasicContext", context::basic(py)?),
        ("ExtendedContext", context::extended(py)?),
    ] {
        add(name, made)?;
        if name == "DefaultContext" {
            types.default_context.set(py.vm().immortal(made));
        }
    }
    types.variable.set(python_modules_core::contextvars::new_for(py, "decimal_context")?);
    for (_, name) in Rounding::ALL {
        add(name, py.name_word(py.intern(name)?))?;
    }
    for (name, value) in [
        ("MAX_PREC", MAX_PREC),
        ("MAX_EMAX", MAX_EMAX),
        ("MIN_EMIN", MIN_EMIN),
        ("MIN_ETINY", MIN_ETINY),
        ("IEEE_CONTEXT_MAX_BITS", IEEE_CONTEXT_MAX_BITS),
    ] {
        add(name, py.int(value)?)?;
    }
    add("HAVE_THREADS", TRUE)?;
    add("HAVE_CONTEXTVAR", TRUE)?;
    add("__version__", py.str("1.70")?)?;
    add("__libmpdec_version__", py.str("2.5.1")?)
}

/// The exceptions: one for each signal and condition.
fn add_signals(py: Py, types: &Types, add: &dyn Fn(&str, Word) -> Result<()>) -> Result<()> {
    let exception = |name: &str, bases: &[Word]| -> Result {
        let namespace = dict::new(py)?;
        dict::set_symbol(py, namespace, py.intern("__module__")?, py.str("decimal")?)?;
        let bases = py.new_tuple(bases)?;
        let made = py.call(py.ty(Ty::Type).word(), &[py.str(name)?, bases, word(namespace)])?;
        add(name, made)?;
        Ok(made)
    };
    let built_in = |ty: Ty| py.ty(ty).word();
    let base = exception("DecimalException", &[built_in(Ty::ArithmeticError)])?;
    let clamped = exception("Clamped", &[base])?;
    let rounded = exception("Rounded", &[base])?;
    let inexact = exception("Inexact", &[base])?;
    let subnormal = exception("Subnormal", &[base])?;
    let underflow = exception("Underflow", &[inexact, rounded, subnormal])?;
    let overflow = exception("Overflow", &[inexact, rounded])?;
    let by_zero = exception("DivisionByZero", &[base, built_in(Ty::ZeroDivisionError)])?;
    let float = exception("FloatOperation", &[base, built_in(Ty::TypeError)])?;
    let invalid = exception("InvalidOperation", &[base])?;
    let syntax = exception("ConversionSyntax", &[invalid])?;
    let impossible = exception("DivisionImpossible", &[invalid])?;
    let undefined = exception("DivisionUndefined", &[invalid, built_in(Ty::ZeroDivisionError)])?;
    let context = exception("InvalidContext", &[invalid])?;
    let signals = [invalid, float, by_zero, overflow, underflow, subnormal, inexact, rounded, clamped];
    types.signals.set(py.vm().immortal(py.new_tuple(&signals)?));
    types.conditions.set(py.vm().immortal(py.new_tuple(&[syntax, impossible, undefined, context])?));
    Ok(())
}

const DECIMAL_DOC: &str = "Construct a new Decimal object. 'value' can be an integer, string, tuple,\nor another Decimal object. If no value is given, return Decimal('0'). The\ncontext does not affect the conversion and is only passed to determine if\nthe InvalidOperation trap is active.\n\n";
const CONTEXT_DOC: &str = "The context affects almost all operations and controls rounding,\nOver/Underflow, raising of exceptions and much more.  A new context\ncan be constructed as follows:\n\n    >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,\n    ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,\n    ...             traps=[InvalidOperation, DivisionByZero, Overflow],\n    ...             flags=[])\n    >>>\n\n\n";
