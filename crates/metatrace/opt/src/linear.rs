//! Traces that do not close on themselves: function entries that finish, and traces that lead into other code.

use crate::bridge::close;
use crate::contract::{LabelContract, Optimized, Options};
use crate::cx::Cx;
use crate::dce::finish_unit;
use crate::env::Env;
use crate::pass::InvalidLoop;
use crate::unroll::enter_recorded;
use metatrace_ir::Trace;

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
