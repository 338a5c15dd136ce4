//! From a recording to a job for the code generator.

use crate::compilation::Job;
use crate::interpreter::Interpreter;
use crate::place::PlaceIndex;
use crate::state::WarmState;
use crate::unit::{Unit, UnitKind};
use base::counters::Abort;
use metatrace_ir::UnitId;
use metatrace_machine::{Encoding, Kind};
use metatrace_record::{Recording, Start};
use std::rc::Rc;

pub struct LabelContract { pub label: u32, pub kinds: Vec<Kind> }
impl LabelContract { pub fn param_kinds(&self) -> Vec<Kind> { self.kinds.clone() } }
pub struct ExitFacts;

impl<E: Encoding> WarmState<'_, E> {
    fn next_unit(&self) -> UnitId {
        let mut units = self.units.borrow_mut();
        units.push(None);
        UnitId(units.len() as u32 - 1)
    }

    pub(crate) fn optimise(
        &self,
        recording: Recording,
        start: Start,
        place: PlaceIndex,
        bridge: Option<(&Rc<Unit>, u32)>,
    ) -> Result<Job, Abort> {
        crate::log::recorded(self, place, &recording.trace);
        let kind = match (start, bridge) {
            (_, Some((unit, exit))) => UnitKind::Bridge { unit: unit.id, exit },
            (Start::Function, None) => UnitKind::Function,
            _ => UnitKind::Loop,
        };
        if bridge.is_some() { return Err(Abort::Unsupported); }
        Ok(Job {
            id: self.next_unit(),
            place,
            kind,
            trace: recording.trace,
            labels: vec![LabelContract { label: 0, kinds: vec![] }],
            facts: ExitFacts,
            recorded: None,
            constants: recording.constants,
            assumptions: recording.assumptions,
        })
    }
}
