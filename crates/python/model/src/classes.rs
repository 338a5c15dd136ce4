//! `isinstance` and `issubclass`.

use crate::names::Name;
use crate::objects::{Tuple, Union};
use crate::py::{Py, Result};
use crate::types::{Ty, TypeRef};
use crate::value::{NONE, Word, as_instance, as_object};

/// Whether `value.__class__` says so where the type does not (proxies).
pub fn is_instance_by_class_attribute(py: Py, value: Word, class: TypeRef) -> Result<bool> {
    if as_instance(value).is_none() && as_object::<crate::objects::WeakReference>(value).is_none() {
        return Ok(false);
    }
    match py.get_attr_opt(value, Name::Class)? {
        Some(claimed) => match py.as_type(claimed) {
            Some(claimed) if !claimed.is(py.type_of(value)) => Ok(claimed.is_subtype(class)),
            _ => Ok(false),
        },
        None => Ok(false),
    }
}

/// `isinstance` for what is not a plain class.
/// Errors: `TypeError` if the second argument is none of a class, a tuple, a union.
pub fn is_instance_slow(py: Py, value: Word, class: Word) -> Result<bool> {
    if py.type_of(value).word() == class {
        return Ok(true);
    }
    if let Some(tuple) = py.cast::<Tuple>(class) {
        if py.native_stack_is_low() {
            return Err(py.recursion_error("maximum recursion depth exceeded in __instancecheck__"));
        }
        for item in tuple.items() {
            if py.is_instance(value, item.get())? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(union) = as_object::<Union>(class) {
        let args = as_object::<Tuple>(union.args.get()).expect("a union has arguments");
        for item in args.items() {
            let class = if item.get() == NONE { py.ty(Ty::NoneType).word() } else { item.get() };
            if as_object::<crate::objects::GenericAlias>(class).is_some() {
                return Err(py.type_error("isinstance() argument 2 cannot be a parameterized generic"));
            }
            if py.is_instance(value, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if as_object::<crate::objects::GenericAlias>(class).is_some() {
        return Err(py.type_error("isinstance() argument 2 cannot be a parameterized generic"));
    }
    if let Some(result) = py.call_special(class, Name::InstanceCheck, &[value])? {
        return py.truth(result);
    }
    default_is_instance(py, value, class)
}

/// `type.__instancecheck__`
pub fn default_is_instance(py: Py, value: Word, class: Word) -> Result<bool> {
    match py.as_type(class) {
        Some(ty) => Ok(py.type_of(value).is_subtype(ty) || is_instance_by_class_attribute(py, value, ty)?),
        None => {
            abstract_bases(py, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
            match py.get_attr_opt(value, Name::Class)? {
                Some(of) => abstract_is_subclass(py, of, class),
                None => Ok(false),
            }
        }
    }
}

/// `issubclass(derived, class)`
pub fn is_subclass(py: Py, derived: Word, class: Word) -> Result<bool> {
    if let Some(tuple) = py.cast::<Tuple>(class) {
        for item in tuple.items() {
            if is_subclass(py, derived, item.get())? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(union) = as_object::<Union>(class) {
        let args = as_object::<Tuple>(union.args.get()).expect("a union has arguments");
        for item in args.items() {
            let class = if item.get() == NONE { py.ty(Ty::NoneType).word() } else { item.get() };
            if is_subclass(py, derived, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if as_object::<crate::objects::GenericAlias>(class).is_some() {
        return Err(py.type_error("issubclass() argument 2 cannot be a parameterized generic"));
    }
    if let (Some(a), Some(b)) = (py.as_type(derived), py.as_type(class))
        && py.type_of(class).is(py.ty(Ty::Type))
    {
        return Ok(a.is_subtype(b));
    }
    if let Some(result) = py.call_special(class, Name::SubclassCheck, &[derived])? {
        return py.truth(result);
    }
    default_is_subclass(py, derived, class)
}

/// `type.__subclasscheck__`
pub fn default_is_subclass(py: Py, derived: Word, class: Word) -> Result<bool> {
    if let (Some(a), Some(b)) = (py.as_type(derived), py.as_type(class)) {
        return Ok(a.is_subtype(b));
    }
    abstract_bases(py, derived, "issubclass() arg 1 must be a class")?;
    abstract_bases(py, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_is_subclass(py, derived, class)
}

/// `__bases__` of something that acts as a class. Errors: `TypeError` with the message.
fn abstract_bases(py: Py, class: Word, message: &str) -> Result {
    let name = py.intern("__bases__")?;
    match py.get_attr_opt(class, name)? {
        Some(bases) if py.cast::<Tuple>(bases).is_some() => Ok(py.base(bases)),
        _ => Err(py.type_error(message)),
    }
}

fn abstract_is_subclass(py: Py, derived: Word, class: Word) -> Result<bool> {
    if derived == class {
        return Ok(true);
    }
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded in __subclasscheck__"));
    }
    let name = py.intern("__bases__")?;
    let Some(bases) = py.get_attr_opt(derived, name)? else { return Ok(false) };
    let Some(bases) = py.cast::<Tuple>(bases) else { return Ok(false) };
    for base in bases.items() {
        if abstract_is_subclass(py, base.get(), class)? {
            return Ok(true);
        }
    }
    Ok(false)
}
