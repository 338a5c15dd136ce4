//! Variables of modules in traces: `LOAD_NAME`, `STORE_NAME` and `STORE_GLOBAL` where the namespace is that of the module.
//!
//! The direct machine leaves these to the runtime where they run once; a site that is passed again keeps its variable. A trace names
//! the variable itself: a load of it is a load of a field, or a constant while it is not rebound (see `attributes::load_global`).

use metatrace_machine::{Encoding, Machine, MachineExt, NanBox, Raised};
use python_model::code::Code;
use python_model::dict;
use python_model::namespace::binding;
use python_model::objects::Variable;
use python_model::py::Py;
use python_model::symbols::Symbol;
use python_model::value::{UNSET, word};

/// Whether a frame's namespace is that of its module. Trace: a guard.
#[inline(always)]
pub fn is_of_module<M: Machine>(m: &mut M, code: &'static Code, namespace: M::Value) -> bool {
    m.value_is(namespace, word(code.globals))
}

/// Stores into a variable of the module that has a value and is rebound often; whether it did. Any other store breaks
/// assumptions or changes the namespace's keys.
pub fn store<M: Machine>(m: &mut M, py: Py, code: &'static Code, name: Symbol, value: M::Value) -> bool {
    let Ok(variable) = dict::variable(py, code.globals, name) else { return false };
    if binding(variable).stability().is_some() {
        return false;
    }
    let variable = m.reference(variable.erase());
    let old = m.load_value(Variable::VALUE, variable);
    if m.value_is(old, NanBox::UNSET) {
        return false;
    }
    m.store_value(Variable::VALUE, variable, value);
    true
}

/// [`store`] for an instruction with a site. The direct machine rebinds any variable that has a value. Errors: out of memory.
#[inline(always)]
pub fn store_at<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    site: u32,
    value: M::Value,
) -> Result<bool, Raised> {
    if M::RECORDS {
        return Ok(store(m, py, code, code.site_name(site), value));
    }
    if !code.site(site).is_passed_again() {
        return Ok(false);
    }
    let (variable, _) = code.global(py, site)?;
    if variable.value.get() == UNSET {
        return Ok(false);
    }
    python_model::namespace::set(py.mutator(), variable, m.promote_value(value));
    Ok(true)
}
