//! What traces know of attributes: those of classes, which become constants, and whether an object has one at all (`getattr` with a default,
//! `hasattr`). A trace depends on the classes that it looked at; the direct machine comes here only for what costs it nothing.

use crate::attributes;
use crate::frame;
use heap::Layout;
use metatrace_machine::{Encoding, Machine, MachineExt, NanBox, Raised};
use python_model::class_variables;
use python_model::code::AttributePlan;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::symbols::Symbol;
use python_model::types::{self, Ty, TypeRef};
use python_model::value::{Word, as_object, object as object_of, word};

/// Whether the attribute is `__class__`, and nobody says something else of it.
pub(crate) fn is_class_asked(py: Py, class: TypeRef, name: Symbol) -> bool {
    name == Symbol::from(Name::Class)
        && !class.has(types::flags::OWN_GETATTRIBUTE)
        && class.lookup(py, Name::Class) == py.ty(Ty::Object).lookup(py, Name::Class)
}

/// An attribute of a class, which becomes a constant of the trace, as is what the class and its metaclass say; `None`: they do not decide.
pub(crate) fn of_class<M: Machine>(
    m: &mut M,
    py: Py,
    class: M::Ref,
    name: Symbol,
) -> Result<Option<M::Value>, Raised> {
    let class = m.promote_ref(class);
    let info = py.as_type(word(class)).expect("an object of this layout is a class");
    let plan = py.class_attribute_plan(info, name);
    if matches!(plan, AttributePlan::Generic)
        || info.changes_often() && !matches!(plan, AttributePlan::ClassVariable(_))
        || !frame::depends_on(m, info)
        || !frame::depends_on(m, py.type_of(word(class)))
    {
        return Ok(None);
    }
    match plan {
        AttributePlan::ClassConstant(found) => Ok(Some(m.value(py.vm().immortal(found)))),
        AttributePlan::ClassInstance(found) => Ok(class_instance(m, py, found)),
        AttributePlan::ClassVariable(variable) => Ok(Some(class_variable(m, py, variable))),
        AttributePlan::Method(function) => {
            let receiver = m.value(word(class));
            attributes::bound_method(m, py.vm().immortal(function), receiver).map(Some)
        }
        _ => Ok(None),
    }
}

/// An instance that is an attribute of a class: for traces a constant, whose class they guard and depend on; for the direct machine nothing is
/// sure that it would not have to look up.
pub(crate) fn class_instance<M: Machine>(m: &mut M, py: Py, found: Word) -> Option<M::Value> {
    let object = object_of(found).filter(|_| M::RECORDS)?;
    let class = py.type_of(found);
    let found = m.value(py.vm().immortal(found));
    let reference = m.known_ref(found);
    // Objects of runtime modules stay of their class.
    if object.layout_id().0 >= heap::FIRST_DYNAMIC_LAYOUT {
        let layout = m.layout_of(reference);
        if !py.vm().maps.get(layout).class.is(class) {
            return None;
        }
    }
    frame::depends_on(m, class).then_some(found)
}

/// What `getattr` finds of an object under a constant name, in traces: where it is, or that it is nowhere. `None`: neither is decided.
pub fn known<M: Machine>(
    m: &mut M,
    py: Py,
    value: M::Value,
    name: M::Value,
) -> Result<Option<Option<M::Value>>, Raised> {
    let name = m.constant(name).and_then(as_object::<Str>).and_then(|name| name.symbol());
    let (Some(name), None) = (name, m.as_int(value)) else { return Ok(None) };
    let Some(object) = m.as_ref(value) else { return Ok(None) };
    let layout = m.layout_of(object);
    if layout == Type::ID {
        if let Some(found) = of_class(m, py, object, name)? {
            return Ok(Some(Some(found)));
        }
        let class = word(m.promote_ref(object));
        let (class, meta) = (py.as_type(class).expect("tested just now"), py.type_of(class));
        let is_missing = class.lookup(py, name).is_none()
            && is_missing_in(py, meta, name)
            && frame::depends_on(m, class)
            && frame::depends_on(m, meta);
        return Ok(is_missing.then_some(None));
    }
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        let Some(class) = py.vm().types.of_layout(layout) else { return Ok(None) };
        let is_missing = !class.has(types::flags::HAS_DICT)
            && is_missing_in(py, class, name)
            && frame::depends_on(m, class);
        return Ok(is_missing.then_some(None));
    }
    let map = py.vm().maps.get(layout);
    let plan = py.attribute_plan(map, name);
    if !frame::depends_on(m, map.class) {
        return Ok(None);
    }
    Ok(match plan {
        AttributePlan::Field(place) => {
            let found = attributes::load_place(m, object, place);
            if m.value_is(found, NanBox::UNSET) { None } else { Some(Some(found)) }
        }
        AttributePlan::ClassConstant(found) => Some(Some(m.value(py.vm().immortal(found)))),
        AttributePlan::ClassInstance(found) => class_instance(m, py, found).map(Some),
        AttributePlan::ClassVariable(variable) => Some(Some(class_variable(m, py, variable))),
        AttributePlan::Method(function) => {
            let function = py.vm().immortal(function);
            Some(Some(attributes::bound_method(m, function, value)?))
        }
        AttributePlan::Generic => {
            let is_missing = !map.is_dict
                && map.class.payload != Some(Ty::Module)
                && map.find(name).is_none()
                && is_missing_in(py, map.class, name);
            is_missing.then_some(None)
        }
        _ => None,
    })
}

/// Whether objects of a class have no attribute of this name, but perhaps one of their own.
fn is_missing_in(py: Py, class: TypeRef, name: Symbol) -> bool {
    !class.has(types::flags::OWN_GETATTRIBUTE)
        && class.lookup(py, name).is_none()
        && class.lookup(py, Name::GetAttr).is_none()
}

/// The value of an attribute that is a variable. It has one: to delete it is a change of the class.
pub(crate) fn class_variable<M: Machine>(m: &mut M, py: Py, variable: Word) -> M::Value {
    let variable = if M::RECORDS { py.vm().immortal(variable) } else { variable };
    let variable = m.reference(object_of(variable).expect("a plan has the variable"));
    m.load_value(Variable::VALUE, variable)
}

/// Assigns an attribute of a class that is a variable, in a trace; `false`: it is none, or what is assigned may be more than a plain value.
pub(crate) fn store_in_class<M: Machine>(
    m: &mut M,
    py: Py,
    class: M::Ref,
    name: Symbol,
    new: M::Value,
) -> bool {
    if m.as_int(new).is_none() && m.as_float(new).is_none() {
        return false;
    }
    let class = word(m.promote_ref(class));
    let info = py.as_type(class).expect("an object of this layout is a class");
    let meta = py.type_of(class);
    let Some(variable) = class_variables::own(py, info, name) else { return false };
    if !py.sets_class_attribute(meta, name) || !frame::depends_on(m, info) || !frame::depends_on(m, meta) {
        return false;
    }
    py.vm().immortal(word(variable));
    let variable = m.reference(variable.erase());
    m.store_value(Variable::VALUE, variable, new);
    true
}
