//! How much there is to gain from fusing a bridge: how often it, or what hangs on it, is gone through.
//!
//! Bridges count how often their first label is entered. That alone misleads twice. A bridge that others jump into behind a join is gone
//! through by all of them, and counts none. And where bridges lead into each other, a program may go round in those far from the loop that
//! they hang on: the ones in between are cold, and without them the hot ones cannot be in the fused unit.

use crate::state::WarmState;
use crate::unit::{ExitState, Unit};
use metatrace_ir::UnitId;
use metatrace_machine::Encoding;
use std::collections::HashMap;
use std::rc::Rc;

/// See the module header.
pub(crate) struct Heat {
    /// Of each bridge below a unit: the largest number of entries of any in its subtree, those by jumps included. Others that are jumped to are
    /// in here, too, and nobody asks for them.
    hottest: HashMap<UnitId, u64>,
}

impl Heat {
    /// Of a bridge that hangs on the unit.
    pub fn of(&self, bridge: UnitId) -> u64 {
        self.hottest.get(&bridge).copied().unwrap_or(0)
    }
}

impl<E: Encoding> WarmState<'_, E> {
    /// The heat of all that hangs on a unit.
    pub(crate) fn heat_below(&self, root: &Rc<Unit>) -> Heat {
        // Each behind the one that it hangs on.
        let mut units = vec![(root.clone(), 0)];
        let mut looked_at = 0;
        while let Some((parent, _)) = units.get(looked_at) {
            let bridges = parent.exits.iter().filter_map(|exit| match exit.state.get() {
                ExitState::Bridge(bridge) => self.unit(bridge),
                _ => None,
            });
            let bridges: Vec<_> = bridges.map(|bridge| (bridge, looked_at)).collect();
            units.extend(bridges);
            looked_at += 1;
        }
        let mut heat: HashMap<UnitId, u64> = HashMap::new();
        for (unit, _) in &units {
            let entries = unit.compiled.entries_count();
            *heat.entry(unit.id).or_default() += entries;
            for target in &unit.targets {
                *heat.entry(self.resolve_label(*target).unit).or_default() += entries;
            }
        }
        for (unit, parent) in units.iter().skip(1).rev() {
            let below = heat.get(&unit.id).copied().unwrap_or(0);
            let own = heat.entry(units[*parent].0.id).or_default();
            *own = below.max(*own);
        }
        Heat { hottest: heat }
    }
}
