//! Variables that are not registers: cells, names of class bodies and modules, globals that are written. (Reading globals:
//! [`crate::attributes`].)

use crate::attributes;
use crate::frame;
use crate::namespaces;
use crate::residual as call;
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, Window};
use python_compile::opcode::Opcode as Op;
use python_model::code::{Code, frame as extra};
use python_model::objects::CellObject;
use python_model::py::Py;

/// Raises `NameError` for the variable of a cell, which the instruction names by its operand `c`.
fn unbound<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    register: u32,
) -> Result<(), Raised> {
    let (_, _, _, c) = code.decoded(pc);
    let is_free = i64::from(register >= u32::from(code.object().first_free()));
    let (name, is_free) = (m.int(i64::from(code.name(c).0)), m.int(is_free));
    stack.set_pc(pc);
    m.call_nothing(&call::UNBOUND, &[Arg::Int(name), Arg::Int(is_free)])
}

/// `LOAD_DEREF`.
#[inline(always)]
pub fn load_cell<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (_, a, b, _) = code.decoded(pc);
    let cell = frame::object(m, w.get(b));
    let value = m.load_value(CellObject::VALUE, cell);
    if m.value_is(value, NanBox::UNSET) {
        unbound(m, stack, code, pc, b)?;
    }
    w.set(a, value);
    Ok(())
}

/// `DELETE_DEREF`.
#[inline(always)]
pub fn delete_cell<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (_, a, _, _) = code.decoded(pc);
    let cell = frame::object(m, w.get(a));
    let value = m.load_value(CellObject::VALUE, cell);
    if m.value_is(value, NanBox::UNSET) {
        unbound(m, stack, code, pc, a)?;
    }
    let unset = m.value(NanBox::UNSET);
    m.store_value(CellObject::VALUE, cell, unset);
    Ok(())
}

/// `LOAD_NAME`.
#[inline(always)]
pub fn load_name<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (_, a, _, c) = code.decoded(pc);
    let namespace = w.get(code.extra(extra::NAMESPACE));
    let is_of_module = namespaces::is_of_module(m, code, namespace);
    if !M::RECORDS
        && is_of_module
        && let Some(value) = code.global_value(c)
    {
        w.set(a, m.value(value));
        return Ok(());
    }
    let value = if is_of_module && (M::RECORDS || code.site(c).is_passed_again()) {
        attributes::load_global(m, py, stack, code, pc, c)?
    } else {
        let (at, site) = (m.int(code.address() as i64), m.int(i64::from(c)));
        stack.set_pc(pc);
        m.call_value(&call::LOAD_NAME, &[Arg::Value(namespace), Arg::Int(at), Arg::Int(site)])?
    };
    w.set(a, value);
    Ok(())
}

/// `STORE_NAME`, `STORE_NAME_CACHED`, `DELETE_NAME`.
#[inline(always)]
pub fn store_name<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (op, a, _, c) = code.decoded(pc);
    let namespace = w.get(code.extra(extra::NAMESPACE));
    let has_site = op == Op::StoreNameCached;
    if (has_site || M::RECORDS && op == Op::StoreName) && namespaces::is_of_module(m, code, namespace) {
        let is_stored = match has_site {
            true => namespaces::store_at(m, py, code, c, w.get(a))?,
            false => namespaces::store(m, py, code, code.name(c), w.get(a)),
        };
        if is_stored {
            return Ok(());
        }
    }
    let name = if has_site { code.site_name(c) } else { code.name(c) };
    let name = m.int(i64::from(name.0));
    let value = if op == Op::DeleteName { m.value(NanBox::UNSET) } else { w.get(a) };
    stack.set_pc(pc);
    m.call_nothing(&call::STORE_NAME, &[Arg::Value(namespace), Arg::Int(name), Arg::Value(value)])
}

/// `STORE_GLOBAL`, `DELETE_GLOBAL`.
#[inline(always)]
pub fn store_global<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (op, a, _, c) = code.decoded(pc);
    if op == Op::StoreGlobal && namespaces::store_at(m, py, code, c, w.get(a))? {
        return Ok(());
    }
    let value = if op == Op::StoreGlobal { w.get(a) } else { m.value(NanBox::UNSET) };
    let (at, site) = (m.int(code.address() as i64), m.int(i64::from(c)));
    stack.set_pc(pc);
    m.call_nothing(&call::STORE_GLOBAL, &[Arg::Int(at), Arg::Int(site), Arg::Value(value)])
}
