//! Objects that only cycles of garbage keep alive, while the program wants no cycles collected.
//!
//! A language with a switch for collecting cycles (Python's `gc.disable()`) is told nothing about garbage in cycles while it is off:
//! its weak references stay. The heap's switch turns major collections off ([`crate::Heap::set_major_enabled`]), but minor ones go on, and
//! free cycles too. So here those young objects are looked for that a weak reference could show: what refers to itself, over whatever young
//! objects, lives on until cycles are collected again. Objects outside cycles die as ever.
//!
//! Not covered: an object that is in no cycle itself, but that only one refers to.

use std::collections::HashSet;

use crate::minor::Minor;
use crate::trace::Tracer;
use crate::weak::WeakCells;

/// Objects that one search goes through; who reaches more is taken to be in a cycle.
const MOST_VISITED: usize = 10_000;

/// Does `object`, a dead young one, refer to itself over other dead young ones?
fn is_in_cycle(tracer: Tracer, minor: &Minor<'_>, object: usize) -> bool {
    let (mut seen, mut pending) = (HashSet::new(), vec![object]);
    while let Some(next) = pending.pop() {
        if seen.len() >= MOST_VISITED {
            return true;
        }
        let mut is_found = false;
        // SAFETY: dead objects of the nursery are intact until the collection ends; `survivor` keeps others out.
        unsafe {
            tracer.slots(next, |slot| {
                let Some(found) = minor.reference(*slot) else { return };
                if minor.survivor(found).is_none() {
                    is_found |= found == object;
                    if seen.insert(found) {
                        pending.push(found);
                    }
                }
            });
        }
        if is_found {
            return true;
        }
    }
    false
}

/// Lets the dead young objects that have weak references and are in cycles live on. To be called when everything else is reached.
pub(crate) fn keep_weakly_referenced(tracer: Tracer, minor: &mut Minor<'_>, weak: &WeakCells) {
    for object in weak.young_addresses() {
        if minor.survivor(object).is_none() && is_in_cycle(tracer, minor, object) {
            minor.resurrect(object);
            minor.drain();
        }
    }
}
