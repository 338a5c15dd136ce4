//! `type`, `super`, `property`, `classmethod`, `staticmethod`.

use heap::{Header, WordSlot};
use python_model::class;
use python_model::classes;
use python_model::dict;
use python_model::layout;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, getter, member, raw, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;

/// What calls of built-in types take, as far as CPython says it in a way that `inspect` understands.
static TEXT_SIGNATURES: &[(&str, &str)] = &[
    ("bool", "(object=False, /)"),
    ("classmethod", "(function, /)"),
    ("complex", "(real=0, imag=0)"),
    ("enumerate", "(iterable, start=0)"),
    ("filter", "(function, iterable, /)"),
    ("float", "(x=0, /)"),
    ("frozenset", "(iterable=(), /)"),
    ("list", "(iterable=(), /)"),
    ("map", "(function, iterable, /, *iterables, strict=False)"),
    ("memoryview", "(object)"),
    ("object", "()"),
    ("property", "(fget=None, fset=None, fdel=None, doc=None)"),
    ("reversed", "(sequence, /)"),
    ("set", "(iterable=(), /)"),
    ("staticmethod", "(function, /)"),
    ("tuple", "(iterable=(), /)"),
    ("zip", "(*iterables, strict=False)"),
];

static TYPE_METHODS: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let class = own(py, args.words[0])?;
        py.instantiate(class, Args { words: &args.words[1..], keywords: args.keywords })
    }),
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        |py, args| {
            let count = args.positional_count();
            if count != 2 && count != 4 {
                return Err(py.type_error("type.__init__() takes 1 or 3 arguments"));
            }
            Ok(NONE)
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let class = own(py, a[0])?;
        py.str(&format!("<class '{}'>", crate::object::qualified(py, class)))
    }),
    def("mro", "($self, /)", "Return a type's method resolution order.", |py, a| {
        let class = own(py, a[0])?;
        let bases = class.bases.borrow().to_vec();
        match class::linearize(class, &bases) {
            Ok(mro) => types_list(py, &mro),
            Err(_) => Err(py.type_error("Cannot create a consistent method resolution order (MRO)")),
        }
    }),
    def("__subclasses__", "($self, /)", "Return a list of immediate subclasses.", |py, a| {
        let subclasses = own(py, a[0])?.subclasses.borrow().clone();
        types_list(py, &subclasses)
    }),
    def("__instancecheck__", "($self, instance, /)", "Check if an object is an instance.", |py, a| {
        Ok(bool_word(classes::default_is_instance(py, a[1], a[0])?))
    }),
    def("__subclasscheck__", "($self, subclass, /)", "Check if a class is a subclass.", |py, a| {
        Ok(bool_word(classes::default_is_subclass(py, a[1], a[0])?))
    }),
    def("__dir__", "($self, /)", "Specialized __dir__ implementation for types.", |py, a| {
        let names = dict::new(py)?;
        merge_class_dict(py, names, own(py, a[0])?)?;
        Ok(word(py.list_from_iterable(word(names))?))
    }),
    class_method(
        "__prepare__",
        "($type, *args, **kwargs)",
        "Create the namespace for the class statement",
        |py, _| Ok(word(dict::new(py)?)),
    ),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union_of(py, a[0], a[1])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union_of(py, a[1], a[0])),
    def("__sizeof__", "($self, /)", "Return memory consumption of the type object.", |py, _| py.int(1064)),
    getter("__name__", "", |py, a| py.str(&own(py, a[0])?.name.borrow())),
    setter("__name__", set_name),
    getter("__qualname__", "", |py, a| {
        let qualname = own(py, a[0])?.object().qualname.get();
        Ok(qualname)
    }),
    setter("__qualname__", |py, a| {
        let class = mutable(py, a[0], "__qualname__")?;
        if py.as_str(a[1]).is_none() {
            return Err(py.type_error(format!(
                "can only assign string to {}.__qualname__, not '{}'",
                class.name.borrow(),
                py.type_name(a[1])
            )));
        }
        class.object().qualname.set(py.mutator(), class.object(), a[1]);
        Ok(NONE)
    }),
    getter("__module__", "", |py, a| {
        let class = own(py, a[0])?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        match dict::get_symbol(py, dict, Name::ModuleAttr) {
            // In a built-in type it is the attribute of its instances.
            Some(module) if as_object::<Getset>(module).is_none() => Ok(module),
            _ if class.object().module.get() != UNSET => Ok(class.object().module.get()),
            _ => py.str("builtins"),
        }
    }),
    setter("__module__", |py, a| {
        set_in_dict(py, a, Name::ModuleAttr)?;
        // The line was one of the module that made the class.
        let dict = own(py, a[0])?.object().dict.get().expect("a type has a namespace");
        dict::remove_symbol(py, dict, Name::FirstLine);
        Ok(NONE)
    }),
    getter("__doc__", "", |py, a| {
        let class = own(py, a[0])?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        match dict::get_symbol(py, dict, Name::Doc) {
            Some(doc) => py.bind_attribute(doc, UNSET, class),
            None => Ok(class.object().doc.get()),
        }
    }),
    setter("__doc__", |py, a| set_in_dict(py, a, Name::Doc)),
    getter("__bases__", "", |py, a| {
        let bases = own(py, a[0])?.bases.borrow().clone();
        types_tuple(py, &bases)
    }),
    setter("__bases__", set_bases),
    member("__base__", "", |py, a| {
        let class = own(py, a[0])?;
        let bases = class.bases.borrow();
        let best = bases.iter().find(|b| b.payload == class.payload).or(bases.first());
        let _ = py;
        Ok(best.map_or(NONE, |base| base.word()))
    }),
    getter("__mro__", "", |py, a| {
        let mro = own(py, a[0])?.mro.borrow().clone();
        types_tuple(py, &mro)
    }),
    getter("__dict__", "", |py, a| {
        let class = own(py, a[0])?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        Ok(word(py.alloc(MappingProxy { header: Header::EMPTY, mapping: WordSlot::new(word(dict)) })?))
    }),
    getter("__abstractmethods__", "", |py, a| {
        let class = own(py, a[0])?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        match dict::get_symbol(py, dict, Name::AbstractMethods) {
            // In the namespace of `type` itself lies this attribute.
            Some(methods) if !class.is(py.ty(Ty::Type)) => Ok(methods),
            _ => Err(py.raise_text(Ty::AttributeError, "__abstractmethods__")),
        }
    }),
    setter("__abstractmethods__", |py, a| {
        let class = own(py, a[0])?;
        if a[1] == UNSET {
            let dict = class.object().dict.get().expect("a type has a namespace");
            if !dict::remove_symbol(py, dict, Name::AbstractMethods) {
                return Err(py.raise_text(Ty::AttributeError, "__abstractmethods__"));
            }
            class.changed(py);
            class.set_flag(flags::ABSTRACT, false);
            return Ok(NONE);
        }
        let is_abstract = py.truth(a[1])?;
        set_in_dict(py, a, Name::AbstractMethods)?;
        class.set_flag(flags::ABSTRACT, is_abstract);
        Ok(NONE)
    }),
    member("__flags__", "", |py, a| {
        let class = own(py, a[0])?;
        let bit = |flag: u32, bit: i64| if class.has(flag) { 1_i64 << bit } else { 0 };
        let heap_type = bit(flags::MUTABLE, 9);
        let base = if class.has(flags::FINAL) { 0 } else { 1 << 10 };
        py.int(
            heap_type
                | base
                | bit(flags::SEQUENCE, 5)
                | bit(flags::MAPPING, 6)
                | bit(flags::ABSTRACT, 20)
                | if class.has(flags::MUTABLE) { 0 } else { 1 << 8 }
                | 1 << 12
                | 1 << 14,
        )
    }),
    member("__basicsize__", "", |py, a| {
        let class = own(py, a[0])?;
        py.int(16 + 8 * i64::from(class.inline_slots.get()))
    }),
    member("__itemsize__", "", |py, _| py.int(0)),
    member("__dictoffset__", "", |py, a| py.int(if own(py, a[0])?.has(flags::HAS_DICT) { -1 } else { 0 })),
    member("__weakrefoffset__", "", |py, a| {
        py.int(if own(py, a[0])?.has(flags::HAS_WEAKREF) { 8 } else { 0 })
    }),
    getter("__text_signature__", "", |py, a| {
        let class = own(py, a[0])?;
        let name = class.name.borrow();
        match TEXT_SIGNATURES.iter().find(|known| class.builtin.is_some() && known.0 == &**name) {
            Some((_, signature)) => py.str(signature),
            None => Ok(NONE),
        }
    }),
    getter("__annotate__", "", |py, a| {
        let class = own(py, a[0])?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        Ok(dict::get_symbol(py, dict, Name::AnnotateFunc)
            .or_else(|| dict::get_symbol(py, dict, Name::Annotate))
            .unwrap_or(NONE))
    }),
    setter("__annotate__", |py, a| {
        let class = mutable(py, a[0], "__annotate__")?;
        if a[1] == UNSET {
            return Err(py.type_error("cannot delete __annotate__ attribute"));
        }
        if a[1] != NONE && !py.is_callable(a[1]) {
            return Err(py.type_error("__annotate__ must be callable or None"));
        }
        let dict = class.object().dict.get().expect("a type has a namespace");
        dict::set_symbol(py, dict, Name::AnnotateFunc, a[1])?;
        if a[1] != NONE {
            dict::remove_symbol(py, dict, Name::AnnotationsCache);
        }
        class.changed(py);
        Ok(NONE)
    }),
    getter("__annotations__", "", annotations),
    setter("__annotations__", |py, a| {
        let class = mutable(py, a[0], "__annotations__")?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        let own = dict::get_symbol(py, dict, Name::Annotations).is_some();
        let key = if own { Name::Annotations } else { Name::AnnotationsCache };
        if a[1] == UNSET {
            if !dict::remove_symbol(py, dict, key) {
                return Err(py.raise_text(Ty::AttributeError, "__annotations__"));
            }
        } else {
            dict::set_symbol(py, dict, key, a[1])?;
        }
        dict::remove_symbol(py, dict, Name::AnnotateFunc);
        dict::remove_symbol(py, dict, Name::Annotate);
        class.changed(py);
        Ok(NONE)
    }),
    getter("__type_params__", "", |py, a| {
        let class = own(py, a[0])?;
        let dict = class.object().dict.get().expect("a type has a namespace");
        let found = dict::get_symbol(py, dict, Name::TypeParams).filter(|_| class.builtin.is_none());
        Ok(found.unwrap_or_else(|| py.vm().empty_tuple()))
    }),
    setter("__type_params__", |py, a| set_in_dict(py, a, Name::TypeParams)),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Type,
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    constructor: Some(new_type),
    methods: TYPE_METHODS,
}];

/// The class in a receiver.
fn own(py: Py, value: Word) -> Result<TypeRef> {
    match py.as_type(value) {
        Some(class) => Ok(class),
        None => Err(py.type_error(format!(
            "descriptor requires a 'type' object but received a '{}'",
            py.type_name(value)
        ))),
    }
}

fn mutable(py: Py, value: Word, what: &str) -> Result<TypeRef> {
    let class = own(py, value)?;
    if !class.has(flags::MUTABLE) {
        return Err(py.type_error(format!(
            "cannot set '{what}' attribute of immutable type '{}'",
            class.name.borrow()
        )));
    }
    Ok(class)
}

/// Errors: `TypeError` if an attribute that each class has is to be deleted.
fn not_deleted(py: Py, class: TypeRef, value: Word, what: &str) -> Result<()> {
    if value != UNSET {
        return Ok(());
    }
    // That is what CPython says of mutable types, too.
    let name = class.name.borrow();
    Err(py.type_error(format!("cannot delete '{what}' attribute of immutable type '{name}'")))
}

fn set_in_dict(py: Py, a: &[Word], name: Name) -> Result {
    let class = mutable(py, a[0], name.text())?;
    not_deleted(py, class, a[1], name.text())?;
    let dict = class.object().dict.get().expect("a type has a namespace");
    dict::set_symbol(py, dict, name, a[1])?;
    class.changed(py);
    Ok(NONE)
}

/// Names and docstrings are text in UTF-8, which has no surrogates. Errors: `UnicodeEncodeError`.
pub fn check_encodable(py: Py, text: Word) -> Result<()> {
    if let Some(text) = py.as_str(text)
        && text.as_str().is_none()
    {
        let start = text.as_bytes().utf8_chunks().next().map_or(0, |chunk| chunk.valid().chars().count());
        return Err(crate::text_codec::encode_error(
            py,
            text,
            "utf-8",
            start,
            start + 1,
            "surrogates not allowed",
        ));
    }
    Ok(())
}

fn set_name(py: Py, a: &[Word]) -> Result {
    let class = mutable(py, a[0], "__name__")?;
    not_deleted(py, class, a[1], "__name__")?;
    let Some(name) = py.as_str(a[1]) else {
        return Err(py.type_error(format!(
            "can only assign string to {}.__name__, not '{}'",
            class.name.borrow(),
            py.type_name(a[1])
        )));
    };
    if name.as_bytes().contains(&0) {
        return Err(py.value_error("type name must not contain null characters"));
    }
    check_encodable(py, a[1])?;
    *class.name.borrow_mut() = name.to_text().into();
    Ok(NONE)
}

fn set_bases(py: Py, a: &[Word]) -> Result {
    let class = mutable(py, a[0], "__bases__")?;
    not_deleted(py, class, a[1], "__bases__")?;
    let Some(tuple) = py.cast::<Tuple>(a[1]) else {
        return Err(py.type_error(format!(
            "can only assign tuple to {}.__bases__, not {}",
            class.name.borrow(),
            py.type_name(a[1])
        )));
    };
    if tuple.items().is_empty() {
        return Err(py.type_error(format!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            class.name.borrow()
        )));
    }
    let mut bases = Vec::new();
    for item in tuple.items() {
        match py.as_type(item.get()) {
            Some(base) if base.is_subtype(class) => {
                return Err(py.type_error("a __bases__ item causes an inheritance cycle"));
            }
            Some(base) => bases.push(base),
            None => {
                return Err(py.type_error(format!(
                    "{}.__bases__ must be tuple of classes, not '{}'",
                    class.name.borrow(),
                    py.type_name(item.get())
                )));
            }
        }
    }
    let (old, new) = {
        let own = class.bases.borrow().to_vec();
        (layout::best_base(py, &own)?, layout::best_base(py, &bases)?)
    };
    if let Some(last) = bases.iter().find(|base| base.has(flags::FINAL)) {
        return Err(class::not_acceptable(py, last));
    }
    layout::check_compatible(py, old, new, "__bases__")?;
    class::replace_bases(py, class, &bases)?;
    Ok(NONE)
}

fn types_tuple(py: Py, types: &[TypeRef]) -> Result {
    // Classes are pinned and immortal: a plain vector of their words is safe.
    let words: Vec<Word> = types.iter().map(|class| class.word()).collect();
    py.new_tuple(&words)
}

fn types_list(py: Py, types: &[TypeRef]) -> Result {
    let words: Vec<Word> = types.iter().map(|class| class.word()).collect();
    Ok(word(py.list_of(&words)?))
}

/// Adds the names of a class and its bases.
pub fn merge_class_dict(py: Py, names: heap::Gc<Dict>, class: TypeRef) -> Result<()> {
    for base in class.mro.borrow().iter().rev() {
        let dict = base.object().dict.get().expect("a type has a namespace");
        dict::update(py, names, dict)?;
    }
    Ok(())
}

fn union_of(py: Py, a: Word, b: Word) -> Result {
    crate::generic::union_of(py, a, b)
}

fn annotations(py: Py, a: &[Word]) -> Result {
    let class = own(py, a[0])?;
    if !class.has(flags::MUTABLE) {
        return Err(py.raise_text(
            Ty::AttributeError,
            &format!("type object '{}' has no attribute '__annotations__'", class.name.borrow()),
        ));
    }
    let dict = class.object().dict.get().expect("a type has a namespace");
    for key in [Name::Annotations, Name::AnnotationsCache] {
        if let Some(found) = dict::get_symbol(py, dict, key) {
            return py.bind_attribute(found, UNSET, class);
        }
    }
    let annotate = dict::get_symbol(py, dict, Name::AnnotateFunc)
        .or_else(|| dict::get_symbol(py, dict, Name::Annotate))
        .unwrap_or(NONE);
    let result = if annotate == NONE {
        word(dict::new(py)?)
    } else {
        let annotate = py.bind_attribute(annotate, UNSET, class)?;
        let format = py.int(1)?;
        let result = py.call(annotate, &[format])?;
        if py.cast::<Dict>(result).is_none() {
            return Err(
                py.type_error(format!("__annotate__ returned non-dict of type '{}'", py.type_name(result)))
            );
        }
        result
    };
    dict::set_symbol(py, dict, Name::AnnotationsCache, result)?;
    Ok(result)
}

/// `type(name, bases, namespace, **keywords)`, and `type(object)`.
fn new_type(py: Py, metaclass: TypeRef, args: Args) -> Result {
    let count = args.positional_count();
    if count == 1 && metaclass.is(py.ty(Ty::Type)) && args.keyword_count() == 0 {
        return Ok(py.type_of(args.words[0]).word());
    }
    if count != 3 {
        return Err(py.type_error("type() takes 1 or 3 arguments"));
    }
    let Some(name) = py.as_str(args.words[0]) else {
        return Err(py.type_error(format!(
            "type.__new__() argument 1 must be str, not {}",
            py.argument_type(args.words[0])
        )));
    };
    let Some(tuple) = py.cast::<Tuple>(args.words[1]) else {
        return Err(py.type_error(format!(
            "type.__new__() argument 2 must be tuple, not {}",
            py.argument_type(args.words[1])
        )));
    };
    let Some(namespace) = py.cast::<Dict>(args.words[2]) else {
        return Err(py.type_error(format!(
            "type.__new__() argument 3 must be dict, not {}",
            py.argument_type(args.words[2])
        )));
    };
    if name.as_bytes().contains(&0) {
        return Err(py.value_error("type name must not contain null characters"));
    }
    check_encodable(py, args.words[0])?;
    if let Some(doc) = dict::get_symbol(py, namespace, Name::Doc) {
        check_encodable(py, doc)?;
    }
    let mut bases = Vec::new();
    for item in tuple.items() {
        match py.as_type(item.get()) {
            Some(base) => bases.push(base),
            None if py.get_attr_opt(item.get(), Name::MroEntries)?.is_some() => {
                return Err(
                    py.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
                );
            }
            // The metaclass is sought first, and the class of what is no class is none.
            None => return Err(class::metaclass_conflict(py)),
        }
    }
    let winner = class::metaclass_of(py, metaclass, &bases)?;
    if !winner.is(metaclass) {
        let new = winner.lookup(py, Name::New);
        if new != py.ty(Ty::Type).lookup(py, Name::New)
            && let Some(new) = new
        {
            let new = py.bind_attribute(new, UNSET, winner)?;
            return py.call_with_first(new, winner.word(), args);
        }
    }
    let keywords = Args { words: &args.words[3..], keywords: args.keywords };
    Ok(class::new_class(py, winner, &name.to_text(), &bases, namespace, keywords)?.word())
}
