//! Which classes lay their instances out alike: what decides whether classes can be bases of one class (`best_base`), and whether an
//! object may change its class or a class its bases (`is_compatible`).
//!
//! What counts is not how this implementation stores slots (it could combine them all) but what programs see in CPython: each class
//! that names slots, and each built-in type with a state of its own, is a layout that its subclasses extend, and no object has two.
//! Source: CPython 3.14 `Objects/typeobject.c`, `best_base`, `compatible_for_assignment`.

use crate::dict;
use crate::objects::Member;
use crate::py::{Py, Result};
use crate::types::{Ty, TypeRef, flags};
use crate::value::as_object;
use metatrace_machine::Raised;

/// Which base decides how instances are laid out: the one with the most specific state or slots.
/// Errors: `TypeError` if two bases need different layouts.
pub fn best_base(py: Py, bases: &[TypeRef]) -> Result<TypeRef> {
    let Some((&first, rest)) = bases.split_first() else { return Err(py.type_error("a class needs a base")) };
    let mut best = first;
    for &base in rest {
        match (extends(py, best, base), extends(py, base, best)) {
            (true, _) => {}
            (_, true) => best = base,
            _ => return Err(py.type_error("multiple bases have instance lay-out conflict")),
        }
    }
    Ok(best)
}

/// Whether the layout of a class is that of another one, or more.
pub fn extends(py: Py, class: TypeRef, other: TypeRef) -> bool {
    let state = match (class.payload, other.payload) {
        (_, None) => true,
        (None, Some(_)) => false,
        // `bool` is an `int`, …: the more derived layout serves both.
        (Some(a), Some(b)) => a == b || py.ty(a).is_subtype(py.ty(b)),
    };
    state && solid(other).is_none_or(|slots| class.is_subtype(slots))
}

/// The nearest class among a class and its bases that names slots or is a built-in exception with attributes of its own.
fn solid(class: TypeRef) -> Option<TypeRef> {
    let has_state =
        |class: &TypeRef| class.has(flags::OWN_SLOTS) || class.builtin.is_some_and(is_exception_with_state);
    class.mro.borrow().iter().copied().find(has_state)
}

/// Built-in exceptions whose instances are larger than those of their bases.
fn is_exception_with_state(ty: Ty) -> bool {
    matches!(
        ty,
        Ty::OSError
            | Ty::SyntaxError
            | Ty::ImportError
            | Ty::NameError
            | Ty::AttributeError
            | Ty::StopIteration
            | Ty::SystemExit
            | Ty::BaseExceptionGroup
            | Ty::UnicodeEncodeError
            | Ty::UnicodeDecodeError
            | Ty::UnicodeTranslateError
    )
}

/// Whether a class was made by a program.
fn is_python(class: TypeRef) -> bool {
    class.has(flags::MUTABLE)
}

/// Whether objects of class `old` may become those of class `new`, for `attribute` (`__class__` or `__bases__`).
/// Errors: `TypeError` that says why not.
pub fn check_compatible(py: Py, old: TypeRef, new: TypeRef, attribute: &str) -> Result<()> {
    if is_python(old) != is_python(new) || (!is_python(old) && !old.is(new)) {
        return Err(differs(py, old, new, attribute, "deallocator"));
    }
    check_same_layout(py, old, new, attribute)
}

fn differs(py: Py, old: TypeRef, new: TypeRef, attribute: &str, what: &str) -> Raised {
    let (new, old) = (new.name.borrow(), old.name.borrow());
    py.type_error(format!("{attribute} assignment: '{new}' {what} differs from '{old}'"))
}

/// The same for classes of which one may be built in, as modules have.
pub fn check_same_layout(py: Py, old: TypeRef, new: TypeRef, attribute: &str) -> Result<()> {
    let (old_layout, new_layout) = (layout_class(py, old)?, layout_class(py, new)?);
    if old_layout.is(new_layout) {
        return Ok(());
    }
    let (old_base, new_base) = (base_of(py, old_layout)?, base_of(py, new_layout)?);
    let same_base = match (old_base, new_base) {
        (Some(a), Some(b)) => a.is(b),
        _ => false,
    };
    if same_base
        && is_python(old_layout)
        && is_python(new_layout)
        && added(old_layout) == added(new_layout)
        && slot_names(py, old_layout) == slot_names(py, new_layout)
    {
        return Ok(());
    }
    Err(differs(py, old, new, attribute, "object layout"))
}

/// The class among a class and its bases that gives instances their layout: those before it add nothing.
fn layout_class(py: Py, class: TypeRef) -> Result<TypeRef> {
    let mut class = class;
    while let Some(base) = base_of(py, class)?
        && class.has(flags::MUTABLE)
        && !class.has(flags::OWN_SLOTS)
        && added(class) == added(base)
    {
        class = base;
    }
    Ok(class)
}

fn base_of(py: Py, class: TypeRef) -> Result<Option<TypeRef>> {
    let bases = class.bases.borrow().to_vec();
    if bases.is_empty() { Ok(None) } else { best_base(py, &bases).map(Some) }
}

/// What instances have besides slots.
fn added(class: TypeRef) -> u32 {
    class.flags.get() & (flags::HAS_DICT | flags::HAS_WEAKREF)
}

/// The names of a class's own slots, sorted.
fn slot_names(py: Py, class: TypeRef) -> Vec<String> {
    let mut names = Vec::new();
    let Some(namespace) = class.object().dict.get() else { return names };
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(namespace, at) {
        at = entry + 1;
        if as_object::<Member>(value).is_some()
            && let Some(name) = py.as_str(key)
        {
            names.push(name.to_text());
        }
    }
    names.sort();
    names
}
