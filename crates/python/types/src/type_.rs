//! `type`, `super`, `property`, `classmethod`, `staticmethod`.

use heap::{Header, WordSlot};
use python_model::class::{self, class_method_of, static_method_of};
use python_model::classes;
use python_model::dict;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, getter, given, raw, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;

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
            Some(mro) => types_list(py, &mro),
            None => Err(py.type_error("Cannot create a consistent method resolution order (MRO)")),
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
            Some(module) => Ok(module),
            None if class.object().module.get() != UNSET => Ok(class.object().module.get()),
            None => py.str("builtins"),
        }
    }),
    setter("__module__", |py, a| set_in_dict(py, a, Name::ModuleAttr)),
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
    getter("__base__", "", |py, a| {
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
        let dict = own(py, a[0])?.object().dict.get().expect("a type has a namespace");
        match dict::get_symbol(py, dict, Name::AbstractMethods) {
            Some(methods) => Ok(methods),
            None => Err(py.raise_text(Ty::AttributeError, "__abstractmethods__")),
        }
    }),
    setter("__abstractmethods__", |py, a| {
        let class = own(py, a[0])?;
        let is_abstract = a[1] != UNSET && py.truth(a[1])?;
        set_in_dict(py, a, Name::AbstractMethods)?;
        class.set_flag(flags::ABSTRACT, is_abstract);
        Ok(NONE)
    }),
    getter("__flags__", "", |py, a| {
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
    getter("__basicsize__", "", |py, a| {
        let class = own(py, a[0])?;
        py.int(16 + 8 * i64::from(class.inline_slots.get()))
    }),
    getter("__itemsize__", "", |py, _| py.int(0)),
    getter("__dictoffset__", "", |py, a| py.int(if own(py, a[0])?.has(flags::HAS_DICT) { -1 } else { 0 })),
    getter("__weakrefoffset__", "", |py, a| {
        py.int(if own(py, a[0])?.has(flags::HAS_WEAKREF) { 8 } else { 0 })
    }),
    getter("__text_signature__", "", |_, _| Ok(NONE)),
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
        let dict = own(py, a[0])?.object().dict.get().expect("a type has a namespace");
        Ok(dict::get_symbol(py, dict, Name::TypeParams).unwrap_or_else(|| py.vm().empty_tuple()))
    }),
    setter("__type_params__", |py, a| set_in_dict(py, a, Name::TypeParams)),
];

static SUPER_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(NONE)),
    def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", super_attribute),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let object = py.expect::<Super>(a[0], Ty::Super, "__repr__")?;
        let class =
            py.as_type(object.class.get()).map_or_else(|| "NULL".into(), |c| c.name.borrow().to_string());
        py.str(&match py.as_type(object.receiver_class.get()) {
            Some(of) => format!("<super: <class '{class}'>, <{} object>>", of.name.borrow()),
            None => format!("<super: <class '{class}'>, NULL>"),
        })
    }),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            let object = py.expect::<Super>(a[0], Ty::Super, "__get__")?;
            if a[1] == NONE || object.receiver.get() != UNSET {
                return Ok(a[0]);
            }
            make_super(py, object.class.get(), a[1])
        },
    ),
    getter("__thisclass__", "the class invoking super()", |py, a| {
        Ok(py.expect::<Super>(a[0], Ty::Super, "__thisclass__")?.class.get())
    }),
    getter("__self__", "the instance invoking super(); may be None", |py, a| {
        let receiver = py.expect::<Super>(a[0], Ty::Super, "__self__")?.receiver.get();
        Ok(if receiver == UNSET { NONE } else { receiver })
    }),
    getter("__self_class__", "the type of the instance invoking super(); may be None", |py, a| {
        let class = py.expect::<Super>(a[0], Ty::Super, "__self_class__")?.receiver_class.get();
        Ok(if class == UNSET { NONE } else { class })
    }),
];

static PROPERTY_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, fget=None, fset=None, fdel=None, doc=None)", "Initialize self.", |_, _| {
        Ok(NONE)
    }),
    def(
        "getter",
        "($self, fget, /)",
        "Descriptor to obtain a copy of the property with a different getter.",
        |py, a| copy_property(py, a[0], Some(a[1]), None, None),
    ),
    def(
        "setter",
        "($self, fset, /)",
        "Descriptor to obtain a copy of the property with a different setter.",
        |py, a| copy_property(py, a[0], None, Some(a[1]), None),
    ),
    def(
        "deleter",
        "($self, fdel, /)",
        "Descriptor to obtain a copy of the property with a different deleter.",
        |py, a| copy_property(py, a[0], None, None, Some(a[1])),
    ),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            let object = py.expect::<Property>(a[0], Ty::Property, "__get__")?;
            if a[1] == NONE {
                return Ok(a[0]);
            }
            match object.getter.get() {
                NONE => Err(property_error(py, object, a[1], "getter")),
                function => py.call(function, &[a[1]]),
            }
        },
    ),
    def("__set__", "($self, instance, value, /)", "Set an attribute of instance to value.", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__set__")?;
        match object.setter.get() {
            NONE => Err(property_error(py, object, a[1], "setter")),
            function => py.call(function, &[a[1], a[2]]),
        }
    }),
    def("__delete__", "($self, instance, /)", "Delete an attribute of instance.", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__delete__")?;
        match object.deleter.get() {
            NONE => Err(property_error(py, object, a[1], "deleter")),
            function => py.call(function, &[a[1]]),
        }
    }),
    def("__set_name__", "($self, owner, name, /)", "Method to set name of a property.", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__set_name__")?;
        object.name.set(py.mutator(), object, a[2]);
        Ok(NONE)
    }),
    getter("fget", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fget")?.getter.get())),
    getter("fset", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fset")?.setter.get())),
    getter("fdel", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fdel")?.deleter.get())),
    getter("__doc__", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "__doc__")?.doc.get())),
    setter("__doc__", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__doc__")?;
        object.doc.set(py.mutator(), object, if a[1] == UNSET { NONE } else { a[1] });
        Ok(NONE)
    }),
    getter("__name__", "", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__name__")?;
        if object.name.get() != NONE {
            return Ok(object.name.get());
        }
        if object.getter.get() != NONE
            && let Some(name) = py.get_attr_opt(object.getter.get(), Name::NameAttr)?
        {
            return Ok(name);
        }
        Err(py.raise_text(Ty::AttributeError, "'property' object has no attribute '__name__'"))
    }),
    setter("__name__", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__name__")?;
        object.name.set(py.mutator(), object, if a[1] == UNSET { NONE } else { a[1] });
        Ok(NONE)
    }),
    getter("__isabstractmethod__", "", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__isabstractmethod__")?;
        for function in [object.getter.get(), object.setter.get(), object.deleter.get()] {
            if is_abstract(py, function)? {
                return Ok(TRUE);
            }
        }
        Ok(FALSE)
    }),
];

static CLASS_METHOD_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, function, /)", "Initialize self.", |_, _| Ok(NONE)),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            let function = py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__get__")?.function.get();
            let owner = match given(a[2]) {
                Some(owner) => owner,
                None => py.type_of(a[1]).word(),
            };
            py.bound_method(function, owner)
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let function = py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__repr__")?.function.get();
        let text = py.repr_text(function)?;
        py.str(&format!("<classmethod({text})>"))
    }),
    getter("__func__", "", |py, a| {
        Ok(py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__func__")?.function.get())
    }),
    getter("__wrapped__", "", |py, a| {
        Ok(py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__wrapped__")?.function.get())
    }),
    getter("__isabstractmethod__", "", |py, a| {
        let function =
            py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__isabstractmethod__")?.function.get();
        Ok(bool_word(is_abstract(py, function)?))
    }),
];

static STATIC_METHOD_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, function, /)", "Initialize self.", |_, _| Ok(NONE)),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| Ok(py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__get__")?.function.get()),
    ),
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let function = py.expect::<StaticMethod>(args.words[0], Ty::StaticMethod, "__call__")?.function.get();
        py.call_args(function, Args { words: &args.words[1..], keywords: args.keywords })
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let function = py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__repr__")?.function.get();
        let text = py.repr_text(function)?;
        py.str(&format!("<staticmethod({text})>"))
    }),
    getter("__func__", "", |py, a| {
        Ok(py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__func__")?.function.get())
    }),
    getter("__wrapped__", "", |py, a| {
        Ok(py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__wrapped__")?.function.get())
    }),
    getter("__isabstractmethod__", "", |py, a| {
        let function =
            py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__isabstractmethod__")?.function.get();
        Ok(bool_word(is_abstract(py, function)?))
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Type,
        doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
        constructor: Some(new_type),
        methods: TYPE_METHODS,
    },
    NativeType {
        ty: Ty::Super,
        doc: "super() -> same as super(__class__, <first argument>)",
        constructor: Some(new_super),
        methods: SUPER_METHODS,
    },
    NativeType {
        ty: Ty::Property,
        doc: "Property attribute.",
        constructor: Some(new_property),
        methods: PROPERTY_METHODS,
    },
    NativeType {
        ty: Ty::ClassMethod,
        doc: "Convert a function to be a class method.",
        constructor: Some(new_class_method),
        methods: CLASS_METHOD_METHODS,
    },
    NativeType {
        ty: Ty::StaticMethod,
        doc: "Convert a function to be a static method.",
        constructor: Some(new_static_method),
        methods: STATIC_METHOD_METHODS,
    },
];

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

fn set_in_dict(py: Py, a: &[Word], name: Name) -> Result {
    let class = mutable(py, a[0], name.text())?;
    let dict = class.object().dict.get().expect("a type has a namespace");
    if a[1] == UNSET {
        dict::remove_symbol(py, dict, name);
    } else {
        dict::set_symbol(py, dict, name, a[1])?;
    }
    class.changed(py);
    Ok(NONE)
}

fn set_name(py: Py, a: &[Word]) -> Result {
    let class = mutable(py, a[0], "__name__")?;
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
    *class.name.borrow_mut() = name.to_text().into();
    Ok(NONE)
}

fn set_bases(py: Py, a: &[Word]) -> Result {
    let class = mutable(py, a[0], "__bases__")?;
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
            Some(base) if base.payload == class.payload => bases.push(base),
            Some(base) => {
                return Err(py.type_error(format!(
                    "__bases__ assignment: '{}' object layout differs from '{}'",
                    base.name.borrow(),
                    class.name.borrow()
                )));
            }
            None => {
                return Err(py.type_error(format!(
                    "{}.__bases__ must be tuple of classes, not '{}'",
                    class.name.borrow(),
                    py.type_name(item.get())
                )));
            }
        }
    }
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
            py.type_name(args.words[0])
        )));
    };
    let Some(tuple) = py.cast::<Tuple>(args.words[1]) else {
        return Err(py.type_error(format!(
            "type.__new__() argument 2 must be tuple, not {}",
            py.type_name(args.words[1])
        )));
    };
    let Some(namespace) = py.cast::<Dict>(args.words[2]) else {
        return Err(py.type_error(format!(
            "type.__new__() argument 3 must be dict, not {}",
            py.type_name(args.words[2])
        )));
    };
    if name.as_bytes().contains(&0) {
        return Err(py.value_error("type name must not contain null characters"));
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
            None => return Err(py.type_error("bases must be types")),
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

/// `super(class, receiver)`; without arguments those of the running method.
fn new_super(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "super")?;
    let _ = class;
    match args.words {
        [] => {
            let (class, receiver) = running_method(py)?;
            make_super(py, class, receiver)
        }
        [class] => make_super(py, *class, NONE),
        [class, receiver] => make_super(py, *class, *receiver),
        more => Err(py.type_error(format!("super() expected at most 2 arguments, got {}", more.len()))),
    }
}

/// `__class__` and the first argument of the running function.
fn running_method(py: Py) -> Result<(Word, Word)> {
    let mut found = Err("super(): no current frame");
    (py.vm().hooks.visit_frames)(py, &mut |frame| {
        let object = frame.code.object();
        let index = object.freevars.iter().position(|name| &**name == "__class__");
        found = match index {
            _ if object.arg_count == 0 => Err("super(): no arguments"),
            None => Err("super(): __class__ cell not found"),
            Some(index) => {
                let cell = (frame.slot)(u32::from(object.first_free()) + index as u32);
                let class = as_object::<CellObject>(cell).map_or(UNSET, |cell| cell.value.get());
                // A captured first argument lives in a cell.
                let first = object.cellvars.iter().position(|name| *name == object.varnames[0]);
                let receiver = match first {
                    Some(at) => {
                        let cell = (frame.slot)(u32::from(object.first_cell()) + at as u32);
                        as_object::<CellObject>(cell).map_or_else(|| (frame.slot)(0), |cell| cell.value.get())
                    }
                    None => (frame.slot)(0),
                };
                if class == UNSET { Err("super(): empty __class__ cell") } else { Ok((class, receiver)) }
            }
        };
        false
    });
    found.map_err(|message| py.runtime_error(message))
}

fn make_super(py: Py, class: Word, receiver: Word) -> Result {
    let Some(this) = py.as_type(class) else {
        return Err(py.type_error(format!("super() argument 1 must be a type, not {}", py.type_name(class))));
    };
    let receiver_class = if receiver == NONE {
        UNSET
    } else if let Some(as_class) = py.as_type(receiver)
        && as_class.is_subtype(this)
    {
        receiver
    } else if py.type_of(receiver).is_subtype(this) {
        py.type_of(receiver).word()
    } else {
        let claimed = py.get_attr_opt(receiver, Name::Class)?;
        match claimed.and_then(|claimed| py.as_type(claimed)) {
            Some(claimed) if claimed.is_subtype(this) => claimed.word(),
            _ => {
                return Err(py.type_error(
                    "super(type, obj): obj (instance of {}) is not an instance or subtype of type ({})."
                        .replacen("{}", &py.type_name(receiver), 1)
                        .replacen("{}", &this.name.borrow(), 1),
                ));
            }
        }
    };
    Ok(word(py.alloc(Super {
        header: Header::EMPTY,
        class: WordSlot::new(class),
        receiver: WordSlot::new(if receiver == NONE { UNSET } else { receiver }),
        receiver_class: WordSlot::new(receiver_class),
    })?))
}

fn super_attribute(py: Py, a: &[Word]) -> Result {
    let object = py.expect::<Super>(a[0], Ty::Super, "__getattribute__")?;
    let name = crate::object::attribute_name(py, a[1])?;
    if let (Some(of), Some(this)) = (py.as_type(object.receiver_class.get()), py.as_type(object.class.get()))
        && name != Name::Class.into()
    {
        let mro = of.mro.borrow().clone();
        let position = mro.iter().position(|t| t.is(this)).map_or(mro.len(), |p| p + 1);
        for class in &mro[position..] {
            let dict = class.object().dict.get().expect("a type has a namespace");
            if let Some(found) = dict::get_symbol(py, dict, name) {
                let receiver = object.receiver.get();
                let receiver = if receiver == of.word() { UNSET } else { receiver };
                return py.bind_attribute(found, receiver, of);
            }
        }
    }
    let class = py.type_of(a[0]);
    match py.generic_get_attr(a[0], class, name)? {
        Some(found) => Ok(found),
        None => {
            let text = py.vm().symbols.text(name).to_text();
            Err(py.attribute_error(a[0], a[1], format!("'super' object has no attribute '{text}'")))
        }
    }
}

fn new_property(py: Py, class: TypeRef, args: Args) -> Result {
    let signature = python_model::signature!("(fget=None, fset=None, fdel=None, doc=None)");
    let a = python_model::native::bind::<4>(py, "property", signature, args)?;
    let or_none = |value: Word| if value == UNSET { NONE } else { value };
    let mut doc = or_none(a[3]);
    if doc == NONE
        && let Some(function) = given(a[0])
        && let Some(own) = py.get_attr_opt(function, Name::Doc)?
    {
        doc = own;
    }
    let property = word(py.alloc(Property {
        header: Header::EMPTY,
        getter: WordSlot::new(or_none(a[0])),
        setter: WordSlot::new(or_none(a[1])),
        deleter: WordSlot::new(or_none(a[2])),
        doc: WordSlot::new(doc),
        name: WordSlot::new(NONE),
    })?);
    if class.is(py.ty(Ty::Property)) {
        Ok(property)
    } else {
        python_model::instance::new(py, class, property)
    }
}

fn copy_property(py: Py, own: Word, fget: Option<Word>, fset: Option<Word>, fdel: Option<Word>) -> Result {
    let old = py.expect::<Property>(own, Ty::Property, "getter")?;
    let class = py.type_of(own);
    let args = [
        fget.unwrap_or_else(|| old.getter.get()),
        fset.unwrap_or_else(|| old.setter.get()),
        fdel.unwrap_or_else(|| old.deleter.get()),
        if fget.is_some() { NONE } else { old.doc.get() },
    ];
    let made = py.call(class.word(), &args)?;
    if let Some(new) = py.cast::<Property>(made) {
        new.name.set(py.mutator(), new, old.name.get());
    }
    Ok(made)
}

fn property_error(
    py: Py,
    property: heap::Gc<Property>,
    object: Word,
    what: &str,
) -> metatrace_machine::Raised {
    let class = py.type_name(object);
    let message = match py.as_str(property.name.get()) {
        Some(name) => format!("property '{}' of '{class}' object has no {what}", name.to_text()),
        None => format!("property of '{class}' object has no {what}"),
    };
    py.raise_text(Ty::AttributeError, &message)
}

fn is_abstract(py: Py, function: Word) -> Result<bool> {
    if function == NONE {
        return Ok(false);
    }
    match py.get_attr_opt(function, Name::IsAbstractMethod)? {
        Some(flag) => py.truth(flag),
        None => Ok(false),
    }
}

fn new_class_method(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "classmethod")?;
    let [function] = args.words else {
        return Err(py.type_error(format!("classmethod expected 1 argument, got {}", args.words.len())));
    };
    let method = class_method_of(py, *function)?;
    copy_wrapped(py, method, *function)?;
    if class.is(py.ty(Ty::ClassMethod)) { Ok(method) } else { python_model::instance::new(py, class, method) }
}

fn new_static_method(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "staticmethod")?;
    let [function] = args.words else {
        return Err(py.type_error(format!("staticmethod expected 1 argument, got {}", args.words.len())));
    };
    let method = static_method_of(py, *function)?;
    copy_wrapped(py, method, *function)?;
    if class.is(py.ty(Ty::StaticMethod)) {
        Ok(method)
    } else {
        python_model::instance::new(py, class, method)
    }
}

/// What `functools.update_wrapper` would copy.
fn copy_wrapped(py: Py, method: Word, function: Word) -> Result<()> {
    let Some(own) = py.make_own_dict(method)? else { return Ok(()) };
    for name in [Name::ModuleAttr, Name::NameAttr, Name::Qualname, Name::Doc] {
        if let Some(value) = py.get_attr_opt(function, name)? {
            dict::set_symbol(py, own, name, value)?;
        }
    }
    Ok(())
}
