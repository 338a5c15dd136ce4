//! Descriptors of computed attributes and of slots: `getset_descriptor` and `member_descriptor`.

use python_model::native::{NativeDef, NativeKind, NativeType, def, getter, member};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

/// Class and name of a descriptor.
fn parts(py: Py, value: Word) -> Result<(Option<TypeRef>, Word, &'static str)> {
    if let Some(getset) = as_object::<Getset>(value) {
        let def = getset.definition();
        let kind = if def.kind == NativeKind::Member { "member" } else { "attribute" };
        return Ok((py.as_type(getset.owner.get()), py.str(def.name)?, kind));
    }
    match as_object::<Member>(value) {
        Some(member) => Ok((py.as_type(member.owner.get()), member.name.get(), "member")),
        None => Err(py.type_error(format!("expected a descriptor, not '{}'", py.type_name(value)))),
    }
}

fn owner_name(owner: Option<TypeRef>) -> String {
    owner.map_or_else(|| "?".into(), |class| class.name.borrow().to_string())
}

fn get(py: Py, a: &[Word]) -> Result {
    if a[1] == NONE || a[1] == UNSET {
        if a[1] == NONE && matches!(a.get(2), None | Some(&(UNSET | NONE))) {
            return Err(py.type_error("__get__(None, None) is invalid"));
        }
        return Ok(a[0]);
    }
    py.bind_attribute(a[0], a[1], py.type_of(a[1]))
}

/// Sets the attribute by way of the receiver's class, which has the descriptor.
/// Errors: `TypeError` if the receiver is no instance of the descriptor's class.
fn set(py: Py, a: &[Word], new: Word) -> Result {
    let (owner, name, _) = parts(py, a[0])?;
    if let Some(owner) = owner {
        if !py.type_of(a[1]).is_subtype(owner) {
            return Err(py.type_error(format!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                py.to_text(name)?,
                owner.name.borrow(),
                py.type_name(a[1])
            )));
        }
        let symbol = crate::object::attribute_name(py, name)?;
        py.generic_set_attr(a[1], owner, symbol, new)?;
    }
    Ok(NONE)
}

static METHODS: &[NativeDef] = &[
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        get,
    ),
    def("__set__", "($self, instance, value, /)", "Set an attribute of instance to value.", |py, a| {
        set(py, a, a[2])
    }),
    def("__delete__", "($self, instance, /)", "Delete an attribute of instance.", |py, a| set(py, a, UNSET)),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let (owner, name, kind) = parts(py, a[0])?;
        py.str(&format!("<{kind} '{}' of '{}' objects>", py.to_text(name)?, owner_name(owner)))
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let (owner, name, _) = parts(py, a[0])?;
        let function = py.import_from("builtins", "getattr")?;
        let args = py.new_tuple(&[owner.map_or(NONE, |class| class.word()), name])?;
        py.new_tuple(&[function, args])
    }),
    member("__name__", "", |py, a| Ok(parts(py, a[0])?.1)),
    getter("__qualname__", "", |py, a| {
        let (owner, name, _) = parts(py, a[0])?;
        py.str(&format!("{}.{}", owner_name(owner), py.to_text(name)?))
    }),
    member("__objclass__", "", |py, a| Ok(parts(py, a[0])?.0.map_or(NONE, |class| class.word()))),
    getter("__doc__", "", |py, a| match as_object::<Getset>(a[0]) {
        Some(getset) if !getset.definition().doc.is_empty() => py.str(getset.definition().doc),
        _ => Ok(NONE),
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::GetsetDescriptor, doc: "", constructor: None, methods: METHODS },
    NativeType { ty: Ty::MemberDescriptor, doc: "", constructor: None, methods: METHODS },
];
