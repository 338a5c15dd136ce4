//! Finalizers and drops.
//!
//! *Drops* free malloc memory that an object owns; they run inside the pause, in any order, and must not touch the heap.
//!
//! *Finalizers* are the language's: an unreachable object is made reachable again with all it refers to, and queued; the
//! language drains the queue between two operations, and each object is queued once in its life. The order is PyPy's
//! (`rpython/memory/gc/incminimark.py`, `deal_with_objects_with_finalizers`): of the unreachable objects with finalizers only
//! those are queued that no other one of them refers to; the rest wait for the next collection, when they may be garbage.
//! States of an unreachable object while the order is found: 0 unseen, 1 reachable from the object under consideration,
//! 2 will survive through exactly one finalizer so far, 3 reachable from another finalizer (or live). It is kept in the header: whoever makes
//! much garbage with finalizers has all that it refers to looked at twice, and a table would cost more than the rest of the collection.
//!
//! Only a major collection finds objects with finalizers dead; a minor one promotes them. (Source: same file.)

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::gc::{Gc, Object};
use crate::header::{FLAG_STATE_HIGH, FLAG_STATE_LOW};
use crate::mark::{Budget, Marker};
use crate::mutator::Mutator;
use crate::region::Region;
use crate::roots::RootVisitor;
use crate::trace::Tracer;

/// Objects whose finalizer is due. They are roots.
#[derive(Default)]
pub(crate) struct FinalizerQueue {
    words: Mutex<VecDeque<u64>>,
}

impl FinalizerQueue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<u64>> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn trace(&self, visitor: &mut RootVisitor<'_>) {
        for word in self.lock().iter_mut() {
            (visitor.word)(word);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn push(&self, object: usize) {
        self.lock().push_back(object as u64);
    }
}

impl Mutator {
    /// Takes the next object whose finalizer is due. The caller runs it.
    pub fn next_finalizable(&self) -> Option<Gc<Object>> {
        let word = self.heap().finalizers.lock().pop_front()?;
        // SAFETY: queued objects are live and old; the caller's stack keeps this one from here on.
        Some(unsafe { Gc::from_address(word as usize) })
    }

    /// Queues the objects that are still alive of those with a finalizer, the oldest first: for the end of a program. Those for
    /// which `is_due` says no are forgotten, and so is whether they had a finalizer. Returns the number that wait in the queue: also those
    /// that the collection for it found dead.
    pub fn queue_live_finalizable(&self, is_due: impl Fn(Gc<Object>) -> bool) -> usize {
        // SAFETY: listed objects are intact until a collection finds them dead, which takes them from the list.
        let is_due = |object: &usize| is_due(unsafe { Gc::from_address(*object) });
        // Most programs have none, and need not wait for a collection.
        let is_any = self.heap().with_world_stopped(self, |collector| {
            collector.finalizable.iter().chain(&collector.young.registered).any(is_due)
        });
        if !is_any {
            return 0;
        }
        self.collect_major();
        self.heap().with_world_stopped(self, |collector| {
            let due: Vec<usize> = collector.finalizable.drain(..).filter(is_due).collect();
            due.iter().for_each(|object| self.heap().finalizers.push(*object));
        });
        self.heap().finalizers.lock().len()
    }

    /// Takes the next notice of a cleared weak reference.
    pub fn next_weak_notice(&self) -> Option<u64> {
        self.heap().weak.next_notice()
    }
}

/// Whether an object still needs its finalizer: see [`Mutator::forget_finalizable`].
///
/// # Safety
/// It is an object; a dead one's header is intact.
pub(crate) unsafe fn is_registered(object: usize) -> bool {
    // SAFETY: the caller's promise.
    let object = unsafe { Gc::<Object>::from_address(object) };
    object.header().flags().load(Relaxed) & crate::header::FLAG_FINALIZE != 0
}

/// The state of an unreachable object.
///
/// # Safety
/// It is an object, and the world is stopped.
unsafe fn state(object: usize) -> u8 {
    // SAFETY: the caller's promise.
    let flags = unsafe { Gc::<Object>::from_address(object) }.header().flags().load(Relaxed);
    u8::from(flags & FLAG_STATE_LOW != 0) | u8::from(flags & FLAG_STATE_HIGH != 0) << 1
}

/// Sets it.
///
/// # Safety
/// As for [`state`].
unsafe fn set_state(object: usize, state: u8) {
    // SAFETY: the caller's promise.
    let object = unsafe { Gc::<Object>::from_address(object) };
    let flags = object.header().flags();
    let low = if state & 1 != 0 { FLAG_STATE_LOW } else { 0 };
    let high = if state & 2 != 0 { FLAG_STATE_HIGH } else { 0 };
    flags.store(flags.load(Relaxed) & !(FLAG_STATE_LOW | FLAG_STATE_HIGH) | low | high, Relaxed);
}

/// When marking is complete: queues the unreachable objects whose turn it is, and marks all unreachable ones with what they
/// refer to. Returns the number queued. Afterwards everything unmarked is dead.
///
/// # Safety
/// The world is stopped and no young object exists; `finalizable` are objects.
pub(crate) unsafe fn queue_unreachable(
    region: &Region,
    tracer: Tracer,
    marker: &mut Marker,
    finalizable: &mut Vec<usize>,
    queue: &FinalizerQueue,
) -> usize {
    // SAFETY: the caller's promise.
    finalizable.retain(|&object| unsafe { is_registered(object) });
    let (mut live, dead): (Vec<usize>, Vec<usize>) =
        finalizable.drain(..).partition(|&o| marker.is_marked(o));
    let mut seen = Vec::new();
    let mut pending = Vec::new();
    for &start in &dead {
        let before = seen.len();
        pending.push(start);
        while let Some(object) = pending.pop() {
            // SAFETY: unreachable objects are intact until the sweep.
            unsafe {
                match state(object) {
                    // Whatever was seen before is not marked.
                    0 if marker.is_marked(object) => continue,
                    0 => {
                        seen.push(object);
                        set_state(object, 1);
                    }
                    2 => set_state(object, 3),
                    _ => continue,
                }
                tracer.slots(object, |slot| {
                    if region.is_reference(*slot) {
                        pending.push(*slot);
                    }
                });
            }
        }
        // What was found on this way: nothing need be traced for that.
        for &object in &seen[before..] {
            // SAFETY: as above.
            unsafe { set_state(object, 2) };
        }
    }
    // Of those that another one refers to, the state is 3 by now: that one's way, or their own when it came second, made it so.
    let mut queued = 0;
    for &object in &dead {
        // SAFETY: as above.
        if unsafe { state(object) } == 2 {
            queue.push(object);
            queued += 1;
        } else {
            live.push(object);
        }
    }
    for object in seen {
        // SAFETY: as above.
        unsafe { set_state(object, 0) };
    }
    // Only cycles of finalizable objects are left: there is no first one, so all have their turn (PEP 442). While others are queued
    // they wait, which a program that never stops making finalizable garbage could draw out.
    if queued == 0 {
        for &object in &dead {
            queue.push(object);
        }
        live.truncate(live.len() - dead.len());
        queued = dead.len();
    }
    for &object in &dead {
        marker.mark_object(object);
    }
    marker.drain(Budget::Unlimited);
    *finalizable = live;
    queued
}
