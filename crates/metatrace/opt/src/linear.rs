//! Traces that do not close on themselves: function entries that finish, and traces that lead into other code.

use crate::bridge::close;
use crate::contract::{LabelContract, Optimized, Options, jump_to};
use crate::cx::Cx;
use crate::dce::finish_unit;
use crate::entry::{EntryContract, OwnEntry, Recursion, SpecialEntry};
use crate::env::Env;
use crate::pass::InvalidLoop;
use crate::unroll::{enter_recorded, recorded_params};
use metatrace_ir::{LabelRef, Trace, UnitId};
use std::rc::Rc;

/// How often a function's trace is optimised until its calls of itself fit its special entry. Each time the entry asks
/// less of at least one parameter; a parameter is asked at most two things.
const MAX_ATTEMPTS: u32 = 8;

/// Optimises a trace with any end. `targets` as for [`optimize_bridge`](crate::optimize_bridge).
pub fn optimize_linear(
    trace: &Trace,
    targets: &[&LabelContract],
    env: &dyn Env,
    options: &Options,
) -> Result<Optimized, InvalidLoop> {
    let mut cx = Cx::new(trace, env, options.switches);
    let entry = enter_recorded(&mut cx)?;
    cx.walk(entry.first..trace.ops.len() - 1)?;
    let cx = close(cx, targets)?;
    finish_unit(cx, vec![entry.contract])
}

/// Optimises a trace that begins at a function's entry. Label 0 is the generic entry, label 1 the special one, if the
/// trace tests anything that a caller can know; see `entry.rs`.
pub fn optimize_function(
    trace: &Trace,
    own: OwnEntry<'_>,
    targets: &[&LabelContract],
    env: &dyn Env,
    options: &Options,
) -> Result<Optimized, InvalidLoop> {
    let mut contract = EntryContract::of(trace, own, env);
    for attempt in 1..=MAX_ATTEMPTS {
        if !contract.is_special() || !options.switches.virtualizes() {
            break;
        }
        let mut cx = Cx::new(trace, env, options.switches);
        cx.stats.attempts = attempt;
        let entry = enter_recorded(&mut cx)?;
        let params: Vec<_> =
            (0..contract.params.len()).map(|i| cx.value(metatrace_ir::Operand::op(i as u32 + 1))).collect();
        let args = cx.test_entry(&contract, &params, own.snapshot)?;
        cx.process(jump_to(LabelRef { unit: UnitId::THIS, label: 1 }, args))?;

        cx.start_block();
        let shared = Rc::new(contract.clone());
        let cell = env.entry_cell(own.cell, &shared);
        cx.recursion = cell.map(|cell| Recursion {
            generic_cell: own.cell,
            special: SpecialEntry { cell, contract: shared },
            misfits: Vec::new(),
        });
        let kinds = contract.kinds();
        let params = cx.push_label(1, &kinds);
        cx.kept_labels = 2;
        for (i, value) in cx.begin_entry(&contract, &params).into_iter().enumerate() {
            cx.set_value(i as u32 + 1, value);
        }
        let first = recorded_params(trace).len() + 1;
        cx.walk(first..trace.ops.len() - 1)?;
        let misfits = cx.recursion.take().map_or(Vec::new(), |r| r.misfits);
        if misfits.is_empty() {
            let special = LabelContract::generic(1, None, kinds);
            let cx = close(cx, targets)?;
            let optimized = finish_unit(cx, vec![entry.contract, special])?;
            return Ok(Optimized { entry: Some(contract), ..optimized });
        }
        contract = contract.weaken(&misfits);
    }
    optimize_linear(trace, targets, env, options)
}
