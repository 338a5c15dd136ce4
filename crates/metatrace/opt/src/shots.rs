//! Snapshots of the unit: the recorded snapshot of a guard with every operand mapped to the unit.
//!
//! A frame shot of an outer frame is used again as long as none of its values changed its meaning (was forced, became
//! a constant), and consecutive guards with equal snapshots share one. A virtual is described once per change:
//! boxes never change, objects when a field or the layout is stored. Where no value at all changed its meaning, frames are not looked
//! at again.

use crate::cx::Cx;
use crate::virtuals::VirtualValue;
use metatrace_ir::{
    Const, FrameShot, FrameShotIndex, Operand, Snapshot, SnapshotIndex, Tag, Virtual, VirtualKind,
};

/// Caches of this file.
#[derive(Clone, Default, Debug)]
pub(crate) struct Shots {
    /// Per recorded frame shot: the unit's.
    frames: Vec<MadeFrame>,
    /// Counts values that became constants.
    constants: u32,
    /// The last snapshot made.
    last: Option<SnapshotIndex>,
    chain: Vec<FrameShotIndex>,
    slots: Vec<(u32, Operand)>,
    stores: Vec<DelayedStore>,
}

/// A frame shot of the unit, and the counts of changes ([`Shots::constants`], [`Virtuals::epoch`](crate::Virtuals)) when its slots were
/// right.
#[derive(Clone, Copy, Debug)]
struct MadeFrame {
    shot: FrameShotIndex,
    at: (u32, u32),
}

impl Shots {
    /// Forgets what was made; for a new recorded trace or a new block.
    pub(crate) fn clear(&mut self, recorded_frames: usize) {
        self.frames.clear();
        self.frames.resize(recorded_frames, MadeFrame { shot: FrameShotIndex::NONE, at: (0, 0) });
        self.last = None;
    }

    /// A value has become a constant: what was described before may be out of date.
    pub(crate) fn meanings_changed(&mut self) {
        self.constants += 1;
    }
}

/// A store that the unit has not performed yet, for the snapshot of a guard before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DelayedStore {
    pub kind: VirtualKind,
    /// (object, value) or (object, index, value).
    pub operands: [Operand; 3],
}

impl Cx<'_> {
    /// Makes the unit's snapshot for a recorded one, with the values that the recorded operands have now.
    pub(crate) fn shoot(&mut self, recorded: SnapshotIndex) -> SnapshotIndex {
        let source = self.source;
        let shot = *source.snapshot(recorded);
        let mut chain = std::mem::take(&mut self.shots.chain);
        let mut next = shot.top;
        while next != FrameShotIndex::NONE {
            chain.push(next);
            next = source.frame(next).parent;
        }
        let mut parent = FrameShotIndex::NONE;
        while let Some(frame) = chain.pop() {
            parent = self.shoot_frame(frame, parent);
        }
        self.shots.chain = chain;
        let result = match shot.result.as_op() {
            // The result of the very operation that leaves here.
            Some(op) if op == self.current => Operand::op(self.out.ops.len() as u32),
            _ if shot.result.is_none() => Operand::NONE,
            _ => {
                let value = self.value(shot.result);
                self.describe(value)
            }
        };
        let mut made = Snapshot { top: parent, mode: shot.mode, result, stores_start: 0, stores_count: 0 };
        let mut stores = std::mem::take(&mut self.shots.stores);
        self.delayed_stores(&mut stores);
        if !stores.is_empty() {
            for operand in stores.iter_mut().flat_map(|store| &mut store.operands) {
                *operand = self.describe(*operand);
            }
            made.stores_count = stores.len() as u32;
            made.stores_start = match self.shots.last {
                Some(last) if self.lists(last, &stores) => self.out.snapshot(last).stores_start,
                _ => self.list_stores(&stores),
            };
        }
        stores.clear();
        self.shots.stores = stores;
        if let Some(last) = self.shots.last
            && *self.out.snapshot(last) == made
        {
            return last;
        }
        self.out.snapshots.push(made);
        let index = SnapshotIndex(self.out.snapshots.len() as u32 - 1);
        self.shots.last = Some(index);
        index
    }

    /// Whether a snapshot lists these stores.
    fn lists(&self, snapshot: SnapshotIndex, stores: &[DelayedStore]) -> bool {
        let shot = self.out.snapshot(snapshot);
        let listed = &self.out.virtuals[shot.stores_start as usize..][..shot.stores_count as usize];
        listed.len() == stores.len()
            && listed.iter().zip(stores).all(|(v, store)| {
                let fields = &self.out.virtual_fields[v.fields_start as usize..][..v.fields_count as usize];
                v.kind == store.kind && fields.iter().eq(store.operands.iter().filter(|o| !o.is_none()))
            })
    }

    /// Lists stores for a snapshot; returns where.
    fn list_stores(&mut self, stores: &[DelayedStore]) -> u32 {
        let at = self.out.virtuals.len() as u32;
        for store in stores {
            let operands = store.operands.into_iter().filter(|o| !o.is_none());
            let start = self.out.virtual_fields.len();
            self.out.virtual_fields.extend(operands);
            let count = self.out.virtual_fields.len() - start;
            self.out.virtuals.push(Virtual {
                kind: store.kind,
                fields_start: start as u32,
                fields_count: count as u32,
            });
        }
        at
    }

    fn shoot_frame(&mut self, recorded: FrameShotIndex, parent: FrameShotIndex) -> FrameShotIndex {
        let source = self.source;
        let MadeFrame { shot: known, at } = self.shots.frames[recorded.0 as usize];
        let is_known = known != FrameShotIndex::NONE && self.out.frame(known).parent == parent;
        let now = (self.shots.constants, self.virtuals.epoch);
        if is_known && at == now {
            return known;
        }
        let mut slots = std::mem::take(&mut self.shots.slots);
        slots.clear();
        for (slot, operand) in source.slots_of(recorded) {
            let value = self.value(*operand);
            let described = match value.as_virtual() {
                None => value,
                Some(index) => self.describe_virtual(index),
            };
            slots.push((*slot, described));
        }
        let made = if is_known && self.out.slots_of(known) == slots.as_slice() {
            known
        } else {
            let start = self.out.slots.len() as u32;
            self.out.slots.extend_from_slice(&slots);
            let shot = FrameShot {
                parent,
                slots_start: start,
                slots_count: slots.len() as u32,
                ..*source.frame(recorded)
            };
            self.out.frames.push(shot);
            FrameShotIndex(self.out.frames.len() as u32 - 1)
        };
        self.shots.frames[recorded.0 as usize] = MadeFrame { shot: made, at: now };
        self.shots.slots = slots;
        made
    }

    /// The operand that stands for a value in a snapshot of the unit.
    #[inline]
    pub(crate) fn describe(&mut self, value: Operand) -> Operand {
        let value = self.resolve(value);
        match value.as_virtual() {
            None => value,
            Some(index) => self.describe_virtual(index),
        }
    }

    fn describe_virtual(&mut self, index: u32) -> Operand {
        let epoch = self.virtuals.epoch;
        if let Some((number, at)) = self.virtuals.entries[index as usize].described {
            let lasting = match self.virtuals.value(index) {
                VirtualValue::Box { inner, .. } => inner.as_virtual().is_none(),
                _ => false,
            };
            if at == epoch || lasting {
                return Operand::virtual_object(number);
            }
        }
        let number = self.out.virtuals.len() as u32;
        self.virtuals.entries[index as usize].described = Some((number, epoch));
        // The place is taken before the parts are described: objects may be cyclic.
        self.out.virtuals.push(Virtual { kind: VirtualKind::BoxInt, fields_start: 0, fields_count: 0 });
        // Boxes, the usual case, are described without a list of their parts.
        if let VirtualValue::Box { tag, inner } = *self.virtuals.value(index) {
            let kind = match tag {
                Tag::Int => VirtualKind::BoxInt,
                Tag::Float => VirtualKind::BoxFloat,
                Tag::Bool => VirtualKind::BoxBool,
                Tag::Ref => VirtualKind::BoxRef,
            };
            let part = self.describe(inner);
            return self.fill_description(number, kind, &[part]);
        }
        let (kind, parts) = match self.virtuals.value(index).clone() {
            VirtualValue::Box { .. } => unreachable!("described above"),
            VirtualValue::Object { layout, size_bytes, fields } => {
                let mut parts = Vec::with_capacity(fields.len() * 2);
                for (key, value) in fields {
                    parts.push(self.intern(Const::int(key.0 as i64)));
                    parts.push(self.describe(value));
                }
                (VirtualKind::Object { layout, size_bytes }, parts)
            }
            VirtualValue::Array { array, items } => {
                let parts = items.into_iter().map(|item| self.describe(item)).collect();
                (VirtualKind::Array { array }, parts)
            }
        };
        self.fill_description(number, kind, &parts)
    }

    fn fill_description(&mut self, number: u32, kind: VirtualKind, parts: &[Operand]) -> Operand {
        let fields_start = self.out.virtual_fields.len() as u32;
        self.out.virtual_fields.extend_from_slice(parts);
        self.out.virtuals[number as usize] = Virtual { kind, fields_start, fields_count: parts.len() as u32 };
        Operand::virtual_object(number)
    }
}
