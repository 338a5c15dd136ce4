//! Places: loop headers and function entries, and what the warm state knows about each.
//!
//! ```text
//!              threshold visits            recorded             compiled
//!  Counting ----------------------> (recording) ------> Queued ----------> Compiled
//!     ^  ^                              |                  |                   |
//!     |  '-- penalty: more visits ------'<-----------------'                   |
//!     '------------------------- an assumption broke, or aged -----------------'
//!  Never: the last penalty was final.
//! ```

use crate::megamorphic::Overflow;
use crate::waiting::Turns;
use base::counters::{Abort, Penalty};
use metatrace_ir::UnitId;
use metatrace_machine::{HotPlace, TraceCell};
use metatrace_opt::EntryContract;
use std::rc::Rc;

/// Index into the table of places.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PlaceIndex(pub u32);

/// See the module header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaceState {
    Counting,
    Queued,
    Compiled(UnitId),
    Never,
}

/// The cell of a function's entry with unboxed arguments.
pub struct SpecialCell {
    pub contract: Rc<EntryContract>,
    pub cell: Box<TraceCell>,
}

/// A loop header or function entry.
pub struct Place {
    pub code: u64,
    pub pc: u32,
    pub kind: HotPlace,
    pub state: PlaceState,
    /// Units of this place, each a version for another entry state; the first has the generic entry.
    pub versions: Vec<UnitId>,
    /// Live slots of a frame at this place, ascending: the parameters of a generic entry.
    pub live: Vec<u32>,
    /// Bridges attached anywhere in the units of this place.
    pub bridges_count: u32,
    /// Of those, how many were attached since the last fusion, and how many were there then.
    pub unfused_bridges_count: u32,
    pub fused_bridges_count: u32,
    /// Recordings of exceptional iterations that were declined.
    pub declined_count: u32,
    /// The last recording was declined: the next visit is recorded.
    pub is_declined: bool,
    /// What recordings have seen of loops of few turns in this one.
    pub turns: Turns,
    /// (Queued.) The loop that is being compiled closes on itself: see `waiting.rs`.
    pub is_closed_loop: bool,
    /// The last recording waits for another place's loop.
    pub awaited: Option<PlaceIndex>,
    /// A fused unit is being compiled.
    pub is_fusing: bool,
    /// Visits until the next question, after the unit was retired.
    pub wait: u32,
    pub retirements_count: u32,
    /// The function calls itself, or is called too deeply to be inlined: other traces call it.
    pub is_called: bool,
    /// Traces that had gone into it were retired, since a loop in it goes round too often for that.
    pub has_retired_callers: bool,
    /// Entry of a function for callers with tagged arguments.
    pub generic_cell: Box<TraceCell>,
    /// Its entries for callers with unboxed ones: one for each contract that there ever was. Numbered: a stub names them so.
    pub special_cells: Vec<SpecialCell>,
    /// The one that new code calls.
    pub special: Option<u32>,
    /// Calls from machine code to the function, which has none, until it is recorded.
    pub calls_left: u32,
    /// Recordings abandoned from here.
    pub aborts_count: u32,
    /// Why the last of them was.
    pub last_abort: Option<Abort>,
    /// Generation in which the interpreter last entered its code.
    pub last_entered: u64,
    pub overflow: Overflow,
}

impl Place {
    /// Number of the entry with this contract.
    pub fn special_number(&self, contract: &EntryContract) -> Option<u32> {
        self.special_cells.iter().position(|s| *s.contract == *contract).map(|i| i as u32)
    }

    /// Notes an abandoned recording. Returns after how many visits to try again; `None`: never.
    pub fn penalise(&mut self, reason: Abort, threshold: u32) -> Option<u32> {
        self.aborts_count += 1;
        self.last_abort = Some(reason);
        match reason.penalty() {
            // Each failure doubles the wait, so that a place that cannot be traced costs less and less.
            Penalty::Threshold(factor) if self.aborts_count <= 8 => {
                self.state = PlaceState::Counting;
                let visits = threshold.saturating_mul(factor).saturating_mul(1 << self.aborts_count).max(2);
                self.calls_left = visits;
                Some(visits)
            }
            _ => {
                self.state = PlaceState::Never;
                None
            }
        }
    }
}
