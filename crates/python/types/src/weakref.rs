//! `weakref.ref` and the proxies.
//!
//! A reference with a callback has a number under which the collector reports the death of its object. The reference itself is found
//! by a weak reference of the runtime's, so that a callback whose reference died first is not called.
//!
//! All references to an object are listed by its address (which is pinned): one without a callback is shared, and `getweakrefs` shows them.
//!
//! Limits: callbacks run when the interpreter polls after a collection, not at once.

use heap::{External, Gc, Header, WeakRef, WordSlot};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, member, raw};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison, Unary};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;

/// The references to one object, the oldest first. Most objects have one, which needs no vector.
#[derive(Default)]
struct References {
    first: Option<WeakRef>,
    others: Vec<WeakRef>,
}

impl References {
    fn iter(&self) -> impl Iterator<Item = &WeakRef> {
        self.first.iter().chain(&self.others)
    }

    /// Drops those that died.
    fn sweep(&mut self) {
        self.others.retain(|own| own.get().is_some());
        if self.first.as_ref().is_some_and(|own| own.get().is_none()) {
            self.first = None;
        }
        if self.first.is_none() && !self.others.is_empty() {
            self.first = Some(self.others.remove(0));
        }
    }

    fn push(&mut self, reference: WeakRef) {
        match self.first {
            None => self.first = Some(reference),
            Some(_) => self.others.push(reference),
        }
    }
}

/// References that wait for the death of their object, by number.
#[derive(Default)]
struct Waiting {
    next: Cell<u64>,
    /// With the address of the object.
    references: RefCell<FxHashMap<u64, (usize, WeakRef)>>,
    /// References to an object, by its address; of dead ones until the next sweep.
    by_target: RefCell<FxHashMap<usize, References>>,
    /// Size at which `by_target` is swept.
    sweep_at: Cell<usize>,
}

/// The references to an object that live, and what they refer to: oldest first.
pub fn references_to(py: Py, value: Word) -> Vec<Gc<WeakReference>> {
    let Some(target) = object(value) else { return Vec::new() };
    let waiting = py.vm().state::<Waiting>();
    let known = waiting.by_target.borrow();
    let Some(references) = known.get(&heap::identity(target)) else { return Vec::new() };
    let live = references.iter().filter_map(|own| own.get()?.downcast::<WeakReference>());
    live.filter(|own| own.cell.get().is_some_and(|object| object.address() == target.address())).collect()
}

/// The reference of this kind to an object that all who want one without a callback share, if it lives.
fn shared_reference(py: Py, target: Gc<heap::Object>, kind: i64) -> Option<Gc<WeakReference>> {
    let known = py.vm().state::<Waiting>().by_target.borrow();
    let references = known.get(&heap::identity(target))?;
    references.iter().filter_map(|own| own.get()?.downcast::<WeakReference>()).find(|own| {
        own.kind.get() == kind
            && own.callback.get() == NONE
            && own.is_shared.get() != 0
            && own.cell.get().is_some_and(|object| object.address() == target.address())
    })
}

/// Lists a new reference to an object.
fn list_reference(py: Py, target: Gc<heap::Object>, reference: Gc<WeakReference>) {
    let waiting = py.vm().state::<Waiting>();
    let mut known = waiting.by_target.borrow_mut();
    if known.len() >= waiting.sweep_at.get().max(64) {
        known.retain(|_, references| {
            references.sweep();
            references.first.is_some()
        });
        waiting.sweep_at.set(2 * known.len());
    }
    let references = known.entry(heap::identity(target)).or_default();
    references.sweep();
    references.push(WeakRef::new(py.mutator(), reference.erase(), None));
}

/// Kinds of [`WeakReference`].
const PLAIN: i64 = 0;
const PROXY: i64 = 1;
const CALLABLE_PROXY: i64 = 2;

/// A reference to a value. `is_shared`: one without a callback that exists already will do. Errors: `TypeError` if its class allows none.
fn new(py: Py, value: Word, callback: Word, kind: i64, is_shared: bool) -> Result<Gc<WeakReference>> {
    let target = match object(value) {
        Some(target) if py.type_of(value).has(flags::HAS_WEAKREF) => target,
        _ => {
            return Err(
                py.type_error(format!("cannot create weak reference to '{}' object", py.type_name(value)))
            );
        }
    };
    if is_shared
        && callback == NONE
        && let Some(own) = shared_reference(py, target, kind)
    {
        return Ok(own);
    }
    let waiting = py.vm().state::<Waiting>();
    let notice = (callback != NONE).then(|| {
        waiting.next.set(waiting.next.get() + 1);
        waiting.next.get()
    });
    let reference = py.alloc(WeakReference {
        header: Header::EMPTY,
        cell: External::new(WeakRef::new(py.mutator(), target, notice)),
        callback: WordSlot::new(callback),
        hash: Cell::new(0),
        kind: Cell::new(kind),
        is_shared: Cell::new(i64::from(is_shared)),
    })?;
    list_reference(py, target, reference);
    if let Some(number) = notice {
        let own = WeakRef::new(py.mutator(), reference.erase(), None);
        waiting.references.borrow_mut().insert(number, (heap::identity(target), own));
    }
    Ok(reference)
}

/// Calls the callbacks of references whose object died: of one object, those of the newest reference first. For the interpreter's poll.
/// Errors: out of memory.
pub fn run_callbacks(py: Py) -> Result<()> {
    while let Some(due) = due_callbacks(py)? {
        for at in 0..due.len() {
            let own = due.item(at);
            let reference = py.cast::<WeakReference>(own).expect("only references are noted");
            let callback = reference.callback.get();
            let pending = py.context().raised.replace(0);
            if callback != NONE && py.call(callback, &[own]).is_err() {
                let exception = py.take_raised();
                let message = "Exception ignored while calling weakref callback";
                python_model::unraisable::report_of(py, exception, callback, message);
            }
            py.context().raised.set(pending);
        }
    }
    Ok(())
}

/// The references whose objects' deaths were reported, in the order in which they are called; `None`: there are none. A callback that
/// drops one is too late.
fn due_callbacks(py: Py) -> Result<Option<Gc<List>>> {
    let references = &py.vm().state::<Waiting>().references;
    let mut due = Vec::new();
    let mut turn_of = FxHashMap::default();
    while let Some(number) = py.mutator().next_weak_notice() {
        if let Some((target, own)) = references.borrow_mut().remove(&number) {
            let next = turn_of.len();
            due.push((*turn_of.entry(target).or_insert(next), Reverse(number), own));
        }
    }
    if due.is_empty() {
        return Ok(None);
    }
    due.sort_by_key(|(turn, newest, _)| (*turn, *newest));
    let list = py.new_list(due.len())?;
    for (_, _, own) in due {
        if let Some(own) = own.get() {
            list_push(py, list, word(own))?;
        }
    }
    Ok(Some(list))
}

fn reference(py: Py, value: Word) -> Result<Gc<WeakReference>> {
    py.expect(value, Ty::WeakRef, "__call__")
}

fn target(reference: Gc<WeakReference>) -> Option<Word> {
    reference.cell.get().map(word)
}

/// Whether a value is a reference whose object died.
pub fn is_dead(py: Py, value: Word) -> bool {
    py.cast::<WeakReference>(value).is_some_and(|own| target(own).is_none())
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let given = args.positionals();
    let (value, callback) = match *given {
        [value] => (value, NONE),
        [value, callback] => (value, callback),
        [] => return Err(py.type_error("__new__ expected at least 1 argument, got 0")),
        _ => {
            return Err(py.type_error(format!("__new__ expected at most 2 arguments, got {}", given.len())));
        }
    };
    let made = word(new(py, value, callback, PLAIN, class.is(py.ty(Ty::WeakRef)))?);
    if class.is(py.ty(Ty::WeakRef)) {
        return Ok(made);
    }
    let waiting = py.vm().state::<Waiting>();
    let number = waiting.next.get();
    let instance = python_model::instance::new(py, class, made)?;
    if let (true, Some(object)) = (callback != NONE, object(instance)) {
        // The callback is called with the instance.
        let own = WeakRef::new(py.mutator(), object, None);
        if let Some((_, known)) = waiting.references.borrow_mut().get_mut(&number) {
            *known = own;
        }
    }
    Ok(instance)
}

/// `weakref.proxy(value, callback)`
pub fn proxy(py: Py, value: Word, callback: Word) -> Result {
    let kind = if py.is_callable(value) { CALLABLE_PROXY } else { PROXY };
    Ok(word(new(py, value, callback, kind, true)?))
}

fn repr(py: Py, a: &[Word]) -> Result {
    let own = reference(py, a[0])?;
    let address = heap::identity(own);
    let Some(target) = target(own) else { return py.str(&format!("<weakref at {address:#x}; dead>")) };
    let (class, at) = (py.type_name(target), object(target).map_or(0, heap::identity));
    let name = match py.get_attr_opt(target, Name::NameAttr)?.and_then(|name| py.as_str(name)) {
        Some(name) => format!(" ({})", name.to_text()),
        None => String::new(),
    };
    py.str(&format!("<weakref at {address:#x}; to '{class}' at {at:#x}{name}>"))
}

fn hash(py: Py, a: &[Word]) -> Result {
    let own = reference(py, a[0])?;
    if own.hash.get() == 0 {
        let Some(target) = target(own) else { return Err(py.type_error("weak object has gone away")) };
        own.hash.set(py.hash(target)?);
    }
    py.int(own.hash.get())
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let Some(other) = py.cast::<WeakReference>(a[1]) else { return Ok(NOT_IMPLEMENTED) };
    match (target(reference(py, a[0])?), target(other)) {
        (Some(x), Some(y)) => py.compare(op, x, y),
        _ => Ok(bool_word((py.base(a[0]) == py.base(a[1])) == (op == Comparison::Eq))),
    }
}

static REFERENCE_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        args.no_keywords(py, "ref")?;
        Ok(NONE)
    }),
    raw("__call__", "($self, /)", "Call self as a function.", |py, args| {
        if args.words.len() > 1 {
            return Err(
                py.type_error(format!("weakref.ref() takes no arguments ({} given)", args.words.len() - 1))
            );
        }
        Ok(target(reference(py, args.words[0])?).unwrap_or(NONE))
    }),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__hash__", "($self, /)", "Return hash(self).", hash),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
    member("__callback__", "", |py, a| {
        let own = reference(py, a[0])?;
        Ok(if target(own).is_some() { own.callback.get() } else { NONE })
    }),
];

/// What a value stands for: the object of a proxy, or itself.
/// Errors: `ReferenceError` if the object is dead.
fn unwrap(py: Py, value: Word) -> Result {
    match as_object::<WeakReference>(value) {
        Some(own) if own.kind.get() != PLAIN => match target(own) {
            Some(target) => Ok(target),
            None => Err(py.raise_text(Ty::ReferenceError, "weakly-referenced object no longer exists")),
        },
        _ => Ok(value),
    }
}

macro_rules! forward {
    (binary: $($name:literal $rname:literal $iname:literal $op:ident)*; comparison: $($cname:literal $cop:ident)*;
     unary: $($uname:literal $uop:ident)*; special: $($sname:literal $special:ident)*) => {
        static PROXY_METHODS: &[NativeDef] = &[
            $(
                def($name, "($self, value, /)", "", |py, a| {
                    py.binary(Binary::$op, unwrap(py, a[0])?, unwrap(py, a[1])?)
                }),
                def($rname, "($self, value, /)", "", |py, a| {
                    py.binary(Binary::$op, unwrap(py, a[1])?, unwrap(py, a[0])?)
                }),
                def($iname, "($self, value, /)", "", |py, a| {
                    py.inplace(Binary::$op, unwrap(py, a[0])?, unwrap(py, a[1])?)
                }),
            )*
            $(def($cname, "($self, value, /)", "", |py, a| {
                py.compare(Comparison::$cop, unwrap(py, a[0])?, unwrap(py, a[1])?)
            }),)*
            $(def($uname, "($self, /)", "", |py, a| py.unary(Unary::$uop, unwrap(py, a[0])?)),)*
            $(def($sname, "($self, /)", "", |py, a| py.call_method(unwrap(py, a[0])?, Name::$special, &[])),)*
            def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
                let own: Gc<WeakReference> = py.expect(a[0], Ty::WeakProxy, "__repr__")?;
                let value = unwrap(py, a[0])?;
                let (class, at) = (py.type_name(value), object(value).map_or(0, heap::identity));
                py.str(&format!("<weakproxy at {:#x} to {class} at {at:#x}>", heap::identity(own)))
            }),
            def("__str__", "($self, /)", "Return str(self).", |py, a| {
                Ok(word(py.to_str(unwrap(py, a[0])?)?))
            }),
            def("__bool__", "($self, /)", "True if self else False", |py, a| {
                Ok(bool_word(py.truth(unwrap(py, a[0])?)?))
            }),
            def("__len__", "($self, /)", "Return len(self).", |py, a| py.int(py.len(unwrap(py, a[0])?)? as i64)),
            def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
                Ok(bool_word(py.contains(unwrap(py, a[0])?, a[1])?))
            }),
            def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| py.get_item(unwrap(py, a[0])?, a[1])),
            def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", |py, a| {
                py.set_item(unwrap(py, a[0])?, a[1], a[2])?;
                Ok(NONE)
            }),
            def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
                py.del_item(unwrap(py, a[0])?, a[1])?;
                Ok(NONE)
            }),
            def("__iter__", "($self, /)", "Implement iter(self).", |py, a| py.iter(unwrap(py, a[0])?)),
            def("__next__", "($self, /)", "Implement next(self).", |py, a| {
                let value = unwrap(py, a[0])?;
                if py.type_of(value).lookup(py, Name::Next).is_none() {
                    return Err(py.type_error(format!(
                        "Weakref proxy referenced a non-iterator '{}' object",
                        py.type_name(value)
                    )));
                }
                py.call_method(value, Name::Next, &[])
            }),
            def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", |py, a| {
                let name = crate::object::attribute_name(py, a[1])?;
                py.get_attr(unwrap(py, a[0])?, name)
            }),
            def("__setattr__", "($self, name, value, /)", "", |py, a| {
                let name = crate::object::attribute_name(py, a[1])?;
                py.set_attr(unwrap(py, a[0])?, name, a[2])?;
                Ok(NONE)
            }),
            def("__delattr__", "($self, name, /)", "", |py, a| {
                let name = crate::object::attribute_name(py, a[1])?;
                py.del_attr(unwrap(py, a[0])?, name)?;
                Ok(NONE)
            }),
        ];
    };
}

forward! {
    binary:
    "__add__" "__radd__" "__iadd__" Add
    "__sub__" "__rsub__" "__isub__" Sub
    "__mul__" "__rmul__" "__imul__" Mul
    "__matmul__" "__rmatmul__" "__imatmul__" MatMul
    "__truediv__" "__rtruediv__" "__itruediv__" TrueDiv
    "__floordiv__" "__rfloordiv__" "__ifloordiv__" FloorDiv
    "__mod__" "__rmod__" "__imod__" Mod
    "__pow__" "__rpow__" "__ipow__" Pow
    "__lshift__" "__rlshift__" "__ilshift__" LShift
    "__rshift__" "__rrshift__" "__irshift__" RShift
    "__and__" "__rand__" "__iand__" And
    "__or__" "__ror__" "__ior__" Or
    "__xor__" "__rxor__" "__ixor__" Xor;
    comparison:
    "__eq__" Eq "__ne__" Ne "__lt__" Lt "__le__" Le "__gt__" Gt "__ge__" Ge;
    unary:
    "__neg__" Neg "__pos__" Pos "__invert__" Invert;
    special:
    "__abs__" Abs "__int__" Int "__float__" Float "__index__" Index "__bytes__" Bytes "__reversed__" Reversed
}

static CALL_METHODS: &[NativeDef] =
    &[raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let rest = Args { words: &args.words[1..], keywords: args.keywords };
        py.call_args(unwrap(py, args.words[0])?, rest)
    })];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::WeakRef, doc: "", constructor: Some(construct), methods: REFERENCE_METHODS },
    NativeType { ty: Ty::WeakProxy, doc: "", constructor: None, methods: PROXY_METHODS },
    NativeType { ty: Ty::WeakCallableProxy, doc: "", constructor: None, methods: PROXY_METHODS },
    NativeType { ty: Ty::WeakCallableProxy, doc: "", constructor: None, methods: CALL_METHODS },
];
