//! Stores that leave the loop with it: a field that each iteration writes is kept in a parameter of the label, and written
//! where the loop is left.
//!
//! ```text
//! label 1 (%p: ref, %n: int)              label 1 (%p: ref, %n: int)         %n is what %p.count holds, or ought to
//! %m = int_add %n, 1                      %m = int_add %n, 1
//! store_field[count] %p, %m
//! guard_true %c @s                        guard_true %c @s                   @s says: store [count] %p, %m
//! jump 1 (%p, %m)                         jump 1 (%p, %m)
//! ```
//!
//! The load of such a field is a short operation of the label already (`short.rs`): whoever jumps there brings the value of the
//! field. Behind the label the store of this very value is taken to be delayed (`heap.rs`), across guards and across the jump back;
//! snapshots list it. An arrival from elsewhere need not know: to store again what a field holds changes nothing. An arrival that
//! still owes the same store (a bridge) leaves it to the label ([`Short::is_owed`]).
//!
//! Only stores that nothing in the iteration makes necessary are taken: no residual call that may look at the field, no call
//! of another trace, no other object with the field. They would be performed in each iteration anyway, and cost a parameter.
//!
//! The obvious way, moving the store behind the loop, needs all exits of the loop in one place; here each exit stores for
//! itself, in the runtime, from its snapshot.
//!
//! Source: scalar promotion in loops (Lo et al., "Register promotion by sparse partial redundancy elimination", PLDI 1998); PyPy
//! and LuaJIT keep such stores in the loop.

use crate::cx::Cx;
use crate::heap::{touches_everything, touches_field};
use crate::layouts::Alias;
use crate::pass::{InvalidLoop, Pending};
use crate::short::{Short, ShortArg};
use crate::state::{Arrival, Exported, Facts, Node, NodeId, State};
use metatrace_ir::{Aux, FieldKey, Opcode, Operand, Tag};

/// Marks the candidates whose field every iteration stores and nothing else touches. The block that begins at operation `start` of
/// the unit and ends now goes like the iterations to come; `exported` is the state of the label behind it.
pub(crate) fn choose(cx: &Cx<'_>, shorts: &mut [Short], exported: &mut Exported, start: u32) {
    if !cx.sinks_stores() {
        return;
    }
    let mut taken: Vec<FieldKey> = Vec::new();
    for short in shorts.iter_mut().filter(|s| s.opcode == Opcode::LoadField) {
        let key = short.aux.as_field();
        // An object that is a constant would do as well, but a field of one is more often read by others.
        let Some(ShortArg::Node(object)) = short.args.first() else { continue };
        let object = cx.resolve(exported.values[object.0 as usize]);
        // One delayed store for each key.
        if !taken.contains(&key) && only_stored(cx, key, object, start) {
            short.is_owed = true;
            taken.push(key);
            need_not_fit(&mut exported.state, short.result);
        }
    }
}

/// An integer that the block stored fits an immediate (`fit.rs`); one that stays out of the heap need not.
fn need_not_fit(state: &mut State, value: NodeId) {
    if let Node::Box { tag: Tag::Int, inner } = *state.node(value)
        && let Node::Leaf { facts, .. } = &mut state.nodes[inner.0 as usize]
    {
        facts.bound = Facts::NONE.bound;
    }
}

/// Whether the block stores the field of this object, and nothing makes it perform the store.
fn only_stored(cx: &Cx<'_>, key: FieldKey, object: Operand, start: u32) -> bool {
    let mut is_stored = false;
    for op in &cx.out.ops[start as usize..] {
        match op.opcode {
            Opcode::StoreField | Opcode::LoadField if op.aux.as_field() == key => {
                match cx.alias(op.args[0], object) {
                    Alias::Must => is_stored |= op.opcode == Opcode::StoreField,
                    Alias::May => return false,
                    Alias::No => {}
                }
            }
            Opcode::Call => {
                let effects = &op.aux.as_call().effects;
                let footprints = [&effects.reads, &effects.writes];
                if effects.runs_user_code
                    || footprints.iter().any(|f| touches_everything(f) || touches_field(f, key))
                {
                    return false;
                }
            }
            Opcode::CallTrace | Opcode::SetLayout => return false,
            _ => {}
        }
    }
    is_stored
}

/// Behind the label: the marked stores are owed. They are relied on, whether or not anything loads the field.
pub(crate) fn owe(cx: &mut Cx<'_>, shorts: &[Short], values: &[Operand]) {
    for (number, short) in shorts.iter().enumerate() {
        if let Some(object) = owed_object(short, values) {
            cx.touch(number as u32);
            cx.heap.owe(short.aux.as_field(), object, values[short.result.0 as usize]);
        }
    }
}

/// At a jump to the label, when its short operations have been replayed: what it owes need not be performed before. Whatever else is
/// delayed is.
pub(crate) fn hand_over(cx: &mut Cx<'_>, shorts: &[Short], arrival: &Arrival<'_>) -> Result<(), InvalidLoop> {
    let owed: Vec<OwedStore> = shorts
        .iter()
        .filter_map(|short| {
            let object = owed_object(short, &arrival.values).filter(|object| !object.is_none())?;
            let value = arrival.values[short.result.0 as usize];
            Some(OwedStore { key: short.aux.as_field(), object, value })
        })
        .collect();
    // What tests an integer that is stored may leave here, and must then store all that is open: also what the label is left to do.
    cx.fit_delayed_except(&owed)?;
    for store in &owed {
        cx.forget_owed(store);
    }
    cx.flush_all()
}

/// A store that the code behind a label performs.
pub(crate) struct OwedStore {
    pub key: FieldKey,
    pub object: Operand,
    pub value: Operand,
}

/// The object whose store the label owes.
fn owed_object(short: &Short, values: &[Operand]) -> Option<Operand> {
    match short.args.first() {
        Some(ShortArg::Node(object)) if short.is_owed => Some(values[object.0 as usize]),
        _ => None,
    }
}

/// The store of a snapshot that a bridge takes over stays delayed in it.
pub(crate) fn take_over(
    cx: &mut Cx<'_>,
    object: Operand,
    value: Operand,
    key: FieldKey,
) -> Result<(), InvalidLoop> {
    cx.process(Pending::new(Opcode::StoreField, None, &[object, value], Aux::field(key)))?;
    if cx.sinks_stores() {
        cx.heap.keep_delayed(key);
    }
    Ok(())
}
