//! `_abc`: what `abc.ABCMeta` is made of.
//!
//! Each abstract class has an object with three sets of classes: those registered with it, those known to be subclasses, and
//! those known not to be. Classes are never freed here, so the sets are of addresses and hold nothing alive. Every registration anywhere
//! makes all negative answers old, by a counter (`get_cache_token`), as in CPython.

use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{classes, dict, foreign};
use rustc_hash::FxHashSet;
use std::cell::{Cell, RefCell};

const COLLECTION_FLAGS: u32 = flags::SEQUENCE | flags::MAPPING;

#[derive(Default)]
struct State {
    class: Cell<Option<TypeRef>>,
    /// How many registrations there were.
    token: Cell<u64>,
}

/// A set of classes, by address, in the order in which they came.
#[derive(Default)]
struct Classes {
    order: RefCell<Vec<TypeRef>>,
    known: RefCell<FxHashSet<usize>>,
}

impl Classes {
    fn contains(&self, class: TypeRef) -> bool {
        self.known.borrow().contains(&(std::ptr::from_ref(class) as usize))
    }
    fn add(&self, class: TypeRef) {
        if self.known.borrow_mut().insert(std::ptr::from_ref(class) as usize) {
            self.order.borrow_mut().push(class);
        }
    }
    fn clear(&self) {
        self.order.borrow_mut().clear();
        self.known.borrow_mut().clear();
    }
}

/// What an abstract class knows.
#[derive(Default)]
struct Data {
    registry: Classes,
    cache: Classes,
    negative: Classes,
    /// The token when `negative` was begun.
    negative_version: Cell<u64>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    functions: FUNCTIONS,
    fill: |py, _| {
        let class = NativeClass {
            module: "_abc",
            name: "_abc_data",
            doc: "Internal state held by ABC machinery.",
            base: None,
            flags: flags::NO_CONSTRUCTOR,
            constructor: None,
            methods: &[],
        };
        py.vm().state::<State>().class.set(Some(native_type(py, &class)?));
        Ok(())
    },
};

/// The state of an abstract class. Errors: `TypeError` if it is none.
fn data<'a>(py: Py<'a>, class: Word) -> Result<&'a Data> {
    let found = py.get_attr(class, Name::AbcImpl)?;
    match foreign::get::<Data>(py, found) {
        Some(data) => Ok(data),
        None => Err(py.type_error("_abc_impl is set to a wrong type")),
    }
}

/// The names that are abstract in a class: its own, and those of its bases that it does not override.
fn abstract_names(py: Py, class: Word) -> Result {
    let names = dict::new(py)?;
    let is_abstract = |value: Word| -> Result<bool> {
        match py.get_attr_opt(value, Name::IsAbstractMethod)? {
            Some(flag) => py.truth(flag),
            None => Ok(false),
        }
    };
    let own = py.get_attr(class, Name::DictAttr)?;
    let items = py.call_method(own, Name::Items, &[])?;
    let items = py.list_from_iterable(items)?;
    for at in 0..items.len() {
        let Some(pair) = py.cast::<Tuple>(items.item(at)).filter(|pair| pair.items().len() == 2) else {
            return Err(py.type_error("Iteration over __dict__ items returned item which has size != 2"));
        };
        if is_abstract(pair.items()[1].get())? {
            dict::add_element(py, names, pair.items()[0].get())?;
        }
    }
    let bases = py.get_attr(class, py.intern("__bases__")?)?;
    let bases = py.tuple_from_iterable(bases)?;
    for base in bases.items() {
        let Some(inherited) = py.get_attr_opt(base.get(), Name::AbstractMethods)? else { continue };
        let iterator = py.iter(inherited)?;
        while let Some(name) = py.next(iterator)? {
            let symbol = py.symbol_of(py.expect_str(name, "attribute name")?)?;
            if let Some(value) = py.get_attr_opt(class, symbol)?
                && is_abstract(value)?
            {
                dict::add_element(py, names, name)?;
            }
        }
    }
    py.new_frozenset(names)
}

fn init(py: Py, a: &[Word]) -> Result {
    let names = abstract_names(py, a[0])?;
    py.set_attr(a[0], Name::AbstractMethods, names)?;
    let state = py.vm().state::<State>();
    let class = state.class.get().expect("set when the module was made");
    let data = Data { negative_version: Cell::new(state.token.get()), ..Data::default() };
    let made = word(foreign::new(py, class, data)?);
    py.set_attr(a[0], Name::AbcImpl, made)?;
    // `Sequence` and `Mapping` say so with flags, which patterns look at.
    let own = py.as_type(a[0]).ok_or_else(|| py.type_error("expected a class"))?;
    let flags_name = py.intern("__abc_tpflags__")?;
    let namespace = own.object().dict.get().expect("a class has a namespace");
    if let Some(given) = dict::get_symbol(py, namespace, flags_name) {
        if let Some(given) = as_i64(given) {
            if given as u32 & COLLECTION_FLAGS == COLLECTION_FLAGS {
                return Err(py.type_error(
                    "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
                ));
            }
            set_collection_flags(own, given as u32 & COLLECTION_FLAGS);
        }
        py.del_attr(a[0], flags_name)?;
    }
    Ok(NONE)
}

fn set_collection_flags(class: TypeRef, wanted: u32) {
    if wanted != 0 && class.flags.get() & COLLECTION_FLAGS != wanted && class.has(flags::MUTABLE) {
        class.flags.set(class.flags.get() & !COLLECTION_FLAGS | wanted);
        let subclasses = class.subclasses.borrow().clone();
        for subclass in subclasses {
            set_collection_flags(subclass, wanted);
        }
    }
}

fn register(py: Py, a: &[Word]) -> Result {
    let Some(subclass) = py.as_type(a[1]) else { return Err(py.type_error("Can only register classes")) };
    if classes::is_subclass(py, a[1], a[0])? {
        return Ok(a[1]);
    }
    // Then the class would be a subclass of itself, by way of the other.
    if classes::is_subclass(py, a[0], a[1])? {
        return Err(py.runtime_error("Refusing to create an inheritance cycle"));
    }
    data(py, a[0])?.registry.add(subclass);
    let state = py.vm().state::<State>();
    state.token.set(state.token.get() + 1);
    if let Some(own) = py.as_type(a[0]) {
        set_collection_flags(subclass, own.flags.get() & COLLECTION_FLAGS);
    }
    Ok(a[1])
}

fn instance_check(py: Py, a: &[Word]) -> Result {
    let (own, value) = (a[0], a[1]);
    let known = data(py, own)?;
    let real = py.type_of(value);
    let subclass = py.get_attr_opt(value, Name::Class)?.unwrap_or(real.word());
    if let Some(subclass) = py.as_type(subclass) {
        if known.cache.contains(subclass) {
            return Ok(TRUE);
        }
        if subclass.is(real) {
            let state = py.vm().state::<State>();
            if known.negative_version.get() == state.token.get() && known.negative.contains(subclass) {
                return Ok(FALSE);
            }
            let result = check(py, own, subclass.word())?;
            return Ok(result);
        }
    }
    let result = check(py, own, subclass)?;
    if py.truth(result)? { Ok(result) } else { check(py, own, real.word()) }
}

/// `own.__subclasscheck__(subclass)`, which may be overridden.
fn check(py: Py, own: Word, subclass: Word) -> Result {
    py.call_method(own, Name::SubclassCheck, &[subclass])
}

fn subclass_check(py: Py, a: &[Word]) -> Result {
    let own = a[0];
    let Some(subclass) = py.as_type(a[1]) else {
        return Err(py.type_error("issubclass() arg 1 must be a class"));
    };
    let known = data(py, own)?;
    if known.cache.contains(subclass) {
        return Ok(TRUE);
    }
    let state = py.vm().state::<State>();
    if known.negative_version.get() < state.token.get() {
        known.negative.clear();
        known.negative_version.set(state.token.get());
    } else if known.negative.contains(subclass) {
        return Ok(FALSE);
    }
    match py.call_method(own, Name::SubclassHook, &[a[1]])? {
        TRUE => {
            known.cache.add(subclass);
            return Ok(TRUE);
        }
        FALSE => {
            known.negative.add(subclass);
            return Ok(FALSE);
        }
        NOT_IMPLEMENTED => {}
        _ => {
            return Err(
                py.assertion_error("__subclasshook__ must return either False, True, or NotImplemented")
            );
        }
    }
    if py.as_type(own).is_some_and(|own| subclass.is_subtype(own)) {
        known.cache.add(subclass);
        return Ok(TRUE);
    }
    if known.registry.contains(subclass) {
        return Ok(TRUE);
    }
    let registered = known.registry.order.borrow().clone();
    for class in registered {
        if classes::is_subclass(py, a[1], class.word())? {
            known.cache.add(subclass);
            return Ok(TRUE);
        }
    }
    let subclasses = py.call_method(own, py.intern("__subclasses__")?, &[])?;
    let Some(subclasses) = py.cast::<List>(subclasses) else {
        return Err(py.type_error("__subclasses__() must return a list"));
    };
    for at in 0.. {
        if at >= subclasses.len() {
            break;
        }
        if classes::is_subclass(py, a[1], subclasses.item(at))? {
            known.cache.add(subclass);
            return Ok(TRUE);
        }
    }
    known.negative.add(subclass);
    Ok(FALSE)
}

/// A set of weak references to classes, as CPython's `_get_dump` shows them.
fn dumped(py: Py, classes: &Classes) -> Result {
    let set = dict::new(py)?;
    let order = classes.order.borrow().clone();
    for class in order {
        let reference = py.call(py.ty(Ty::WeakRef).word(), &[class.word()])?;
        dict::add_element(py, set, reference)?;
    }
    py.new_set(set)
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "get_cache_token",
        "()",
        "Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every call to register() on any ABC.",
        |py, _| py.uint(py.vm().state::<State>().token.get()),
    ),
    def(
        "_abc_init",
        "(self, /)",
        "Internal ABC helper for class set-up. Should be never used outside abc module.",
        init,
    ),
    def(
        "_abc_register",
        "(self, subclass, /)",
        "Internal ABC helper for subclass registration. Should be never used outside abc module.",
        register,
    ),
    def(
        "_abc_instancecheck",
        "(self, instance, /)",
        "Internal ABC helper for instance checks. Should be never used outside abc module.",
        instance_check,
    ),
    def(
        "_abc_subclasscheck",
        "(self, subclass, /)",
        "Internal ABC helper for subclass checks. Should be never used outside abc module.",
        subclass_check,
    ),
    def("_get_dump", "(self, /)", "Internal ABC helper for cache and registry debugging.", |py, a| {
        let known = data(py, a[0])?;
        let (registry, cache) = (dumped(py, &known.registry)?, dumped(py, &known.cache)?);
        let negative = dumped(py, &known.negative)?;
        py.new_tuple(&[registry, cache, negative, py.uint(known.negative_version.get())?])
    }),
    def(
        "_reset_registry",
        "(self, /)",
        "Internal ABC helper to reset registry of a given class.",
        |py, a| {
            data(py, a[0])?.registry.clear();
            Ok(NONE)
        },
    ),
    def(
        "_reset_caches",
        "(self, /)",
        "Internal ABC helper to reset both caches of a given class.",
        |py, a| {
            let known = data(py, a[0])?;
            known.cache.clear();
            known.negative.clear();
            Ok(NONE)
        },
    ),
];
