//! Variables that are not registers: those that closures share, and globals.
//!
//! What a trace may know about a global:
//!
//! | the global | in a trace |
//! |---|---|
//! | is assigned nowhere but in its declaration, which was executed | a constant |
//! | was assigned less than a few times | a constant that depends on an assumption; assigning breaks it |
//! | is assigned more often, or not initialised yet | a variable |

use crate::bytecode::GlobalIndex;
use crate::interp::{Result, fault};
use crate::objects::{Captured, Closure, Variable};
use crate::runtime::{self, Fault};
use crate::vm::Vm;
use heap::{Layout, LayoutId};
use metatrace_machine::{Arg, Encoding, Machine, MachineExt, NanBox, Window};

/// The object of a layout that the compiler put into a register. The interpreter need not test that; a trace is told by a guard,
/// so that it may load from the object ahead of a loop.
#[inline(always)]
fn object<M: Machine>(m: &mut M, value: M::Value, layout: LayoutId) -> M::Ref {
    let object = m.as_ref(value).expect("the compiler put an object there");
    if M::RECORDS && !m.has_layout(object, layout) {
        unreachable!("the compiler put an object of another layout there");
    }
    object
}

#[inline(always)]
pub(crate) fn captured<M: Machine>(m: &mut M, w: Window<M::Value>, index: u16) -> M::Value {
    let closure = object(m, w.get(0), Closure::ID);
    let captured = m.load_ref(Closure::CAPTURED, closure);
    if M::RECORDS && m.has_layout(captured, Captured::ID) {
        let count = m.array_len(Captured::ITEMS_ARRAY, captured);
        m.promote_int(count);
    }
    let index = m.int(index.into());
    m.load_item_value(Captured::ITEMS_ARRAY, captured, index)
}

pub(crate) fn new_cell<M: Machine>(m: &mut M, value: M::Value) -> Result<M::Value> {
    let cell = m.new_object(Variable::ID, Variable::DESCR.size_bytes)?;
    m.store_value(Variable::VALUE, cell, value);
    Ok(m.box_ref(cell))
}

#[inline(always)]
pub(crate) fn cell_get<M: Machine>(m: &mut M, cell: M::Value) -> M::Value {
    let cell = object(m, cell, Variable::ID);
    m.load_value(Variable::VALUE, cell)
}

#[inline(always)]
pub(crate) fn cell_set<M: Machine>(m: &mut M, cell: M::Value, value: M::Value) {
    let cell = object(m, cell, Variable::ID);
    m.store_value(Variable::VALUE, cell, value);
}

/// A global that nothing assigns after its declaration is a constant once it is initialised, green all the way. Before
/// that, its being unset must be a guard: the trace may run later, when it no longer is. One that is assigned is a constant
/// of a trace while the assumption holds that it is not assigned once more; executing, a load is cheaper than to ask.
#[inline(always)]
pub(crate) fn global<M: Machine>(m: &mut M, vm: &Vm, g: GlobalIndex) -> Result<M::Value> {
    if let Some(word) = vm.global_constant(g) {
        return Ok(m.value(word));
    }
    if M::RECORDS
        && let Some((word, stability)) = vm.global_binding(g)
        && m.assume(&stability)
    {
        return Ok(m.value(word));
    }
    let variable = m.reference(vm.global_variable(g).erase());
    let value = m.load_value(Variable::VALUE, variable);
    if m.value_is(value, NanBox::UNSET) {
        return fault(m, Fault::Unset, None, None, g.0.into());
    }
    Ok(value)
}

#[inline(always)]
pub(crate) fn global_set<M: Machine>(m: &mut M, vm: &Vm, g: GlobalIndex, value: M::Value) -> Result<()> {
    let rebinds_matter = vm.rebinds_matter(g);
    if M::RECORDS
        && rebinds_matter
        && let Some((_, stability)) = vm.global_binding(g)
    {
        // A trace that breaks what it relies on is soon made again, at last with nothing but the store.
        m.assume(&stability);
    }
    let variable = m.reference(vm.global_variable(g).erase());
    m.store_value(Variable::VALUE, variable, value);
    let index = m.int(g.0.into());
    if rebinds_matter {
        return m.call_nothing(&runtime::GLOBAL_REBIND, &[Arg::Int(index)]);
    }
    if vm.global_is_constant(g) {
        return m.call_nothing(&runtime::GLOBAL_INITIALISE, &[Arg::Int(index), Arg::Value(value)]);
    }
    Ok(())
}
