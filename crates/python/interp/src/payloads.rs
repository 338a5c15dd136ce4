//! Instances of classes that derive from a built-in one: `class Stack(list)`. They hold a built-in object; an operation that their class leaves to
//! the built-in class is one on that object. To the runtime that is all the same, but a trace that left such operations to it would call what may do
//! anything for each `len(stack)`.
//!
//! Only the recorder asks.

use crate::frame;
use heap::LayoutId;
use metatrace_machine::Machine;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::{Ty, TypeRef};

/// The object that stands for an instance in the operation that a special method decides, and its type; `None`: the class has its own method, or
/// derives from no built-in one. Trace: guards the layout, depends on the class.
pub fn standing_for<M: Machine>(m: &mut M, py: Py, value: M::Value, method: Name) -> Option<(M::Value, Ty)> {
    let (object, class, ty) = derived(m, py, value)?;
    let own = py.ty(ty).lookup(py, method)?;
    if class.lookup(py, method) != Some(own) || !frame::depends_on(m, class) {
        return None;
    }
    held(m, object).map(|held| (held, ty))
}

/// The same for a method of the built-in type itself, which was found already.
pub fn receiver_of<M: Machine>(m: &mut M, py: Py, value: M::Value, owner: Ty) -> Option<M::Value> {
    let (object, _, ty) = derived(m, py, value)?;
    if ty != owner { None } else { held(m, object) }
}

/// An instance of a class that derives from a built-in one that holds something.
fn derived<M: Machine>(m: &mut M, py: Py, value: M::Value) -> Option<(M::Ref, TypeRef, Ty)> {
    if !M::RECORDS || m.as_int(value).is_some() {
        return None;
    }
    let object = m.as_ref(value)?;
    let LayoutId(layout) = m.layout_of(object);
    if layout < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    let class = py.vm().maps.get(LayoutId(layout)).class;
    let ty = class.payload?;
    let is_known = matches!(
        ty,
        Ty::List | Ty::Tuple | Ty::Dict | Ty::Set | Ty::FrozenSet | Ty::Str | Ty::Int | Ty::Bytes
    );
    is_known.then_some((object, class, ty))
}

fn held<M: Machine>(m: &mut M, object: M::Ref) -> Option<M::Value> {
    let held = m.load_value(Instance::PAYLOAD, object);
    // What is not made yet has nothing.
    if m.value_is(held, python_model::value::UNSET) { None } else { Some(held) }
}
