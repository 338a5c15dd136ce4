//! `defaultdict`: a dict that makes what is missing.

use heap::Gc;
use python_model::dict;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::symbols::Symbol;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{class, instance};
use std::cell::Cell;

pub const DOC: &str = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.";

/// Under which symbol instances keep `default_factory`.
#[derive(Default)]
struct Factory(Cell<Option<Symbol>>);

pub fn prepare(py: Py, class: TypeRef) -> Result<()> {
    class::add_private_member(py, class, "default_factory")?;
    let symbol = instance::private_symbol(py, "defaultdict", "default_factory")?;
    py.vm().state::<Factory>().0.set(Some(symbol));
    Ok(())
}

fn factory_symbol(py: Py) -> Symbol {
    py.vm().state::<Factory>().0.get().expect("set when the module was made")
}

fn factory(py: Py, value: Word) -> Word {
    as_instance(value).and_then(|own| instance::get(py, own, factory_symbol(py))).unwrap_or(NONE)
}

fn receiver(py: Py, value: Word) -> Result<Gc<Dict>> {
    py.expect(value, Ty::Dict, "__missing__")
}

/// A defaultdict of the same class with the same entries.
fn copy(py: Py, a: &[Word]) -> Result {
    py.call(py.type_of(a[0]).word(), &[factory(py, a[0]), a[0]])
}

fn merged(py: Py, left: Word, right: Word, own: Word) -> Result {
    if py.cast::<Dict>(left).is_none() || py.cast::<Dict>(right).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    let made = py.call(py.type_of(own).word(), &[factory(py, own), left])?;
    python_types::dict::update(py, receiver(py, made)?, right)?;
    Ok(made)
}

pub static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        |py, args| {
            let receiver = args.words[0];
            let factory = args.positionals().get(1).copied().unwrap_or(NONE);
            if factory != NONE && !py.is_callable(factory) {
                return Err(py.type_error("first argument must be callable or None"));
            }
            if let Some(own) = as_instance(receiver) {
                instance::set(py, own, factory_symbol(py), factory)?;
            }
            if args.positional_count() <= 1 {
                return python_types::dict::update_from_args(py, args, "__init__", "defaultdict");
            }
            let rest = py.new_tuple(&args.words[1..])?;
            let rest: Gc<python_model::objects::Tuple> = as_object(rest).expect("a tuple");
            let mut words = python_model::protocol::tuple_words(rest);
            // The factory's place is taken by the receiver.
            words[0] = receiver;
            let args = Args { words: &words, keywords: args.keywords };
            python_types::dict::update_from_args(py, args, "__init__", "dict")
        },
    ),
    def(
        "__missing__",
        "($self, key, /)",
        "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n",
        |py, a| {
            let factory = factory(py, a[0]);
            if factory == NONE {
                return Err(py.key_error(a[1]));
            }
            let value = py.call(factory, &[])?;
            // The factory may have set the key itself: then its value stays.
            let own = receiver(py, a[0])?;
            dict::set_default(py, own, a[1], dict::hash_key(py, a[1])?, value)
        },
    ),
    def("copy", "($self, /)", "D.copy() -> a shallow copy of D.", copy),
    def("__copy__", "($self, /)", "D.copy() -> a shallow copy of D.", copy),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let args = match factory(py, a[0]) {
            NONE => py.vm().empty_tuple(),
            factory => py.new_tuple(&[factory])?,
        };
        let items = py.call_method(a[0], python_model::names::Name::Items, &[])?;
        let items = py.iter(items)?;
        py.new_tuple(&[py.type_of(a[0]).word(), args, NONE, NONE, items])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0])?;
        let base = py.repr_text(word(own))?;
        let factory = factory(py, a[0]);
        let shown = if factory == NONE {
            "None".to_owned()
        } else {
            // The factory may be a bound method of this very object.
            py.guard_repr(a[0], || py.repr_text(factory))?.unwrap_or_else(|| "...".into())
        };
        py.str(&format!("{}({shown}, {base})", py.class_name(a[0])))
    }),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| merged(py, a[0], a[1], a[0])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| merged(py, a[1], a[0], a[0])),
];
