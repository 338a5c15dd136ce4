//! `TypeVar`, `ParamSpec`, `TypeVarTuple`, `TypeAliasType` (PEP 695, 696), and `typing.NoDefault`.
//!
//! Bounds, constraints, defaults and the values of aliases that come from syntax are functions, evaluated when they are asked for; the
//! result is kept: the word is then a list `[function, value]`. Words of parameters made by calls are the values themselves.
//!
//! Limits: `evaluate_bound` and its like are None for parameters made by calls.

use heap::{Gc, Header, WordSlot};
use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, bind, def, getter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::signature;
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

/// Bits of [`TypeParam::flags`].
const COVARIANT: i64 = 1;
const CONTRAVARIANT: i64 = 2;
const INFER_VARIANCE: i64 = 4;
const LAZY: i64 = 8;

#[derive(Default)]
struct Singletons {
    no_default: Cell<Word>,
}

/// `typing.NoDefault`
pub fn no_default(py: Py) -> Result {
    let made = py.vm().state::<Singletons>();
    if made.no_default.get() == 0 {
        let class = native_type(
            py,
            &NativeClass {
                module: "typing",
                name: "NoDefaultType",
                doc: "The type of the NoDefault singleton.",
                base: None,
                flags: flags::FINAL | flags::NO_CONSTRUCTOR,
                constructor: None,
                methods: NO_DEFAULT_METHODS,
            },
        )?;
        let object = python_model::foreign::new(py, class, ())?;
        made.no_default.set(py.vm().immortal(word(object)));
    }
    Ok(made.no_default.get())
}

static NO_DEFAULT_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, _| py.str("typing.NoDefault")),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, _| py.str("NoDefault")),
];

fn parameter(py: Py, value: Word) -> Result<Gc<TypeParam>> {
    match as_object::<TypeParam>(value) {
        Some(parameter) => Ok(parameter),
        None => Err(py.type_error(format!("expected a type parameter, not '{}'", py.type_name(value)))),
    }
}

/// The value of a field that may be a function, evaluated once. UNSET if there is none.
fn evaluate(py: Py, own: Gc<TypeParam>, field: fn(&TypeParam) -> &WordSlot) -> Result {
    let kept = field(&own).get();
    if kept == UNSET || own.flags.get() & LAZY == 0 {
        return Ok(kept);
    }
    if let Some(pair) = as_object::<List>(kept) {
        return Ok(pair.item(1));
    }
    let format = py.int(1)?;
    let value = py.call(kept, &[format])?;
    let pair = py.list_of(&[kept, value])?;
    field(&own).set(py.mutator(), own, word(pair));
    Ok(value)
}

/// The function of a field, or None.
fn evaluator(own: Gc<TypeParam>, field: fn(&TypeParam) -> &WordSlot) -> Word {
    match field(&own).get() {
        _ if own.flags.get() & LAZY == 0 => NONE,
        UNSET => NONE,
        kept => as_object::<List>(kept).map_or(kept, |pair| pair.item(0)),
    }
}

fn bound(own: &TypeParam) -> &WordSlot {
    &own.bound
}
fn constraints(own: &TypeParam) -> &WordSlot {
    &own.constraints
}
fn default(own: &TypeParam) -> &WordSlot {
    &own.default
}

fn name(py: Py, a: &[Word]) -> Result {
    Ok(parameter(py, a[0])?.name.get())
}
fn module(py: Py, a: &[Word]) -> Result {
    let own = parameter(py, a[0])?;
    // The names of PEP 695 parameters belong to `typing`, those of aliases to where they are defined.
    if own.kind.get() != Ty::TypeAliasType as i64 && own.flags.get() & LAZY != 0 {
        return py.str("typing");
    }
    Ok(own.module.get())
}
fn repr(py: Py, a: &[Word]) -> Result {
    let own = parameter(py, a[0])?;
    let name = py.to_text(own.name.get())?;
    let is_plain = own.kind.get() == Ty::TypeVarTuple as i64 || own.flags.get() & INFER_VARIANCE != 0;
    py.str(&match own.flags.get() {
        _ if is_plain => name,
        f if f & COVARIANT != 0 => format!("+{name}"),
        f if f & CONTRAVARIANT != 0 => format!("-{name}"),
        _ => format!("~{name}"),
    })
}
fn has_default(py: Py, a: &[Word]) -> Result {
    Ok(bool_word(parameter(py, a[0])?.default.get() != UNSET))
}
fn get_default(py: Py, a: &[Word]) -> Result {
    match evaluate(py, parameter(py, a[0])?, default)? {
        UNSET => no_default(py),
        value => Ok(value),
    }
}
fn evaluate_default(py: Py, a: &[Word]) -> Result {
    Ok(evaluator(parameter(py, a[0])?, default))
}
fn no_subclass(py: Py, a: &[Word]) -> Result {
    Err(py.type_error(format!("Cannot subclass an instance of {}", py.type_name(a[0]))))
}
fn or(py: Py, a: &[Word]) -> Result {
    crate::generic::union_from(py, &[a[0], a[1]])
}
fn ror(py: Py, a: &[Word]) -> Result {
    crate::generic::union_from(py, &[a[1], a[0]])
}
fn flag<const BIT: i64>(py: Py, a: &[Word]) -> Result {
    Ok(bool_word(parameter(py, a[0])?.flags.get() & BIT != 0))
}
fn get_bound(py: Py, a: &[Word]) -> Result {
    Ok(match evaluate(py, parameter(py, a[0])?, bound)? {
        UNSET => NONE,
        value => value,
    })
}

/// What replaces a parameter when an alias is subscripted. Plain types need no check; the rest is `typing`'s.
fn substitute(py: Py, a: &[Word], function: &str) -> Result {
    let argument = a[1];
    if py.as_type(argument).is_some() || as_object::<Union>(argument).is_some() {
        return Ok(argument);
    }
    if as_object::<TypeParam>(argument).is_some() {
        return Ok(argument);
    }
    if let Some(alias) = as_object::<GenericAlias>(argument)
        && alias.starred.get() == 0
    {
        return Ok(argument);
    }
    if argument == NONE {
        return Ok(py.ty(Ty::NoneType).word());
    }
    let function = py.import_from("typing", function)?;
    py.call(function, &[a[0], argument])
}

/// `__typing_prepare_subst__` of a parameter with a default: adds the default if the argument is missing.
fn prepare_with_default(py: Py, a: &[Word]) -> Result {
    let own = parameter(py, a[0])?;
    let parameters = py.get_attr(a[1], Name::Parameters)?;
    let (parameters, args) = (py.tuple_from_iterable(parameters)?, py.tuple_from_iterable(a[2])?);
    let at = parameters.items().iter().position(|item| item.get() == a[0]).unwrap_or(0);
    if at < args.items().len() || own.default.get() == UNSET {
        return Ok(word(args));
    }
    if at > args.items().len() {
        return Err(py.type_error(format!("Too few arguments for {}", py.repr_text(a[1])?)));
    }
    let list = py.list_from_iterable(word(args))?;
    let value = get_default(py, a)?;
    python_model::py::list_push(py, list, value)?;
    py.tuple_from_list(list)
}

static TYPE_VAR_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__or__", "($self, value, /)", "Return self|value.", or),
    def("__ror__", "($self, value, /)", "Return value|self.", ror),
    def("__mro_entries__", "($self, bases, /)", "", no_subclass),
    def("__reduce__", "($self, /)", "", name),
    def("__typing_subst__", "($self, arg, /)", "", |py, a| substitute(py, a, "_typevar_subst")),
    def("__typing_prepare_subst__", "($self, alias, args, /)", "", prepare_with_default),
    def("has_default", "($self, /)", "", has_default),
    getter("__name__", "", name),
    getter("__module__", "", module),
    getter("__bound__", "", get_bound),
    getter("__constraints__", "", |py, a| {
        Ok(match evaluate(py, parameter(py, a[0])?, constraints)? {
            UNSET => py.vm().empty_tuple(),
            value => value,
        })
    }),
    getter("__default__", "", get_default),
    getter("__covariant__", "", flag::<COVARIANT>),
    getter("__contravariant__", "", flag::<CONTRAVARIANT>),
    getter("__infer_variance__", "", flag::<INFER_VARIANCE>),
    getter("evaluate_bound", "", |py, a| Ok(evaluator(parameter(py, a[0])?, bound))),
    getter("evaluate_constraints", "", |py, a| Ok(evaluator(parameter(py, a[0])?, constraints))),
    getter("evaluate_default", "", evaluate_default),
];

/// `P.args` or `P.kwargs`: a parameter whose bound is the `ParamSpec`.
fn part(py: Py, owner: Word, kind: Ty) -> Result {
    let own = parameter(py, owner)?;
    new(py, kind, own.name.get(), [owner, UNSET, UNSET], 0)
}

fn part_repr(py: Py, a: &[Word], what: &str) -> Result {
    let name = py.to_text(parameter(py, a[0])?.name.get())?;
    py.str(&format!("{name}.{what}"))
}
fn part_origin(py: Py, a: &[Word]) -> Result {
    Ok(parameter(py, a[0])?.bound.get())
}
fn part_equal(py: Py, a: &[Word]) -> Result {
    match as_object::<TypeParam>(a[1]) {
        Some(other) if other.kind.get() == parameter(py, a[0])?.kind.get() => {
            Ok(bool_word(part_origin(py, a)? == other.bound.get()))
        }
        _ => Ok(NOT_IMPLEMENTED),
    }
}
fn part_hash(py: Py, a: &[Word]) -> Result {
    let origin = part_origin(py, a)?;
    py.int(py.hash(origin)?)
}

static PARAM_SPEC_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__or__", "($self, value, /)", "Return self|value.", or),
    def("__ror__", "($self, value, /)", "Return value|self.", ror),
    def("__mro_entries__", "($self, bases, /)", "", no_subclass),
    def("__reduce__", "($self, /)", "", name),
    def("__typing_subst__", "($self, arg, /)", "", |py, a| {
        let function = py.import_from("typing", "_paramspec_subst")?;
        py.call(function, &[a[0], a[1]])
    }),
    def("__typing_prepare_subst__", "($self, alias, args, /)", "", |py, a| {
        let function = py.import_from("typing", "_paramspec_prepare_subst")?;
        py.call(function, &[a[0], a[1], a[2]])
    }),
    def("has_default", "($self, /)", "", has_default),
    getter("__name__", "", name),
    getter("__module__", "", module),
    getter("__bound__", "", get_bound),
    getter("__default__", "", get_default),
    getter("__covariant__", "", flag::<COVARIANT>),
    getter("__contravariant__", "", flag::<CONTRAVARIANT>),
    getter("__infer_variance__", "", flag::<INFER_VARIANCE>),
    getter("args", "Represents positional arguments.", |py, a| part(py, a[0], Ty::ParamSpecArgs)),
    getter("kwargs", "Represents keyword arguments.", |py, a| part(py, a[0], Ty::ParamSpecKwargs)),
    getter("evaluate_default", "", evaluate_default),
];

static ARGS_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| part_repr(py, a, "args")),
    def("__eq__", "($self, value, /)", "Return self==value.", part_equal),
    def("__hash__", "($self, /)", "Return hash(self).", part_hash),
    def("__mro_entries__", "($self, bases, /)", "", no_subclass),
    getter("__origin__", "", part_origin),
];
static KWARGS_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| part_repr(py, a, "kwargs")),
    def("__eq__", "($self, value, /)", "Return self==value.", part_equal),
    def("__hash__", "($self, /)", "Return hash(self).", part_hash),
    def("__mro_entries__", "($self, bases, /)", "", no_subclass),
    getter("__origin__", "", part_origin),
];

static VARIADIC_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| iterate_unpacked(py, a[0])),
    def("__mro_entries__", "($self, bases, /)", "", no_subclass),
    def("__reduce__", "($self, /)", "", name),
    def("__typing_subst__", "($self, arg, /)", "", |py, _| {
        Err(py.type_error("Substitution of bare TypeVarTuple is not supported"))
    }),
    def("__typing_prepare_subst__", "($self, alias, args, /)", "", |py, a| {
        let function = py.import_from("typing", "_typevartuple_prepare_subst")?;
        py.call(function, &[a[0], a[1], a[2]])
    }),
    def("has_default", "($self, /)", "", has_default),
    getter("__name__", "", name),
    getter("__module__", "", module),
    getter("__default__", "", get_default),
    getter("evaluate_default", "", evaluate_default),
];

fn alias_params(py: Py, own: Gc<TypeParam>) -> Gc<Tuple> {
    as_object(own.constraints.get())
        .or_else(|| as_object(py.vm().empty_tuple()))
        .expect("the empty tuple is a tuple")
}

fn is_variadic(parameter: Gc<TypeParam>) -> bool {
    parameter.kind.get() == Ty::TypeVarTuple as i64
}

/// `Unpack[value]`
fn unpacked(py: Py, value: Word) -> Result {
    py.get_item(py.import_from("typing", "Unpack")?, value)
}

/// An iterator over the value unpacked, alone: what `*value` is in a subscript.
fn iterate_unpacked(py: Py, value: Word) -> Result {
    let items = py.new_tuple(&[unpacked(py, value)?])?;
    py.iter(items)
}

static ALIAS_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", name),
    def("__or__", "($self, value, /)", "Return self|value.", or),
    def("__ror__", "($self, value, /)", "Return value|self.", ror),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        if alias_params(py, parameter(py, a[0])?).items().is_empty() {
            return Err(py.type_error("Only generic type aliases are subscriptable"));
        }
        python_model::generic::alias(py, a[0], a[1])
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| iterate_unpacked(py, a[0])),
    def("__reduce__", "($self, /)", "", name),
    getter("__name__", "", name),
    getter("__module__", "", module),
    getter("__value__", "", |py, a| evaluate(py, parameter(py, a[0])?, bound)),
    getter("__type_params__", "", |py, a| Ok(word(alias_params(py, parameter(py, a[0])?)))),
    getter("__parameters__", "", |py, a| {
        let params = alias_params(py, parameter(py, a[0])?);
        let list = py.new_list(params.items().len())?;
        for item in params.items() {
            let is_variadic = as_object::<TypeParam>(item.get()).is_some_and(is_variadic);
            list_push(py, list, if is_variadic { unpacked(py, item.get())? } else { item.get() })?;
        }
        py.tuple_from_list(list)
    }),
    getter("evaluate_value", "", |py, a| Ok(evaluator(parameter(py, a[0])?, bound))),
];

/// `__name__` of the module whose code is running.
fn calling_module(py: Py) -> Word {
    let mut module = NONE;
    (py.vm().hooks.visit_frames)(py, &mut |frame| {
        module = dict::get_symbol(py, frame.code.globals, Name::NameAttr).unwrap_or(NONE);
        false
    });
    module
}

fn new(py: Py, kind: Ty, name: Word, [bound, constraints, default]: [Word; 3], flags: i64) -> Result {
    Ok(word(py.alloc(TypeParam {
        header: Header::EMPTY,
        kind: Cell::new(kind as i64),
        name: WordSlot::new(name),
        bound: WordSlot::new(bound),
        constraints: WordSlot::new(constraints),
        default: WordSlot::new(default),
        flags: Cell::new(flags),
        module: WordSlot::new(calling_module(py)),
        extra: WordSlot::new(UNSET),
    })?))
}

fn check_name(py: Py, function: &str, name: Word) -> Result<()> {
    match py.as_str(name) {
        Some(_) => Ok(()),
        None => Err(py
            .type_error(format!("{function}() argument 'name' must be str, not {}", py.argument_type(name)))),
    }
}

/// Variance bits from keyword arguments.
fn variance(py: Py, [covariant, contravariant, infer]: [Word; 3]) -> Result<i64> {
    let is_true = |word: Word| if word == UNSET { Ok(false) } else { py.truth(word) };
    let (covariant, contravariant, infer) = (is_true(covariant)?, is_true(contravariant)?, is_true(infer)?);
    if covariant && contravariant {
        return Err(py.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(py.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(i64::from(covariant) * COVARIANT
        + i64::from(contravariant) * CONTRAVARIANT
        + i64::from(infer) * INFER_VARIANCE)
}

/// A bound of None is no bound.
fn unless_none(value: Word) -> Word {
    if value == NONE { UNSET } else { value }
}

fn new_type_var(py: Py, _class: TypeRef, args: Args) -> Result {
    let signature = signature!(
        "(name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    );
    let a = bind::<7>(py, "typevar", signature, args)?;
    check_name(py, "typevar", a[0])?;
    let flags = variance(py, [a[4], a[5], a[6]])?;
    let given: Gc<Tuple> = as_object(a[1]).expect("a tuple");
    let constraints = match given.items().len() {
        0 => UNSET,
        1 => return Err(py.type_error("A single constraint is not allowed")),
        _ if unless_none(a[2]) != UNSET => {
            return Err(py.type_error("Constraints cannot be combined with bound=..."));
        }
        _ => a[1],
    };
    new(py, Ty::TypeVar, a[0], [unless_none(a[2]), constraints, a[3]], flags)
}

fn new_param_spec(py: Py, _class: TypeRef, args: Args) -> Result {
    let signature = signature!(
        "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    );
    let a = bind::<6>(py, "paramspec", signature, args)?;
    check_name(py, "paramspec", a[0])?;
    let flags = variance(py, [a[3], a[4], a[5]])?;
    new(py, Ty::ParamSpec, a[0], [unless_none(a[1]), UNSET, a[2]], flags)
}

fn new_variadic(py: Py, _class: TypeRef, args: Args) -> Result {
    let a = bind::<2>(py, "typevartuple", signature!("(name, *, default=NoDefault)"), args)?;
    check_name(py, "typevartuple", a[0])?;
    new(py, Ty::TypeVarTuple, a[0], [UNSET, UNSET, a[1]], 0)
}

fn new_alias(py: Py, _class: TypeRef, args: Args) -> Result {
    let a = bind::<3>(py, "typealias", signature!("(name, value, *, type_params=())"), args)?;
    check_name(py, "typealias", a[0])?;
    let mut params = NONE;
    if a[2] != UNSET {
        let Some(tuple) = as_object::<Tuple>(a[2]) else {
            return Err(py.type_error("type_params must be a tuple"));
        };
        let mut has_default = false;
        for item in tuple.items() {
            let Some(parameter) = as_object::<TypeParam>(item.get()) else {
                let shown = py.repr_text(item.get())?;
                return Err(py.type_error(format!("Expected a type param, got {shown}")));
            };
            if parameter.default.get() != UNSET {
                has_default = true;
            } else if has_default {
                let shown = py.repr_text(item.get())?;
                return Err(py.type_error(format!(
                    "non-default type parameter '{shown}' follows default type parameter"
                )));
            }
        }
        params = a[2];
    }
    new(py, Ty::TypeAliasType, a[0], [a[1], params, UNSET], 0)
}

fn new_part(py: Py, class: TypeRef, args: Args) -> Result {
    let [origin] = *args.words else {
        return Err(py.type_error(format!("{}() takes exactly one argument", class.name.borrow())));
    };
    let kind = class.builtin.expect("these types are final");
    part(py, origin, kind)
}

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::TypeVar,
        doc: "Type variable.",
        constructor: Some(new_type_var),
        methods: TYPE_VAR_METHODS,
    },
    NativeType {
        ty: Ty::ParamSpec,
        doc: "Parameter specification variable.",
        constructor: Some(new_param_spec),
        methods: PARAM_SPEC_METHODS,
    },
    NativeType {
        ty: Ty::ParamSpecArgs,
        doc: "The args for a ParamSpec object.",
        constructor: Some(new_part),
        methods: ARGS_METHODS,
    },
    NativeType {
        ty: Ty::ParamSpecKwargs,
        doc: "The kwargs for a ParamSpec object.",
        constructor: Some(new_part),
        methods: KWARGS_METHODS,
    },
    NativeType {
        ty: Ty::TypeVarTuple,
        doc: "Type variable tuple.",
        constructor: Some(new_variadic),
        methods: VARIADIC_METHODS,
    },
    NativeType {
        ty: Ty::TypeAliasType,
        doc: "Type alias.",
        constructor: Some(new_alias),
        methods: ALIAS_METHODS,
    },
];
