//! `property`, `classmethod` and `staticmethod`.

use heap::{Header, WordSlot};
use python_model::class::{class_method_of, static_method_of};
use python_model::dict;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, getter, given, raw, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

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
    setter("fget", |py, _| Err(py.raise_text(Ty::AttributeError, "readonly attribute"))),
    getter("fset", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fset")?.setter.get())),
    setter("fset", |py, _| Err(py.raise_text(Ty::AttributeError, "readonly attribute"))),
    getter("fdel", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fdel")?.deleter.get())),
    setter("fdel", |py, _| Err(py.raise_text(Ty::AttributeError, "readonly attribute"))),
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
    getter("__annotations__", "", of_function::<true>),
    setter("__annotations__", set_of_function::<true>),
    getter("__annotate__", "", of_function::<false>),
    setter("__annotate__", set_of_function::<false>),
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
    getter("__annotations__", "", of_function::<true>),
    setter("__annotations__", set_of_function::<true>),
    getter("__annotate__", "", of_function::<false>),
    setter("__annotate__", set_of_function::<false>),
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

/// `__annotations__` or `__annotate__` of the function inside, unless the method was given its own.
fn of_function<const IS_DATA: bool>(py: Py, a: &[Word]) -> Result {
    let name = annotation_name(IS_DATA);
    let own = py.make_own_dict(a[0])?;
    if let Some(found) = own.and_then(|own| dict::get_symbol(py, own, name)) {
        return Ok(found);
    }
    let function = match as_object::<ClassMethod>(py.base(a[0])) {
        Some(method) => method.function.get(),
        None => py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__annotations__")?.function.get(),
    };
    let found = py.get_attr(function, name)?;
    if let Some(own) = own {
        dict::set_symbol(py, own, name, found)?;
    }
    Ok(found)
}

fn set_of_function<const IS_DATA: bool>(py: Py, a: &[Word]) -> Result {
    let name = annotation_name(IS_DATA);
    if let Some(own) = py.make_own_dict(a[0])? {
        if a[1] != UNSET {
            dict::set_symbol(py, own, name, a[1])?;
        } else if !dict::remove_symbol(py, own, name) {
            let text = if IS_DATA { "__annotations__" } else { "__annotate__" };
            return Err(py.raise_text(Ty::AttributeError, text));
        }
    }
    Ok(NONE)
}

fn annotation_name(is_data: bool) -> Name {
    if is_data { Name::Annotations } else { Name::Annotate }
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
