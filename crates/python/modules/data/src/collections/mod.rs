//! `_collections`: `deque`, `defaultdict`, `OrderedDict`, what `namedtuple` and `Counter` need.
//!
//! `defaultdict` and `OrderedDict` are subclasses of `dict` in the plain sense: instances whose payload is the dict. An
//! insertion-ordered dict has nearly everything that an ordered one needs (see `ordered`).

mod counting;
mod default;
mod deque;
mod ordered;
mod tuple_getter;

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{Constructor, NativeDef};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use std::cell::Cell;

/// The types of this module.
#[derive(Default)]
struct Types {
    deque: Cell<Option<TypeRef>>,
    deque_iterator: Cell<Option<TypeRef>>,
    deque_reverse_iterator: Cell<Option<TypeRef>>,
    default_dict: Cell<Option<TypeRef>>,
    ordered_dict: Cell<Option<TypeRef>>,
    tuple_getter: Cell<Option<TypeRef>>,
}

fn known(class: &Cell<Option<TypeRef>>) -> TypeRef {
    class.get().expect("set when the module was made")
}

pub static MODULE: NativeModule = NativeModule {
    name: "_collections",
    doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    functions: counting::FUNCTIONS,
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        let class = |module,
                     name,
                     doc,
                     base,
                     flags,
                     constructor: Option<Constructor>,
                     methods: &'static [NativeDef]| {
            native_type(py, &NativeClass { module, name, doc, base, flags, constructor, methods })
        };
        let hidden = flags::FINAL;
        let sequence = flags::SEQUENCE | flags::HAS_WEAKREF;
        let deque = class(
            "collections",
            "deque",
            deque::DOC,
            None,
            sequence,
            Some(deque::construct),
            deque::METHODS,
        )?;
        types.deque.set(Some(deque));
        let iterator = Some(deque::construct_iterator as Constructor);
        let forward = class("_collections", "_deque_iterator", "", None, hidden, iterator, deque::ITERATOR)?;
        types.deque_iterator.set(Some(forward));
        let iterator = Some(deque::construct_reverse_iterator as Constructor);
        let backward =
            class("_collections", "_deque_reverse_iterator", "", None, hidden, iterator, deque::ITERATOR)?;
        types.deque_reverse_iterator.set(Some(backward));
        let dict = Some(py.ty(python_model::Ty::Dict));
        let mapping = flags::MAPPING | flags::HAS_WEAKREF | flags::MATCH_SELF;
        let default =
            class("collections", "defaultdict", default::DOC, dict, mapping, None, default::METHODS)?;
        default::prepare(py, default)?;
        types.default_dict.set(Some(default));
        let open = mapping | flags::HAS_DICT;
        let ordered = class("collections", "OrderedDict", ordered::DOC, dict, open, None, ordered::METHODS)?;
        types.ordered_dict.set(Some(ordered));
        let getter = Some(tuple_getter::construct as Constructor);
        let getter = class("collections", "_tuplegetter", "", None, 0, getter, tuple_getter::METHODS)?;
        types.tuple_getter.set(Some(getter));
        for class in [deque, forward, backward, default, ordered, getter] {
            add(py, own, &class.name.borrow(), class)?;
        }
        Ok(())
    },
};

fn add(py: Py, own: Gc<Dict>, name: &str, class: TypeRef) -> Result<()> {
    dict::set_symbol(py, own, py.intern(name)?, class.word())
}
