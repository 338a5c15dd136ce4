//! `list[int]` and `int | str`: `types.GenericAlias` and `typing.Union`; and `typing.Generic`.
//!
//! `Generic` has no code of its own: what a subscript of it and a subclass of it do is written in `typing`, which it imports.
//!
//! Parameters of an alias are what its arguments leave open: arguments with `__typing_subst__` (type variables), and the parameters of
//! arguments that are generic themselves. Source: CPython 3.14 `Objects/genericaliasobject.c`, `Objects/unionobject.c`.

use heap::{Gc, Header, WordSlot};
use python_model::names::Name;
use python_model::native::{
    Args, NativeDef, NativeKind, NativeType, RawFn, class_method, def, getter, member, raw,
};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

// -- aliases

fn alias_of(py: Py, value: Word) -> Result<Gc<GenericAlias>> {
    py.expect(value, Ty::GenericAlias, "__getitem__")
}

fn tuple(value: Word) -> Gc<Tuple> {
    as_object(value).expect("aliases and unions keep tuples")
}

/// Names that an alias answers itself; all others are asked of the origin.
const OWN_NAMES: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__bases__",
    "__copy__",
    "__deepcopy__",
];

/// Own names that `dir()` leaves out.
const NOT_LISTED: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

static ALIAS_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", alias_repr),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let own = alias_of(py, a[0])?;
        let mut hash = py.hash(own.origin.get())?;
        for item in tuple(own.args.get()).items() {
            hash = hash.wrapping_mul(1_000_003) ^ py.hash(item.get())?;
        }
        py.int(if hash == -1 { -2 } else { hash })
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        let own = alias_of(py, a[0])?;
        let Some(other) = py.cast::<GenericAlias>(a[1]) else { return Ok(NOT_IMPLEMENTED) };
        let same = own.starred.get() == other.starred.get()
            && py.is_equal(own.origin.get(), other.origin.get())?
            && same_items(py, tuple(own.args.get()), tuple(other.args.get()))?;
        Ok(bool_word(same))
    }),
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let own = alias_of(py, args.words[0])?;
        let rest = Args { words: &args.words[1..], keywords: args.keywords };
        let made = py.call_args(own.origin.get(), rest)?;
        let result = py.set_attr(made, Name::OrigClass, args.words[0]);
        if result.is_err() && py.take_if(Ty::AttributeError).is_none() && py.take_if(Ty::TypeError).is_none()
        {
            result?;
        }
        Ok(made)
    }),
    def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", |py, a| {
        let own = alias_of(py, a[0])?;
        let name = crate::object::attribute_name(py, a[1])?;
        let text = py.vm().symbols.text(name).to_text();
        if !OWN_NAMES.contains(&text.as_str()) {
            return py.get_attr(own.origin.get(), name);
        }
        match py.generic_get_attr(a[0], py.type_of(a[0]), name)? {
            Some(found) => Ok(found),
            None => {
                let message = format!("'types.GenericAlias' object has no attribute '{text}'");
                Err(py.attribute_error(a[0], a[1], message))
            }
        }
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        let own = alias_of(py, a[0])?;
        let parameters = alias_parameters(py, own)?;
        let args = substitute(py, a[0], tuple(own.args.get()), tuple(parameters), a[1])?;
        let made = python_model::generic::alias(py, own.origin.get(), args)?;
        alias_of(py, made)?.starred.set(own.starred.get());
        Ok(made)
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        let own = alias_of(py, a[0])?;
        let made = python_model::generic::alias(py, own.origin.get(), own.args.get())?;
        alias_of(py, made)?.starred.set(1);
        let items = py.new_tuple(&[made])?;
        py.iter(items)
    }),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union_of(py, a[0], a[1])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union_of(py, a[1], a[0])),
    def("__mro_entries__", "($self, bases, /)", "", |py, a| {
        py.new_tuple(&[alias_of(py, a[0])?.origin.get()])
    }),
    def("__instancecheck__", "($self, instance, /)", "", |py, _| {
        Err(py.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }),
    def("__subclasscheck__", "($self, subclass, /)", "", |py, _| {
        Err(py.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let own = alias_of(py, a[0])?;
        let args = py.new_tuple(&[own.origin.get(), own.args.get()])?;
        py.new_tuple(&[py.ty(Ty::GenericAlias).word(), args])
    }),
    def("__dir__", "($self, /)", "", |py, a| {
        let own = alias_of(py, a[0])?;
        let names = py.call(py.import_from("builtins", "dir")?, &[own.origin.get()])?;
        let list = py.list_from_iterable(names)?;
        for name in OWN_NAMES.iter().filter(|name| !NOT_LISTED.contains(name)) {
            let name = py.str(name)?;
            if !py.contains(word(list), name)? {
                list_push(py, list, name)?;
            }
        }
        Ok(word(list))
    }),
    member("__origin__", "", |py, a| Ok(alias_of(py, a[0])?.origin.get())),
    member("__args__", "", |py, a| Ok(alias_of(py, a[0])?.args.get())),
    getter("__parameters__", "Type variables in the GenericAlias.", |py, a| {
        alias_parameters(py, alias_of(py, a[0])?)
    }),
    member("__unpacked__", "", |py, a| Ok(bool_word(alias_of(py, a[0])?.starred.get() != 0))),
    getter("__typing_unpacked_tuple_args__", "", |py, a| {
        let own = alias_of(py, a[0])?;
        let is_tuple = own.starred.get() != 0 && own.origin.get() == py.ty(Ty::Tuple).word();
        Ok(if is_tuple { own.args.get() } else { NONE })
    }),
];

fn construct_alias(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "GenericAlias")?;
    let [origin, arguments] = *args.words else {
        return Err(py.type_error(format!("GenericAlias expected 2 arguments, got {}", args.words.len())));
    };
    let alias = python_model::generic::alias(py, origin, arguments)?;
    if class.is(py.ty(Ty::GenericAlias)) {
        return Ok(alias);
    }
    python_model::instance::new(py, class, alias)
}

fn same_items(py: Py, a: Gc<Tuple>, b: Gc<Tuple>) -> Result<bool> {
    if a.items().len() != b.items().len() {
        return Ok(false);
    }
    for (x, y) in a.items().iter().zip(b.items()) {
        if !py.is_equal(x.get(), y.get())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn alias_repr(py: Py, a: &[Word]) -> Result {
    let own = alias_of(py, a[0])?;
    let args = tuple(own.args.get());
    let mut text = String::from(if own.starred.get() != 0 { "*" } else { "" });
    text += &type_repr(py, own.origin.get())?;
    text.push('[');
    for (index, item) in args.items().iter().enumerate() {
        if index > 0 {
            text += ", ";
        }
        match as_object::<List>(item.get()) {
            Some(list) => {
                text.push('[');
                let length = list.len();
                for at in 0..length {
                    if at > 0 {
                        text += ", ";
                    }
                    // The `repr` of an item may have shortened the list.
                    if at >= list.len() {
                        return Err(py.index_error("list index out of range"));
                    }
                    text += &type_repr(py, list.item(at))?;
                }
                text.push(']');
            }
            None => text += &type_repr(py, item.get())?,
        }
    }
    if args.items().is_empty() {
        text += "()";
    }
    text.push(']');
    py.str(&text)
}

/// How aliases and unions show an argument: a class by its qualified name.
pub(crate) fn type_repr(py: Py, value: Word) -> Result<String> {
    if value == ELLIPSIS {
        return Ok("...".into());
    }
    if value == py.ty(Ty::NoneType).word() {
        return Ok("None".into());
    }
    if py.cast::<GenericAlias>(value).is_none()
        && let Some(class) = py.as_type(value)
    {
        return Ok(crate::object::qualified(py, class));
    }
    py.repr_text(value)
}

fn alias_parameters(py: Py, own: Gc<GenericAlias>) -> Result {
    if own.parameters.get() == UNSET {
        let made = parameters_of(py, tuple(own.args.get()))?;
        own.parameters.set(py.mutator(), own, made);
    }
    Ok(own.parameters.get())
}

/// The parameters that arguments leave open, each once, in order of appearance.
pub(crate) fn parameters_of(py: Py, args: Gc<Tuple>) -> Result {
    let found = py.new_list(2)?;
    collect_parameters(py, args, found)?;
    py.tuple_from_list(found)
}

fn collect_parameters(py: Py, args: Gc<Tuple>, found: Gc<List>) -> Result<()> {
    let subst = py.intern("__typing_subst__")?;
    for item in args.items() {
        let item = item.get();
        if py.as_type(item).is_some() {
            continue;
        }
        if let Some(inner) = as_object::<Tuple>(item) {
            collect_parameters(py, inner, found)?;
        } else if let Some(inner) = as_object::<List>(item) {
            collect_parameters(py, as_object(py.tuple_from_list(inner)?).expect("a tuple"), found)?;
        } else if py.get_attr_opt(item, subst)?.is_some() {
            push_new(py, found, item)?;
        } else if let Some(inner) = py.get_attr_opt(item, Name::Parameters)?
            && let Some(inner) = py.cast::<Tuple>(inner)
        {
            for parameter in inner.items() {
                push_new(py, found, parameter.get())?;
            }
        }
    }
    Ok(())
}

fn push_new(py: Py, list: Gc<List>, value: Word) -> Result<()> {
    if (0..list.len()).any(|at| list.item(at) == value) {
        return Ok(());
    }
    list_push(py, list, value)
}

fn position(parameters: Gc<Tuple>, parameter: Word) -> Option<usize> {
    parameters.items().iter().position(|item| item.get() == parameter)
}

/// The arguments of `value` with its parameters replaced by the items of a subscript.
/// Errors: `TypeError` if it has no parameters, or another number of them.
fn substitute(py: Py, value: Word, args: Gc<Tuple>, parameters: Gc<Tuple>, item: Word) -> Result {
    let expected = parameters.items().len();
    if expected == 0 {
        return Err(py.type_error(format!("{} is not a generic class", py.repr_text(value)?)));
    }
    let mut items = match as_object::<Tuple>(item) {
        Some(items) => items,
        None => py.tuple_of(&[item])?,
    };
    let (prepare, subst) = (py.intern("__typing_prepare_subst__")?, py.intern("__typing_subst__")?);
    for parameter in parameters.items() {
        if let Some(method) = py.get_attr_opt(parameter.get(), prepare)?
            && method != NONE
        {
            let prepared = py.call(method, &[value, word(items)])?;
            items = py.tuple_from_iterable(prepared)?;
        }
    }
    let given = items.items().len();
    if given != expected {
        let which = if given > expected { "many" } else { "few" };
        let shown = py.repr_text(value)?;
        return Err(
            py.type_error(format!("Too {which} arguments for {shown}; actual {given}, expected {expected}"))
        );
    }
    let made = py.new_list(args.items().len())?;
    for argument in args.items() {
        let argument = argument.get();
        if py.as_type(argument).is_some() {
            list_push(py, made, argument)?;
            continue;
        }
        let is_unpacked = is_unpacked_variadic(py, argument)?;
        let new = match py.get_attr_opt(argument, subst)? {
            Some(method) => match position(parameters, argument) {
                Some(at) => py.call(method, &[items.items()[at].get()])?,
                None => argument,
            },
            None => substitute_inner(py, argument, parameters, items)?,
        };
        match as_object::<Tuple>(new) {
            Some(many) if is_unpacked => {
                for one in many.items() {
                    list_push(py, made, one.get())?;
                }
            }
            _ => list_push(py, made, new)?,
        }
    }
    py.tuple_from_list(made)
}

fn is_unpacked_variadic(py: Py, argument: Word) -> Result<bool> {
    let name = py.intern("__typing_is_unpacked_typevartuple__")?;
    match py.get_attr_opt(argument, name)? {
        Some(flag) => py.truth(flag),
        None => Ok(false),
    }
}

/// A generic argument subscripted with what its own parameters are replaced by.
fn substitute_inner(py: Py, argument: Word, parameters: Gc<Tuple>, items: Gc<Tuple>) -> Result {
    let Some(own) = py.get_attr_opt(argument, Name::Parameters)? else { return Ok(argument) };
    let Some(own) = py.cast::<Tuple>(own).filter(|own| !own.items().is_empty()) else {
        return Ok(argument);
    };
    let list = py.new_list(own.items().len())?;
    for parameter in own.items() {
        let parameter = parameter.get();
        match position(parameters, parameter) {
            None => list_push(py, list, parameter)?,
            Some(at) => match as_object::<Tuple>(items.items()[at].get()) {
                Some(many) if py.is_a(parameter, Ty::TypeVarTuple) => {
                    for one in many.items() {
                        list_push(py, list, one.get())?;
                    }
                }
                _ => list_push(py, list, items.items()[at].get())?,
            },
        }
    }
    let key = py.tuple_from_list(list)?;
    py.get_item(argument, key)
}

// -- unions

fn union(py: Py, value: Word) -> Result<Gc<Union>> {
    py.expect(value, Ty::Union, "__or__")
}

fn is_unionable(py: Py, value: Word) -> bool {
    value == NONE
        || py.as_type(value).is_some()
        || py.cast::<GenericAlias>(value).is_some()
        || as_object::<Union>(value).is_some()
        || py.is_a(value, Ty::TypeAliasType)
}

/// `a | b` of types. Returns `NotImplemented` if one is no type.
pub(crate) fn union_of(py: Py, a: Word, b: Word) -> Result {
    if !is_unionable(py, a) || !is_unionable(py, b) {
        return Ok(NOT_IMPLEMENTED);
    }
    union_from(py, &[a, b])
}

/// The union of types: flat, without duplicates; one type is itself.
pub(crate) fn union_from(py: Py, types: &[Word]) -> Result {
    let list = py.new_list(types.len())?;
    for &ty in types {
        match as_object::<Union>(ty) {
            Some(inner) => {
                for item in tuple(inner.args.get()).items() {
                    add_to_union(py, list, item.get())?;
                }
            }
            None if ty == NONE => add_to_union(py, list, py.ty(Ty::NoneType).word())?,
            None => add_to_union(py, list, ty)?,
        }
    }
    if list.len() == 1 {
        return Ok(list.item(0));
    }
    let args = py.tuple_from_list(list)?;
    Ok(word(py.alloc(Union {
        header: Header::EMPTY,
        args: WordSlot::new(args),
        parameters: WordSlot::new(UNSET),
    })?))
}

fn add_to_union(py: Py, list: Gc<List>, value: Word) -> Result<()> {
    if contains_type(py, list.len(), |at| list.item(at), value)? {
        return Ok(());
    }
    list_push(py, list, value)
}

fn contains_type(py: Py, count: usize, item: impl Fn(usize) -> Word, value: Word) -> Result<bool> {
    for at in 0..count {
        let known = item(at);
        if known == value || py.type_of(known).is(py.type_of(value)) && py.is_equal(known, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

static UNION_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let mut parts = Vec::new();
        for item in tuple(union(py, a[0])?.args.get()).items() {
            parts.push(type_repr(py, item.get())?);
        }
        py.str(&parts.join(" | "))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let mut hash = 0x55_4E49_4F4E_i64;
        for item in tuple(union(py, a[0])?.args.get()).items() {
            // Order does not matter.
            hash = hash.wrapping_add(py.hash(item.get())?.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64));
        }
        py.int(if hash == -1 { -2 } else { hash })
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        let own = union(py, a[0])?;
        let Some(other) = as_object::<Union>(a[1]) else { return Ok(NOT_IMPLEMENTED) };
        let (own, other) = (tuple(own.args.get()), tuple(other.args.get()));
        if own.items().len() != other.items().len() {
            return Ok(FALSE);
        }
        for item in own.items() {
            if !contains_type(py, other.items().len(), |at| other.items()[at].get(), item.get())? {
                return Ok(FALSE);
            }
        }
        Ok(TRUE)
    }),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union_of(py, a[0], a[1])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union_of(py, a[1], a[0])),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        let own = union(py, a[0])?;
        let parameters = union_parameters(py, own)?;
        let args = substitute(py, a[0], tuple(own.args.get()), tuple(parameters), a[1])?;
        union_from(py, &python_model::protocol::tuple_words(tuple(args)))
    }),
    def("__mro_entries__", "($self, bases, /)", "", |py, a| {
        Err(py.type_error(format!("Cannot subclass {}", py.repr_text(a[0])?)))
    }),
    def("__instancecheck__", "($self, instance, /)", "", |py, a| Ok(bool_word(py.is_instance(a[1], a[0])?))),
    def("__subclasscheck__", "($self, subclass, /)", "", |py, a| {
        Ok(bool_word(python_model::classes::is_subclass(py, a[1], a[0])?))
    }),
    class_method("__class_getitem__", "($type, object, /)", "", |py, a| match as_object::<Tuple>(a[1]) {
        Some(types) if types.items().is_empty() => Err(py.type_error("Cannot take a Union of no types.")),
        Some(types) => union_from(py, &python_model::protocol::tuple_words(types)),
        None => union_from(py, &[a[1]]),
    }),
    member("__args__", "", |py, a| Ok(union(py, a[0])?.args.get())),
    getter("__parameters__", "Type variables in the types.UnionType.", |py, a| {
        union_parameters(py, union(py, a[0])?)
    }),
    getter("__origin__", "Always returns the type", |py, _| Ok(py.ty(Ty::Union).word())),
    getter("__name__", "Name of the type", |py, _| py.str("Union")),
    getter("__qualname__", "Qualified name of the type", |py, _| py.str("Union")),
];

fn union_parameters(py: Py, own: Gc<Union>) -> Result {
    if matches!(own.parameters.get(), UNSET | NONE) {
        let made = parameters_of(py, tuple(own.args.get()))?;
        own.parameters.set(py.mutator(), own, made);
    }
    Ok(own.parameters.get())
}

fn no_union(py: Py, _class: TypeRef, _args: Args) -> Result {
    Err(py.type_error("cannot create 'typing.Union' instances"))
}

/// A class method of `Generic` that the function of this name in `typing` answers.
const fn class_method_of_typing(name: &'static str, doc: &'static str, function: RawFn) -> NativeDef {
    let signature = "($type, /, *args, **kwargs)";
    NativeDef { kind: NativeKind::ClassMethod, ..raw(name, signature, doc, function) }
}

static GENERIC_METHODS: &[NativeDef] = &[
    class_method_of_typing("__class_getitem__", "Parameterizes a generic class.", |py, args| {
        py.call_args(py.import_from("typing", "_generic_class_getitem")?, args)
    }),
    class_method_of_typing("__init_subclass__", "Function to initialize subclasses.", |py, args| {
        py.call_args(py.import_from("typing", "_generic_init_subclass")?, args)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Generic,
        doc: "Abstract base class for generic types.\n\nA generic type is declared by inheriting from a class subscripted with type variables.",
        constructor: None,
        methods: GENERIC_METHODS,
    },
    NativeType {
        ty: Ty::GenericAlias,
        doc: "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
        constructor: Some(construct_alias),
        methods: ALIAS_METHODS,
    },
    NativeType {
        ty: Ty::Union,
        doc: "Represent a union type\n\nE.g. for int | str",
        constructor: Some(no_union),
        methods: UNION_METHODS,
    },
];
