//! Keys of dicts and sets in traces: whether finding one runs Python code. What is plain and what is calm does not (`python_model::calm`), if the
//! table has no key that asks. Then an operation is a residual call with narrow effects ([`crate::quiet`]) instead of one that may do anything.
//!
//! Only the recorder asks. Of a key it guards what decides its class; that its class goes on comparing as it does is one assumption for all.

use crate::frame;
use crate::quiet as call;
use crate::residual;
use heap::Layout;
use metatrace_machine::{Arg, CallDescr, Machine, MachineExt};
use python_model::calm;
use python_model::dict::flags;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::Likeness;

/// Whether the dict, or the table of a set, compares a quiet key without user code. Trace: a load and a guard; the direct machine does not
/// ask, since it claims nothing of what it calls.
#[inline(always)]
pub fn compares_quietly<M: Machine>(m: &mut M, py: Py, object: M::Ref) -> bool {
    if !M::RECORDS {
        return true;
    }
    let mask = if assumes_calm(m, py) { flags::ASKS_KEYS } else { flags::ASKS_KEYS | flags::CALM_KEYS };
    let flags = m.load_int(Dict::FLAGS, object);
    let (mask, zero) = (m.int(mask), m.int(0));
    let asks = m.int_and(flags, mask);
    let is_quiet = m.int_eq(asks, zero);
    m.truth(is_quiet)
}

/// Makes the trace depend on calm keys staying calm; `false`: they do not.
fn assumes_calm<M: Machine>(m: &mut M, py: Py) -> bool {
    py.vm().calm_keys.assumption().is_some_and(|assumption| m.assume(&assumption))
}

/// Whether a key is plain or calm. Trace: guards of its tag or layout, and for some calls that ask.
pub fn is_quiet<M: Machine>(m: &mut M, py: Py, key: M::Value) -> bool {
    if m.as_int(key).is_some() {
        return true;
    }
    let Some(object) = m.as_ref(key) else { return true };
    match m.layout_of(object) {
        id if id == Str::ID || id == BigInt::ID || id == Bytes::ID => true,
        id if id == Tuple::ID => asks(m, py, key),
        id if id == Type::ID => match m.constant(key) {
            Some(class) => calm::is_calm_class(py, py.type_of(class)).is_some() && assumes_calm(m, py),
            None => asks(m, py, key),
        },
        id if id == Foreign::ID || id == Compact::ID => {
            let class = frame::class_of_foreign(m, object, id);
            calm::is_calm_class(py, class) == Some(Likeness::Identity) && assumes_calm(m, py)
        }
        id => {
            let class = match id.0 >= heap::FIRST_DYNAMIC_LAYOUT {
                true => Some(py.vm().maps.get(id).class),
                false => py.vm().types.of_layout(id),
            };
            match class.and_then(|class| calm::is_calm_class(py, class)) {
                Some(Likeness::Identity | Likeness::Plain) => assumes_calm(m, py),
                Some(Likeness::Tuple) => asks(m, py, key),
                Some(Likeness::Other) | None => false,
            }
        }
    }
}

/// The same, found out by the runtime each time.
fn asks<M: Machine>(m: &mut M, py: Py, key: M::Value) -> bool {
    if !assumes_calm(m, py) {
        return false;
    }
    let is_calm = m.call_bool(&call::IS_CALM, &[Arg::Value(key)]).expect("it does not raise");
    m.truth(is_calm)
}

/// Whether a quiet key is surely plain: a table that gets it stays what traces take it for.
fn is_surely_plain<M: Machine>(m: &mut M, key: M::Value) -> bool {
    if m.as_int(key).is_some() {
        return true;
    }
    let Some(object) = m.as_ref(key) else { return true };
    let layout = m.layout_of(object);
    layout == Str::ID || layout == BigInt::ID || layout == Bytes::ID
}

/// The call that sets an item of a dict whose key is quiet.
pub fn dict_set<M: Machine>(m: &mut M, key: M::Value) -> &'static CallDescr {
    if is_surely_plain(m, key) { &residual::DICT_SET } else { &call::DICT_SET_CALM }
}

/// The call that adds an element to the table of a set.
pub fn table_add<M: Machine>(m: &mut M, item: M::Value) -> &'static CallDescr {
    if is_surely_plain(m, item) { &call::TABLE_ADD } else { &call::TABLE_ADD_CALM }
}

/// The call of a method of dicts that may add a key.
pub fn dict_call<M: Machine>(m: &mut M, key: Option<M::Value>) -> &'static CallDescr {
    match key {
        Some(key) if !is_surely_plain(m, key) => &call::DICT_CALL_CALM,
        _ => &call::DICT_CALL,
    }
}

/// The same for sets.
pub fn set_call<M: Machine>(m: &mut M, key: Option<M::Value>) -> &'static CallDescr {
    match key {
        Some(key) if !is_surely_plain(m, key) => &call::SET_CALL_CALM,
        _ => &call::SET_CALL,
    }
}
