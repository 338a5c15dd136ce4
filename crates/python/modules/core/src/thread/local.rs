//! `_local`: an object with other attributes in each thread.
//!
//! The object holds a dict from threads to dicts of attributes, and the arguments it was made with: a thread that comes to it first calls
//! `__init__` with them. When a thread ends, its entry is removed from all such objects that live.

use super::start::own_identity;
use crate::operator::call_with;
use heap::{Gc, WeakRef};
use python_model::foreign;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def};
use python_model::objects::{Dict, Foreign, List, Tuple};
use python_model::py::{Py, Result};
use python_model::symbols::Symbol;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, py::list_push};
use std::cell::{Cell, RefCell};

pub const DOC: &str = "Thread-local data";

/// The Rust value of a `_local`; what it keeps is in the object's words.
struct Local;

/// What is at which place of the object's words.
const THREADS: usize = 0;
const ARGUMENTS: usize = 1;
const KEYWORDS: usize = 2;

/// The objects that live, and some that do not.
#[derive(Default)]
struct Locals {
    objects: RefCell<Vec<WeakRef>>,
    /// Number of objects at which dead ones are looked for.
    limit: Cell<usize>,
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let default_init = py.ty(Ty::Object).lookup(py, Name::Init);
    if !args.words.is_empty() && class.lookup(py, Name::Init) == default_init {
        return Err(py.type_error("Initialization arguments are not supported"));
    }
    let native = py.vm().state::<super::Types>().local.get().expect("the module made the type");
    let arguments = py.new_tuple(args.positionals())?;
    let keywords = dict::new(py)?;
    for (name, value) in args.named() {
        dict::set(py, keywords, word(name), value)?;
    }
    let threads = dict::new(py)?;
    let words = py.list_of(&[word(threads), arguments, word(keywords)])?;
    let object = foreign::new(py, native, Local)?;
    object.words.set(py.mutator(), object, word(words));
    dict::set(py, threads, py.int(own_identity())?, word(dict::new(py)?))?;
    let locals = py.vm().state::<Locals>();
    {
        let mut objects = locals.objects.borrow_mut();
        if objects.len() >= locals.limit.get() {
            objects.retain(|object| object.get().is_some());
            locals.limit.set(objects.len() * 2 + 16);
        }
        objects.push(WeakRef::new(py.mutator(), object.erase(), None));
    }
    if class.is(native) { Ok(word(object)) } else { python_model::instance::new(py, class, word(object)) }
}

fn words_of(object: Gc<Foreign>) -> Gc<List> {
    as_object(object.words.get()).expect("made with a list")
}

/// The attributes of an object in the running thread. Errors: what `__init__` raises if the thread is new to it.
fn attributes(py: Py, value: Word) -> Result<Gc<Dict>> {
    foreign::expect::<Local>(py, value, "a _local")?;
    let object = foreign::object_of(value).expect("just checked");
    let words = words_of(object);
    let threads: Gc<Dict> = as_object(words.item(THREADS)).expect("made with a dict");
    let key = py.int(own_identity())?;
    if let Some(own) = dict::get(py, threads, key)?.and_then(as_object) {
        return Ok(own);
    }
    let own = dict::new(py)?;
    dict::set(py, threads, key, word(own))?;
    let class = py.type_of(value);
    if let Some(init) = class.lookup(py, Name::Init)
        && Some(init) != py.ty(Ty::Object).lookup(py, Name::Init)
    {
        let arguments: Gc<Tuple> = as_object(words.item(ARGUMENTS)).expect("made with a tuple");
        let keywords: Gc<Dict> = as_object(words.item(KEYWORDS)).expect("made with a dict");
        let bound = py.bind_attribute(init, value, class)?;
        if let Err(raised) = call_with(py, bound, &[], arguments, keywords) {
            // The next access tries again.
            dict::remove(py, threads, key)?;
            return Err(raised);
        }
    }
    Ok(own)
}

fn name(py: Py, value: Word) -> Result<Symbol> {
    match py.as_str(value) {
        Some(name) => py.symbol_of(name),
        None => Err(py.type_error(format!("attribute name must be string, not '{}'", py.type_name(value)))),
    }
}

fn set(py: Py, value: Word, attribute: Word, new: Word) -> Result {
    let own = attributes(py, value)?;
    let attribute = name(py, attribute)?;
    if attribute == Symbol::from(Name::DictAttr) {
        let class = py.type_name(value);
        let message = format!("'{class}' object attribute '__dict__' is read-only");
        return Err(py.attribute_error(value, py.name_word(attribute), message));
    }
    py.set_attr_within(value, attribute, new, own)?;
    Ok(NONE)
}

pub static METHODS: &[NativeDef] = &[
    def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", |py, a| {
        let own = attributes(py, a[0])?;
        let attribute = name(py, a[1])?;
        if attribute == Symbol::from(Name::DictAttr) {
            return Ok(word(own));
        }
        py.get_attr_within(a[0], attribute, own)
    }),
    def("__setattr__", "($self, name, value, /)", "Implement setattr(self, name, value).", |py, a| {
        set(py, a[0], a[1], a[2])
    }),
    def("__delattr__", "($self, name, /)", "Implement delattr(self, name).", |py, a| {
        set(py, a[0], a[1], UNSET)
    }),
];

/// Removes what objects hold for threads of which `is_gone`.
fn forget(py: Py, is_gone: impl Fn(i64) -> bool) -> Result<()> {
    let objects = py.list_of(&[])?;
    for object in py.vm().state::<Locals>().objects.borrow().iter().filter_map(WeakRef::get) {
        list_push(py, objects, word(object))?;
    }
    for index in 0..objects.len() {
        let Some(object) = as_object::<Foreign>(objects.item(index)) else { continue };
        let threads: Gc<Dict> = as_object(words_of(object).item(THREADS)).expect("made with a dict");
        let keys = py.list_from_iterable(word(threads))?;
        for at in 0..keys.len() {
            if is_gone(py.index(keys.item(at))?) {
                dict::remove(py, threads, keys.item(at))?;
            }
        }
    }
    Ok(())
}

/// The running thread ends.
pub fn end_thread(py: Py) {
    let own = own_identity();
    if forget(py, |identity| identity == own).is_err() {
        // Out of memory: the data is kept.
        py.take_raised();
    }
}

/// Of all threads, only the running one is left.
pub fn after_fork_in_child(py: Py) {
    let own = own_identity();
    if forget(py, |identity| identity != own).is_err() {
        py.take_raised();
    }
}
