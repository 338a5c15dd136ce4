//! `property`, `classmethod` and `staticmethod`.

use heap::{Header, WordSlot};
use python_model::class::{class_method_of, static_method_of};
use python_model::dict;
use python_model::names::Name;
use python_model::native::{
    Args, NativeDef, NativeType, class_method, def, getter, given, member, raw, setter,
};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static PROPERTY_METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, fget=None, fset=None, fdel=None, doc=None)",
        "Initialize self.",
        init_property,
    ),
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
                NONE => Err(py.property_error(object, a[1], "getter")),
                function => py.call(function, &[a[1]]),
            }
        },
    ),
    def("__set__", "($self, instance, value, /)", "Set an attribute of instance to value.", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__set__")?;
        match object.setter.get() {
            NONE => Err(py.property_error(object, a[1], "setter")),
            function => py.call(function, &[a[1], a[2]]),
        }
    }),
    def("__delete__", "($self, instance, /)", "Delete an attribute of instance.", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__delete__")?;
        match object.deleter.get() {
            NONE => Err(py.property_error(object, a[1], "deleter")),
            function => py.call(function, &[a[1]]),
        }
    }),
    raw("__set_name__", "($self, owner, name, /)", "Method to set name of a property.", |py, args| {
        let object = py.expect::<Property>(args.words[0], Ty::Property, "__set_name__")?;
        args.no_keywords(py, "property.__set_name__")?;
        let [_, _, name] = args.words else {
            let given = args.words.len() - 1;
            let message = format!("__set_name__() takes 2 positional arguments but {given} were given");
            return Err(py.type_error(message));
        };
        object.name.set(py.mutator(), object, *name);
        Ok(NONE)
    }),
    member("fget", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fget")?.getter.get())),
    member("fset", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fset")?.setter.get())),
    member("fdel", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "fdel")?.deleter.get())),
    getter("__doc__", "", |py, a| Ok(py.expect::<Property>(a[0], Ty::Property, "__doc__")?.doc.get())),
    setter("__doc__", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__doc__")?;
        object.doc.set(py.mutator(), object, if a[1] == UNSET { NONE } else { a[1] });
        Ok(NONE)
    }),
    getter("__name__", "", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__name__")?;
        match py.property_name(object)? {
            Some(name) => Ok(name),
            None => Err(py.raise_text(Ty::AttributeError, "'property' object has no attribute '__name__'")),
        }
    }),
    setter("__name__", |py, a| {
        let object = py.expect::<Property>(a[0], Ty::Property, "__name__")?;
        object.name.set(py.mutator(), object, a[1]);
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
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
    getter("__annotations__", "", of_function::<true>),
    setter("__annotations__", set_of_function::<true>),
    getter("__annotate__", "", of_function::<false>),
    setter("__annotate__", set_of_function::<false>),
    raw("__init__", "($self, function, /)", "Initialize self.", init_class_method),
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
    member("__func__", "", |py, a| {
        Ok(py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__func__")?.function.get())
    }),
    member("__wrapped__", "", |py, a| {
        Ok(py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__wrapped__")?.function.get())
    }),
    getter("__isabstractmethod__", "", |py, a| {
        let function =
            py.expect::<ClassMethod>(a[0], Ty::ClassMethod, "__isabstractmethod__")?.function.get();
        Ok(bool_word(is_abstract(py, function)?))
    }),
];

static STATIC_METHOD_METHODS: &[NativeDef] = &[
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
    getter("__annotations__", "", of_function::<true>),
    setter("__annotations__", set_of_function::<true>),
    getter("__annotate__", "", of_function::<false>),
    setter("__annotate__", set_of_function::<false>),
    raw("__init__", "($self, function, /)", "Initialize self.", init_static_method),
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
    member("__func__", "", |py, a| {
        Ok(py.expect::<StaticMethod>(a[0], Ty::StaticMethod, "__func__")?.function.get())
    }),
    member("__wrapped__", "", |py, a| {
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

/// An empty one: `__init__` fills it, also for subclasses whose `__init__` takes other arguments.
fn new_property(py: Py, class: TypeRef, _: Args) -> Result {
    let property = word(py.alloc(Property {
        header: Header::EMPTY,
        getter: WordSlot::new(NONE),
        setter: WordSlot::new(NONE),
        deleter: WordSlot::new(NONE),
        doc: WordSlot::new(NONE),
        is_doc_of_getter: WordSlot::new(FALSE),
        name: WordSlot::new(UNSET),
    })?);
    of_class(py, class, Ty::Property, property)
}

fn init_property(py: Py, args: Args) -> Result {
    let own = args.words[0];
    let property = py.expect::<Property>(own, Ty::Property, "__init__")?;
    let signature = python_model::signature!("(fget=None, fset=None, fdel=None, doc=None)");
    let args = Args { words: &args.words[1..], keywords: args.keywords };
    let a = python_model::native::bind::<4>(py, "property", signature, args)?;
    let [fget, fset, fdel, own_doc] = [0, 1, 2, 3].map(|at| given(a[at]).unwrap_or(NONE));
    let mutator = py.mutator();
    property.getter.set(mutator, property, fget);
    property.setter.set(mutator, property, fset);
    property.deleter.set(mutator, property, fdel);
    property.name.set(mutator, property, UNSET);
    let doc_of_getter = match own_doc {
        NONE if fget != NONE => py.get_attr_opt(fget, Name::Doc)?.filter(|doc| *doc != NONE),
        _ => None,
    };
    property.is_doc_of_getter.set(mutator, property, bool_word(doc_of_getter.is_some()));
    let doc = doc_of_getter.unwrap_or(own_doc);
    if py.type_of(own).is(py.ty(Ty::Property)) {
        property.doc.set(mutator, property, doc);
        return Ok(NONE);
    }
    // A subclass has a `__doc__` of its own, which would hide the property's: it belongs into the instance's namespace. Where that
    // has no place, a text that somebody gave is dropped without a word, and one taken from the getter is not.
    let stored = py.set_attr(own, Name::Doc, doc);
    match doc_of_getter {
        Some(_) => stored?,
        None => drop(py.unless(stored, Ty::AttributeError)?),
    }
    Ok(NONE)
}

fn copy_property(py: Py, own: Word, fget: Option<Word>, fset: Option<Word>, fdel: Option<Word>) -> Result {
    let old = py.expect::<Property>(own, Ty::Property, "getter")?;
    let class = py.type_of(own);
    let fget = fget.filter(|new| *new != NONE).unwrap_or_else(|| old.getter.get());
    let args = [
        fget,
        fset.filter(|new| *new != NONE).unwrap_or_else(|| old.setter.get()),
        fdel.filter(|new| *new != NONE).unwrap_or_else(|| old.deleter.get()),
        if old.is_doc_of_getter.get() == TRUE && fget != NONE { NONE } else { old.doc.get() },
    ];
    let made = py.call(class.word(), &args)?;
    if let Some(new) = py.cast::<Property>(made) {
        new.name.set(py.mutator(), new, old.name.get());
    }
    Ok(made)
}

/// `value`, of the built-in type, or as an instance of a subclass of it.
fn of_class(py: Py, class: TypeRef, own: Ty, value: Word) -> Result {
    if class.is(py.ty(own)) { Ok(value) } else { python_model::instance::new(py, class, value) }
}

fn is_abstract(py: Py, function: Word) -> Result<bool> {
    if function == NONE {
        return Ok(false);
    }
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    match py.get_attr_opt(function, Name::IsAbstractMethod)? {
        Some(flag) => py.truth(flag),
        None => Ok(false),
    }
}

fn new_class_method(py: Py, class: TypeRef, _: Args) -> Result {
    of_class(py, class, Ty::ClassMethod, class_method_of(py, NONE)?)
}

fn new_static_method(py: Py, class: TypeRef, _: Args) -> Result {
    of_class(py, class, Ty::StaticMethod, static_method_of(py, NONE)?)
}

fn init_class_method(py: Py, args: Args) -> Result {
    let method = py.expect::<ClassMethod>(args.words[0], Ty::ClassMethod, "__init__")?;
    let function = only_function(py, args, "classmethod")?;
    method.function.set(py.mutator(), method, function);
    copy_wrapped(py, args.words[0], function)
}

fn init_static_method(py: Py, args: Args) -> Result {
    let method = py.expect::<StaticMethod>(args.words[0], Ty::StaticMethod, "__init__")?;
    let function = only_function(py, args, "staticmethod")?;
    method.function.set(py.mutator(), method, function);
    copy_wrapped(py, args.words[0], function)
}

fn only_function(py: Py, args: Args, what: &str) -> Result {
    args.no_keywords(py, what)?;
    match args.words {
        [_, function] => Ok(*function),
        words => Err(py.type_error(format!("{what} expected 1 argument, got {}", words.len() - 1))),
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
fn copy_wrapped(py: Py, method: Word, function: Word) -> Result {
    let Some(own) = py.make_own_dict(method)? else { return Ok(NONE) };
    for name in [Name::ModuleAttr, Name::NameAttr, Name::Qualname, Name::Doc] {
        if let Some(value) = py.get_attr_opt(function, name)? {
            dict::set_symbol(py, own, name, value)?;
        }
    }
    Ok(NONE)
}
